//! Building of JSON values from any syntax, with a check for duplicate keys and a depth limit.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::members::UnsortedMembers;
use super::pointer;
use super::print::{Layout, compact, shortened};
use super::value::Json;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};

/// The number of levels to which JSON may nest: `serde_json` rejects the 128th.
pub(super) const JSON_DEPTH: usize = 127;

/// The number of levels to which YAML may nest: its parser needs far more stack for each level.
pub(super) const YAML_DEPTH: usize = 64;

/// The state of a walk through a document.
///
/// After a failure, `place` is the pointer of the value that could not be parsed.
#[derive(Debug)]
pub(super) struct Walk {
    /// The pointer of the current value.
    pub(super) place: String,
    /// The number of levels that may still be entered.
    levels_left: usize,
    /// `true` if the walk failed because values nest too deeply.
    pub(super) is_too_deep: bool,
    repeated: Vec<Repeated>,
}

/// A duplicate key.
#[derive(Debug)]
struct Repeated {
    pointer: String,
    first: Json,
    second: Json,
}

impl Walk {
    /// Starts a walk that fails below `depth` levels.
    pub(super) fn new(depth: usize) -> Self {
        Self {
            place: String::new(),
            levels_left: depth,
            is_too_deep: false,
            repeated: Vec::new(),
        }
    }

    /// Returns an error for every duplicate key, each with its location below `base`.
    pub(super) fn check_repeated(&self, base: &SourceLocation) -> Result<(), Diagnostics> {
        let mut problems = Diagnostics::default();
        for repeated in &self.repeated {
            let location = SourceLocation {
                pointer: format!("{}{}", base.pointer, repeated.pointer),
                ..base.clone()
            };
            let text = |json| shortened(&compact(&Layout::from(json)));
            let what = format!(
                "duplicate key, first with {}, then with {}",
                text(&repeated.first),
                text(&repeated.second)
            );
            let problem = Diagnostic::new(location, what)
                .because("JSON parsers differ in which of the two they keep")
                .help("remove one of the two, or rename it");
            problems.push(problem);
        }
        problems.finish()
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        let left = self.levels_left.checked_sub(1);
        self.is_too_deep = left.is_none();
        self.levels_left = left.ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(())
    }
}

/// Deserializes one value as part of a walk.
pub(super) struct Node<'walk>(pub(super) &'walk mut Walk);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let Self(walk) = self;
        walk.enter()?;
        let length = walk.place.len();
        let mut elements = Vec::new();
        loop {
            pointer::push(&mut walk.place, &elements.len().to_string());
            let Some(element) = access.next_element_seed(Node(walk))? else {
                break;
            };
            elements.push(element);
            walk.place.truncate(length);
        }
        walk.place.truncate(length);
        walk.levels_left += 1;
        Ok(Json::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let Self(walk) = self;
        walk.enter()?;
        let length = walk.place.len();
        let mut members = UnsortedMembers::default();
        while let Some(key) = access.next_key::<String>()? {
            pointer::push(&mut walk.place, &key);
            let value = access.next_value_seed(Node(walk))?;
            members.push(key, value);
            walk.place.truncate(length);
        }
        let (members, repeated) = members.sort();
        for (key, second) in repeated {
            walk.repeated.push(Repeated {
                pointer: pointer::child(&walk.place, &key),
                first: members.get(&key).cloned().unwrap_or_default(),
                second,
            });
        }
        walk.levels_left += 1;
        Ok(Json::Object(members))
    }
}
