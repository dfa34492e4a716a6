//! Makes values from schemas, most of them valid. A validator decides whether one is valid.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Number, Value as Json, json};

use super::Dice;

/// The depth from which values have only their required members.
const DEPTH: usize = 5;

/// The maximum depth, because a schema may be recursive.
const END: usize = 24;

/// Makes values of one schema.
pub(super) struct Maker<'a> {
    root: &'a Json,
    pub(super) dice: Dice,
    patterns: BTreeMap<String, Option<String>>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(root: &'a Json, dice: Dice) -> Self {
        Self {
            root,
            dice,
            patterns: BTreeMap::new(),
        }
    }

    /// Makes a value of the whole schema.
    pub(super) fn make_root(&mut self) -> Json {
        self.make(self.root, 0)
    }

    fn make(&mut self, schema: &Json, depth: usize) -> Json {
        let Some(members) = schema.as_object().filter(|_| depth < END) else {
            return self.anything();
        };
        if let Some(reference) = members.get("$ref").and_then(Json::as_str) {
            let pointer = reference.strip_prefix('#').unwrap_or("/?");
            let target = self.root.pointer(pointer);
            return target.map_or(Json::Null, |target| self.make(target, depth + 1));
        }
        if let Some(value) = members.get("const") {
            return value.clone();
        }
        if let Some(values) = members.get("enum").and_then(Json::as_array) {
            return self.dice.pick(values).cloned().unwrap_or(Json::Null);
        }
        let mut made = self.make_typed(members, depth);
        for keyword in ["anyOf", "oneOf"] {
            if let Some(branches) = members.get(keyword).and_then(Json::as_array)
                && let Some(branch) = self.dice.pick(branches)
            {
                let value = self.make(branch, depth + 1);
                join(&mut made, value);
            }
        }
        for member in members
            .get("allOf")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            let value = self.make(member, depth + 1);
            join(&mut made, value);
        }
        made.unwrap_or_else(|| self.anything())
    }

    /// Makes a value of the declared type, or of the type that the other keywords imply.
    fn make_typed(&mut self, schema: &Map<String, Json>, depth: usize) -> Option<Json> {
        let named = match schema.get("type") {
            Some(Json::Array(types)) => self.dice.pick(types).and_then(Json::as_str),
            Some(name) => name.as_str(),
            None if schema.contains_key("properties") => Some("object"),
            None if schema.contains_key("items") => Some("array"),
            None => None,
        };
        if schema.get("nullable") == Some(&json!(true)) && self.dice.percent(10) {
            return Some(Json::Null);
        }
        Some(match named? {
            "string" => Json::String(self.make_text(schema)),
            "integer" => self.make_number(schema, 1.0),
            "number" => self.make_number(schema, 0.25),
            "boolean" => json!(self.dice.percent(50)),
            "null" => Json::Null,
            "array" => self.make_list(schema, depth),
            "object" => self.make_object(schema, depth),
            _ => return None,
        })
    }

    fn make_object(&mut self, schema: &Map<String, Json>, depth: usize) -> Json {
        let mut made = Map::new();
        let required = schema.get("required").and_then(Json::as_array);
        let required: Vec<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Json::as_object);
        let chance = [0, 40, 90].get(self.dice.roll(3)).copied().unwrap_or(0);
        for (name, property) in properties.into_iter().flatten() {
            let is_required = required.contains(&name.as_str());
            if is_required || depth < DEPTH && self.dice.percent(chance) {
                made.insert(name.clone(), self.make(property, depth + 1));
            }
        }
        let extra = schema.get("additionalProperties");
        for name in required {
            if !made.contains_key(name) {
                let value = match extra {
                    Some(extra) => self.make(extra, depth + 1),
                    None => self.anything(),
                };
                made.insert(name.to_owned(), value);
            }
        }
        if let Some(extra) = extra.filter(|extra| **extra != json!(false))
            && self.dice.percent(40)
            && depth < DEPTH
        {
            made.insert("x-free".to_owned(), self.make(extra, depth + 1));
        }
        Json::Object(made)
    }

    fn make_list(&mut self, schema: &Map<String, Json>, depth: usize) -> Json {
        let bound = |keyword| schema.get(keyword).and_then(Json::as_u64);
        let least = usize::try_from(bound("minItems").unwrap_or(0))
            .unwrap_or(0)
            .min(50);
        let most = bound("maxItems").map_or(least + 3, |most| usize::try_from(most).unwrap_or(0));
        let spare = if depth < DEPTH {
            most.saturating_sub(least).min(3)
        } else {
            0
        };
        let length = least + self.dice.roll(spare + 1);
        let first = schema
            .get("prefixItems")
            .or_else(|| schema.get("items"))
            .and_then(Json::as_array)
            .cloned()
            .unwrap_or_default();
        let rest = schema.get("items").filter(|items| !items.is_array());
        let mut made = Vec::new();
        for index in 0..length.max(first.len().min(most)) {
            made.push(match (first.get(index), rest) {
                (Some(element), _) | (None, Some(element)) => self.make(element, depth + 1),
                (None, None) => self.anything(),
            });
        }
        Json::Array(made)
    }

    fn make_number(&mut self, schema: &Map<String, Json>, step: f64) -> Json {
        let bound = |keyword| schema.get(keyword).and_then(Json::as_f64);
        let step = bound("multipleOf").unwrap_or(step);
        let exclusive = |keyword| bound(keyword).map(|bound| (bound / step).floor() * step);
        let least = bound("minimum").or(exclusive("exclusiveMinimum").map(|bound| bound + step));
        let most = bound("maximum").or(exclusive("exclusiveMaximum"));
        let roll = |dice: &mut Dice, sides| f64::from(u32::try_from(dice.roll(sides)).unwrap_or(0));
        let number = match (least, most) {
            (Some(least), Some(_)) if self.dice.percent(30) => least,
            (_, Some(most)) if self.dice.percent(30) => most,
            (Some(least), most) => {
                let number = ((least / step).ceil() + roll(&mut self.dice, 9)) * step;
                most.map_or(number, |most| number.min(most))
            }
            (None, Some(most)) => ((most / step).floor() - roll(&mut self.dice, 9)) * step,
            (None, None) => (roll(&mut self.dice, 2000) - 300.0) * step,
        };
        number_json(number)
    }

    fn make_text(&mut self, schema: &Map<String, Json>) -> String {
        if let Some(pattern) = schema.get("pattern").and_then(Json::as_str)
            && let Some(text) = self.make_matching(pattern)
        {
            return text;
        }
        if let Some(format) = schema.get("format").and_then(Json::as_str)
            && let Some((_, texts)) = FORMATS.iter().find(|(name, _)| *name == format)
        {
            return self
                .dice
                .pick(texts)
                .map_or_else(String::new, |text| (*text).to_owned());
        }
        let bound = |keyword| schema.get(keyword).and_then(Json::as_u64);
        let least = usize::try_from(bound("minLength").unwrap_or(0))
            .unwrap_or(0)
            .min(2_000);
        let most = bound("maxLength").map(|most| usize::try_from(most).unwrap_or(0));
        let length = match most {
            Some(most) if most <= 2_000 && self.dice.percent(30) => most,
            Some(most) => (least + self.dice.roll(12)).min(most),
            None => least + self.dice.roll(12),
        };
        let letters = ['a', 'B', '7', ' ', '-', 'ü', '😀', '"', '\\', '\n', '/'];
        let letter = |_| self.dice.pick(&letters).copied().unwrap_or('a');
        (0..length).map(letter).collect()
    }

    /// Makes a string that matches a pattern. Anchors are dropped, because the whole string matches.
    fn make_matching(&mut self, pattern: &str) -> Option<String> {
        let known = self.patterns.get(pattern);
        if let (Some(known), false) = (known, self.dice.percent(30)) {
            return known.clone();
        }
        let inner = pattern.trim_start_matches('^').trim_end_matches('$');
        let mut seed = [0; 32];
        for byte in &mut seed {
            *byte = u8::try_from(self.dice.roll(256)).unwrap_or(0);
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = proptest::string::string_regex(inner).ok();
        let tree = strategy.and_then(|strategy| strategy.new_tree(&mut runner).ok());
        let text = tree.map(|tree| tree.current());
        self.patterns.insert(pattern.to_owned(), text.clone());
        text
    }

    fn anything(&mut self) -> Json {
        let values = [
            json!("text"),
            json!(7),
            json!(1.5),
            json!(true),
            json!({"a": 1}),
            json!([1, "b"]),
        ];
        self.dice.pick(&values).cloned().unwrap_or(Json::Null)
    }
}

/// Converts a number to JSON; whole numbers have no fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only whole numbers that a float holds exactly"
)]
pub(super) fn number_json(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        json!(number as i64)
    } else {
        Number::from_f64(number).map_or(json!(0), Json::Number)
    }
}

/// Combines two values: objects are merged, any other value replaces the first.
fn join(made: &mut Option<Json>, value: Json) {
    match (made.as_mut(), value) {
        (Some(Json::Object(made)), Json::Object(value)) => made.extend(value),
        (_, value) => *made = Some(value),
    }
}

/// Strings of each format.
const FORMATS: &[(&str, &[&str])] = &[
    (
        "date-time",
        &["2026-06-23T10:00:00Z", "2026-06-23T10:00:00.25+02:00"],
    ),
    ("date", &["2026-06-23", "2024-02-29"]),
    ("time", &["10:00:00Z", "23:59:59.5+01:30"]),
    ("duration", &["P3D", "PT1H30M", "P2W"]),
    ("email", &["ops@example.com"]),
    ("hostname", &["example.com", "a-b.test"]),
    ("ipv4", &["192.0.2.7"]),
    ("ipv6", &["2001:db8::7"]),
    ("uri", &["https://example.com/a?b=c", "urn:x:y"]),
    ("uuid", &["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]),
];
