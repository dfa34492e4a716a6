//! Tests of accepted changes.

use super::*;

fn change(kind: ChangeKind, tool: &str) -> ChangeResult {
    ChangeResult {
        tool: tool.to_owned(),
        place: "argument /a".to_owned(),
        ..ChangeResult::of_catalog(kind)
    }
}

#[test]
fn days_are_dates() {
    for (days, date) in [
        (0, "1970-01-01"),
        (58, "1970-02-28"),
        (59, "1970-03-01"),
        (789, "1972-02-29"),
        (11_016, "2000-02-29"),
        (20_787, "2026-11-30"),
        (47_540, "2100-02-28"),
        (47_541, "2100-03-01"),
        (2_932_896, "9999-12-31"),
    ] {
        assert_eq!(date_after_epoch(days).unwrap().to_string(), date);
    }
    assert!(date_after_epoch(u64::MAX / 86_400).is_err());
}

#[test]
fn takes_an_end_as_text_or_as_a_date() {
    for until in ["\"2027-01-31\"", "2027-01-31"] {
        let text = format!(
            "[[accept]]\nid = \"tool-removed\"\ntool = \"a\"\nreason = \"b\"\nuntil = {until}"
        );
        let accepted = Accepted::parse(&text, "file").unwrap();
        let until = accepted.entries[0].1.until.unwrap().0;
        assert_eq!(until.to_string(), "2027-01-31");
    }
}

#[test]
fn the_keys_of_an_entry_are_its_fields() {
    let keys = ["id", "catalog", "tool", "place", "reason", "until"];
    assert_eq!(keys_of::<Entry>(), keys);
}

#[test]
fn suggests_a_key_for_a_typo() {
    let text = "[[accept]]\nid = \"tool-removed\"\ntool = \"a\"\nuntill = \"2027-01-31\"";
    let error = Accepted::parse(text, "accept.toml").unwrap_err();
    let error = error.downcast::<toolsmith_codegen::Diagnostics>().unwrap();
    let found = error.to_string();
    assert!(found.contains("unknown key `untill`"), "{found}");
    assert!(found.contains("accept.toml, line 4, column 1"), "{found}");
    assert!(found.contains("did you mean `until`?"), "{found}");
}

#[test]
fn refuses_an_end_that_is_not_a_day() {
    for until in [
        "2027-02-29",
        "2027-1-31",
        "31.1.2027",
        "2027-01-31T10:00:00Z",
        "10:00:00",
        "",
    ] {
        let text = format!(
            "[[accept]]\nid = \"tool-removed\"\ntool = \"a\"\nreason = \"b\"\nuntil = \"{until}\""
        );
        let error = Accepted::parse(&text, "file").unwrap_err();
        let problem = format!("`{until}` is not a date; write one such as 2027-01-31");
        assert!(format!("{error:#}").contains(&problem), "{error:#}");
    }
}

#[test]
fn an_entry_belongs_to_its_catalog() {
    let text = r#"
        [[accept]]
        id = "tool-removed"
        catalog = "other"
        tool = "list_keys"
        reason = "agreed"

        [[accept]]
        id = "tool-removed"
        tool = "gone"
        reason = "agreed"
    "#;
    let accepted = Accepted::parse(text, "file").unwrap();
    let mut catalogs = [CatalogDiff {
        name: "demo".to_owned(),
        changes: vec![change(ChangeKind::ToolRemoved, "list_keys")],
    }];
    let today = date_after_epoch(20_787).unwrap();
    assert_eq!(accepted.judge(&mut catalogs, false, today), []);
    assert_eq!(catalogs[0].changes[0].accepted, None);
    assert_eq!(accepted.judge(&mut catalogs, true, today).len(), 2);
}

#[test]
fn reports_entries_that_no_longer_apply() {
    let text = r#"
        [[accept]]
        id = "arg-required-added"
        tool = "list_keys"
        reason = "agreed"
        until = "2026-12-31"

        [[accept]]
        id = "tool-removed"
        tool = "list_keys"
        reason = "agreed"

        [[accept]]
        id = "arg-required-added"
        tool = "old_keys"
        reason = "agreed"
        until = "2026-11-29"

        [[accept]]
        id = "tool-remove"
        tool = "list_keys"
        place = "tool"
        reason = "agreed"
    "#;
    let accepted = Accepted::parse(text, "file").unwrap();
    let mut catalogs = [CatalogDiff {
        name: "demo".to_owned(),
        changes: vec![
            change(ChangeKind::ArgRequiredAdded, "list_keys"),
            change(ChangeKind::ArgRequiredAdded, "old_keys"),
        ],
    }];
    let today = date_after_epoch(20_787).unwrap();
    let complaints = accepted.judge(&mut catalogs, true, today);
    let changes = &catalogs[0].changes;
    assert_eq!(changes[0].accepted.as_deref(), Some("agreed"));
    assert_eq!(changes[1].accepted, None);
    assert_eq!(
        complaints,
        [
            (
                8,
                "`tool-removed` of `list_keys` is accepted, but there is no such change; remove the entry"
            ),
            (
                13,
                "`arg-required-added` of `old_keys` was accepted until 2026-11-29; decide again"
            ),
            (
                19,
                "`tool-remove` of `list_keys`, tool: there is no such kind of change; did you mean \
                 `tool-removed`, `tool-moved` or `tool-renamed`?"
            ),
        ]
        .map(|(line, complaint)| (line, complaint.to_owned()))
    );
}
