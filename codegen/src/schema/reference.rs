//! Resolution of references.
//!
//! A reference resolves only within its own schema: by a JSON pointer, an anchor, or the `$id` of
//! a subschema.

use std::collections::BTreeMap;

use toolsmith_dialect::resource::{self, ResourceJson, Resources};

use super::node::{Additional, Schema};
use super::null::{NullSchema, NullSchemas, parse_null};
use super::parse::parse_schema;
use crate::source::{Json, Members, child, find};

/// The targets of references, by pointer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Targets {
    /// The schemas.
    pub(crate) schemas: BTreeMap<String, Schema>,
    /// Their rules about null, also of those that only matter for null.
    pub(crate) nulls: NullSchemas,
    /// The JSON of the schema with references by pointer, if it has others.
    pub(crate) json: Option<Json>,
}

/// Resolves the references of `schema`, which was parsed from `root` at the pointer `base`. Returns
/// the targets.
pub(crate) fn resolve_references(root: &Json, base: &str, schema: &mut Schema) -> Targets {
    let mut resolver = Resolver {
        root,
        base,
        resources: None,
        wanted_nulls: Vec::new(),
    };
    let mut wanted = Vec::new();
    resolver.resolve_all(schema, &mut wanted);
    let mut targets = BTreeMap::new();
    while let Some(pointer) = wanted.pop() {
        if targets.contains_key(&pointer) {
            continue;
        }
        let inner = pointer.strip_prefix(base).unwrap_or_default();
        let Some(json) = find(root, inner) else {
            continue;
        };
        let mut target = parse_schema(json, pointer.clone());
        resolver.resolve_all(&mut target, &mut wanted);
        targets.insert(pointer, target);
    }
    let nulls = resolver.resolve_nulls();
    Targets {
        schemas: targets,
        nulls,
        json: resolver.rewrite(root, "", false),
    }
}

/// Resolves references of one schema.
struct Resolver<'json> {
    root: &'json Json,
    base: &'json str,
    /// The identified subschemas, collected when they are first needed.
    resources: Option<Resources<'json, Json>>,
    /// The pointers of the targets whose rules about null are needed.
    wanted_nulls: Vec<String>,
}

impl Resolver<'_> {
    /// Resolves the references in `schema`, and adds their targets to `wanted`.
    fn resolve_all(&mut self, schema: &mut Schema, wanted: &mut Vec<String>) {
        if let Some(reference) = &mut schema.reference {
            let inner = schema.pointer.strip_prefix(self.base).unwrap_or_default();
            let target = self.resolve(&reference.text, inner);
            reference.target = target.map(|target| format!("{}{target}", self.base));
            wanted.extend(reference.target.clone());
        }
        let pointer = schema.pointer.clone();
        self.resolve_null(&mut schema.null, &pointer);
        self.rewrite_keywords(&mut schema.untyped_keywords, &pointer);
        for inherited in &mut schema.inherited {
            self.rewrite_keywords(&mut inherited.untyped_keywords, &inherited.pointer);
        }
        let additional = match &mut schema.additional {
            Additional::Matching(additional) => Some(additional.as_mut()),
            Additional::Unspecified | Additional::Forbidden | Additional::Allowed => None,
        };
        let inner = schema
            .properties
            .values_mut()
            .chain(schema.items.as_deref_mut())
            .chain(additional)
            .chain(&mut schema.prefix)
            .chain(&mut schema.branches)
            .chain(&mut schema.all);
        for schema in inner {
            self.resolve_all(schema, wanted);
        }
    }

    /// Resolves the references of a rule about null, of the schema at `pointer`.
    fn resolve_null(&mut self, rule: &mut NullSchema, pointer: &str) {
        let inner = pointer.strip_prefix(self.base).unwrap_or_default();
        rule.visit_references(&mut |text, target| {
            *target = self
                .resolve(text, inner)
                .map(|target| format!("{}{target}", self.base));
            self.wanted_nulls.extend(target.clone());
        });
    }

    /// Returns the rules about null of all targets that rules refer to.
    fn resolve_nulls(&mut self) -> NullSchemas {
        let mut nulls = NullSchemas::new();
        while let Some(pointer) = self.wanted_nulls.pop() {
            if nulls.contains_key(&pointer) {
                continue;
            }
            let inner = pointer.strip_prefix(self.base).unwrap_or_default();
            let mut rule = find(self.root, inner).map(parse_null).unwrap_or_default();
            self.resolve_null(&mut rule, &pointer);
            nulls.insert(pointer, rule);
        }
        nulls
    }

    /// Returns the pointer of the target of `reference` at `place`, both from the root.
    fn resolve(&mut self, reference: &str, place: &str) -> Option<String> {
        if let Some(pointer) = reference.strip_prefix('#')
            && pointer.starts_with('/')
            && !self.is_identified(place)
            && find(self.root, pointer).is_some()
        {
            // The fast path for nearly all references: no search for identifiers.
            return Some(pointer.to_owned());
        }
        let root = self.root;
        let resources = self.resources.get_or_insert_with(|| Resources::of(root));
        resources.find(reference, place).map(|(pointer, _)| pointer)
    }

    /// Returns `json`, a schema or a map of schemas at `place`, with every reference as a pointer from the
    /// root; `None` if nothing changes.
    fn rewrite(&mut self, json: &Json, place: &str, is_map: bool) -> Option<Json> {
        match json {
            Json::Object(members) => {
                let mut changed: Option<Members> = None;
                for (key, value) in members {
                    let rewritten = match value.as_str() {
                        Some(text) if key == "$ref" && !is_map => {
                            self.rewrite_reference(text, place)
                        }
                        None if is_map || !resource::is_value(key) => {
                            let is_map = !is_map && resource::is_map(key);
                            self.rewrite(value, &child(place, key), is_map)
                        }
                        _ => None,
                    };
                    if let Some(rewritten) = rewritten {
                        let changed = changed.get_or_insert_with(|| members.clone());
                        changed.insert(key.clone(), rewritten);
                    }
                }
                changed.map(Json::Object)
            }
            Json::Array(elements) => {
                let mut changed: Option<Vec<Json>> = None;
                for (index, element) in elements.iter().enumerate() {
                    let place = child(place, &index.to_string());
                    let rewritten = self.rewrite(element, &place, false);
                    if let Some(rewritten) = rewritten {
                        let changed = changed.get_or_insert_with(|| elements.clone());
                        if let Some(element) = changed.get_mut(index) {
                            *element = rewritten;
                        }
                    }
                }
                changed.map(Json::Array)
            }
            _ => None,
        }
    }

    /// Writes every reference in keywords of the schema at `pointer` as a pointer from the root.
    fn rewrite_keywords(&mut self, keywords: &mut BTreeMap<String, Json>, pointer: &str) {
        let inner = pointer.strip_prefix(self.base).unwrap_or_default();
        for (keyword, value) in keywords {
            if resource::is_value(keyword) {
                continue;
            }
            let place = child(inner, keyword);
            if let Some(rewritten) = self.rewrite(value, &place, resource::is_map(keyword)) {
                *value = rewritten;
            }
        }
    }

    fn rewrite_reference(&mut self, text: &str, place: &str) -> Option<Json> {
        let target = self.resolve(text, place)?;
        let is_same = text.strip_prefix('#') == Some(target.as_str());
        (!is_same).then(|| Json::String(format!("#{target}")))
    }

    /// Returns `true` if a schema around `place`, other than the root, has an `$id`.
    fn is_identified(&self, place: &str) -> bool {
        let mut pointer = place;
        while let Some((around, _)) = pointer.rsplit_once('/') {
            let json = find(self.root, pointer).and_then(Json::as_object);
            let id = json.and_then(|members| members.get("$id")?.as_str());
            if id.is_some_and(|id| !id.starts_with('#')) {
                return true;
            }
            pointer = around;
        }
        false
    }
}

impl ResourceJson for Json {
    fn at(&self, pointer: &str) -> Option<&Self> {
        find(self, pointer)
    }
}
