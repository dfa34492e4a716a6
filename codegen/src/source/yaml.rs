//! Parsing of schemas that a catalog contains as strings: JSON, or else YAML.

use serde::de::DeserializeSeed;
use serde_saphyr::options::DuplicateKeyPolicy;

use super::json::{Explanation, Failure, Language, parse_strictly};
use super::print::shortened;
use super::tree::{Node, Walk, YAML_DEPTH};
use super::value::Json;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};

/// Parses the string at `place`.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML, or if an object has duplicate keys.
pub(crate) fn parse_embedded(place: &SourceLocation, text: &str) -> Result<Json, Diagnostics> {
    let json_failure = match parse_strictly(place, text) {
        Ok(json) => return json,
        Err(failure) => failure,
    };
    let yaml_failure = match parse_yaml(place, text) {
        Ok(json) => return json,
        Err(failure) => failure,
    };
    // Nearly all JSON is YAML as well: text that looks like JSON is explained as JSON.
    let is_json = text.trim_start().starts_with(['{', '[']);
    let failure = if is_json { json_failure } else { yaml_failure };
    let Explanation { what, help } = failure.explain();
    let why = match shortened(&failure.place).as_str() {
        "" => format!("the parser stopped at {}", failure.line),
        place => format!(
            "the parser stopped at {}, in or after `{place}`",
            failure.line
        ),
    };
    Err(Diagnostic::new(place.clone(), what)
        .because(why)
        .help(help)
        .into())
}

/// Parses YAML. The outer error is a syntax error, the inner one lists duplicate keys.
fn parse_yaml(base: &SourceLocation, text: &str) -> Result<Result<Json, Diagnostics>, Failure> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            // One more than the walk allows, so that the walk reports the error.
            max_depth: YAML_DEPTH + 1,
            max_nodes: 200_000,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    };
    let mut walk = Walk::new(YAML_DEPTH);
    let json = serde_saphyr::with_deserializer_from_str_with_options(text, options, |node| {
        Node(&mut walk).deserialize(node)
    });
    match json {
        Ok(json) => Ok(walk.check_repeated(base).map(|()| json)),
        Err(error) => {
            let line = match error.location() {
                Some(at) => format!("line {}, column {}", at.line(), at.column()),
                None => "its end".to_owned(),
            };
            Err(Failure {
                language: Language::Yaml,
                message: error.without_snippet().to_string(),
                line,
                is_too_deep: walk.is_too_deep,
                place: walk.place,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Layout, compact};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let json = parse_embedded(&SourceLocation::default(), text).unwrap();
        assert_eq!(compact(&Layout::from(&json)), expected);
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &str) {
        let place = SourceLocation {
            pointer: "/0".to_owned(),
            ..SourceLocation::default()
        };
        let problems = parse_embedded(&place, text).unwrap_err();
        let problem = problems.iter().next().unwrap();
        let found = format!("{}: {}", problem.location.pointer, problem.what);
        assert!(found.starts_with(expected), "{found}");
    }

    #[test]
    fn parses_yaml_as_the_same_json() {
        check(
            "type: string\nenum: [no, on, 'yes', ~]",
            r#"{"enum":["no","on","yes",null],"type":"string"}"#,
        );
        check(
            "minimum: 0.5\nmaximum: 10\ndefault: 2024-01-01\n404: true",
            r#"{"404":true,"default":"2024-01-01","maximum":10,"minimum":0.5}"#,
        );
        check(
            "a: &x {type: string}\nb: *x",
            r#"{"a":{"type":"string"},"b":{"type":"string"}}"#,
        );
        check("{a: 1,}", r#"{"a":1}"#);
    }

    #[test]
    fn rejects_text_that_is_neither_json_nor_yaml() {
        check_refused(
            "a: 1\na: 2",
            "/0/a: duplicate key, first with 1, then with 2",
        );
        check_refused("{\"a\": 1", "/0: the JSON is incomplete");
        check_refused("maximum: .inf", "/0: invalid YAML: ");
        check_refused("a: 1\n---\nb: 2", "/0: invalid YAML: ");
        let block = |line: usize| format!("{}a:\n", " ".repeat(line));
        let blocks: String = (0..200).map(block).collect();
        check_refused(&blocks, "/0: nested too deeply");
        check_refused(&"a: [".repeat(3_000), "/0: nested too deeply");
        check_refused(&"[".repeat(3_000), "/0: nested too deeply");
        let lines = (1..30).map(|line| format!("a{line}: &a{line} [*a{0}, *a{0}]\n", line - 1));
        let bomb: String = std::iter::once("a0: &a0 x\n".to_owned())
            .chain(lines)
            .collect();
        check_refused(&bomb, "/0: invalid YAML: ");
    }
}
