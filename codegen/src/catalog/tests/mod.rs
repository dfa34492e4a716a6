//! Tests of parsing, on the first catalog and on small ones.

mod functions;

use super::*;
use crate::diag::Diagnostic;
use crate::options::{
    AccountSettings, CatalogInput, CatalogKind, CatalogSource, Identifiers, Selection, SourceText,
    UnreadableTools,
};
use crate::overlay::parse_catalog;

pub(crate) const SNAPSHOT: &str = include_str!("../../../../catalogs/the_auth_api.json");
const OVERLAY: &str = include_str!("../../../../catalogs/the_auth_api.overlay.toml");

pub(crate) fn document(file: &str, text: &str) -> SourceText {
    SourceText {
        file: file.to_owned(),
        text: text.to_owned(),
    }
}

pub(crate) fn parse(snapshot: &str, overlay: Option<&str>) -> Result<Catalog, Diagnostics> {
    parse_catalog(&input(snapshot, overlay))
}

pub(crate) fn input(snapshot: &str, overlay: Option<&str>) -> CatalogInput {
    CatalogInput {
        name: "x".to_owned(),
        snapshot: document("x.json", snapshot),
        overlay: overlay.map(|text| document("x.overlay.toml", text)),
        lock: None,
        tombstones: None,
        source: CatalogSource::Truto(AccountSettings::default()),
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

/// Returns the errors of a catalog, each as `pointer: message`.
pub(crate) fn problems(found: &Diagnostics) -> Vec<String> {
    let line = |problem: &Diagnostic| format!("{}: {}", problem.location.pointer, problem.what);
    found.iter().map(line).collect()
}

#[track_caller]
fn check_problems(snapshot: &str, expected: &[&str]) {
    assert_eq!(problems(&parse(snapshot, None).unwrap_err()), expected);
}

#[test]
fn the_list_has_two_names() {
    let tool = r#"{"resource": "r", "method": "m", "name": "n"}"#;
    for text in [
        format!(r#"{{"result": [{tool}]}}"#),
        format!(r#"{{"results": [{tool}]}}"#),
        format!(r#"{{"result": null, "results": [{tool}]}}"#),
        format!("[{tool}]"),
    ] {
        assert_eq!(parse(&text, None).unwrap().tools.len(), 1, "{text}");
    }
    check_problems(
        r#"{"results": 5}"#,
        &[": `results` must be the list of tools, but it is a number"],
    );
}

#[test]
fn a_deprecation_of_the_catalog_is_that_of_the_tool() {
    for (members, expected) in [
        ("", None),
        (r#", "deprecated": false"#, None),
        (r#", "deprecated": """#, None),
        (
            r#", "deprecated": true"#,
            Some("the platform deprecates this method"),
        ),
        // Text of a catalog is not repeated.
        (
            r#", "deprecated": "x\n]evil""#,
            Some("the platform deprecates this method"),
        ),
    ] {
        let text = format!(r#"[{{"resource": "r", "method": "m", "name": "n"{members}}}]"#);
        let catalog = parse(&text, None).unwrap();
        assert_eq!(catalog.tools[0].deprecation(), expected, "{members}");
        let overlay = "[[change]]\ntool = \"n\"\nreason = \"r\"\ndeprecated = \"use m2\"\n";
        let catalog = parse(&text, Some(overlay)).unwrap();
        assert_eq!(catalog.tools[0].deprecation(), Some("use m2"), "{members}");
    }
}

#[test]
fn ignores_no_keyword_of_the_first_catalog() {
    let catalog = parse(SNAPSHOT, Some(OVERLAY)).unwrap();
    assert_eq!(catalog.tools.len(), 46);
    assert!(catalog.tools.is_sorted_by_key(|tool| &tool.name));
    let parts = catalog
        .tools
        .iter()
        .flat_map(|tool| [&tool.query, &tool.body, &tool.response]);
    let unread: Vec<&str> = parts
        .filter_map(|part| part.schema.as_ref())
        .flat_map(|schema| schema.properties.values())
        .flat_map(|schema| &schema.unread)
        .map(String::as_str)
        .collect();
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn rejects_documents_without_tools() {
    check_problems(
        "5",
        &[": a catalog must be a list of tools, but this is a number"],
    );
    check_problems(r#"{"tools": []}"#, &[": the catalog has no `result`"]);
    check_problems(
        r#"{"result": {}}"#,
        &[": `result` must be the list of tools, but it is an object"],
    );
    check_problems(
        r#"{"statusCode": 401, "message": "no such token"}"#,
        &[r#": this is an error response, not a catalog: "no such token""#],
    );
}

#[test]
fn reports_every_error_of_every_tool() {
    let call = r#""resource": "r", "method": "m""#;
    check_problems(
        &format!(
            r#"[
                7,
                {{{call}}},
                {{{call}, "name": " "}},
                {{{call}, "name": "a"}},
                {{{call}, "name": "a"}},
                {{"name": "b", "resource": "../x", "method": 5}},
                {{"name": "c", "resource": "..", "method": "a\u202eb"}},
                {{"name": "d", {call}, "query_schema": "- a\n- b", "body_schema": 7, "required": "x"}},
                {{"name": "e", {call}, "query_schema": "{{\"a\": 1, \"a\": 2}}", "body_schema": "a: [1"}}
            ]"#
        ),
        &[
            "/0: a tool must be an object, but this is a number",
            "/1: the tool has no name",
            "/2/name: the name of the tool is empty",
            "/4: two tools are named `a`",
            "/5/resource: the resource \"../x\" contains `/`",
            "/5/method: the method of the tool must be a string, but it is a number",
            "/6/resource: the resource is `..`",
            "/6/method: the method \"a\u{202e}b\" contains `\\u{202e}`",
            "/7/query_schema: a schema must be an object, but this is an array",
            "/7/body_schema: a schema must be an object, but this is a number",
            "/7/required: `required` must be a list of names, but it is a string",
            "/8/query_schema/a: duplicate key, first with 1, then with 2",
            "/8/body_schema: invalid YAML: unclosed bracket '[' at line 1, column 4",
        ],
    );
}

#[test]
fn parses_tools_with_few_keys() {
    let text = r#"{"result": [{"name": "t", "resource": "r", "method": "m", "description": null,
        "query_schema": "", "body_schema": null, "tags": null, "extra": {"a": 1}}], "limit": 5}"#;
    let catalog = parse(text, None).unwrap();
    let [tool] = catalog.tools.as_slice() else {
        panic!("one tool");
    };
    assert_eq!((tool.description.as_str(), &tool.tags[..]), ("", &[][..]));
    assert_eq!(
        [&tool.query, &tool.body],
        [&EmbeddedSchema::default(), &EmbeddedSchema::default()]
    );
}

/// PHP writes an empty object as an empty array.
#[test]
fn reads_an_empty_array_as_no_schema() {
    for empty in ["[]", r#""[]""#] {
        let text = format!(
            r#"{{"result": [{{"name": "t", "resource": "r", "method": "m",
                "query_schema": {empty}, "response_schema": {empty}}}]}}"#
        );
        let catalog = parse(&text, None).unwrap();
        let schemas = catalog
            .tools
            .iter()
            .flat_map(|tool| [&tool.query, &tool.response]);
        let schemas: Vec<_> = schemas.collect();
        assert_eq!(
            schemas,
            [&EmbeddedSchema::default(), &EmbeddedSchema::default()]
        );
    }
}
