//! The time of comparing large snapshots.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;
use crate::lower::lower_input;

/// Returns a catalog of this many tools, in which every tenth tool has changed if `is_new`.
fn large(tools: usize, is_new: bool) -> String {
    let mut text = "[".to_owned();
    for index in 0..tools {
        let has_changed = is_new && index % 10 == 0;
        let (ty, words) = if has_changed {
            ("number", "Finds every thing.")
        } else {
            ("integer", "Finds the things.")
        };
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"name": "list_things_{index}", "resource": "things_{}", "method": "check_{index}", "description": "{words}",
            "query_schema": {{"type": "object", "properties": {{
                "account_id": {{"type": "string", "description": "The account."}},
                "limit": {{"type": "{ty}", "minimum": 1, "maximum": 100}},
                "status": {{"enum": ["one", "two", "three"]}},
                "filter": {{"type": "object", "properties": {{"since": {{"type": "string", "format": "date-time"}}}}}}
            }}, "required": ["account_id"]}},
            "response_schema": {{"type": "object", "properties": {{
                "id": {{"type": "string"}}, "name": {{"type": ["string", "null"]}}, "count": {{"type": "{ty}"}}
            }}, "required": ["id"]}}}}"#,
            index / 10
        );
    }
    text + "]"
}

/// As in the commands, which have many small values in several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Run in release: `cargo test --release -p toolsmith-codegen --lib -- --ignored ten_thousand --nocapture`.
#[test]
#[ignore = "measures time, in release"]
fn ten_thousand_tools_are_compared_within_two_seconds() {
    let source = CatalogSource::Truto(AccountSettings::default());
    let [mut before, mut after] =
        [false, true].map(|is_new| input(&source, &large(10_000, is_new)));
    let lock = SourceText::new("demo.lock.toml", lower_input(&before).unwrap().lock);
    for input in [&mut before, &mut after] {
        input.lock = Some(lock.clone());
    }
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        let found = compare(&before, &after, Enums::Open).unwrap();
        fastest = fastest.min(start.elapsed());
        println!("{fastest:?}");
        let count = |kind: ChangeKind| found.iter().filter(|change| change.kind == kind).count();
        assert_eq!(count(ChangeKind::ToolTextChanged), 1_000);
        assert_eq!(
            count(ChangeKind::ArgTypeWidened),
            1_000,
            "{:?}",
            &found[..9]
        );
        // The tools of a resource share a record, so a changed one has another record.
        assert_eq!(count(ChangeKind::FieldTypeChanged), 2_000);
    }
    assert!(
        cfg!(debug_assertions) || fastest < Duration::from_secs(2),
        "{fastest:?}"
    );
}
