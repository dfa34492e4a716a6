//! Parsing of JSON, with an explanation for every kind of syntax error.

use serde::de::DeserializeSeed;

use super::print::shortened;
use super::tree::{JSON_DEPTH, Node, Walk, YAML_DEPTH};
use super::value::Json;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};

/// Parses a JSON file.
///
/// # Errors
/// Returns an error, with line and column, if the text is not JSON or an object has duplicate keys.
pub(crate) fn parse_json(file: &str, text: &str) -> Result<Json, Diagnostics> {
    let whole = SourceLocation {
        file: file.to_owned(),
        ..SourceLocation::default()
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

/// A syntax error.
#[derive(Debug)]
pub(super) struct Failure {
    /// The language of the text.
    pub(super) language: Language,
    /// The message of the parser.
    pub(super) message: String,
    /// The position at which the parser stopped: `line 3, column 7`.
    pub(super) line: String,
    /// The pointer of the value that was being parsed.
    pub(super) place: String,
    /// `true` if values nest too deeply.
    pub(super) is_too_deep: bool,
}

/// The language of a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Language {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// Parses JSON. The outer error is a syntax error, the inner one lists duplicate keys.
pub(super) fn parse_strictly(
    base: &SourceLocation,
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
                language: Language::Json,
                message: text.strip_suffix(&position).unwrap_or(&text).to_owned(),
                line: format!("line {}, column {}", error.line(), error.column()),
                // `serde_json` stops at the same depth.
                is_too_deep: walk.is_too_deep || text.starts_with("recursion limit exceeded"),
                place: walk.place,
            })
        }
    }
}

/// A syntax error and its remedy, in words.
pub(super) struct Explanation {
    /// The error.
    pub(super) what: String,
    /// The remedy.
    pub(super) help: String,
}

impl Failure {
    /// Returns the diagnostic for the line of the error.
    fn diagnostic(self, whole: &SourceLocation) -> Diagnostic {
        let Explanation { what, help } = self.explain();
        let location = SourceLocation {
            pointer: self.line,
            ..whole.clone()
        };
        let diagnostic = Diagnostic::new(location, what).help(help);
        if self.place.is_empty() {
            return diagnostic;
        }
        let place = shortened(&self.place);
        diagnostic.because(format!("the parser stopped in or after `{place}`"))
    }

    /// Explains the message of the parser.
    pub(super) fn explain(&self) -> Explanation {
        let known = EXPLANATIONS
            .iter()
            .find(|(start, ..)| self.message.starts_with(start));
        if let Some((_, what, help)) = known {
            return Explanation {
                what: (*what).to_owned(),
                help: (*help).to_owned(),
            };
        }
        if self.is_too_deep {
            return Explanation {
                what: "nested too deeply".to_owned(),
                help: format!(
                    "flatten it: JSON may nest {JSON_DEPTH} levels, and YAML {YAML_DEPTH}"
                ),
            };
        }
        let language = match self.language {
            Language::Json => "JSON",
            Language::Yaml => "YAML",
        };
        Explanation {
            what: format!("invalid {language}: {}", self.message),
            help: "correct the text there".to_owned(),
        }
    }
}

/// Messages of the parser, by their beginnings, each with an explanation and a remedy.
const EXPLANATIONS: &[(&str, &str, &str)] = &[
    (
        "EOF while parsing",
        "the JSON is incomplete",
        "it may have been cut off: fetch it again, or complete it",
    ),
    ("trailing comma", "trailing comma", "remove the comma"),
    (
        "trailing characters",
        "unexpected characters after the JSON value",
        "keep one JSON value in the file; `jq -s .` turns lines of JSON into one list",
    ),
    (
        "key must be a string",
        "a key is not in double quotes",
        "write `\"key\": value`, and no comma before a closing brace",
    ),
    (
        "expected value",
        "expected a JSON value",
        "JSON has no `NaN`, `None`, single quotes or comments",
    ),
    (
        "expected `,`",
        "missing comma or closing bracket",
        "separate members and elements with commas, and close every bracket",
    ),
    (
        "control character",
        "unescaped control character in a string",
        "write line breaks and other control characters as escapes such as `\\n`",
    ),
    (
        "number out of range",
        "number out of range",
        "write a number below 1.8e308, or remove the bound",
    ),
    (
        "lone leading surrogate",
        "unpaired surrogate in a string",
        "`\\uD800` to `\\uDFFF` are valid only in pairs",
    ),
    (
        "unexpected end of hex escape",
        "unpaired surrogate or invalid `\\u` escape in a string",
        "`\\u` takes four digits, and `\\uD800` to `\\uDFFF` are valid only in pairs",
    ),
];

/// Recognizes documents that are not meant as JSON: empty files, unfinished merges, HTML and XML.
fn check_kind(whole: &SourceLocation, text: &str) -> Option<Diagnostic> {
    let text = text.trim_start();
    if text.is_empty() {
        let diagnostic = Diagnostic::new(whole.clone(), "the file is empty");
        return Some(diagnostic.help("write the document, or fetch it again"));
    }
    if !text.starts_with('<') {
        return None;
    }
    if text.starts_with("<<<<<<< ") {
        let what = "the file has the marks of a merge that git could not finish";
        let help = "choose one of the versions, or fetch the catalog again";
        return Some(Diagnostic::new(whole.clone(), what).help(help));
    }
    let start = text
        .chars()
        .take(200)
        .collect::<String>()
        .to_ascii_lowercase();
    let kind = if start.contains("<!doctype html") || start.contains("<html") {
        "this is HTML, not a catalog"
    } else {
        "this is HTML or XML, not a catalog"
    };
    let diagnostic = Diagnostic::new(whole.clone(), kind);
    Some(diagnostic.help(
        "it may be the response of a login page or a proxy: check the URL, and fetch the catalog again",
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
    fn explains_syntax_errors() {
        check(" \n", "the file is empty @ ");
        check("<!DOCTYPE html><html>", "this is HTML, not a catalog @ ");
        check("<error/>", "this is HTML or XML, not a catalog @ ");
        check("{\"a\": [1,", "the JSON is incomplete @ line 1, column 9");
        check("{\n\"a\": 1,\n}", "trailing comma @ line 3, column 1");
        check("[NaN]", "expected a JSON value @ line 1, column 2");
        check(
            "[] []",
            "unexpected characters after the JSON value @ line 1, column 4",
        );
        check("[1e400]", "number out of range @ line 1, column 6");
        check(
            r#"["\ud800 "]"#,
            "unpaired surrogate or invalid `\\u` escape in a string @ line 1, column 9",
        );
    }

    #[test]
    fn rejects_deep_nesting() {
        let text = "[".repeat(10_000);
        check(&text, "nested too deeply @ line 1, column 128");
    }

    #[test]
    fn reports_each_duplicate_key_at_its_pointer() {
        let text = r#"{"a/b": [{"x": 1, "x": {"y": 2}}], "x": 3, "x": 3}"#;
        let problems = parse_json("catalog.json", text).unwrap_err();
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.location.pointer.as_str(), problem.what.as_str()))
            .collect();
        let twice = "duplicate key, first with";
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
