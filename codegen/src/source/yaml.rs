//! Reads schemas that stand as text inside a catalog: JSON, else YAML.

use serde::de::DeserializeSeed;
use serde_saphyr::options::DuplicateKeyPolicy;

use super::Json;
use super::json::{Failure, explain, parse_strictly};
use super::tree::{MAX_DEPTH, Node, Walk};
use crate::diag::{Diagnostic, Diagnostics, Location};

/// Reads the text that stands at `place`.
///
/// # Errors
///
/// Text that is neither JSON nor YAML; every key that stands twice in its object.
pub(crate) fn parse_embedded(place: &Location, text: &str) -> Result<Json, Diagnostics> {
    let json_failure = match parse_strictly(place, text) {
        Ok(json) => return json,
        Err(failure) => failure,
    };
    let yaml_failure = match parse_yaml(place, text) {
        Ok(json) => return json,
        Err(failure) => failure,
    };
    // YAML takes almost all JSON, so what looks like JSON is explained as JSON.
    let is_json = text.trim_start().starts_with(['{', '[']);
    let (language, failure) = if is_json {
        ("JSON", json_failure)
    } else {
        ("YAML", yaml_failure)
    };
    let (what, help) = explain(&failure.message);
    let what = match what.strip_prefix("this is not JSON: ") {
        Some(message) => format!("this text is not {language}: {message}"),
        None => what,
    };
    let why = match failure.place.as_str() {
        "" => format!("the text was read up to {}", failure.line),
        place => format!(
            "the text was read up to {}, in or after `{place}`",
            failure.line
        ),
    };
    Err(Diagnostic::new(place.clone(), what)
        .because(why)
        .help(help)
        .into())
}

/// Reads YAML. The outer error is text that is not YAML; the inner one, keys that stand twice.
fn parse_yaml(base: &Location, text: &str) -> Result<Result<Json, Diagnostics>, Failure> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: 200_000,
            max_documents: 1,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    };
    let mut walk = Walk::default();
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
                message: error.without_snippet().to_string(),
                line,
                place: walk.place,
            })
        }
    }
}
