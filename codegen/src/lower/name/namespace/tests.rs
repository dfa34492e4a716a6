//! Names that are given, namespace by namespace.

use super::*;

#[track_caller]
fn check(namespace: Namespace, locked: &[(&str, &str)], wires: &[&str], expected: &[&str]) {
    let locked = locked
        .iter()
        .map(|(wire, name)| ((*wire).into(), (*name).into()))
        .collect();
    let wires = wires.iter().map(|wire| (*wire, None));
    let (names, refused) = name_members(namespace, wires.clone(), &locked);
    assert_eq!(refused, []);
    let found: Vec<&str> = wires.map(|(wire, _)| names[wire].as_str()).collect();
    assert_eq!(found, expected);
}

#[test]
fn long_names_lose_their_last_words() {
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
fn names_are_told_apart_by_meaning() {
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
fn what_is_gone_keeps_its_name() {
    let locked = &[("user-id", "user_id")];
    check(Namespace::fields(), locked, &["userId"], &["user_id_field"]);
}

#[test]
fn a_locked_name_wins_over_a_newcomer() {
    check(
        Namespace::fields(),
        &[("userId", "user_id")],
        &["user-id", "userId"],
        &["user_minus_id", "user_id"],
    );
}

#[test]
fn a_name_that_cannot_be_given_is_refused() {
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
    let (names, refused) = name_members(Namespace::fields(), wires.into_iter(), &locked);
    let refused: Vec<_> = refused
        .iter()
        .map(|refused| (refused.wire.as_str(), refused.name.as_str(), refused.giver))
        .collect();
    assert_eq!(
        refused,
        [
            ("d", "new", Giver::Overlay),
            ("b", "one", Giver::Lock),
            ("c", "no name", Giver::Lock),
        ]
    );
    assert_eq!(names["a"].as_str(), "one");
}

#[test]
fn a_word_more_repeats_no_word() {
    let mut types = Namespace::types();
    let mut claim = |name: &str| types.claim([name]).to_string();
    assert_eq!(claim("order type"), "OrderType");
    assert_eq!(claim("order type"), "OrderTypeShape");
    assert_eq!(claim("order"), "Order");
    assert_eq!(claim("order type shape"), "OrderTypeShapeType");
}
