//! Errors of changes that edit the snapshot, or that name the keys of a provider.

use super::{check, check_change};
use crate::diag::Diagnostics;
use crate::options::{CatalogInput, CatalogSource, SourceText};
use crate::overlay::parse_catalog;

#[test]
fn blames_the_overlay_for_a_schema_that_is_no_json() {
    let help = "correct the text of the schema in the overlay";
    let incomplete = format!("line 1: the JSON is incomplete; {help}");
    for change in [
        "record = \"{\"",
        "at = \"/response_schema\"\nset = \"{\"",
        "at = \"/query_schema\"\nset = \"{\"",
    ] {
        check_change(change, &[&incomplete]);
    }
    let change = "record = '{\"type\": \"object\", \"type\": \"array\"}'";
    let found = problems_of(&format!("tool = \"t\"\nreason = \"why\"\n{change}"));
    let problem = found.iter().next().unwrap();
    assert_eq!(problem.location.file, "x.overlay.toml");
    assert_eq!(problem.help.as_deref(), Some(help));
}

#[test]
fn refuses_to_change_the_name_that_a_call_sends() {
    let help = "a call sends this name; `rename` or `move` changes the name of the method";
    for (change, key) in [("set = \"t9\"", "set"), ("remove = true", "remove")] {
        let expected = format!("line 1: `{key}` does not change the name of a tool; {help}");
        check_change(&format!("at = \"/name\"\n{change}"), &[&expected]);
    }
}

#[test]
fn reads_indices_as_json_pointers_do() {
    for index in ["00", "01", "+1", "2"] {
        let change = format!(
            "tool = \"t\"\nreason = \"why\"\nat = \"/inputSchema/required/{index}\"\nset = \"b\""
        );
        let found = problems_of(&change).to_string();
        assert!(found.contains("the tool has nothing at"), "{found}");
    }
}

#[test]
fn names_the_key_of_the_snapshot_for_that_of_a_provider() {
    for (at, expected) in [
        ("/parameters/properties/a", "/inputSchema/properties/a"),
        ("/input_schema/properties/a", "/inputSchema/properties/a"),
        (
            "/function/parameters/properties/a",
            "/inputSchema/properties/a",
        ),
        (
            "/toolSpec/inputSchema/json/properties/a",
            "/inputSchema/properties/a",
        ),
        ("/parametersJsonSchema", "/inputSchema"),
        ("/output_schema/properties/a", "/outputSchema/properties/a"),
    ] {
        let help = format!("the overlay writes the keys of the snapshot: point to `{expected}`");
        for action in ["identifier = \"KeyId\"", "remove = true"] {
            let change = format!("tool = \"t\"\nreason = \"why\"\nat = \"{at}\"\n{action}");
            let found = problems_of(&change);
            let problem = found.iter().next().unwrap();
            assert_eq!(
                problem.help.as_deref(),
                Some(help.as_str()),
                "{at} {action}"
            );
        }
    }
}

#[test]
fn tells_a_repeated_change_from_another_one() {
    for (second, why) in [
        ("A", "an earlier change does the same"),
        ("B", "an earlier change already sets another value"),
    ] {
        let change =
            |name| format!("[[change]]\ntool = \"t\"\nreason = \"why\"\nrequest = \"{name}\"\n");
        let overlay = change("A") + &change(second);
        let found = catalog_of(&overlay).to_string();
        assert!(found.contains(why), "{found}");
    }
    let twice = "[[change]]\ntool = \"rotate_key\"\nreason = \"why\"\nrequest = \"A\"\n".repeat(2);
    check(&twice, &["line 5: `request` changes nothing; remove it"]);
}

/// Returns the errors of one change of the tool `t` of a server.
#[track_caller]
fn problems_of(change: &str) -> Diagnostics {
    catalog_of(&format!("[[change]]\n{change}"))
}

/// Returns the errors of an overlay of a server with the tool `t`.
#[track_caller]
fn catalog_of(overlay: &str) -> Diagnostics {
    let tools = r#"{"tools": [{"name": "t", "inputSchema": {"type": "object",
        "properties": {"a": {"type": "string"}}, "required": ["a"]}, "outputSchema": {"type": "object"}}]}"#;
    let snapshot = SourceText::new("x.json", tools.to_owned());
    let mut input = CatalogInput::new("x", CatalogSource::Mcp(None), snapshot);
    input.overlay = Some(SourceText::new("x.overlay.toml", overlay));
    parse_catalog(&input).unwrap_err()
}
