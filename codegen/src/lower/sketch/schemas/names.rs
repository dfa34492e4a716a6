//! The names of properties that a schema mentions elsewhere than in its `properties`: in conditions, in what
//! depends on a property, in unions, and in the schemas that it refers to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Sketcher;
use super::classify::classify;
use super::compose::{MAX_ALL_OF_DEPTH, flatten};
use super::form::Form;
use crate::schema::{Additional, Schema, merge};
use crate::source::{Json, Members, find};

/// Maximum nesting of the schemas that are searched for names.
const MAX_DEPTH: usize = 12;

/// Maximum number of schemas that one search reads, because nested references can grow exponentially.
const MAX_SCHEMAS: usize = 2_000;

/// A name, with the description of the first property that has one.
pub(super) type Names = indexmap::IndexMap<String, Option<String>>;

impl Sketcher<'_> {
    /// Returns what only untyped keywords of a schema mention, and what applies to it under a condition.
    pub(super) fn mentioned(&self, schema: &Schema) -> Mentioned {
        let own = (&schema.pointer, &schema.untyped_keywords);
        let inherited = schema.inherited.iter();
        let inherited = inherited.map(|source| (&source.pointer, &source.untyped_keywords));
        let mut search = Search::new(&self.part.json);
        for (pointer, keywords) in std::iter::once(own).chain(inherited) {
            let members = self.raw_at(pointer).and_then(Json::as_object);
            for (keyword, value) in keywords {
                search.read_keyword(keyword, value, members, MAX_DEPTH);
            }
        }
        for conditional in &schema.conditional {
            search.read_schema(conditional, MAX_DEPTH);
        }
        search.found
    }

    /// Returns a schema to which others apply under a condition, unless they mention no property.
    pub(super) fn with_conditional<'s>(
        &self,
        schema: &'s Schema,
        others: &[Json],
    ) -> Cow<'s, Schema> {
        let mut schema = Cow::Borrowed(schema);
        for other in others {
            let mut search = Search::new(&self.part.json);
            search.read_schema(other, MAX_DEPTH);
            if !search.found.names.is_empty() || !search.found.items.is_empty() {
                schema.to_mut().conditional.push(other.clone());
            }
        }
        schema
    }

    /// Merges the target of the reference of a schema into it if the type of the target lacks properties
    /// that the schema allows.
    pub(super) fn join_target(&self, schema: &Schema) -> Option<Schema> {
        let reference = schema.reference.as_ref()?;
        let pointer = reference.target.as_ref()?;
        let members = self.raw(schema)?.as_object()?;
        let mut adds = Search::of_siblings(members, &self.part.json);
        for conditional in &schema.conditional {
            adds.read_schema(conditional, MAX_DEPTH);
        }
        let adds = adds.found.names;
        let opens = members.get("additionalProperties").is_some_and(allows)
            || members.get("patternProperties").is_some();
        if adds.is_empty() && !opens {
            return None;
        }
        let target = self.part.targets.get(pointer)?;
        let flat = flatten(self.part, target, MAX_ALL_OF_DEPTH)?;
        let is_open = flat.additional == Additional::Unspecified;
        if !is_open || !matches!(classify(&flat), Ok(Form::Struct | Form::Union(_))) {
            return None;
        }
        let mut known = Search::new(&self.part.json);
        known.read_schema(self.raw(target)?, MAX_DEPTH);
        if !opens && adds.keys().all(|name| known.found.names.contains_key(name)) {
            return None;
        }
        let mut joined = schema.clone();
        joined.reference = None;
        if !merge(&mut joined, flat) {
            let text = Json::String(reference.text.clone());
            joined.untyped_keywords.insert("$ref".to_owned(), text);
            if joined.additional == Additional::Unspecified {
                joined.additional = Additional::Allowed;
            }
        }
        Some(joined)
    }
}

/// Returns `true` if some value of `additionalProperties` allows further names.
fn allows(value: &Json) -> bool {
    matches!(value, Json::Bool(true) | Json::Object(_))
}

/// The schemas that mention something of a value, elsewhere than in its own keywords.
#[derive(Debug, Default)]
pub(super) struct Mentioned {
    pub(super) names: Names,
    /// The schemas of each property.
    pub(super) parts: BTreeMap<String, Vec<Json>>,
    /// The schemas of elements.
    pub(super) items: Vec<Json>,
}

/// Collects names.
struct Search<'a> {
    root: &'a Json,
    left: usize,
    found: Mentioned,
}

impl<'a> Search<'a> {
    fn new(root: &'a Json) -> Self {
        Self {
            root,
            left: MAX_SCHEMAS,
            found: Mentioned::default(),
        }
    }

    /// Collects what a schema mentions, apart from its reference.
    fn of_siblings(members: &'a Members, root: &'a Json) -> Self {
        let mut search = Self::new(root);
        for (keyword, value) in members {
            if keyword != "$ref" {
                search.read_keyword(keyword, value, Some(members), MAX_DEPTH);
            }
        }
        search
    }

    fn read_schema(&mut self, json: &Json, depth: usize) {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return;
        };
        self.left = left;
        let members = json.as_object();
        for (keyword, value) in members.into_iter().flatten() {
            self.read_keyword(keyword, value, members, depth);
        }
    }

    /// Reads one keyword of a schema with these members.
    fn read_keyword(
        &mut self,
        keyword: &str,
        value: &Json,
        members: Option<&Members>,
        depth: usize,
    ) {
        match keyword {
            "properties" => {
                let properties = value.as_object().map(Members::in_order);
                for (name, property) in properties.into_iter().flatten() {
                    let members = property.as_object();
                    let text = members.and_then(|members| members.get("description")?.as_str());
                    self.add(name, text);
                    if members.is_some() {
                        let parts = self.found.parts.entry(name.clone()).or_default();
                        parts.push(property.clone());
                    }
                }
            }
            "items" if value.as_object().is_some() => self.found.items.push(value.clone()),
            "required" => self.add_all(value),
            "allOf" | "anyOf" | "oneOf" => {
                for schema in value.as_array().unwrap_or_default() {
                    self.read_schema(schema, depth);
                }
            }
            "if" => {
                self.read_schema(value, depth);
                for keyword in ["then", "else"] {
                    if let Some(branch) = members.and_then(|members| members.get(keyword)) {
                        self.read_schema(branch, depth);
                    }
                }
            }
            "dependencies" | "dependentRequired" | "dependentSchemas" => {
                for (name, demanded) in value.as_object().into_iter().flatten() {
                    self.add(name, None);
                    match demanded {
                        Json::String(name) => self.add(name, None),
                        Json::Array(_) => self.add_all(demanded),
                        schema => self.read_schema(schema, depth),
                    }
                }
            }
            "$ref" => {
                let pointer = value.as_str().and_then(|text| text.strip_prefix('#'));
                let pointer =
                    pointer.filter(|pointer| pointer.is_empty() || pointer.starts_with('/'));
                let root = self.root;
                if let Some(target) = pointer.and_then(|pointer| find(root, pointer)) {
                    self.read_schema(target, depth);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &str, description: Option<&str>) {
        let known = self.found.names.entry(name.to_owned()).or_default();
        if known.is_none() {
            *known = description.map(str::to_owned);
        }
    }

    fn add_all(&mut self, names: &Json) {
        let names = names.as_array().unwrap_or_default().iter();
        for name in names.filter_map(Json::as_str) {
            self.add(name, None);
        }
    }
}
