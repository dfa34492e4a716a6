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

/// Returns the token in many encodings, each with a name.
pub(crate) fn encodings(token: &str) -> Vec<(&'static str, String)> {
    let percent = |text: &str| each(text, |character| format!("%{:02X}", u32::from(character)));
    let mut alternate = false;
    let mixed: String = token
        .chars()
        .map(|character| {
            alternate = !alternate;
            match alternate {
                true => format!("\\u{:04X}", u32::from(character)),
                false => character.to_string(),
            }
        })
        .collect();
    let json = each(token, |character| {
        format!("\\u{:04x}", u32::from(character))
    });
    vec![
        ("plain", token.to_owned()),
        ("upper case", token.to_uppercase()),
        ("scheme in another case", format!("bEaReR {token}")),
        ("every character escaped for JSON", json.clone()),
        ("some characters escaped for JSON", mixed),
        ("slashes escaped", token.replace('/', "\\/")),
        ("JSON inside JSON", json.replace('\\', "\\\\")),
        (
            "JSON inside JSON inside JSON",
            json.replace('\\', "\\\\\\\\"),
        ),
        ("percent", percent(token)),
        ("percent in small letters", percent(token).to_lowercase()),
        ("some characters percent", token.replace('3', "%33")),
        ("percent twice", percent(token).replace('%', "%25")),
        ("percent thrice", percent(token).replace('%', "%2525")),
        (
            "percent for JavaScript",
            each(token, |character| format!("%u{:04x}", u32::from(character))),
        ),
        ("percent for JSON", percent(token).replace('%', "\\u0025")),
        (
            "decimal entities",
            each(token, |character| format!("&#{};", u32::from(character))),
        ),
        (
            "long hexadecimal entities",
            each(token, |character| {
                format!("&#x00{:X};", u32::from(character))
            }),
        ),
        (
            "entities of entities",
            each(token, |character| {
                format!("&amp;#{};", u32::from(character))
            }),
        ),
        (
            "named entities",
            token
                .replace('/', "&sol;")
                .replace('+', "&plus;")
                .replace('=', "&equals;"),
        ),
        (
            "braces",
            each(token, |character| {
                format!("\\u{{{:x}}}", u32::from(character))
            }),
        ),
        (
            "two digits",
            each(token, |character| {
                format!("\\x{:02x}", u32::from(character))
            }),
        ),
        (
            "octal",
            each(token, |character| format!("\\{:03o}", u32::from(character))),
        ),
        (
            "quoted-printable",
            each(token, |character| format!("={:02X}", u32::from(character))),
        ),
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
        (
            "base64 on lines",
            STANDARD
                .encode(format!("{{\"a\":\"{token}\"}}"))
                .replace("c", "c\r\n"),
        ),
        ("base64 percent", percent(&STANDARD.encode(token))),
        (
            "hexadecimal",
            each(token, |character| format!("{:02X}", u32::from(character))),
        ),
        (
            "zero-width spaces",
            each(token, |character| format!("{character}\u{200b}")),
        ),
        (
            "zero-width joiners, escaped",
            each(token, |character| format!("{character}\\u200d")),
        ),
        (
            "soft hyphens, percent",
            each(token, |character| format!("{character}%C2%AD")),
        ),
        (
            "line breaks",
            each(token, |character| format!("{character}\\n")),
        ),
        ("UTF-16", each(token, |character| format!("{character}\0"))),
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
fn escapes_of_any_depth_are_read_in_linear_time() {
    let scrubber = scrubber(TOKEN);
    for part in [
        "%",
        "\\",
        "%25",
        "&amp;",
        "\\u005c",
        "&#0000000000",
        "=3D",
        "s3cr3t/",
    ] {
        let text = part.repeat(60_000 / part.len());
        assert_eq!(scrubber.text(&text), text);
    }
}
