//! Literals: text and numbers of a catalog as tokens.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::ToTokens as _;

/// A text as a string literal, escaped where it must be.
pub(crate) fn text(text: &str) -> Literal {
    joined(["", text])
}

/// A line of documentation as a string literal, with a space before it, as people write it.
pub(crate) fn doc_line(line: &str) -> Literal {
    joined([if line.is_empty() { "" } else { " " }, line])
}

fn joined(parts: [&str; 2]) -> Literal {
    let needs_escape = |byte: u8| !is_plain_byte(byte) || matches!(byte, b'"' | b'\\');
    if parts.iter().any(|part| part.bytes().any(needs_escape)) {
        return Literal::string(&parts.concat());
    }
    // To read a literal takes a third of the time of escaping a text letter by letter.
    let quoted = ["\"", parts[0], parts[1], "\""].concat();
    let read = quoted.parse::<Literal>();
    read.unwrap_or_else(|_| Literal::string(&parts.concat()))
}

/// A text as a raw string literal, with as many `#` as it needs; escaped instead if it holds
/// what a raw string must not, or what a reader could not see.
pub(crate) fn raw_text(text: &str) -> Literal {
    let is_plain = |letter: char| letter != '\u{a0}' && is_visible(letter);
    let is_raw = text.bytes().all(is_plain_byte) || text.chars().all(is_plain);
    if !is_raw || !text.contains(['"', '\\']) {
        return self::text(text);
    }
    let hashes = "#".repeat(longest_run_of_hashes(text) + 1);
    let quoted = ["r", &hashes, "\"", text, "\"", &hashes].concat();
    let read = quoted.parse::<Literal>();
    read.unwrap_or_else(|_| self::text(text))
}

/// Whether a letter is seen as what it is: no control character, none that turns the direction
/// of text around, none without a width.
pub(crate) fn is_visible(letter: char) -> bool {
    matches!(letter, ' '..='~')
        || !matches!(
            letter,
            '\u{0}'..='\u{1f}'
                | '\u{7f}'..='\u{9f}'
                | '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether a byte is a letter of ASCII that is seen, or a space.
fn is_plain_byte(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn longest_run_of_hashes(text: &str) -> usize {
    let runs = text.split('"').skip(1);
    let length = |run: &str| run.chars().take_while(|letter| *letter == '#').count();
    runs.map(length).max().unwrap_or(0)
}

/// A float as a literal, its digits grouped: `10_000.0`.
pub(crate) fn float(number: f64) -> TokenStream {
    let text = if number.abs() < 1e16 {
        format!("{number:?}")
    } else {
        format!("{number:e}")
    };
    number_from(&text)
}

/// An integer as a literal, its digits grouped: `10_000`.
pub(crate) fn integer(number: impl Into<i128>) -> TokenStream {
    number_from(&number.into().to_string())
}

/// A position as a literal: `3`.
pub(crate) fn index(index: usize) -> TokenStream {
    Literal::usize_unsuffixed(index).into_token_stream()
}

fn number_from(text: &str) -> TokenStream {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let end = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at(end);
    let grouped = format!("{sign}{}{}", grouped(whole), grouped_fraction(fraction));
    // What Rust prints of a finite number is a literal; JSON has no other numbers.
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

/// What follows the whole part: `.000_001`, `e21`.
fn grouped_fraction(text: &str) -> String {
    let Some(rest) = text.strip_prefix('.') else {
        return text.to_owned();
    };
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit())
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
    fn numbers_are_grouped() {
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
    fn raw_text_has_as_many_hashes_as_it_needs() {
        assert_eq!(raw_text("plain").to_string(), r#""plain""#);
        assert_eq!(raw_text(r#"{"a":1}"#).to_string(), r##"r#"{"a":1}"#"##);
        assert_eq!(raw_text(r##"a"#b"##).to_string(), r###"r##"a"#b"##"###);
    }

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        assert_eq!(raw_text("\"\u{202e}").to_string(), r#""\"\u{202e}""#);
        assert_eq!(raw_text("\"\r\n").to_string(), r#""\"\r\n""#);
        assert_eq!(
            text("a\u{2066}b\u{200b}").to_string(),
            r#""a\u{2066}b\u{200b}""#
        );
    }
}
