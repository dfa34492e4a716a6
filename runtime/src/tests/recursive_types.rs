//! Nested unions whose variants look alike.

use serde_json::json;

use crate::Json;
use crate::codec::{decode_lenient, decode_record, decode_slowly, decode_strict};
use crate::codegen::{
    Extra, JsonType, Object, Shape, Slots, Union, UnionShape, UnionVariant, Value, objects,
    slots_of, to_json, unions,
};
use crate::interrupt::{Interrupt, NEVER};

/// A node of arguments: a string, or a node with one of two remarks.
#[derive(Clone)]
enum Node {
    Noted(Box<Noted>),
    Counted(Box<Counted>),
    Text(String),
}

struct Noted {
    inner: Node,
    note: Option<String>,
}

struct Counted {
    inner: Node,
    count: Option<i64>,
}

/// The same node in a record.
#[derive(Clone)]
enum Found {
    Noted(Box<FoundNoted>),
    Counted(Box<FoundCounted>),
    Text(String),
    Unknown(Json),
}

struct FoundNoted {
    inner: Found,
    note: Option<String>,
    extra: Extra,
}

struct FoundCounted {
    inner: Found,
    count: Option<i64>,
    extra: Extra,
}

const VARIANTS: &[UnionVariant] = &[
    UnionVariant::new("Noted", &[JsonType::Object]),
    UnionVariant::new("Counted", &[JsonType::Object]),
    UnionVariant::new("Text", &[JsonType::String]),
];

impl Union for Node {
    const SHAPE: &'static UnionShape = &UnionShape::request("Node", VARIANTS).blank(2);
}

impl Union for Found {
    const SHAPE: &'static UnionShape = &UnionShape::record("Found", VARIANTS, "Unknown").blank(2);
}

impl Object for Noted {
    const SHAPE: Shape = Shape {
        name: "Noted",
        required: "inner",
        optional: "note",
        ..Shape::NESTED
    };

    fn empty() -> Self {
        Self {
            inner: Value::blank(),
            note: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.inner, &mut self.note])
    }
}

impl Object for Counted {
    const SHAPE: Shape = Shape {
        name: "Counted",
        required: "inner",
        optional: "count",
        ..Shape::NESTED
    };

    fn empty() -> Self {
        Self {
            inner: Value::blank(),
            count: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.inner, &mut self.count])
    }
}

impl Object for FoundNoted {
    const SHAPE: Shape = Shape {
        name: "FoundNoted",
        required: "inner",
        optional: "note",
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            inner: Value::blank(),
            note: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.inner, &mut self.note, &mut self.extra])
    }
}

impl Object for FoundCounted {
    const SHAPE: Shape = Shape {
        name: "FoundCounted",
        required: "inner",
        optional: "count",
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            inner: Value::blank(),
            count: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.inner, &mut self.count, &mut self.extra])
    }
}

objects!(
    Counted(inner, count),
    FoundCounted(inner, count, extra),
    FoundNoted(inner, note, extra),
    Noted(inner, note)
);
unions!(
    Found(Noted, Counted, Text, Unknown),
    Node(Noted, Counted, Text)
);

/// Creates a node with this value 60 levels deep.
fn nested(end: &Json) -> Json {
    (0..60).fold(end.clone(), |inner, _| json!({ "inner": inner }))
}

#[test]
fn reads_deep_values_that_match_at_once() {
    for end in [json!("x"), json!({"inner": "x", "note": "y"})] {
        let json = nested(&end);
        assert_eq!(to_json(&decode_strict::<Node>(json.clone()).unwrap()), json);
        assert_eq!(
            to_json(&decode_lenient::<Found>(json.clone()).unwrap()),
            json
        );
    }
}

/// Each level can be either variant, so there are 2^60 ways to find that none matches.
#[test]
fn stops_after_too_many_possible_readings() {
    let json = nested(&json!(false));
    let problems = decode_strict::<Node>(json.clone()).map(drop).unwrap_err();
    let codes = problems.problems().iter().map(crate::error::Problem::code);
    assert!(codes.clone().count() < 200, "{problems}");
    assert!(codes.clone().any(|code| code == "check"), "{problems}");
    assert!(
        problems.to_string().contains("less ambiguous"),
        "{problems}"
    );
    // A record keeps everything.
    assert_eq!(
        to_json(&decode_lenient::<Found>(json.clone()).unwrap()),
        json
    );
}

/// Each level matches neither variant, so each would be read twice: in 2^16 ways. A call reads a response
/// of this size on the thread of the runtime.
#[test]
fn a_short_response_is_read_in_milliseconds() {
    let record = (0..16).fold(
        json!("x"),
        |inner, _| json!({"inner": inner, "note": 5, "count": "x"}),
    );
    let text = record.to_string();
    let count = 128 * 1024 / text.len();
    let began = std::time::Instant::now();
    for _ in 0..count {
        let found = decode_record::<Found>(text.as_bytes(), &NEVER).unwrap();
        assert_eq!(to_json(&found), record);
    }
    // A build with optimization takes a tenth.
    assert!(began.elapsed().as_millis() < 5000, "{:?}", began.elapsed());
}

#[test]
fn a_union_inside_a_trial_is_read_once() {
    // The inner values match the second variant, the outer one matches none.
    let inner = (0..20).fold(
        json!("x"),
        |inner, _| json!({"inner": inner, "count": 1, "note": 5}),
    );
    let inner = (0..20).fold(inner, |inner, count| {
        if count % 2 == 0 {
            json!({"inner": inner, "count": 2, "note": null})
        } else {
            json!({"inner": inner, "note": "y"})
        }
    });
    let record = json!({"inner": inner, "note": 5, "count": "x"});
    let text = record.to_string();
    let found = decode_record::<Found>(text.as_bytes(), &NEVER).unwrap();
    assert_eq!(to_json(&found), record);
    for (readings, is_enough) in [(1 << 20, true), (1 << 10, false)] {
        let interrupt = Interrupt::after_readings(readings);
        let found = decode_slowly::<Found>(text.as_bytes(), &interrupt, 100);
        assert_eq!(
            found.is_ok_and(|found| to_json(&found) == record),
            is_enough
        );
        assert_eq!(interrupt.is_raised(), !is_enough);
    }
}
