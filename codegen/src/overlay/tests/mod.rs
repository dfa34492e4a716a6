//! The effects of overlays, and their errors.

mod documentation;
mod edits;
mod names;
mod references;

use crate::catalog::tests::{input, parse, problems};
use crate::catalog::{Catalog, Placement, ToolOverlay};
use crate::effect::Effect;
use crate::options::{AccountSettings, CatalogSource, UnreadableTools};
use crate::overlay::parse_catalog;

const TOOLS: &str = r##"[
    {"name": "rotate_key", "resource": "key_rotate", "method": "create",
     "query_schema": {"properties": {"id": {"type": "string"}, "ids": {"items": {}, "type": "array"}}}},
    {"name": "list_keys", "resource": "keys", "method": "list", "query_schema": {
        "properties": {"owner": {"$ref": "#/$defs/Owner"},
            "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        "$defs": {"Owner": {"properties": {"kind": {"type": "string"}}}}}},
    {"name": "check_key", "resource": "keys", "method": "check",
     "response_schema": {"properties": {"createdBy": {"type": "string"}}}}
]"##;

#[track_caller]
fn check(overlay: &str, expected: &[&str]) {
    let found = parse(TOOLS, Some(overlay)).unwrap_err();
    let lines: Vec<String> = found
        .iter()
        .map(|problem| {
            assert_eq!(problem.location.file, "x.overlay.toml");
            let help = problem.help.as_deref().unwrap_or_default();
            format!("{}: {}; {help}", problem.location.pointer, problem.what)
        })
        .collect();
    assert_eq!(lines, expected);
}

/// Checks a change of `rotate_key` on line 1.
#[track_caller]
fn check_change(change: &str, expected: &[&str]) {
    check(
        &format!("[[change]]\ntool = \"rotate_key\"\nreason = \"why\"\n{change}"),
        expected,
    );
}

#[test]
fn applies_changes_and_keeps_their_reasons() {
    let overlay = r#"
        [[change]]
        tool = "rotate_key"
        move = "keys.rotate"
        request = "RotateKey"
        reason = "one"
        link = "https://example.com"

        [[change]]
        tool = "rotate_key"
        at = "/query_schema/properties/id"
        identifier = "KeyId"
        rename = "key"
        secret = true
        reason = "two"

        [[change]]
        tool = "check_key"
        effect = "reads"
        audit = ["createdBy"]
        deprecated = "use another"
        reason = "three"
    "#;
    let catalog = parse(TOOLS, Some(overlay)).unwrap();
    let [check, _, rotate] = catalog.tools.as_slice() else {
        panic!("three tools");
    };
    let placement = Placement {
        resource: "keys".to_owned(),
        method: "rotate".to_owned(),
    };
    assert_eq!(
        rotate.overlay,
        ToolOverlay {
            placement: Some(placement),
            request: Some("RotateKey".to_owned()),
            reasons: vec!["one (https://example.com)".to_owned(), "two".to_owned()],
            ..ToolOverlay::default()
        }
    );
    let id = &rotate.query.schema.as_ref().unwrap().properties["id"];
    assert_eq!(id.identifier.as_deref(), Some("KeyId"));
    assert_eq!(id.rename.as_deref(), Some("key"));
    assert_eq!(id.secret, Some(()));
    assert_eq!(check.overlay.effect, Some(Effect::Reads));
    assert_eq!(check.overlay.deprecated.as_deref(), Some("use another"));
    let audit = vec!["createdBy".to_owned()];
    assert_eq!(check.overlay.audit_fields, Some(audit));
}

#[test]
fn rejects_changes_without_an_effect() {
    check_change(
        "move = \"key_rotate.create\"",
        &["line 1: `move` changes nothing; remove it"],
    );
    check_change(
        "audit = [\"createdBy\"]",
        &["line 1: `audit` changes nothing; remove it"],
    );
    check_change(
        "effect = \"writes\"",
        &["line 1: `effect` changes nothing; remove it"],
    );
    let rename = "at = \"/query_schema/properties/id\"\nrename = \"id\"";
    check_change(rename, &["line 1: `rename` changes nothing; remove it"]);
    let note =
        "deprecated = \"x\"\n[[change]]\ntool = \"rotate_key\"\nreason = \"y\"\ndeprecated = \"z\"";
    check_change(note, &["line 5: `deprecated` changes nothing; remove it"]);
    check_change(
        "move = \"keys.list\"",
        &[
            "line 1: `keys.list` is already the tool `list_keys`; choose another place, or move the other tool as well",
        ],
    );
    for at in ["/query_schema", "/query_schema/properties/ids/items"] {
        let rename = format!("at = \"{at}\"\nrename = \"key\"");
        check_change(&rename, &["line 1: `rename` changes nothing; remove it"]);
    }
    for (tool, name) in [("rotate_key", "ids"), ("list_keys", "either")] {
        let at = format!("/query_schema/properties/{name}");
        check(
            &format!(
                "[[change]]\ntool = \"{tool}\"\nreason = \"why\"\nat = \"{at}\"\nidentifier = \"KeyId\""
            ),
            &[&format!(
                "line 1: the value at \"{at}\" is not a string, so it cannot be an identifier; point to the string itself, such as `…/items` for a list"
            )],
        );
    }
    check_change(
        "request = \"Self\"",
        &["line 4: invalid `request`: \"Self\"; write the name of a type, such as `AccountId`"],
    );
}

#[test]
fn reports_every_mistake_at_its_line() {
    check(
        "[[change]]\ntool = 5\nmoves = \"a.b\"\nrequest = \"rotate key\"\neffect = \"\"\n\nname = \"x\"\n",
        &[
            "line 2: `tool` must be a string, but it is of type integer; put it in quotes",
            "line 3: unknown key \"moves\" in a change; did you mean `move`?",
            "line 4: invalid `request`: \"rotate key\"; write the name of a type, such as `AccountId`",
            "line 5: `effect` is empty; add a value, or remove the key",
            "line 7: unknown key \"name\" in a change; valid keys are tool, resource, at, reason, link and move, request, deprecated, effect, identifier, rename, type, share, audit, hide, secret, set, remove, values, record, allow",
            "line 1: the change has no `reason`; explain why the snapshot is wrong",
        ],
    );
    check_change(
        "identifier = \"KeyId\"",
        &["line 4: `identifier` needs a place; add `at`, a JSON pointer into the tool"],
    );
    check_change(
        "at = \"/x\"\nmove = \"a.b\"",
        &[
            "line 5: `move` applies to the tool, not to a place in it; move it to a separate change without `at`",
        ],
    );
    check(
        "x = 1\n[[y]]\n",
        &[
            "line 1: \"x\" is not a list of changes; begin each change with `[[change]]`",
            "line 2: \"y\" is not a list of changes; begin each change with `[[change]]`",
        ],
    );
    check(
        "\n[[change]\n",
        &[
            "line 2: invalid TOML: unclosed array table, expected `]`; correct the syntax; each change begins with `[[change]]`",
        ],
    );
}

/// Returns the catalog after a change of `rotate_key`.
#[track_caller]
fn changed(change: &str) -> Catalog {
    let overlay = format!("[[change]]\ntool = \"rotate_key\"\nreason = \"why\"\n{change}");
    parse(TOOLS, Some(&overlay)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Returns the query schema of `rotate_key` after a change, as models see it.
#[track_caller]
fn query_after(change: &str) -> String {
    let catalog = changed(change);
    let tool = catalog.tools.iter().find(|tool| tool.name == "rotate_key");
    tool.unwrap().query.text.clone()
}

#[test]
fn edits_the_document() {
    let at = "at = \"/query_schema/properties/id\"\n";
    assert_eq!(
        query_after(&format!("{at}set = {{ type = \"integer\", minimum = 1 }}")),
        r#"{"properties":{"id":{"type":"integer","minimum":1},"ids":{"type":"array","items":{}}}}"#
    );
    assert_eq!(
        query_after(&format!("{at}remove = true")),
        r#"{"properties":{"ids":{"type":"array","items":{}}}}"#
    );
    assert_eq!(
        query_after(&format!("{at}values = [\"a\", \"b\"]")),
        r#"{"properties":{"id":{"type":"string","enum":["a","b"]},"ids":{"type":"array","items":{}}}}"#
    );
    assert_eq!(
        query_after("at = \"/query_schema/properties/before\"\nset = { type = \"string\" }"),
        r#"{"properties":{"id":{"type":"string"},"ids":{"type":"array","items":{}},"before":{"type":"string"}}}"#
    );
    assert_eq!(
        query_after(
            "at = \"/query_schema/properties\"\nset = { ids = { type = \"array\", items = {} }, id = { type = \"string\" } }"
        ),
        r#"{"properties":{"ids":{"type":"array","items":{}},"id":{"type":"string"}}}"#
    );
    let record = changed("record = { type = \"object\" }");
    assert_eq!(record.tools[2].response.text, r#"{"type":"object"}"#);
    assert_eq!(record.tools[2].overlay.reasons, ["why"]);
    let hidden = changed("hide = true");
    assert_eq!((hidden.tools.len(), hidden.hidden.len()), (2, 1));
}

#[test]
fn rejects_edits_that_no_longer_apply() {
    check(
        "[[change]]\ntool = \"list_keys\"\nreason = \"why\"\nat = \"/query_schema/properties/owner/properties/kind\"\nvalues = [\"a\"]",
        &[
            "line 1: the tool has nothing at \"/query_schema/properties/owner/properties/kind/enum\"; `/query_schema/properties/owner` refers to another schema: point to `/query_schema/$defs/Owner/properties/kind/enum`, or replace the reference",
        ],
    );
    check_change(
        "at = \"/query_schema/properties/id/type\"\nset = \"string\"",
        &["line 1: the change at \"/query_schema/properties/id/type\" changes nothing; remove it"],
    );
    check_change(
        "at = \"/query_schema/properties/idz\"\nremove = true",
        &[
            "line 1: the tool has nothing at \"/query_schema/properties/idz\"; did you mean `/query_schema/properties/id`?",
        ],
    );
    check_change(
        "hide = false",
        &["line 4: invalid `hide`: boolean; write `true`, or remove the key"],
    );
    check_change(
        "at = \"/x\"\nset = 2020-01-01",
        &["line 5: invalid `set`: datetime; write a value that JSON supports"],
    );
    check(
        "[[change]]\nresource = \"keys\"\nreason = \"why\"\nhide = true",
        &["line 4: `hide` does not apply to a resource; name the `tool` instead"],
    );
}

/// Parses a catalog whose unreadable tools are skipped. Returns the names of the others, and what was
/// skipped.
#[track_caller]
fn skipping(
    text: &str,
    overlay: Option<&str>,
    source: CatalogSource,
) -> (Vec<String>, Vec<String>) {
    let mut input = input(text, overlay);
    input.source = source;
    let refused = parse_catalog(&input).unwrap_err();
    input.unreadable = UnreadableTools::Skipped;
    let catalog = parse_catalog(&input).unwrap_or_else(|problems| panic!("{problems}"));
    let skipped = catalog.skipped.iter();
    let skipped: Vec<String> = skipped
        .map(|entry| format!("{} `{}`: {}", entry.pointer, entry.name, entry.reason))
        .collect();
    assert!(
        refused.iter().count() >= skipped.len(),
        "each is an error by default: {refused}"
    );
    (
        catalog.tools.into_iter().map(|tool| tool.name).collect(),
        skipped,
    )
}

#[test]
fn skips_unreadable_tools_of_every_kind() {
    let call = r#""resource": "r", "method": "m""#;
    let truto = format!(
        r#"[
            7, null, "x",
            {{{call}}},
            {{{call}, "name": "a"}},
            {{{call}, "name": "a", "description": "another"}},
            {{"name": "b", "resource": "../x", "method": 5}},
            {{"name": "c", {call}, "body_schema": 7, "required": "x"}},
            {{"name": "d", {call}, "query_schema": "{{\"a\": 1, \"a\": 2}}"}},
            {{"name": "e", {call}, "body_schema": {{}}}}
        ]"#
    );
    let source = CatalogSource::Truto(AccountSettings::default());
    let (tools, skipped) = skipping(&truto, None, source);
    assert_eq!(tools, ["a", "e"]);
    assert_eq!(
        skipped,
        [
            "/0 ``: a tool must be an object, but this is a number",
            "/1 ``: a tool must be an object, but this is null",
            "/2 ``: a tool must be an object, but this is a string",
            "/3 ``: the tool has no name",
            "/5 `a`: two tools are named `a`",
            "/6 `b`: the resource \"../x\" contains `/` (at `/resource`); the method of the tool must be a string, but it is a number (at `/method`)",
            "/7 `c`: a schema must be an object, but this is a number (at `/body_schema`); `required` must be a list of names, but it is a string (at `/required`)",
            "/8 `d`: duplicate key, first with 1, then with 2 (at `/query_schema/a`)",
        ]
    );
    let functions = r#"{"tools": [
        null, "x", {"name": 5, "parameters": {}}, {"name": "", "parameters": {}},
        {"name": "a", "inputSchema": 5}, {"name": "b", "inputSchema": {}, "outputSchema": [1]},
        {"name": "c", "inputSchema": {}}
    ]}"#;
    for source in [CatalogSource::Mcp(None), CatalogSource::Functions] {
        let (tools, skipped) = skipping(functions, None, source);
        assert_eq!(tools, ["c"]);
        assert_eq!(
            skipped,
            [
                "/tools/0 ``: a tool must be an object, but this is null",
                "/tools/1 ``: a tool must be an object, but this is a string",
                "/tools/2 ``: the name of the tool must be a string, but it is a number (at `/name`)",
                "/tools/3 ``: the name of the tool is empty (at `/name`)",
                "/tools/4 `a`: a schema must be an object, but this is a number (at `/inputSchema`)",
                "/tools/5 `b`: a schema must be an object, but this is an array (at `/outputSchema`)",
            ]
        );
    }
}

#[test]
fn a_catalog_of_which_nothing_can_be_read_is_an_error() {
    let mut input = input(r#"[5, {"name": "a"}]"#, None);
    input.unreadable = UnreadableTools::Skipped;
    assert_eq!(
        problems(&parse_catalog(&input).unwrap_err()),
        [
            "/0: a tool must be an object, but this is a number",
            "/1: the tool has no resource",
            "/1: the tool has no method",
        ]
    );
}

#[test]
fn corrections_of_skipped_tools_wait_and_may_make_them_readable() {
    let tools = r#"[
        {"name": "a", "resource": "r", "method": "m"},
        {"name": "b", "resource": "s", "method": "m", "body_schema": 5}
    ]"#;
    let waiting = r#"
        [[change]]
        tool = "b"
        at = "/body_schema/properties/x"
        remove = true
        reason = "it is not there while the schema is broken"
        [[change]]
        tool = "b"
        request = "DoIt"
        reason = "one"
        [[change]]
        resource = "s"
        rename = "services"
        reason = "two"
    "#;
    let source = || CatalogSource::Truto(AccountSettings::default());
    let (names, skipped) = skipping(tools, Some(waiting), source());
    assert_eq!(
        (names.as_slice(), skipped.len()),
        (&["a".to_owned()][..], 1)
    );
    let correction = r#"
        [[change]]
        tool = "b"
        at = "/body_schema"
        set = { type = "object" }
        reason = "the schema is broken"
    "#;
    let catalog = parse(tools, Some(correction)).unwrap();
    assert_eq!(catalog.tools.len(), 2);
}
