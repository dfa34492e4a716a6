//! Schemas as one set of keywords: references and compositions are written out where that is possible.

use std::collections::BTreeMap;

use crate::schema::is_null_alone;
use crate::source::{Json, find};

/// References to follow from one schema. A circle of references ends there.
const MAX_REFERENCES: usize = 8;

/// The keywords of a schema, with those of its references and compositions.
pub(in crate::diff) struct Expanded<'j> {
    pub(in crate::diff) keywords: BTreeMap<&'j str, &'j Json>,
    /// The references that were followed.
    pub(in crate::diff) references: Vec<&'j str>,
    /// The titles and descriptions of references and parts for which one closer to the place is read. A
    /// model reads them as well.
    pub(in crate::diff) hidden_texts: Vec<&'j str>,
    /// The number of compositions around the schema.
    depth: usize,
}

impl<'j> Expanded<'j> {
    /// Writes out a schema of the document `root`. Returns `None` for a schema that is not an object.
    pub(in crate::diff) fn of(schema: &'j Json, root: &'j Json) -> Option<Self> {
        Self::within(0, schema, root)
    }

    /// Writes out a schema inside this many compositions. Those of a circle end.
    fn within(depth: usize, schema: &'j Json, root: &'j Json) -> Option<Self> {
        let mut expanded = Self {
            keywords: BTreeMap::new(),
            references: Vec::new(),
            hidden_texts: Vec::new(),
            depth,
        };
        let is_circle = depth > MAX_REFERENCES;
        (!is_circle && expanded.add(schema, root)).then_some(expanded)
    }

    /// Adds the keywords of a schema. Those that are there already stay: they are closer to the place.
    fn add(&mut self, schema: &'j Json, root: &'j Json) -> bool {
        let Some(members) = schema.as_object() else {
            return false;
        };
        for (keyword, value) in members {
            let is_expanded = matches!(keyword.as_str(), "$ref" | "allOf")
                || only_branch(keyword, value).is_some();
            if !is_expanded {
                self.add_keyword(keyword, value);
            }
        }
        if let Some(reference) = members.get("$ref") {
            self.follow(reference, root);
        }
        if let Some(parts) = members.get("allOf") {
            self.compose("allOf", parts, root);
        }
        for keyword in ["anyOf", "oneOf"] {
            let branches = members.get(keyword);
            if let Some(branches) = branches.filter(|it| only_branch(keyword, it).is_some()) {
                self.compose(keyword, branches, root);
            }
        }
        true
    }

    fn add_keyword(&mut self, keyword: &'j str, value: &'j Json) {
        let known = *self.keywords.entry(keyword).or_insert(value);
        if let (true, Json::String(text)) = (is_text(keyword) && known != value, value) {
            self.hidden_texts.push(text);
        }
    }

    fn follow(&mut self, reference: &'j Json, root: &'j Json) {
        let text = reference.as_str().unwrap_or_default();
        let target = text.strip_prefix('#').and_then(|at| find(root, at));
        match target {
            Some(target) if self.references.len() < MAX_REFERENCES => {
                self.references.push(text);
                self.add(target, root);
            }
            _ => {
                self.keywords.insert("$ref", reference);
            }
        }
    }

    /// Adds the parts of a composition, unless two of them say different things with one keyword. Of
    /// branches, the one that is not null is the only part.
    fn compose(&mut self, keyword: &'j str, parts: &'j Json, root: &'j Json) {
        let part = |part| Self::within(self.depth + 1, part, root);
        let expanded: Option<Vec<Self>> = match only_branch(keyword, parts) {
            Some(branch) => part(branch).map(|part| vec![part]),
            None => parts
                .as_array()
                .and_then(|parts| parts.iter().map(part).collect()),
        };
        let mut merged = self.keywords.clone();
        let mut is_conflicting = false;
        for part in expanded.iter().flatten() {
            for (keyword, value) in &part.keywords {
                let known = merged.entry(keyword).or_insert(value);
                is_conflicting |= *known != *value && !is_text(keyword);
            }
        }
        match expanded {
            Some(parts) if !is_conflicting => {
                for part in parts {
                    for (keyword, value) in part.keywords {
                        self.add_keyword(keyword, value);
                    }
                    self.references.extend(part.references);
                    self.hidden_texts.extend(part.hidden_texts);
                }
            }
            _ => {
                self.keywords.insert(keyword, parts);
            }
        }
    }
}

/// Returns the only branch of `anyOf` or `oneOf` that is not null.
fn only_branch<'j>(keyword: &str, branches: &'j Json) -> Option<&'j Json> {
    let branches = branches.as_array()?;
    let is_union = matches!(keyword, "anyOf" | "oneOf");
    let mut others = branches.iter().filter(|branch| !is_null_alone(branch));
    match (is_union, others.next(), others.next()) {
        (true, Some(branch @ Json::Object(_)), None) => Some(branch),
        _ => None,
    }
}

/// Returns `true` if the keyword of the place hides that of a part.
fn is_text(keyword: &str) -> bool {
    matches!(keyword, "title" | "description")
}
