//! Reads JSON, and says of text that is not JSON what it is instead.

use serde::de::DeserializeSeed;

use super::Json;
use super::print::shortened;
use super::tree::{JSON_DEPTH, Node, TOO_DEEP, Walk, YAML_DEPTH};
use crate::diag::{Diagnostic, Diagnostics, Location};

/// Reads a whole file of JSON.
///
/// # Errors
///
/// Text that is not JSON, with line and column; every key that stands twice in its object.
pub(crate) fn parse_json(file: &str, text: &str) -> Result<Json, Diagnostics> {
    let whole = Location {
        file: file.to_owned(),
        ..Location::default()
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(problem) = check_kind(&whole, text) {
        return Err(problem.into());
    }
    match parse_strictly(&whole, text) {
        Ok(json) => json,
        Err(failure) => Err(failure.diagnostic(&whole).into()),
    }
}

/// Why a text could not be read.
#[derive(Debug)]
pub(super) struct Failure {
    /// The parser's own words.
    pub(super) message: String,
    /// Where it stopped: `line 3, column 7`.
    pub(super) line: String,
    /// The pointer of the value that it was reading.
    pub(super) place: String,
}

/// Reads JSON. The outer error is text that is not JSON; the inner one, keys that stand twice.
pub(super) fn parse_strictly(
    base: &Location,
    text: &str,
) -> Result<Result<Json, Diagnostics>, Failure> {
    let mut walk = Walk::new(JSON_DEPTH);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let json = Node(&mut walk)
        .deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json));
    match json {
        Ok(json) => Ok(walk.check_repeated(base).map(|()| json)),
        Err(error) => {
            let text = error.to_string();
            let position = format!(" at line {} column {}", error.line(), error.column());
            Err(Failure {
                message: text.strip_suffix(&position).unwrap_or(&text).to_owned(),
                line: format!("line {}, column {}", error.line(), error.column()),
                place: walk.place,
            })
        }
    }
}

impl Failure {
    /// The problem, at its line.
    fn diagnostic(self, whole: &Location) -> Diagnostic {
        let location = Location {
            pointer: self.line.clone(),
            ..whole.clone()
        };
        let (what, help) = explain(&self.message);
        let mut diagnostic = Diagnostic::new(location, what).help(help);
        if !self.place.is_empty() {
            diagnostic = diagnostic.because(format!(
                "it stands in or after `{}`",
                shortened(&self.place)
            ));
        }
        diagnostic
    }
}

/// What the parser's words mean, and what to do about it.
pub(super) fn explain(message: &str) -> (String, String) {
    for (start, what, help) in EXPLANATIONS {
        if message.starts_with(start) {
            return ((*what).to_owned(), (*help).to_owned());
        }
    }
    if message.starts_with(TOO_DEEP) {
        let help =
            format!("flatten it: {JSON_DEPTH} levels of JSON are read, and {YAML_DEPTH} of YAML");
        return ("the text nests too deep".to_owned(), help);
    }
    let help = "correct the text at that place".to_owned();
    (format!("this is not JSON: {message}"), help)
}

/// The start of what the parser says, what it means, and what to do.
const EXPLANATIONS: &[(&str, &str, &str)] = &[
    (
        "EOF while parsing",
        "the text ends in the middle of the JSON",
        "it was cut off: fetch it again, or complete it",
    ),
    (
        "trailing comma",
        "a comma has nothing after it",
        "remove the comma",
    ),
    (
        "trailing characters",
        "something follows the end of the JSON",
        "keep one JSON value in the file; `jq -s .` makes one list of lines of JSON",
    ),
    (
        "key must be a string",
        "a key is not in double quotes",
        "write `\"key\": value`, and no comma before a closing brace",
    ),
    (
        "expected value",
        "no JSON value begins here",
        "JSON knows no `NaN`, `None`, single quotes or comments",
    ),
    (
        "expected `,`",
        "a comma or a closing bracket is missing",
        "separate members and elements by commas and close what is open",
    ),
    (
        "control character",
        "a string holds a line break or another control character",
        "write it as an escape such as `\\n`",
    ),
    (
        "number out of range",
        "the number is larger than any type of number can hold",
        "write a number below 1.8e308, or leave the bound out",
    ),
    (
        "lone leading surrogate",
        "a string holds half of a surrogate pair",
        "`\\uD800` to `\\uDFFF` stand only in pairs",
    ),
    (
        "unexpected end of hex escape",
        "a string holds half of a surrogate pair or a broken `\\u` escape",
        "`\\u` takes four digits, and `\\uD800` to `\\uDFFF` stand only in pairs",
    ),
];

/// Says of text that is no JSON at all what it is.
fn check_kind(whole: &Location, text: &str) -> Option<Diagnostic> {
    let text = text.trim_start();
    if text.is_empty() {
        let diagnostic = Diagnostic::new(whole.clone(), "the file is empty");
        return Some(diagnostic.help("fetch the catalog, or write `{\"result\": []}`"));
    }
    if !text.starts_with('<') {
        return None;
    }
    let start: String = text.chars().take(200).collect();
    let start = start.to_ascii_lowercase();
    let kind = if start.contains("<!doctype html") || start.contains("<html") {
        "this is HTML, not a catalog"
    } else {
        "this is HTML or XML, not a catalog"
    };
    let diagnostic = Diagnostic::new(whole.clone(), kind);
    Some(diagnostic.help(
        "a login page or a proxy may have answered: check the address, and fetch the catalog again",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let problems = parse_json("catalog.json", text).unwrap_err();
        let problem = problems.iter().next().unwrap();
        assert_eq!(
            format!("{} @ {}", problem.what, problem.location.pointer),
            expected
        );
    }

    #[test]
    fn text_that_is_not_json_is_named() {
        check(" \n", "the file is empty @ ");
        check("<!DOCTYPE html><html>", "this is HTML, not a catalog @ ");
        check("<error/>", "this is HTML or XML, not a catalog @ ");
        check(
            "{\"a\": [1,",
            "the text ends in the middle of the JSON @ line 1, column 9",
        );
        check(
            "{\n\"a\": 1,\n}",
            "a comma has nothing after it @ line 3, column 1",
        );
        check("[NaN]", "no JSON value begins here @ line 1, column 2");
        check(
            "[] []",
            "something follows the end of the JSON @ line 1, column 4",
        );
        check(
            "[1e400]",
            "the number is larger than any type of number can hold @ line 1, column 6",
        );
        check(
            r#"["\ud800 "]"#,
            "a string holds half of a surrogate pair or a broken `\\u` escape @ line 1, column 9",
        );
    }

    #[test]
    fn nesting_has_a_limit() {
        let text = "[".repeat(10_000);
        check(&text, "the text nests too deep @ line 1, column 128");
    }

    #[test]
    fn a_key_that_stands_twice_is_a_problem_at_its_place() {
        let text = r#"{"a/b": [{"x": 1, "x": {"y": 2}}], "x": 3, "x": 3}"#;
        let problems = parse_json("catalog.json", text).unwrap_err();
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.location.pointer.as_str(), problem.what.as_str()))
            .collect();
        let twice = "the key stands twice in one object, first with";
        assert_eq!(
            found,
            [
                (
                    "/a~1b/0/x",
                    format!("{twice} 1, then with {{\"y\":2}}").as_str()
                ),
                ("/x", format!("{twice} 3, then with 3").as_str()),
            ]
        );
    }
}
