//! Secrets in every encoding.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::Scrubber;

const TOKEN: &str = "s3cr3t/Canary+a=42";

fn scrubber(secret: &str) -> Scrubber {
    Scrubber::new([secret.to_owned().into()])
}

fn each(token: &str, encode: impl Fn(char) -> String) -> String {
    token.chars().map(encode).collect()
}

/// A token in an encoding, with the name of the encoding.
type Encoded = (&'static str, String);

/// Returns the token in many encodings.
pub(crate) fn encodings(token: &str) -> Vec<Encoded> {
    let mut all = in_json(token);
    all.extend(percent_encoded(token));
    all.extend(otherwise_escaped(token));
    all.extend(in_other_alphabets(token));
    all.extend(split(token));
    all
}

/// Writes the code of each character in hexadecimal, between two strings.
fn coded(token: &str, before: &str, width: usize, after: &str) -> String {
    each(token, |character| {
        format!("{before}{:0width$x}{after}", u32::from(character))
    })
}

fn percent(text: &str) -> String {
    coded(text, "%", 2, "")
}

fn in_json(token: &str) -> Vec<Encoded> {
    let json = coded(token, "\\u", 4, "");
    let every_second = |(index, character): (usize, char)| match index % 2 {
        0 => format!("\\u{:04X}", u32::from(character)),
        _ => character.to_string(),
    };
    vec![
        ("plain", token.to_owned()),
        ("upper case", token.to_uppercase()),
        ("scheme in another case", format!("bEaReR {token}")),
        ("every character escaped for JSON", json.clone()),
        (
            "some characters escaped for JSON",
            token.chars().enumerate().map(every_second).collect(),
        ),
        ("slashes escaped", token.replace('/', "\\/")),
        ("JSON inside JSON", json.replace('\\', "\\\\")),
        (
            "JSON inside JSON inside JSON",
            json.replace('\\', "\\\\\\\\"),
        ),
    ]
}

fn percent_encoded(token: &str) -> Vec<Encoded> {
    vec![
        ("percent", percent(token)),
        ("percent in capitals", percent(token).to_uppercase()),
        ("some characters percent", token.replace('3', "%33")),
        ("percent twice", percent(token).replace('%', "%25")),
        ("percent thrice", percent(token).replace('%', "%2525")),
        ("percent for JavaScript", coded(token, "%u", 4, "")),
        ("percent for JSON", percent(token).replace('%', "\\u0025")),
    ]
}

fn otherwise_escaped(token: &str) -> Vec<Encoded> {
    let decimal = each(token, |character| format!("&#{};", u32::from(character)));
    let named = token
        .replace('/', "&sol;")
        .replace('+', "&plus;")
        .replace('=', "&equals;");
    vec![
        ("entities of entities", decimal.replace('&', "&amp;")),
        ("decimal entities", decimal),
        ("long hexadecimal entities", coded(token, "&#x", 4, ";")),
        ("named entities", named),
        ("braces", coded(token, "\\u{", 2, "}")),
        ("two digits", coded(token, "\\x", 2, "")),
        (
            "octal",
            each(token, |character| format!("\\{:03o}", u32::from(character))),
        ),
        ("quoted-printable", coded(token, "=", 2, "")),
        ("JSON pointer", token.replace('~', "~0").replace('/', "~1")),
    ]
}

fn in_other_alphabets(token: &str) -> Vec<Encoded> {
    let object = STANDARD.encode(format!("{{\"a\":\"{token}\"}}"));
    vec![
        ("base64", STANDARD.encode(token)),
        (
            "base64 after one byte",
            STANDARD.encode(format!("a{token}b")),
        ),
        (
            "base64 after two bytes",
            STANDARD.encode(format!("a:{token}")),
        ),
        (
            "base64 of a header",
            URL_SAFE_NO_PAD.encode(format!("Bearer {token}")),
        ),
        ("base64 on lines", object.replace('c', "c\r\n")),
        ("base64 percent", percent(&STANDARD.encode(token))),
        ("hexadecimal", coded(token, "", 2, "")),
    ]
}

fn split(token: &str) -> Vec<Encoded> {
    let with = |separator: &str| each(token, |character| format!("{character}{separator}"));
    // As quoted-printable, which writes the sign itself as `=3D`.
    let soft = |separator: &str| {
        let lines = token.split_at(token.len() / 2);
        let line = |text: &str| text.replace('=', "=3D");
        format!("{}{separator}{}", line(lines.0), line(lines.1))
    };
    vec![
        ("zero-width spaces", with("\u{200b}")),
        ("zero-width joiners, escaped", with("\\u200d")),
        ("soft hyphens, percent", with("%C2%AD")),
        ("line breaks", with("\\n")),
        ("UTF-16", with("\0")),
        ("soft line breaks", soft("=\r\n")),
        ("soft line breaks with blanks", soft("= \t\n")),
        ("soft line breaks in JSON", soft("=\\r\\n")),
    ]
}

/// Returns `true` if a reader could recover a part of the token.
fn shows(text: &str, token: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase()
    };
    let (text, token) = (letters(text), letters(token));
    token
        .as_bytes()
        .windows(6)
        .any(|part| text.contains(std::str::from_utf8(part).unwrap()))
}

#[test]
fn finds_a_secret_in_every_encoding() {
    let scrubber = scrubber(TOKEN);
    for (name, encoded) in encodings(TOKEN) {
        for (before, after) in [
            ("", ""),
            ("id=", "&b=1"),
            ("C:\\", "\\"),
            ("%", "%"),
            ("\"", "\""),
        ] {
            let clean = scrubber.string(format!("{before}{encoded}{after}"));
            assert!(clean.contains("[token]"), "{name}: {encoded} in {clean}");
            assert!(!shows(&clean, TOKEN), "{name}: {clean}");
            assert!(
                clean.len() < before.len() + after.len() + 40,
                "{name}: {clean}"
            );
        }
    }
}

#[test]
fn keeps_text_without_the_secret() {
    for (secret, text) in [
        (
            TOKEN,
            "s3cr3t/Canary+a=4 and s3cr3t, %, %%, \\, \\u, &#, &amp;, =, \\u{}",
        ),
        ("a", "a cat has a bearer and a token"),
        ("token", "the token is wrong"),
        ("", "Bearer "),
        ("12345678", "1234567 8765432 MTIzNDU2NDU2"),
    ] {
        assert_eq!(scrubber(secret).text(text), text);
    }
}

#[test]
fn finds_a_short_secret_after_its_scheme() {
    let scrubber = scrubber("abc");
    for (text, clean) in [
        ("sent: Bearer abc", "sent: [token]"),
        ("sent: BEARER%20%61bc, abc", "sent: [token], abc"),
        ("sent: Bearer abcd", "sent: Bearer abcd"),
    ] {
        assert_eq!(scrubber.text(text), clean);
    }
}

#[test]
fn a_body_of_json_stays_json() {
    let scrubber = scrubber("12345678901");
    let body = r#"{"12345678901": 1, "number": 12345678901, "list": ["a\\12345678901", "\\\u00312345678901"]}"#;
    let clean = scrubber.body(body.as_bytes()).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&clean).unwrap();
    let expected = json!({
        "[token]": 1, "number": "[token]", "list": ["a\\[token]", "\\[token]"],
    });
    assert_eq!(json, expected);
    let clean = scrubber.body(b"\xff12345678901\xfe").unwrap();
    assert_eq!(clean, &b"\xff[token]\xfe"[..]);
}

#[test]
fn finds_a_secret_that_ends_with_the_sign_of_a_soft_line_break() {
    for (text, expected) in [
        ("dGFuYXJ5==\nnext", "[token]\nnext"),
        ("a dGFuYX=\nJ5=3D=3D=\n b", "a [token]=\n b"),
        ("a dGFuYX=\nJ5=3D=3D\n b", "a [token]\n b"),
        ("dGFuYXJ5=\n", "dGFuYXJ5=\n"),
    ] {
        assert_eq!(scrubber("dGFuYXJ5==").text(text), expected);
    }
}

#[test]
fn escapes_of_any_depth_are_read_in_linear_time() {
    let scrubber = scrubber(TOKEN);
    // Quadratic time would be hours.
    for part in [
        "x",
        "=",
        "~",
        "&",
        "=%~&",
        "= ",
        "~2",
        "%",
        "\\",
        "%25",
        "&amp;",
        "\\u005c",
        "&#0000000000",
        "=3D",
        "s3cr3t/",
    ] {
        let text = part.repeat(200_000 / part.len());
        assert_eq!(scrubber.text(&text), text);
    }
}
