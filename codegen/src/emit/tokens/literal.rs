//! Literals: strings and numbers of a catalog as tokens.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::ToTokens as _;
use toolsmith_pattern::hidden;

/// Returns a string literal, escaped where necessary.
pub(crate) fn text(text: &str) -> Literal {
    joined(["", text])
}

/// Returns lines as one string literal with a line of source for each. No line begins with a space.
pub(crate) fn lines(lines: &[String]) -> Literal {
    let mut quoted = String::from("\"\\\n");
    for line in lines {
        quoted.extend(line.escape_default());
        quoted.push('\n');
    }
    quoted.push('"');
    let parsed = quoted.parse::<Literal>();
    parsed.unwrap_or_else(|_| Literal::string(&lines.join("\n")))
}

/// Returns a line of documentation as a string literal, with the leading space of a `///` comment.
pub(crate) fn doc_line(line: &str) -> Literal {
    joined([if line.is_empty() { "" } else { " " }, line])
}

fn joined(parts: [&str; 2]) -> Literal {
    let needs_escape = |byte: u8| !is_plain_byte(byte) || matches!(byte, b'"' | b'\\');
    if parts.iter().any(|part| part.bytes().any(needs_escape)) {
        return Literal::string(&parts.concat());
    }
    // Parsing a literal takes a third of the time of escaping the text.
    let quoted = ["\"", parts[0], parts[1], "\""].concat();
    let parsed = quoted.parse::<Literal>();
    parsed.unwrap_or_else(|_| Literal::string(&parts.concat()))
}

/// Returns a raw string literal with as many `#` as it needs. The literal is escaped instead if it
/// contains characters that raw strings cannot contain or that are invisible.
pub(crate) fn raw_text(text: &str) -> Literal {
    let is_plain = |character: char| character != '\u{a0}' && is_visible(character);
    let is_raw = text.bytes().all(is_plain_byte) || text.chars().all(is_plain);
    if !is_raw || !text.contains(['"', '\\']) {
        return self::text(text);
    }
    let hashes = "#".repeat(longest_run_of_hashes(text) + 1);
    let quoted = ["r", &hashes, "\"", text, "\"", &hashes].concat();
    let parsed = quoted.parse::<Literal>();
    parsed.unwrap_or_else(|_| self::text(text))
}

/// Returns `true` if a character is visible: it has a shape, and ends no line. A variation selector
/// counts as a part of the emoji or ideograph before it.
pub(crate) fn is_visible(character: char) -> bool {
    let is_plain = || !character.is_control() && !matches!(character, '\u{2028}' | '\u{2029}');
    let has_shape = || !hidden::is_invisible(character) || hidden::is_variation_selector(character);
    matches!(character, ' '..='~') || (is_plain() && has_shape())
}

/// Returns `true` for a printable ASCII character.
fn is_plain_byte(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn longest_run_of_hashes(text: &str) -> usize {
    let runs = text.split('"').skip(1);
    let length = |run: &str| {
        run.chars()
            .take_while(|character| *character == '#')
            .count()
    };
    runs.map(length).max().unwrap_or(0)
}

/// Returns a float literal with grouped digits: `10_000.0`.
pub(crate) fn float(number: f64) -> TokenStream {
    let text = if number.abs() < 1e16 {
        format!("{number:?}")
    } else {
        format!("{number:e}")
    };
    number_from(&text)
}

/// Returns an integer literal with grouped digits: `10_000`.
pub(crate) fn integer(number: impl Into<i128>) -> TokenStream {
    number_from(&number.into().to_string())
}

/// Returns an index as a literal: `3`.
pub(crate) fn index(index: usize) -> TokenStream {
    Literal::usize_unsuffixed(index).into_token_stream()
}

fn number_from(text: &str) -> TokenStream {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at(end);
    let grouped = format!("{sign}{}{}", grouped(whole), grouped_fraction(fraction));
    // Every number of JSON is finite, and Rust prints finite numbers as valid literals.
    grouped.parse().unwrap_or_default()
}

fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// Groups the digits after the integer part: `.000_001`, `e21`.
fn grouped_fraction(text: &str) -> String {
    let Some(rest) = text.strip_prefix('.') else {
        return text.to_owned();
    };
    let end = rest
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, exponent) = rest.split_at(end);
    let mut grouped = String::from(".");
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && index.is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    let _ = write!(grouped, "{exponent}");
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_the_digits_of_numbers() {
        assert_eq!(float(1.0).to_string(), "1.0");
        assert_eq!(float(100_000.0).to_string(), "100_000.0");
        assert_eq!(float(0.000_001).to_string(), "1e-6");
        assert_eq!(float(0.001_25).to_string(), "0.001_25");
        assert_eq!(float(1e21).to_string(), "1e21");
        assert_eq!(integer(12_345_678_i64).to_string(), "12_345_678");
        assert_eq!(integer(u64::MAX).to_string(), "18_446_744_073_709_551_615");
        assert_eq!(float(-2.5).to_string(), "- 2.5");
    }

    #[test]
    fn raw_strings_have_as_many_hashes_as_they_need() {
        assert_eq!(raw_text("plain").to_string(), r#""plain""#);
        assert_eq!(raw_text(r#"{"a":1}"#).to_string(), r##"r#"{"a":1}"#"##);
        assert_eq!(raw_text(r##"a"#b"##).to_string(), r###"r##"a"#b"##"###);
    }

    #[test]
    fn lines_are_separate_in_the_source() {
        let literal = lines(&["a".to_owned(), r#"- "b\c" ✓"#.to_owned()]);
        let expected = "\"\\\na\n- \\\"b\\\\c\\\" \\u{2713}\n\"";
        assert_eq!(literal.to_string(), expected);
    }

    #[test]
    fn escapes_invisible_characters() {
        assert_eq!(raw_text("\"\u{202e}").to_string(), r#""\"\u{202e}""#);
        assert_eq!(raw_text("\"\r\n").to_string(), r#""\"\r\n""#);
        assert_eq!(
            text("a\u{2066}b\u{200b}").to_string(),
            r#""a\u{2066}b\u{200b}""#
        );
    }
}
