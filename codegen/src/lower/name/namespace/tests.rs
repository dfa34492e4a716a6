//! Tests of naming in each namespace.

use super::*;

#[track_caller]
fn check(namespace: Namespace, locked: &[(&str, &str)], wires: &[&str], expected: &[&str]) {
    let locked = locked
        .iter()
        .map(|(wire, name)| ((*wire).into(), (*name).into()))
        .collect();
    let wires = wires.iter().map(|wire| (*wire, None));
    let (names, refused) = name_members(namespace, wires.clone(), &locked, &[]);
    assert_eq!(refused, []);
    let found: Vec<&str> = wires.map(|(wire, _)| names[wire].as_str()).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_method_of_the_client_gives_way_to_a_locked_name_only() {
    let resources = Namespace::resources;
    let (wires, named) = (
        ["drain", "for_account"],
        ["drain_resource", "for_account_resource"],
    );
    check(resources(), &[], &wires, &named);
    check(
        resources(),
        &[("drain", "drain")],
        &wires,
        &["drain", named[1]],
    );
}

#[test]
fn shortens_long_names_by_words() {
    let words = |count: usize| vec!["twelve_chars"; count].join("_");
    let of_type = |count: usize| "TwelveChars".repeat(count);
    check(
        Namespace::direct_methods(),
        &[],
        &[&words(7), &words(8), &words(9), &"x".repeat(300)],
        &[
            &words(7),
            &format!("{}_twelve", words(7)),
            &format!("{}_twelve_tool", words(7)),
            &"x".repeat(100),
        ],
    );
    check(
        Namespace::variants(),
        &[],
        &[&words(9), &words(12)],
        &[&of_type(9), &format!("{}Value", of_type(9))],
    );
}

#[test]
fn distinguishes_names_by_meaning() {
    let before_after = &["start_time_before", "start_time_after"];
    check(
        Namespace::fields(),
        &[],
        &["StartTime<", "StartTime>"],
        before_after,
    );
    check(
        Namespace::variants(),
        &[],
        &["+1", "-1", ""],
        &["Plus1", "Minus1", "Empty"],
    );
    check(
        Namespace::variants(),
        &[],
        &["-created_at", "created_at"],
        &["CreatedAtDesc", "CreatedAt"],
    );
    check(
        Namespace::fields(),
        &[],
        &["type", "new", "$filter"],
        &["r#type", "new_field", "filter"],
    );
}

#[test]
fn reserves_the_names_of_removed_members() {
    let locked = &[("user-id", "user_id")];
    check(Namespace::fields(), locked, &["userId"], &["user_id_field"]);
}

#[test]
fn prefers_a_locked_name() {
    check(
        Namespace::fields(),
        &[("userId", "user_id")],
        &["user-id", "userId"],
        &["user_minus_id", "user_id"],
    );
}

#[test]
fn rejects_an_impossible_name() {
    let locked = BTreeMap::from(
        [
            ("a", "one"),
            ("b", "one"),
            ("c", "no name"),
            ("gone", "one"),
        ]
        .map(|(wire, name)| (wire.to_owned(), name.to_owned())),
    );
    let wires = [("a", None), ("b", None), ("c", None), ("d", Some("new"))];
    let (names, refused) = name_members(Namespace::fields(), wires.into_iter(), &locked, &[]);
    let refused: Vec<_> = refused
        .iter()
        .map(|refused| (refused.wire.as_str(), refused.name.as_str(), refused.origin))
        .collect();
    assert_eq!(
        refused,
        [
            ("d", "new", NameOrigin::Overlay),
            ("b", "one", NameOrigin::Lock),
            ("c", "no name", NameOrigin::Lock),
        ]
    );
    assert_eq!(names["a"].as_str(), "one");
}

#[test]
fn adds_a_suffix_without_repeating_a_word() {
    let mut types = Namespace::types();
    let mut claim = |name: &str| types.claim([name]).to_string();
    assert_eq!(claim("order type"), "OrderType");
    assert_eq!(claim("order type"), "OrderTypeShape");
    assert_eq!(claim("order"), "Order");
    assert_eq!(claim("order type shape"), "OrderTypeShapeType");
}

#[test]
fn numbers_names_that_collide() {
    let mut fields = Namespace::fields();
    let mut claim = |name: &str| fields.claim([name]).to_string();
    let names: Vec<String> = (0..1_000).map(|_| claim("a")).collect();
    assert_eq!(
        names[..5],
        ["a", "a_field", "a_field_value", "a_field_2", "a_field_3"]
    );
    assert_eq!(names[999], "a_field_998");
}
