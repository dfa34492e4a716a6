//! Rust identifiers: validity, keywords and case conversion.

use std::borrow::Cow;
use std::fmt;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// A valid Rust identifier of edition 2024, raw if it is a keyword.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ident(String);

/// The strict and reserved keywords of edition 2024
/// (<https://doc.rust-lang.org/reference/keywords.html>), sorted.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw identifiers.
const NEVER_RAW: &[&str] = &["Self", "_", "crate", "self", "super"];

impl Ident {
    /// Converts text to the name of a type or a variant: `date grouping` gives `DateGrouping`.
    ///
    /// Returns `None` for text without letters and digits.
    pub(crate) fn for_type(text: &str) -> Option<Self> {
        Self::from_words(spaced(text).to_upper_camel_case(), "N")
    }

    /// Converts text to the name of a field, a method or a module: `projectId` gives `project_id`.
    ///
    /// Returns `None` for text without letters and digits.
    pub(crate) fn for_value(text: &str) -> Option<Self> {
        Self::from_words(spaced(text).to_snake_case(), "n")
    }

    fn from_words(mut name: String, digit_prefix: &str) -> Option<Self> {
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            name.insert_str(0, digit_prefix);
        }
        Self::parse(&name)
    }

    /// Parses an identifier. Keywords become raw identifiers.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if let Some(raw) = name.strip_prefix("r#") {
            return (KEYWORDS.binary_search(&raw).is_ok()).then(|| Self(name.to_owned()));
        }
        let mut characters = name.chars();
        let first = characters.next()?;
        let is_valid = (first == '_' || first.is_ascii_alphabetic())
            && characters.all(|character| character == '_' || character.is_ascii_alphanumeric());
        if !is_valid {
            return None;
        }
        Some(if NEVER_RAW.binary_search(&name).is_ok() {
            Self(format!("{name}_"))
        } else if KEYWORDS.binary_search(&name).is_ok() {
            Self(format!("r#{name}"))
        } else {
            Self(name.to_owned())
        })
    }

    /// Returns `true` for a word that Rust reserves in a form that nothing else can have: `self`, `crate`.
    pub(crate) fn is_unusable(name: &str) -> bool {
        NEVER_RAW.binary_search(&name).is_ok()
    }

    /// Returns the identifier, with `r#` if it is raw.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the identifier without `r#`, for file names and as part of other names.
    pub(crate) fn plain(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Transliterates text to ASCII: `größe` gives `grosse`.
pub(crate) fn spelled(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(any_ascii::any_ascii(text))
    }
}

/// Transliterates text to ASCII, with spaces instead of everything that is not a letter or a digit.
pub(crate) fn spaced(text: &str) -> String {
    let separate = |character: char| {
        if character.is_ascii_alphanumeric() {
            character
        } else {
            ' '
        }
    };
    spelled(text).chars().map(separate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, type_name: &str, value_name: &str) {
        assert_eq!(
            Ident::for_type(text).map(|ident| ident.0),
            Some(type_name.to_owned())
        );
        assert_eq!(
            Ident::for_value(text).map(|ident| ident.0),
            Some(value_name.to_owned())
        );
    }

    #[test]
    fn converts_text_to_names() {
        check("projectId", "ProjectId", "project_id");
        check(
            "api-key.first-used",
            "ApiKeyFirstUsed",
            "api_key_first_used",
        );
        check("clientIP", "ClientIp", "client_ip");
        check("HTTPServer2Go", "HttpServer2Go", "http_server2_go");
        check("a1B AB1c 2XYz", "A1BAb1c2xYz", "a1_b_ab1c_2x_yz");
        check("404", "N404", "n404");
        check("gen", "Gen", "r#gen");
        check("self", "Self_", "self_");
        check("Größe", "Grosse", "grosse");
        check("naïve café", "NaiveCafe", "naive_cafe");
        check("北京", "BeiJing", "bei_jing");
        assert_eq!(Ident::for_type("++"), None);
    }

    #[test]
    fn keyword_tables_are_sorted() {
        assert!(KEYWORDS.is_sorted() && NEVER_RAW.is_sorted());
    }
}
