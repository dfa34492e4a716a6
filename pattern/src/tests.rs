//! Patterns, what they mean in ECMA-262, and what they match.

use regex::Regex;

use crate::{Pattern, PatternError, PatternTest};

/// Returns the tests of a pattern in one line; `not` marks those that must not match.
fn tests(pattern: &str) -> Result<String, PatternError> {
    let tests = Pattern::parse(pattern)?.tests()?;
    let lines = tests.iter().map(|test| match test {
        PatternTest::Matches(text) => text.clone(),
        PatternTest::Excludes(text) => format!("not {text}"),
    });
    Ok(lines.collect::<Vec<_>>().join("  "))
}

/// Returns `true` if a text passes all tests of a pattern.
fn accepts(pattern: &str, text: &str) -> bool {
    let tests = Pattern::parse(pattern).unwrap().tests().unwrap();
    tests.iter().all(|test| match test {
        PatternTest::Matches(regex) => Regex::new(regex).unwrap().is_match(text),
        PatternTest::Excludes(regex) => !Regex::new(regex).unwrap().is_match(text),
    })
}

#[test]
fn writes_patterns_without_unicode_tables() {
    for (pattern, expected) in [
        (r"^[\w.-]+/\d{2}$", r"^[A-Za-z0-9_.\-]+/[0-9]{2}$"),
        (r"^\/a\-b$", "^/a-b$"),
        ("[[&&]", r"[\[&]"),
        ("[a&&b]", "[a&b]"),
        ("[~~!-&&&-*]", r"[~!-&\x26&-*]"),
        ("[--x]", r"[\--x]"),
        ("[^]", r"(?:[^\n]|\n)"),
        (r"[\s\S]*", r"(?:[^\n]|\n)*"),
        ("[]", "[a&&b]"),
        (r"[\W_]", "[^A-Za-z0-9]"),
        (r"[^\D3-5]", "[0-26-9]"),
        (r"[\D\S]", r"(?:[^\n]|\n)"),
        (r"[\w-.]", r"[A-Za-z0-9_\-.]"),
        ("[[:alpha:]]", r"[\[:alpha:]\]"),
        (".", r"[^\n\r\u2028\u2029]"),
        (r"\cJ\0\x41\u0041\u{1F600}", r"\n\x00AA😀"),
        (r"^[\uD83D\uDE00-\uD83D\uDE4F]$", "^[😀-🙏]$"),
        (r"[\uD7FF-\uE000]", r"[\u{d7ff}-\ue000]"),
        (r"\uD83D", "[a&&b]"),
        ("(?<year>a)(?P<b>b)(c)(?:d)", "(?:a)(?:b)(c)(?:d)"),
        (r"\bword\B", r"(?-u:\b)word(?-u:\B)"),
        ("^{{[a-z]+}}$", r"^\{\{[a-z]+\}\}$"),
        ("a{2,}?b{3}c{4,5}d*e+?f?", "a{2,}?b{3}c{4,5}d*e+?f?"),
        ("a^b|$", "a^b|$"),
        ("", ""),
        ("a||b", "a||b"),
    ] {
        let expected = expected.replace(r"\u{d7ff}", "\u{d7ff}");
        assert_eq!(
            tests(pattern).as_deref(),
            Ok(expected.as_str()),
            "{pattern}"
        );
    }
}

#[test]
fn splits_lookaheads_off() {
    for (pattern, expected) in [
        (
            r"^(?!\.)(?!.*\.\.)[a-z.]+@x$",
            r"not ^(?:\.)  not ^(?:[^\n\r\u2028\u2029]*\.\.)  ^[a-z.]+@x$",
        ),
        (
            r"^(?=.*[)\]])(?=[^|]|\)).{8,}$",
            r"^(?:[^\n\r\u2028\u2029]*[)\]])  ^(?:[^|]|\))  ^[^\n\r\u2028\u2029]{8,}$",
        ),
        (r"^(?!^[-+.]*$)", r"not ^(?:^[\-+.]*$)"),
    ] {
        assert_eq!(tests(pattern).as_deref(), Ok(expected), "{pattern}");
    }
}

#[test]
fn refuses_what_engines_read_differently() {
    use PatternError::{BackReference, Escape, Flags, LookAround, Property, Syntax, TooDeep};
    let deep = format!("{}a{}", "(".repeat(200), ")".repeat(200));
    for (pattern, expected) in [
        (r"\Aa", Escape('A')),
        (r"a\z", Escape('z')),
        (r"a\Z", Escape('Z')),
        (r"\x{e9}", Escape('x')),
        (r"\u{110000}", Escape('u')),
        (r"\u{}", Escape('u')),
        (r"\a", Escape('a')),
        (r"\h", Escape('h')),
        (r"\Qa\E", Escape('Q')),
        (r"\c1", Escape('c')),
        (r"\012", Escape('0')),
        (r"(a)\1", BackReference),
        (r"(?<n>a)\k<n>", BackReference),
        ("(?P=n)", BackReference),
        ("(?i)a", Flags),
        ("(?x: a)", Flags),
        ("(?#note)a", Flags),
        ("(?>a)", Flags),
        (r"^\p{Letter}+$", Property),
        (r"[\P{L}]", Property),
        ("(?<=a)b", LookAround),
        ("(?<!a)b", LookAround),
        ("^(?!a)b|c$", LookAround),
        ("^a(?!b)c$", LookAround),
        ("(?!a)b", LookAround),
        ("^(?!a(?=b))c", LookAround),
        ("^(?!a)*b", Syntax),
        ("^*", Syntax),
        (r"\b+", Syntax),
        ("(", Syntax),
        (")", Syntax),
        ("[", Syntax),
        ("[z-a]", Syntax),
        ("a{5,2}", Syntax),
        ("a{,5}", Syntax),
        ("a++", Syntax),
        ("a{2}{3}", Syntax),
        ("a{99999999999}", Syntax),
        ("*a", Syntax),
        ("{2}", Syntax),
        (r"a\", Syntax),
        ("(?<>a)", Syntax),
        (r"[\B]", Escape('B')),
        (deep.as_str(), TooDeep),
    ] {
        assert_eq!(tests(pattern), Err(expected), "{pattern}");
    }
}

#[test]
fn matches_as_ecma_262_does() {
    for (pattern, good, bad) in [
        (r"^\d{4}$", "2026", "٢٠٢٦"),
        (r"^\w+$", "abc_9", "é"),
        (r"^\s$", "\u{feff}", "\u{85}"),
        ("^a$", "a", "a\n"),
        ("^.$", "\u{85}", "\u{2028}"),
        ("^.$", "😀", "\r"),
        ("[[:alpha:]]", "a]", "a"),
        ("^[a&&b]$", "&", "c"),
        ("^[--x]$", "a", "~"),
        (r"^[\s\S]$", "\n", ""),
        (r"^[^\S]$", " ", "a"),
        (r"^[\b]$", "\u{8}", "b"),
        (r"^(?=.{3})(?!abc)\w+$", "abd", "abc"),
        (r"^\B$", "", "a"),
        (r"a\Bb", "ab", "a b"),
        ("^[^a]$", "é", "a"),
        (r"^[\uD83C-\uDBFF\uDC00-\uDFFF]+$", "😀", "a"),
    ] {
        assert!(accepts(pattern, good), "{pattern} {good:?}");
        assert!(!accepts(pattern, bad), "{pattern} {bad:?}");
    }
    assert!(!accepts("a^b", "a^b"));
}

#[test]
fn portable_patterns_have_no_boundaries_and_no_inner_anchors() {
    for (pattern, expected) in [
        (r"^\d{4}$", Some("^[0-9]{4}$")),
        (r"^(a|b$)|^c$", Some("^(a|b$)|^c$")),
        (r"(^a$)", Some("(^a$)")),
        ("[a&&b]", Some("[a&b]")),
        ("a^b", None),
        ("a$b", None),
        ("(^a)+", None),
        (r"\ba", None),
        ("^(?!a)b", None),
        ("[]", None),
    ] {
        let portable = Pattern::parse(pattern).unwrap().portable();
        assert_eq!(portable.as_deref(), expected, "{pattern}");
    }
}
