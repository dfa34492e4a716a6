//! The codec on an object with a field of every kind.

#![allow(
    unreachable_pub,
    reason = "the macros declare public items, as in generated code"
)]

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::{choices, ids, objects};

ids! {
    /// Identifies a team.
    TeamId
}

#[derive(Debug)]
enum Size {
    Small,
    Large,
}

impl Choice for Size {
    type Wire = &'static str;
    const VALUES: &'static [(Self, &'static str)] =
        &[(Self::Small, "small"), (Self::Large, "large")];
}

#[derive(Debug)]
enum Level {
    Low,
    High,
}

impl Choice for Level {
    type Wire = i64;
    const VALUES: &'static [(Self, i64)] = &[(Self::Low, 1), (Self::High, 9)];
}

choices!(Level, Size);

struct Order {
    team: TeamId,
    size: Size,
    count: Option<i64>,
    price: Option<f64>,
    note: Nullable<String>,
    due: Option<DateTime>,
    lines: Option<Vec<Line>>,
    labels: Option<BTreeMap<String, String>>,
}

impl Object for Order {
    const SHAPE: Shape = Shape {
        name: "Order",
        required: "team size",
        optional: "count price note due lines labels",
        nullable: &["note"],
        field_checks: &[
            ("count", &[Check::Minimum(1.0)]),
            ("note", &[Check::MaxLength(5)]),
            ("lines", &[Check::MaxItems(2)]),
            ("labels", &[Check::Values(&[Check::MinLength(1)])]),
        ],
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {
            team: Value::blank(),
            size: Value::blank(),
            count: None,
            price: None,
            note: Nullable::Absent,
            due: None,
            lines: None,
            labels: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([
            &mut self.team,
            &mut self.size,
            &mut self.count,
            &mut self.price,
            &mut self.note,
            &mut self.due,
            &mut self.lines,
            &mut self.labels,
        ])
    }
}

struct Line {
    sku: String,
}

impl Object for Line {
    const SHAPE: Shape = Shape {
        name: "Line",
        required: "sku",
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {
            sku: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.sku])
    }
}

struct Record {
    id: TeamId,
    size: Option<Open<Size>>,
    level: Option<Open<Level>>,
    closed: Option<String>,
    parent: Option<Box<Record>>,
    extra: Extra,
}

impl Object for Record {
    const SHAPE: Shape = Shape {
        name: "Record",
        required: "id",
        optional: "size level closed parent",
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            id: Value::blank(),
            size: None,
            level: None,
            closed: None,
            parent: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([
            &mut self.id,
            &mut self.size,
            &mut self.level,
            &mut self.closed,
            &mut self.parent,
            &mut self.extra,
        ])
    }
}

objects!(
    Line(sku),
    Order(team, size, count, price, note, due, lines, labels),
    Record(id, size, level, closed, parent, extra)
);

/// Asserts the problems of an order, one per line.
#[track_caller]
fn check_order(json: Json, expected: &[&str]) {
    let problems = match decode_strict::<Order>(json).and_then(encode) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    assert_eq!(problems.lines().collect::<Vec<_>>(), expected);
}

fn order() -> Json {
    json!({"team": "t_1", "size": "small"})
}

fn order_with(name: &str, value: Json) -> Json {
    let mut order = order();
    order[name] = value;
    order
}

#[test]
fn a_request_survives_a_round_trip() {
    let json = json!({
        "team": "t_1",
        "size": "large",
        "count": 3,
        "price": 2.5,
        "note": null,
        "due": "2026-06-23T10:00:00Z",
        "lines": [{"sku": "a"}],
        "labels": {"color": "red"},
    });
    let decoded: Order = decode_strict(json.clone()).unwrap();
    assert_eq!(decoded.note, Nullable::Null);
    assert_eq!(decoded.size, Size::Large);
    assert_eq!(encode(decoded).unwrap(), json);
    assert_eq!(
        encode(decode_strict::<Order>(order()).unwrap()).unwrap(),
        order()
    );
}

#[test]
fn reports_all_problems_at_once() {
    check_order(
        json!({"size": "LARGE", "count": 0, "lines": [{"sku": 1}, {}], "teem": "t_1"}),
        &[
            "/size: expected one of \"small\", \"large\", found \"LARGE\"; did you mean \"large\"?",
            "/count: expected at least 1, found 0",
            "/lines/0/sku: expected a string, found 1",
            "/lines/1/sku: required, but missing",
            "/teem: no such argument; did you mean `team`?",
        ],
    );
}

#[test]
fn each_problem_names_the_remedy() {
    check_order(json!([]), &["expected an object, found []"]);
    check_order(
        order_with("count", json!(null)),
        &["/count: null is not allowed"],
    );
    check_order(
        order_with("count", json!(1.5)),
        &["/count: expected an integer of at least 1, found 1.5"],
    );
    check_order(
        order_with("note", json!("too long")),
        &["/note: expected at most 5 characters, found \"too long\""],
    );
    check_order(
        order_with("due", json!("tomorrow")),
        &["/due: expected a date and time such as \"2026-06-23T10:00:00Z\", found \"tomorrow\""],
    );
    check_order(
        order_with("labels", json!({"a/b": ""})),
        &["/labels/a~1b: expected at least 1 character, found \"\""],
    );
    check_order(order_with("zzz", json!(1)), &["/zzz: no such argument"]);
    let long = json!({"team": "t_1", "size": "x".repeat(500)});
    let error = decode_strict::<Order>(long).unwrap_err();
    assert!(error.to_string().len() < 200, "{error}");
}

#[test]
fn reads_floats_without_a_fraction_as_integers() {
    let decoded: Order = decode_strict(order_with("count", json!(5.0))).unwrap();
    assert_eq!(decoded.count, Some(5));
    let decoded: Order = decode_strict(order_with("price", json!(5))).unwrap();
    assert_eq!(encode(decoded).unwrap()["price"].to_string(), "5");
    check_order(
        order_with("count", json!(u64::MAX)),
        &["/count: expected an integer of at least 1, found 18446744073709551615"],
    );
}

#[test]
fn refuses_numbers_that_json_cannot_express() {
    let mut request: Order = decode_strict(order()).unwrap();
    request.price = Some(f64::NAN);
    let error = encode(request).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/price: expected a finite number, found \"NaN\""
    );
}

#[test]
fn checks_typed_values_when_encoding() {
    let mut request: Order = decode_strict(order()).unwrap();
    request.count = Some(0);
    request.due = Some(DateTime::from("soon"));
    assert_eq!(encode(request).unwrap_err().problems().len(), 2);
}

#[test]
fn a_record_keeps_unknown_fields_and_values() {
    let json = json!({
        "id": "t_1",
        "size": "huge",
        "level": 5,
        "closed": null,
        "parent": {"id": "t_0", "closed": "yes", "new": [1]},
        "new": {"a": null},
    });
    let record: Record = decode_lenient(json.clone()).unwrap();
    assert_eq!(record.size, Some(Open::Unknown("huge".to_owned())));
    assert_eq!(record.level, Some(Open::Unknown(5)));
    assert_eq!(record.extra["new"], json!({"a": null}));
    assert_eq!(to_json(&record), json);
}

#[test]
fn a_record_keeps_unexpected_nulls() {
    let json = json!({"id": "t_1", "size": null, "closed": "yes"});
    let mut record: Record = decode_lenient(json.clone()).unwrap();
    assert_eq!(record.size, None);
    assert_eq!(to_json(&record), json);
    record.size = Some(Size::Small.into());
    assert_eq!(to_json(&record)["size"], "small");
}

#[test]
fn names_the_path_of_each_problem_of_a_record() {
    for (json, expected) in [
        (json!({"closed": null}), "/id: required, but missing"),
        (json!({"id": null}), "/id: expected a string, found null"),
        (
            json!({"id": "a", "parent": {"id": 5}}),
            "/parent/id: expected a string, found 5",
        ),
        (
            json!({"id": "a", "size": 5}),
            "/size: expected a value such as \"small\", found 5",
        ),
        (json!([]), "the root: expected an object, found []"),
    ] {
        let error = decode_lenient::<Record>(json).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert!(
        decode_lenient::<Record>(json!({"id": "a"})).is_ok(),
        "null and absent are the same in a record"
    );
}

#[test]
fn generated_types_implement_serde_debug_and_comparison() {
    let text = r#"{"id":"t_1","size":"small","closed":"yes"}"#;
    let record: Record = serde_json::from_str(text).unwrap();
    assert_eq!(record.size, Some(Open::Known(Size::Small)));
    assert!(
        record
            .size
            .as_ref()
            .is_some_and(|size| *size == Size::Small)
    );
    assert_eq!(
        serde_json::to_value(&record).unwrap(),
        serde_json::from_str::<Json>(text).unwrap()
    );
    assert_eq!(record, record.clone());
    assert_eq!(
        format!("{record:?}"),
        r#"Record { id: "t_1", size: "small", closed: "yes" }"#
    );
    let sizes = [Open::Known(Size::Small), Open::Unknown("a \"b".to_owned())];
    assert_eq!(format!("{} {}", sizes[0], sizes[1]), "small a \"b");
    assert_eq!(Open::<Level>::Unknown(5).to_string(), "5");
    let error = serde_json::from_str::<Order>(r#"{"team":"t"}"#).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/size: required, but missing"),
        "{error}"
    );
    assert_eq!(
        serde_json::from_str::<Size>("\"large\"").unwrap(),
        Size::Large
    );
    assert_eq!(format!("{} {}", Size::Small, Level::High), "small 9");
}

#[test]
fn identifiers_convert_from_and_to_strings() {
    let id = TeamId::from("t_1");
    assert_eq!(id, "t_1");
    assert_eq!(id.as_str(), "t_1");
    assert_eq!(TeamId::from(&id), id);
    assert_eq!(format!("{id} {id:?}"), "t_1 \"t_1\"");
    assert_eq!(serde_json::to_string(&id).unwrap(), "\"t_1\"");
    assert_eq!(serde_json::from_str::<TeamId>("\"t_1\"").unwrap(), id);
}
