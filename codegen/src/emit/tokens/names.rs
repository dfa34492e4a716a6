//! Names as tokens, and names of constants.

use proc_macro2::Span;

use crate::ident::Ident;

/// Returns a name as a token.
pub(crate) fn token(ident: &Ident) -> proc_macro2::Ident {
    if ident.as_str() == ident.plain() {
        proc_macro2::Ident::new(ident.plain(), Span::call_site())
    } else {
        proc_macro2::Ident::new_raw(ident.plain(), Span::call_site())
    }
}

/// Returns the name of the constant for a type: `LIST_API_KEYS` for `ListApiKeys`.
///
/// Different types have different constants: each capital begins a word, and underscores are
/// doubled.
pub(crate) fn constant(type_name: &Ident) -> String {
    let mut constant = String::new();
    for character in type_name.plain().chars() {
        if character == '_' {
            constant.push('_');
        }
        if character.is_ascii_uppercase() && !constant.is_empty() {
            constant.push('_');
        }
        constant.push(character.to_ascii_uppercase());
    }
    constant
}

/// Returns a string that is a valid name as a token.
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
    fn words_are_separated_by_underscores() {
        check("ListApiKeys", "LIST_API_KEYS");
        check("Self_", "SELF__");
        check("N404", "N404");
    }

    #[test]
    fn different_types_have_different_constants() {
        check("GetAB", "GET_A_B");
        check("GetAb", "GET_AB");
        check("Get_Ab", "GET___AB");
    }
}
