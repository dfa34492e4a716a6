//! What overlays do, and what is said of those that do nothing.

use crate::catalog::tests::parse;
use crate::catalog::{Catalog, Placement, ToolOverlay};
use crate::effect::Effect;

const TOOLS: &str = r#"[
    {"name": "rotate_key", "resource": "key_rotate", "method": "create",
     "query_schema": {"properties": {"id": {"type": "string"}, "ids": {"items": {}, "type": "array"}}}},
    {"name": "list_keys", "resource": "keys", "method": "list"},
    {"name": "check_key", "resource": "keys", "method": "check"}
]"#;

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

/// Checks a change of `rotate_key`, which has a reason, that stands on line 1.
#[track_caller]
fn check_change(change: &str, expected: &[&str]) {
    check(
        &format!("[[change]]\ntool = \"rotate_key\"\nreason = \"why\"\n{change}"),
        expected,
    );
}

#[test]
fn changes_are_applied_with_their_reasons() {
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
        reason = "two"

        [[change]]
        tool = "check_key"
        effect = "reads"
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
    assert_eq!(check.overlay.effect, Some(Effect::Reads));
    assert_eq!(check.overlay.deprecated.as_deref(), Some("use another"));
}

#[test]
fn what_is_not_there_is_named_with_what_is_near() {
    check(
        "[[change]]\ntool = \"rotate_keys\"\nmove = \"a.b\"\nreason = \"why\"",
        &["line 1: the catalog has no tool \"rotate_keys\"; did you mean `rotate_key`?"],
    );
    check_change(
        "at = \"/query_schema/properties/Id\"\nidentifier = \"KeyId\"",
        &[
            "line 1: the tool has no schema at \"/query_schema/properties/Id\"; did you mean `/query_schema/properties/id`?",
        ],
    );
}

#[test]
fn what_changes_nothing_is_a_problem() {
    check_change(
        "move = \"key_rotate.create\"",
        &["line 1: `move` changes nothing; remove it"],
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
            "line 1: `keys.list` is where the tool `list_keys` stands; choose another place, or move the other tool as well",
        ],
    );
    check_change(
        "at = \"/query_schema/properties/ids\"\nidentifier = \"KeyId\"",
        &[
            "line 1: what stands at \"/query_schema/properties/ids\" is no text, so no identifier; point at the text itself, as in `…/items` for a list",
        ],
    );
}

#[test]
fn every_slip_is_found_at_its_line() {
    check(
        "[[change]]\ntool = 5\nmoves = \"a.b\"\nrequest = \"rotate key\"\neffect = \"\"\n\nname = \"x\"\n",
        &[
            "line 2: `tool` must be text, but it is of type integer; put it in quotes",
            "line 3: a change has no key \"moves\"; did you mean `move`?",
            "line 4: `request` is \"rotate key\"; write the name of a type, such as `AccountId`",
            "line 5: `effect` is empty; say it, or remove the key",
            "line 7: a change has no key \"name\"; it has tool, resource, at, reason, link and move, request, deprecated, effect, identifier, rename, type, hide, set, remove, values, record",
            "line 1: the change has no `reason`; say why the snapshot is not right as it is",
        ],
    );
    check_change(
        "identifier = \"KeyId\"",
        &["line 4: `identifier` does not say where; add `at`, a JSON pointer into the tool"],
    );
    check_change(
        "at = \"/x\"\nmove = \"a.b\"",
        &[
            "line 5: `move` acts on the tool, not on a place in it; make it a change of its own, without `at`",
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
            "line 2: this is not TOML: unclosed array table, expected `]`; correct it; each correction begins with `[[change]]`",
        ],
    );
}

/// The catalog after a change of `rotate_key`.
#[track_caller]
fn changed(change: &str) -> Catalog {
    let overlay = format!("[[change]]\ntool = \"rotate_key\"\nreason = \"why\"\n{change}");
    parse(TOOLS, Some(&overlay)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The query of `rotate_key` after a change, as it will be shown to models.
#[track_caller]
fn query_after(change: &str) -> String {
    let catalog = changed(change);
    let tool = catalog.tools.iter().find(|tool| tool.name == "rotate_key");
    tool.unwrap().query.text.clone()
}

#[test]
fn the_text_of_a_catalog_can_be_corrected() {
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
    let record = changed("record = { type = \"object\" }");
    assert_eq!(record.tools[2].response.text, r#"{"type":"object"}"#);
    assert_eq!(record.tools[2].overlay.reasons, ["why"]);
    let hidden = changed("hide = true");
    assert_eq!((hidden.tools.len(), hidden.hidden.len()), (2, 1));
}

#[test]
fn a_correction_that_no_longer_applies_is_a_problem() {
    check_change(
        "at = \"/query_schema/properties/id/type\"\nset = \"string\"",
        &["line 1: the change of \"/query_schema/properties/id/type\" changes nothing; remove it"],
    );
    check_change(
        "at = \"/query_schema/properties/idz\"\nremove = true",
        &[
            "line 1: the tool has nothing at \"/query_schema/properties/idz\"; did you mean `/query_schema/properties/id`?",
        ],
    );
    check_change(
        "hide = false",
        &["line 4: `hide` is boolean; write `true`, or remove the key"],
    );
    check_change(
        "at = \"/x\"\nset = 2020-01-01",
        &["line 5: `set` is datetime; write what JSON can say"],
    );
    check(
        "[[change]]\nresource = \"keys\"\nreason = \"why\"\nhide = true",
        &["line 4: `hide` does not act on a resource; name the `tool` instead"],
    );
}
