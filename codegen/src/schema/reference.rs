//! Resolution of references.
//!
//! A reference resolves only within its own schema: by a JSON pointer, an anchor, or the `$id` of
//! a subschema.

use std::collections::BTreeMap;

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
        names: None,
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
        json: resolver.rewrite(root, ""),
    }
}

/// Resolves references of one schema.
struct Resolver<'json> {
    root: &'json Json,
    base: &'json str,
    /// The named subschemas, collected when they are first needed.
    names: Option<Names>,
    /// The pointers of the targets whose rules about null are needed.
    wanted_nulls: Vec<String>,
}

/// The pointers of subschemas by `$id` and by anchor.
#[derive(Default)]
struct Names {
    identifiers: BTreeMap<String, String>,
    anchors: BTreeMap<String, Vec<String>>,
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
        let reference = decode_percent(reference);
        let (document, fragment) = match reference.split_once('#') {
            Some((document, fragment)) => (document, fragment),
            None => (reference.as_str(), ""),
        };
        if fragment.starts_with('/') && document.is_empty() {
            // The fast path for nearly all references: no search for an `$id` around `place`.
            let plain = find(self.root, fragment).is_some();
            if plain && self.root_of(place).is_empty() {
                return Some(fragment.to_owned());
            }
        }
        let root = if document.is_empty() {
            self.root_of(place)
        } else {
            self.identified(document)?
        };
        if fragment.is_empty() || fragment.starts_with('/') {
            let target = format!("{root}{fragment}");
            return find(self.root, &target).map(|_| target);
        }
        let anchors = self.names().anchors.get(fragment)?.clone();
        let own = anchors
            .iter()
            .find(|anchor| self.root_of(anchor.as_str()) == root);
        let inside = anchors.iter().find(|anchor| anchor.starts_with(&root));
        own.or(inside).or(anchors.first()).cloned()
    }

    /// Returns `json`, which is at `place`, with every reference as a pointer from the root; `None` if nothing
    /// changes.
    fn rewrite(&mut self, json: &Json, place: &str) -> Option<Json> {
        const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];
        match json {
            Json::Object(members) => {
                let mut changed: Option<Members> = None;
                for (key, value) in members {
                    let rewritten = match value.as_str() {
                        Some(text) if key == "$ref" => self.rewrite_reference(text, place),
                        None if !VALUES.contains(&key.as_str()) => {
                            self.rewrite(value, &child(place, key))
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
                    let rewritten = self.rewrite(element, &child(place, &index.to_string()));
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

    fn rewrite_reference(&mut self, text: &str, place: &str) -> Option<Json> {
        let target = self.resolve(text, place)?;
        let is_same = text.strip_prefix('#') == Some(target.as_str());
        (!is_same).then(|| Json::String(format!("#{target}")))
    }

    /// Returns the pointer of the innermost schema around `place` with an `$id`, or of the root.
    fn root_of(&self, place: &str) -> String {
        let mut pointer = place;
        while let Some((around, _)) = pointer.rsplit_once('/') {
            let json = find(self.root, pointer).and_then(Json::as_object);
            let has_name = |json: &Members| {
                let id = json.get("$id").and_then(Json::as_str);
                id.is_some_and(|id| !id.starts_with('#'))
            };
            if json.is_some_and(has_name) {
                return pointer.to_owned();
            }
            pointer = around;
        }
        String::new()
    }

    /// Returns the pointer of the schema whose `$id`, or the last segment of it, is `document`.
    fn identified(&mut self, document: &str) -> Option<String> {
        let identifiers = &self.names().identifiers;
        let last = |text: &str| text.rsplit(['/', ':']).next().map(str::to_owned);
        let exact = identifiers.get(document);
        // A reference that begins with a slash names the path of an absolute identifier.
        let by_path = || {
            let is_path = document.starts_with('/');
            let same = |(id, _): &(&String, &String)| is_path && path_of(id) == Some(document);
            identifiers.iter().find(same).map(|(_, pointer)| pointer)
        };
        let found = exact.or_else(by_path).or_else(|| {
            let wanted = last(document).filter(|name| !name.is_empty());
            let same = |(id, _): &(&String, &String)| last(id) == wanted && wanted.is_some();
            identifiers.iter().find(same).map(|(_, pointer)| pointer)
        });
        found.cloned()
    }

    fn names(&mut self) -> &Names {
        let root = self.root;
        self.names.get_or_insert_with(|| {
            let mut names = Names::default();
            collect_names(root, "", &mut names);
            names
        })
    }
}

fn collect_names(json: &Json, pointer: &str, names: &mut Names) {
    match json {
        Json::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value.as_str()) {
                    ("$id" | "id", Some(id)) => {
                        if let Some(anchor) = id.strip_prefix('#') {
                            let places = names.anchors.entry(anchor.to_owned()).or_default();
                            places.push(pointer.to_owned());
                        } else {
                            let id = id.trim_end_matches('#').to_owned();
                            names.identifiers.insert(id, pointer.to_owned());
                        }
                    }
                    ("$anchor" | "$dynamicAnchor", Some(anchor)) => {
                        let places = names.anchors.entry(anchor.to_owned()).or_default();
                        places.push(pointer.to_owned());
                    }
                    _ => collect_names(value, &child(pointer, key), names),
                }
            }
        }
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_names(element, &child(pointer, &index.to_string()), names);
            }
        }
        _ => {}
    }
}

/// Returns the path of an absolute URI: `/types/` for `https://example.com/types/`.
fn path_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    rest.find('/').and_then(|start| rest.get(start..))
}

/// Decodes the percent-encoding of a URI reference.
fn decode_percent(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(code), Some(after)) = (first, code, after.get(2..)) {
            bytes.push(code);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
