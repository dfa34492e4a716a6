//! Places in referenced schemas.

use crate::diag::Diagnostics;
use crate::options::{CatalogInput, CatalogSource, Options, SourceText};
use crate::write::FileTree;

const TOOLS: &str = r##"[{"name": "list_keys", "inputSchema": {
    "properties": {
        "owner": {"$ref": "#/$defs/Owner"},
        "all": {"allOf": [{"$ref": "#/$defs/Owner"}]},
        "list": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Link"}, {"type": "null"}]}},
        "id": {"$ref": "#/$defs/Id"}
    },
    "$defs": {
        "Link": {"$ref": "#/$defs/Owner"},
        "Id": {"type": "string"},
        "Owner": {"type": "object", "properties": {"id": {"type": "string"},
            "self": {"$ref": "#/$defs/Owner"},
            "kind": {"type": "string", "enum": ["a", "b"]}}}
    }}}]"##;

/// Generates code from the tools after a change at a place in the arguments.
fn generated(at: &str, action: &str) -> Result<FileTree, Diagnostics> {
    let change = format!(
        "[[change]]\ntool = \"list_keys\"\nreason = \"why\"\nat = \"/inputSchema{at}\"\n{action}\n"
    );
    let mut input = CatalogInput::new(
        "x",
        CatalogSource::Functions,
        SourceText::new("x.json", TOOLS),
    );
    input.overlay = Some(SourceText::new("x.overlay.toml", change));
    crate::generate(&[input], &Options::default()).map(|generated| generated.files)
}

/// For a place in a referenced schema, the error gives the pointer that works.
#[test]
fn names_the_place_behind_a_reference() {
    let actions = [
        ("rename = \"key\"", "/properties/id"),
        ("identifier = \"KeyId\"", "/properties/id"),
        ("secret = true", "/properties/id"),
        ("type = \"Sort\"", "/properties/kind"),
        ("set = 7", "/properties/id/maxLength"),
    ];
    for (action, rest) in actions {
        for place in [
            "/properties/owner",
            "/properties/owner/properties/self",
            "/properties/all",
            "/properties/list/items",
        ] {
            // An edit shows only references on the way, not compositions.
            if action.starts_with("set") && place != "/properties/owner" {
                continue;
            }
            let found = generated(&format!("{place}{rest}"), action).unwrap_err();
            let help = found
                .iter()
                .next()
                .unwrap()
                .help
                .clone()
                .unwrap_or_default();
            let there = format!("/$defs/Owner{rest}");
            let named = format!("`/inputSchema{there}`");
            assert!(help.contains(&named), "{place}, {action}: {help}");
            let applied = generated(&there, action);
            assert!(applied.is_ok(), "{there}, {action}: {applied:?}");
        }
    }
}

/// A reference has no separate type, so the error names that of its target.
#[test]
fn names_the_type_behind_a_reference() {
    let action = "type = \"Person\"";
    for (at, help) in [
        (
            "/properties/owner",
            Some("it refers to the type at `/inputSchema/$defs/Owner`: point to that place"),
        ),
        (
            "/properties/list/items",
            Some("it refers to the type at `/inputSchema/$defs/Owner`: point to that place"),
        ),
        (
            "/properties/id",
            Some("point at its schema, such as `…/items` for a list, or remove the change"),
        ),
        ("/properties/all", None),
        ("/$defs/Owner", None),
    ] {
        let found = generated(at, action).err();
        let problem = found.and_then(|found| found.iter().next().cloned());
        let given = problem.and_then(|problem| problem.help);
        assert_eq!(given.as_deref(), help, "{at}");
    }
}

/// An identifier is given to the string itself.
#[test]
fn names_the_string_behind_a_reference() {
    let action = "identifier = \"KeyId\"";
    let found = generated("/properties/id", action).unwrap_err();
    let help = found.iter().next().and_then(|problem| problem.help.clone());
    let expected = "a reference leads to `/inputSchema/$defs/Id`: point to that place";
    assert_eq!(help.as_deref(), Some(expected));
    assert!(generated("/$defs/Id", action).is_ok());
}
