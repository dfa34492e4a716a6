//! The resolution of `$ref`: by JSON pointer, by anchor, and by `$id`, relative or absolute.

use std::collections::BTreeMap;

use url::Url;

use crate::json_pointer::join;
use crate::json_view::{View, Viewed};

/// A JSON value in which references are resolved.
pub trait ResourceJson: Viewed {
    /// Returns the value at a JSON pointer.
    fn at(&self, pointer: &str) -> Option<&Self>;
}

/// The keywords whose members are schemas by name.
const MAPS: [&str; 6] = [
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];

/// The keywords whose values are not schemas.
const VALUES: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Returns `true` for a keyword whose value is not a schema.
#[must_use]
pub fn is_value(keyword: &str) -> bool {
    VALUES.contains(&keyword)
}

/// Returns `true` for a keyword whose members are schemas by name.
#[must_use]
pub fn is_map(keyword: &str) -> bool {
    MAPS.contains(&keyword)
}

/// Returns `true` for a schema of draft 7 or older, `false` for a later one, and `None` for one that
/// does not show it.
fn is_older<J: ResourceJson>(members: &[(&str, &J)]) -> Option<bool> {
    let member = |keyword: &str| members.iter().find(|(name, _)| *name == keyword);
    if let Some(draft) = member("$schema").and_then(|(_, value)| value.text()) {
        return Some(draft.contains("/draft-0"));
    }
    let is_later = member("$defs").map(|_| false);
    is_later.or_else(|| member("definitions").map(|_| true))
}

/// The base of relative identifiers, as long as no identifier around them is absolute.
const BASE: &str = "http://document.invalid/";

/// The depth of values that are searched for identifiers.
const MAX_DEPTH: usize = 100;

/// The identified schemas of a document.
#[derive(Debug)]
pub struct Resources<'a, J> {
    document: &'a J,
    /// The pointers of the schemas with an `$id`, by that identifier as it is written.
    written: BTreeMap<String, String>,
    /// The same, by the absolute identifier.
    absolute: BTreeMap<String, String>,
    /// The absolute identifiers of the schemas with an `$id`, by pointer.
    bases: BTreeMap<String, Option<Url>>,
    /// The pointers of anchors, by name.
    anchors: BTreeMap<String, Vec<String>>,
    /// The current schema is of draft 7 or older, in which the keywords next to `$ref` are ignored.
    ignores_siblings: bool,
}

impl<'a, J: ResourceJson> Resources<'a, J> {
    /// Collects the identifiers of a document.
    #[must_use]
    pub fn of(document: &'a J) -> Self {
        let base = Url::parse(BASE).ok();
        let mut resources = Self {
            document,
            written: BTreeMap::new(),
            absolute: BTreeMap::new(),
            bases: BTreeMap::from([(String::new(), base.clone())]),
            anchors: BTreeMap::new(),
            ignores_siblings: false,
        };
        resources.collect(document, "", base.as_ref(), (false, 0));
        resources
    }

    /// Finds the target of a reference in the schema at `place`; `None` if it is not in the
    /// document.
    #[must_use]
    pub fn find(&self, reference: &str, place: &str) -> Option<(String, &'a J)> {
        let (document, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        let own = self.resource_of(place);
        let resource = if document.is_empty() {
            own
        } else {
            self.identified(document, own)?
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchored(resource, &fragment);
        }
        // A schema with an `$id` often refers to the definitions of the whole document.
        [resource, ""].into_iter().find_map(|resource| {
            let pointer = format!("{resource}{fragment}");
            let found = self.document.at(&pointer)?;
            Some((pointer, found))
        })
    }

    fn anchored(&self, resource: &str, name: &str) -> Option<(String, &'a J)> {
        let places = self.anchors.get(name)?;
        let own = places
            .iter()
            .find(|place| self.resource_of(place) == resource);
        let is_inside = |place: &&String| {
            let rest = place.strip_prefix(resource);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let inside = places.iter().find(is_inside);
        let pointer = own.or(inside).or(places.first())?;
        Some((pointer.clone(), self.document.at(pointer)?))
    }

    /// Returns the pointer of the innermost schema around `place` that is a resource.
    fn resource_of(&self, place: &str) -> &str {
        let mut pointer = place;
        loop {
            if let Some((found, _)) = self.bases.get_key_value(pointer) {
                return found;
            }
            match pointer.rsplit_once('/') {
                Some((around, _)) => pointer = around,
                None => return "",
            }
        }
    }

    /// Returns the pointer of the schema that `document` identifies, seen from a resource: by its
    /// absolute identifier, by the identifier as it is written, or by the last segment of it.
    fn identified(&self, document: &str, from: &str) -> Option<&str> {
        let base = self.bases.get(from).and_then(Option::as_ref);
        let absolute = resolve(base, document);
        let by_address = absolute.and_then(|url| self.absolute.get(normal(url.as_str())));
        let found = by_address
            .or_else(|| self.written.get(normal(document)))
            .or_else(|| {
                // An absolute identifier names one schema only.
                let is_absolute = Url::parse(document).is_ok();
                let may_be = |id: &str| !is_absolute || Url::parse(id).is_err();
                let wanted = last_segment(document).filter(|segment| !segment.is_empty());
                let mut known = self.written.iter();
                let found = known
                    .find(|(id, _)| wanted.is_some() && last_segment(id) == wanted && may_be(id));
                Some(found?.1)
            });
        found.map(String::as_str)
    }

    /// Collects the identifiers in `json`, which is a map of schemas or a schema, at a depth.
    fn collect(
        &mut self,
        json: &J,
        pointer: &str,
        base: Option<&Url>,
        (is_map, depth): (bool, usize),
    ) {
        if depth > MAX_DEPTH {
            return;
        }
        let members = match json.view() {
            View::Object(members) => members,
            View::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let place = format!("{pointer}/{index}");
                    self.collect(element, &place, base, (false, depth + 1));
                }
                return;
            }
            _ => return,
        };
        let ignored_siblings = self.ignores_siblings;
        let own = if is_map {
            None
        } else {
            self.ignores_siblings = is_older(&members).unwrap_or(ignored_siblings);
            self.identify(&members, pointer, base)
        };
        let base = own.as_ref().or(base);
        for (name, value) in members {
            if is_map || !is_value(name) {
                let is_map = !is_map && self::is_map(name);
                self.collect(value, &join(pointer, name), base, (is_map, depth + 1));
            }
        }
        self.ignores_siblings = ignored_siblings;
    }

    /// Records the identifiers of one schema; returns its absolute one.
    fn identify(
        &mut self,
        members: &[(&str, &J)],
        pointer: &str,
        base: Option<&Url>,
    ) -> Option<Url> {
        let text = |keyword: &str| {
            let mut members = members.iter();
            let (_, value) = members.find(|(name, _)| *name == keyword)?;
            value.text()
        };
        if self.ignores_siblings && text("$ref").is_some() {
            return None;
        }
        for anchor in [text("$anchor"), text("$dynamicAnchor")]
            .into_iter()
            .flatten()
        {
            self.add_anchor(anchor, pointer);
        }
        let mut absolute = None;
        for keyword in ["$id", "id"] {
            let Some(id) = text(keyword) else {
                continue;
            };
            if let Some(anchor) = id.strip_prefix('#') {
                self.add_anchor(anchor, pointer);
                continue;
            }
            let url = resolve(base, id);
            let written = self.written.entry(normal(id).to_owned());
            written.or_insert_with(|| pointer.to_owned());
            if let Some(url) = &url {
                let known = self.absolute.entry(normal(url.as_str()).to_owned());
                known.or_insert_with(|| pointer.to_owned());
            }
            // Before draft 6, the keyword was `id`, which is a common name of properties.
            if keyword == "$id" {
                self.bases
                    .insert(pointer.to_owned(), url.clone().or_else(|| base.cloned()));
                absolute = url;
            }
        }
        absolute
    }

    fn add_anchor(&mut self, name: &str, pointer: &str) {
        let places = self.anchors.entry(name.to_owned()).or_default();
        places.push(pointer.to_owned());
    }
}

fn resolve(base: Option<&Url>, reference: &str) -> Option<Url> {
    match base {
        Some(base) => base.join(reference).ok(),
        None => Url::parse(reference).ok(),
    }
}

/// Returns an identifier without what makes no difference at its end.
fn normal(id: &str) -> &str {
    id.trim_end_matches('#').trim_end_matches('/')
}

fn last_segment(id: &str) -> Option<&str> {
    normal(id).rsplit(['/', ':']).next()
}
