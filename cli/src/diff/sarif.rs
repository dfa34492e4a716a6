//! Changes as SARIF 2.1.0, which code scanners read.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0.

use serde_json::{Value as Json, json};
use toolsmith_codegen::diff::ChangeKind;

use super::annotations::message;
use super::level::Level;
use super::result::{ChangeResult, CodeLocation, DiffResult};
use crate::text::escaped::visible_name;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Returns a log with one run. Its rules are all kinds of change.
pub(crate) fn to_sarif(result: &DiffResult) -> Json {
    let rules: Vec<Json> = ChangeKind::ALL.iter().map(|kind| rule(*kind)).collect();
    let results: Vec<Json> = result
        .changes()
        .map(|(catalog, change)| to_result(&catalog.name, change))
        .collect();
    let mut log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "toolsmith",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
            "invocations": [invocation(result)],
        }],
    });
    // The order of keys depends on features of `serde_json` that other crates turn on.
    log.sort_all_objects();
    log
}

/// Returns the run itself, with the accepted changes that no longer apply.
fn invocation(result: &DiffResult) -> Json {
    let notifications = result.stale_entries.iter().map(|entry| {
        json!({
            "level": "error",
            "message": {"text": entry.complaint},
            "locations": [location(&entry.location)],
        })
    });
    json!({
        "executionSuccessful": true,
        "exitCode": result.exit_status,
        "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
    })
}

fn location(location: &CodeLocation) -> Json {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": percent_encode(&location.file), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": location.line},
    }})
}

fn rule(kind: ChangeKind) -> Json {
    json!({
        "id": kind.as_str(),
        "shortDescription": {"text": kind.summary()},
        "defaultConfiguration": {"level": Level::of_kind(kind).as_str()},
    })
}

fn to_result(catalog: &str, change: &ChangeResult) -> Json {
    let tool = match change.tool.as_str() {
        "" => catalog.to_owned(),
        tool => visible_name(tool).into_owned(),
    };
    let mut result = json!({
        "ruleId": change.id,
        "level": change.level.as_str(),
        "message": {"text": message(&tool, change)},
        "properties": {"grade": change.grade.as_str(), "reviewedText": change.reviewed_text},
        "partialFingerprints": {"change/v1": fingerprint(catalog, change)},
    });
    let locations = change.location.as_ref();
    let locations = locations.map(|place| json!([location(place)]));
    let suppressions = change.accepted.as_ref();
    let suppressions =
        suppressions.map(|reason| json!([{"kind": "external", "justification": reason}]));
    let optional = [("locations", locations), ("suppressions", suppressions)];
    if let Some(members) = result.as_object_mut() {
        for (key, value) in optional {
            members.extend(value.map(|value| (key.to_owned(), value)));
        }
    }
    result
}

/// Returns a path as the reference of a URI.
fn percent_encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(byte));
            }
            _ => uri.extend([format!("%{byte:02X}")]),
        }
    }
    uri
}

/// Returns a text by which the same change is found in another run.
fn fingerprint(catalog: &str, change: &ChangeResult) -> String {
    let values = [&change.before, &change.after].map(|value| value.as_deref().unwrap_or_default());
    let parts = [
        catalog,
        &change.tool,
        change.id,
        &change.place,
        values[0],
        values[1],
    ];
    parts.join("\u{1f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references_of_uris() {
        for (path, uri) in [
            ("src/keys/mod.rs", "src/keys/mod.rs"),
            ("my crate/a#b:c.rs", "my%20crate/a%23b%3Ac.rs"),
            ("ä.rs", "%C3%A4.rs"),
        ] {
            assert_eq!(percent_encode(path), uri);
        }
    }
}
