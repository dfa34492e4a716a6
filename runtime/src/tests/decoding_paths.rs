//! The fast path from text to values, the slow path from text and the path through JSON agree: the
//! fast path reads the same values, or leaves them to the slow path.

use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;

use super::json_text::{TextSource, page_text, record_text};
use super::shop::{Env, ProjectId};
use crate::client::{Page, read_page, read_page_by_record, read_quickly};
use crate::codec::{MAX_RECORD_PROBLEMS, RecordError, decode_lenient, decode_slowly, decode_text};
use crate::codegen::{
    Choice, Extra, JsonType, Object, Open, Shape, Slots, Union, UnionShape, UnionVariant, Value,
    Verbatim, choices, objects, slots_of, to_json, unions,
};
use crate::http::{ReadContext, Response, Token, read_record};
use crate::interrupt::NEVER;
use crate::rate_limit::RateLimitHeaders;
use crate::{DateTime, Json};

#[derive(Debug)]
enum Level {
    Low,
    High,
}

impl Choice for Level {
    type Wire = i64;
    const VALUES: &'static [(Self, i64)] = &[(Self::Low, 1), (Self::High, 9)];
}

#[derive(Debug)]
enum Mixed {
    Half,
    Whole,
}

impl Choice for Mixed {
    type Wire = Verbatim;
    const VALUES: &'static [(Self, Verbatim)] = &[
        (Self::Half, Verbatim("0.5")),
        (Self::Whole, Verbatim("\"whole\"")),
    ];
}

choices!(Level, Mixed);

/// A record with a field of every kind.
struct Thing {
    id: ProjectId,
    name: String,
    closed: Option<String>,
    count: Option<i64>,
    size: Option<u64>,
    price: Option<f64>,
    is_live: Option<bool>,
    env: Option<Open<Env>>,
    level: Option<Open<Level>>,
    mixed: Option<Open<Mixed>>,
    due: Option<DateTime>,
    tags: Option<Vec<String>>,
    counts: Option<Vec<Option<i64>>>,
    parts: Option<Vec<Part>>,
    parent: Option<Box<Thing>>,
    any: Option<Json>,
    labels: Option<BTreeMap<String, i64>>,
    pair: Option<(String, f64)>,
    either: Option<Either>,
    extra: Extra,
}

impl Object for Thing {
    const SHAPE: Shape = Shape {
        name: "Thing",
        required: "id name",
        optional: "closed count size price isLive env level mixed due tags counts parts parent any labels pair either",
        nullable: &["closed"],
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            id: Value::blank(),
            name: Value::blank(),
            closed: None,
            count: None,
            size: None,
            price: None,
            is_live: None,
            env: None,
            level: None,
            mixed: None,
            due: None,
            tags: None,
            counts: None,
            parts: None,
            parent: None,
            any: None,
            labels: None,
            pair: None,
            either: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([
            &mut self.id,
            &mut self.name,
            &mut self.closed,
            &mut self.count,
            &mut self.size,
            &mut self.price,
            &mut self.is_live,
            &mut self.env,
            &mut self.level,
            &mut self.mixed,
            &mut self.due,
            &mut self.tags,
            &mut self.counts,
            &mut self.parts,
            &mut self.parent,
            &mut self.any,
            &mut self.labels,
            &mut self.pair,
            &mut self.either,
            &mut self.extra,
        ])
    }
}

/// A record with a constant property.
struct Part {
    sku: String,
    thing: Option<Box<Thing>>,
    extra: Extra,
}

impl Object for Part {
    const SHAPE: Shape = Shape {
        name: "Part",
        required: "sku",
        optional: "thing",
        constants: &[("kind", "\"part\"")],
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            sku: Value::blank(),
            thing: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.sku, &mut self.thing, &mut self.extra])
    }
}

objects!(
    Part(sku, thing, extra),
    Thing(
        id, name, closed, count, size, price, is_live, env, level, mixed, due, tags, counts, parts,
        parent, any, labels, pair, either, extra
    )
);

#[derive(Clone)]
enum Either {
    Thing(Box<Thing>),
    Part(Part),
    Text(String),
    Things(Vec<Thing>),
    Unknown(Json),
}

impl Union for Either {
    const SHAPE: &'static UnionShape = &UnionShape::record(
        "Either",
        &[
            UnionVariant::new("Thing", &[JsonType::Object]),
            UnionVariant::new("Part", &[JsonType::Object]),
            UnionVariant::new("Text", &[JsonType::String]),
            UnionVariant::new("Things", &[JsonType::Array]),
        ],
        "Unknown",
    )
    .blank(2);
}

unions!(Either(Thing, Part, Text, Things, Unknown));

impl Thing {
    /// A difference that neither `Debug` nor the encoding shows.
    fn inside(&self) -> String {
        let env = self.env.as_ref().map(|env| env.known().is_some());
        let level = self.level.as_ref().map(|level| level.known().is_some());
        let mixed = self.mixed.as_ref().map(|mixed| mixed.known().is_some());
        let parent = self.parent.as_ref().map(|parent| parent.inside());
        let price = self.price.map(f64::to_bits);
        let lists = (&self.counts, &self.any, &self.either, &self.extra);
        let nulls: Vec<_> = self.extra.nulls().collect();
        format!("{env:?} {level:?} {mixed:?} {parent:?} {price:?} {lists:?} {nulls:?}")
    }
}

fn response(text: &[u8]) -> Response {
    let (parts, ()) = http::Response::new(()).into_parts();
    let spec = super::tool("get_single_shop_project_by_id");
    Response::new(
        spec,
        parts,
        text.to_vec().into(),
        RateLimitHeaders::default(),
    )
}

/// Returns everything visible of a value or an error.
fn seen<E: fmt::Debug>(outcome: &Result<Thing, E>) -> String {
    match outcome {
        Ok(thing) => format!("{thing:?} {} {}", to_json(thing), thing.inside()),
        Err(error) => format!("{error:?}"),
    }
}

fn seen_of_page<E: fmt::Debug>(outcome: &Result<Page<Thing>, E>) -> String {
    let things = outcome.iter().flat_map(|page| &page.items);
    let things: Vec<String> = things.map(|thing| seen::<()>(&Ok(thing.clone()))).collect();
    format!("{things:?} {outcome:?}")
}

/// Calls `read` with the context of a client.
fn in_context<T>(read: impl FnOnce(&ReadContext<'_>) -> T) -> T {
    let token = Token::new("s3cr3t-canary".into()).unwrap();
    read(&ReadContext {
        interrupt: &NEVER,
        scrubber: token.scrubber(),
    })
}

/// Returns everything visible of a record, or the places and kinds of its problems.
fn seen_sorted(outcome: &Result<Thing, RecordError>) -> String {
    match outcome {
        Ok(_) => seen(outcome),
        Err(error) => {
            let problems = error.problems().iter();
            let mut places: Vec<_> = problems
                .map(|problem| format!("{} {}", problem.path, problem.code()))
                .collect();
            places.sort();
            places.join("\n")
        }
    }
}

#[track_caller]
fn check_record(text: &[u8]) {
    let slowly = decode_slowly::<Thing>(text, &NEVER, 100);
    // JSON that everyone understands is read as through a tree of it.
    // The number of problems and the length of their paths are bounded, and of many problems the
    // two paths keep different ones.
    let has_many = |error: &RecordError| error.problems().len() > MAX_RECORD_PROBLEMS / 2;
    if let Ok(json) = serde_json::from_slice::<Json>(text)
        && !slowly.as_ref().is_err_and(has_many)
    {
        assert_eq!(seen_sorted(&slowly), seen_sorted(&decode_lenient(json)));
    }
    if let Some(thing) = decode_text::<Thing>(text) {
        assert_eq!(seen::<()>(&Ok(thing)), seen(&slowly));
    }
    let read = in_context(|context| read_record::<Thing>(&response(text), context));
    assert_eq!(read.is_ok(), slowly.is_ok());
    if let (Ok(_), Ok(_)) = (&read, &slowly) {
        assert_eq!(seen(&read), seen(&slowly));
    }
}

#[track_caller]
fn check_page(text: &[u8]) {
    let response = response(text);
    let slowly = in_context(|context| read_page_by_record::<Thing>(&response, context));
    if let Some(page) = read_quickly::<Thing>(&response).unwrap() {
        assert_eq!(seen_of_page::<()>(&Ok(page)), seen_of_page(&slowly));
    }
    let read = in_context(|context| read_page::<Thing>(&response, context));
    assert_eq!(seen_of_page(&read), seen_of_page(&slowly));
    // The records of JSON that everyone understands are all there.
    let json = serde_json::from_slice::<Json>(text).unwrap_or_default();
    if let Some(records) = json.get("result").and_then(Json::as_array) {
        let page = slowly.unwrap();
        assert_eq!(page.record_count(), records.len());
        let is_rejected = |index| page.rejected.iter().any(|rejected| rejected.index == index);
        for (index, record) in records.iter().enumerate() {
            let decoded = decode_lenient::<Thing>(record.clone());
            assert_eq!(decoded.is_err(), is_rejected(index), "{record}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn both_paths_read_the_same_record(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_record(&record_text(&mut TextSource::new(bytes)));
    }

    #[test]
    fn both_paths_read_the_same_page(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check_page(&page_text(&mut TextSource::new(bytes)));
    }
}

#[test]
fn reads_matching_values_on_the_fast_path() {
    for text in [
        r#"{"id": "a", "name": "b"}"#,
        r#" {"id": "\u0061", "name": "b", "count": -5, "size": 5, "price": 5, "isLive": true} "#,
        r#"{"name": "b", "id": "a", "closed": null, "env": "new", "parts": [], "due": "soon"}"#,
        r#"{"id": "a", "name": "b", "level": 5, "mixed": {"a": 1}, "either": [5], "new": [null]}"#,
        r#"{"z": 1, "mixed": null, "y": 2, "id": "a", "isLive": null, "x": 3, "name": "b"}"#,
        r#"{"id": "a", "name": "b", "parts": [{"sku": "c", "kind": "part"}], "counts": [null, 1]}"#,
        r#"{"id": "a", "name": "b", "parent": {"id": "c", "name": "d", "price": null}}"#,
    ] {
        assert!(decode_text::<Thing>(text.as_bytes()).is_some(), "{text}");
        check_record(text.as_bytes());
        for page in [
            format!("[{text}]"),
            format!(r#"{{"next_cursor": null, "result": [{text}, {text}], "new": {{}}}}"#),
        ] {
            let response = response(page.as_bytes());
            assert!(read_quickly::<Thing>(&response).unwrap().is_some());
            check_page(page.as_bytes());
        }
    }
}

#[test]
fn reads_other_values_on_the_slow_path() {
    for text in [
        "",
        "null",
        "[]",
        "\u{feff}{\"id\": \"a\", \"name\": \"b\"}",
        r#"{"id": "a"}"#,
        r#"{"id": null, "name": "b"}"#,
        r#"{"id": "a", "name": "b", "name": "c"}"#,
        r#"{"id": "a", "name": "b"} {}"#,
        r#"{"id": "a", "name": "b", "count": 5.0}"#,
        r#"{"id": "a", "name": "b", "count": 9223372036854775808}"#,
        r#"{"id": "a", "name": "b", "size": -1}"#,
        r#"{"id": "a", "name": "b", "price": 1e400}"#,
        r#"{"id": "a", "name": "b", "tags": [null]}"#,
        r#"{"id": "a", "name": "\ud800"}"#,
        r#"{"id": "a", "name": "b", "parts": [{"sku": "c"}]}"#,
    ] {
        assert!(decode_text::<Thing>(text.as_bytes()).is_none(), "{text}");
        check_record(text.as_bytes());
        check_page(text.as_bytes());
        check_page(format!("[{text}]").as_bytes());
    }
}
