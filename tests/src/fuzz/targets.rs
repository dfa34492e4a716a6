//! The targets. Each takes any bytes and panics if the result is wrong.

use std::time::SystemTime;

use generated::the_auth_api::{ApiKey, Project, Webhook};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value as Json, json};
use toolsmith_codegen::options::{
    AccountSettings, Identifiers, Layout, Selection, UnreadableTools,
};
use toolsmith_codegen::{CatalogInput, CatalogSource, Options, SourceText, generate};
use toolsmith_runtime::rate_limit::RateLimitHeaders;

use super::output::check_output;

/// Reads bytes as a catalog of each kind.
pub fn catalog(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for transport in [
        CatalogSource::Functions,
        CatalogSource::Mcp(None),
        CatalogSource::Truto(AccountSettings::default()),
    ] {
        let _ = run(&input(&text, transport));
    }
}

/// Reads bytes as an overlay and a lock, separated by NUL, of a catalog with one tool.
pub fn companions(bytes: &[u8]) {
    const CATALOG: &str = r#"[{"resource":"a","method":"list","name":"list_a","description":"d",
        "query_schema":{"type":"object","properties":{"b":{"enum":["x","y"]},"c":{"type":"object","properties":{"d":{}}}}}}]"#;
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let mut document = |file: &str| {
        let part = parts.next()?;
        (!part.is_empty()).then(|| SourceText {
            file: file.to_owned(),
            text: String::from_utf8_lossy(part).into_owned(),
        })
    };
    let mut input = input(CATALOG, CatalogSource::Truto(AccountSettings::default()));
    input.overlay = document("a.overlay.toml");
    input.lock = document("a.lock.toml");
    let _ = run(&input);
}

/// Reads bytes as a schema of arguments and of a record. Generation must be deterministic.
///
/// # Panics
///
/// If two runs give different files.
pub fn schema(bytes: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Json>(bytes) else {
        return;
    };
    let tools = json!({"tools": [
        {"name": "t", "inputSchema": json, "outputSchema": json},
        {"name": "u", "inputSchema": {"type": "object", "properties": {"a": json}}},
    ]});
    let mut input = input(&tools.to_string(), CatalogSource::Functions);
    let is_hidden = |problems: &String| problems.contains("text-hidden-characters");
    if run(&input).is_err_and(|problems| is_hidden(&problems)) {
        let allow = |tool: &str| {
            format!(
                "[[change]]\ntool = \"{tool}\"\nallow = [\"text-hidden-characters\"]\nreason = \"r\"\n"
            )
        };
        input.overlay = Some(SourceText {
            file: "a.overlay.toml".to_owned(),
            text: allow("t") + &allow("u"),
        });
    }
    let first = run(&input);
    assert_eq!(first, run(&input), "the same input gives the same bytes");
}

/// Reads bytes as rate limit headers and the body of a response, separated by NUL.
pub fn response(bytes: &[u8]) {
    const NAMES: [&str; 5] = [
        "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
        "retry-after",
        "ratelimit",
    ];
    let parts: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
    let mut headers = http::HeaderMap::new();
    for (name, part) in NAMES.iter().zip(&parts) {
        if let Ok(value) = http::HeaderValue::from_bytes(part) {
            headers.insert(*name, value);
        }
    }
    let limit = RateLimitHeaders::from_headers(&headers, SystemTime::UNIX_EPOCH);
    let _ = (limit.wait(), limit.is_spent());
    let body = parts.last().copied().unwrap_or_default();
    round_trip::<ApiKey>(body);
    round_trip::<Project>(body);
    round_trip::<Webhook>(body);
}

/// Asserts that a record serializes unchanged.
fn round_trip<T: DeserializeOwned + Serialize>(body: &[u8]) {
    let (Ok(json), Ok(record)) = (
        serde_json::from_slice::<Json>(body),
        serde_json::from_slice::<T>(body),
    ) else {
        return;
    };
    let again = serde_json::to_value(&record).ok();
    assert_eq!(again, Some(json), "a record loses nothing");
}

fn input(text: &str, source: CatalogSource) -> CatalogInput {
    CatalogInput {
        name: "a".to_owned(),
        snapshot: SourceText {
            file: "a.json".to_owned(),
            text: text.to_owned(),
        },
        overlay: None,
        lock: None,
        tombstones: None,
        source,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

/// Returns the files, or the problems as a string.
fn run(input: &CatalogInput) -> Result<Vec<(String, String)>, String> {
    let options = Options {
        command: "fuzz".to_owned(),
        crate_name: "sdk".to_owned(),
        layout: Layout::Root,
        ..Options::default()
    };
    let output = generate(std::slice::from_ref(input), &options);
    let output = output.map_err(|problems| problems.to_string())?;
    check_output(&output);
    Ok(output.files.0.into_iter().collect())
}
