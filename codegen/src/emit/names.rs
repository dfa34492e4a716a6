//! Names as tokens, and the names of constants.

use proc_macro2::Span;

use crate::ident::Ident;

/// A name as a token.
pub(crate) fn token(ident: &Ident) -> proc_macro2::Ident {
    if ident.as_str() == ident.plain() {
        proc_macro2::Ident::new(ident.plain(), Span::call_site())
    } else {
        proc_macro2::Ident::new_raw(ident.plain(), Span::call_site())
    }
}

/// The constant that belongs to a type: `ListApiKeys` gives `LIST_API_KEYS`.
///
/// Two types never share one: every capital begins a word, and an underscore is doubled.
pub(crate) fn constant(type_name: &Ident) -> String {
    let mut constant = String::new();
    for letter in type_name.plain().chars() {
        if letter == '_' {
            constant.push('_');
        }
        if letter.is_ascii_uppercase() && !constant.is_empty() {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}

/// Text as a token that is a name.
pub(crate) fn token_of(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(type_name: &str, expected: &str) {
        assert_eq!(constant(&Ident::parse(type_name).unwrap()), expected);
    }

    #[test]
    fn constants_follow_the_words() {
        check("ListApiKeys", "LIST_API_KEYS");
        check("Self_", "SELF__");
        check("N404", "N404");
    }

    #[test]
    fn constants_of_different_types_differ() {
        check("GetAB", "GET_A_B");
        check("GetAb", "GET_AB");
        check("Get_Ab", "GET___AB");
    }
}
