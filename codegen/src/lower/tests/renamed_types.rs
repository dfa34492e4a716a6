//! Types that the overlay names.

use super::{document, input, lower_input, tool};

#[test]
fn a_type_of_the_lock_keeps_its_name_from_the_overlay() {
    let arguments = r#""status": {"enum": ["a", "b"]}, "kind": {"enum": ["c"]}"#;
    let mut input = input(&format!("[{}]", tool("keys", "list", arguments, "")));
    let lock = lower_input(&input).unwrap().lock;
    let change = |place: &str, name: &str| {
        let at = format!("at = \"/query_schema/properties/{place}\"");
        format!("[[change]]\ntool = \"list_keys\"\nreason = \"why\"\n{at}\ntype = \"{name}\"\n")
    };
    input.lock = Some(document("demo.lock.toml", &lock));
    input.overlay = Some(document("demo.overlay.toml", &change("kind", "Status")));
    let found = lower_input(&input).map(|_| ()).unwrap_err().to_string();
    assert!(
        found.contains("`Status` is the name of another type"),
        "{found}"
    );
    // It may move to another place when its own gets another name.
    let both = change("status", "State") + &change("kind", "Status");
    input.overlay = Some(document("demo.overlay.toml", &both));
    lower_input(&input).unwrap_or_else(|problems| panic!("{problems}"));
}
