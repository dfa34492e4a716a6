//! Schemas for providers that know a few keywords only.

use serde_json::{Map, json};

use super::{Writer, Written, describe};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::plan::{Plan, PlanId};
use crate::dialect::provider::Form;
use crate::dialect::schema::{Kind, Kinds, Node, NodeId};

impl Writer<'_> {
    pub(super) fn tight(&mut self, id: NodeId) -> Written {
        let node = self.graph.node(id).clone();
        if !node.unions.is_empty() {
            return self.tight_union(node);
        }
        if node.values.is_some() {
            return self.tight_values(node);
        }
        self.tight_kinds(&node)
    }

    /// A schema without a union.
    pub(super) fn tight_kinds(&mut self, node: &Node) -> Written {
        let kinds = node.likely_kinds();
        if node.kinds.is_none() && kinds != Kinds::ALL {
            self.note(node, "type", Change::Inferred);
        }
        let is_nullable = kinds.has(Kind::Null);
        let each: Vec<Kind> = kinds.without(Kind::Null).each().collect();
        if node.is_never || kinds == Kinds::ALL || each.is_empty() {
            return self.text(node, Kinds::ALL);
        }
        let is_closed = self.rules.form == Form::Closed;
        let mut written = match each.as_slice() {
            [kind] => self.tight_kind(node, *kind),
            kinds if is_closed && kinds.iter().all(|kind| kind.is_scalar()) => {
                let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                let mut schema = Map::new();
                schema.insert("type".to_owned(), json!(names));
                self.counts.unions += 1;
                let words = self.words(node, |_| false);
                self.describe(&mut schema, node.description.clone(), &words);
                Written {
                    schema,
                    plan: PlanId::SAME,
                }
            }
            kinds => {
                let bare = Node {
                    description: None,
                    title: None,
                    ..node.clone()
                };
                let branches = kinds.iter().map(|kind| self.tight_kind(&bare, *kind));
                let branches = branches.collect();
                self.choice(branches, node.description.clone(), &[])
            }
        };
        if is_nullable {
            self.allow_null(&mut written.schema);
        }
        written
    }

    fn tight_kind(&mut self, node: &Node, kind: Kind) -> Written {
        match kind {
            Kind::Object => return self.tight_object(node),
            Kind::Array => return self.tight_list(node),
            _ => {}
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!(kind.name()));
        let kept = self.facets(&mut schema, node, kind);
        let words = self.words(node, |keyword| {
            kept.contains(&keyword) || is_foreign(keyword, kind)
        });
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            plan: PlanId::SAME,
        }
    }

    /// Writes the bounds that the provider knows; their names.
    pub(super) fn facets(
        &mut self,
        schema: &mut Map<String, Json>,
        node: &Node,
        kind: Kind,
    ) -> Vec<&'static str> {
        let mut kept = Vec::new();
        for keyword in self.rules.facets.unwrap_or_default() {
            let Some(value) = node.facets.get(*keyword) else {
                continue;
            };
            let is_known = match (*keyword, value.as_str()) {
                ("format", Some(format)) => {
                    let is_number = matches!(format, "float" | "double" | "int32" | "int64");
                    let formats = self.rules.formats.unwrap_or_default();
                    kind == Kind::String && formats.contains(&format)
                        || is_number && kind != Kind::String && self.rules.form == Form::OpenApi
                }
                ("pattern", Some(pattern)) => is_simple(pattern),
                _ => true,
            };
            if is_known && !is_foreign(keyword, kind) {
                schema.insert((*keyword).to_owned(), value.clone());
                kept.push(*keyword);
            }
        }
        kept
    }

    /// Null beside what `schema` allows.
    pub(super) fn allow_null(&mut self, schema: &mut Map<String, Json>) {
        if self.rules.form == Form::OpenApi {
            // Beside a union nothing else may stand.
            let place = describe::innermost(schema);
            place.insert("nullable".to_owned(), json!(true));
            return;
        }
        if let Some(branches) = schema.get_mut("anyOf").and_then(Json::as_array_mut) {
            let null = json!({"type": "null"});
            if !branches.contains(&null) {
                branches.push(null);
            }
            return;
        }
        match schema.get_mut("type") {
            Some(Json::Array(names)) => {
                if !names.contains(&json!("null")) {
                    names.push(json!("null"));
                }
            }
            Some(name) => {
                if *name != "null" {
                    self.counts.unions += 1;
                    *name = json!([name.clone(), "null"]);
                }
            }
            None => {
                let inner = std::mem::take(schema);
                schema.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
                self.counts.unions += 1;
            }
        }
        if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut)
            && !values.contains(&Json::Null)
        {
            self.counts.values += 1;
            values.push(Json::Null);
        }
    }

    /// One of several schemas.
    pub(super) fn choice(
        &mut self,
        mut branches: Vec<Written>,
        description: Option<String>,
        words: &[String],
    ) -> Written {
        // A text that holds JSON comes before a text that is one.
        branches.sort_by_key(|branch| !matches!(self.plans.plan(branch.plan), Plan::Text(_)));
        let mut distinct: Vec<Written> = Vec::new();
        for branch in branches {
            if !distinct.iter().any(|known| known.schema == branch.schema) {
                distinct.push(branch);
            }
        }
        if distinct.len() == 1
            && let Some(mut only) = distinct.pop()
        {
            if description.is_some() || !words.is_empty() {
                let own = only
                    .schema
                    .get("description")
                    .and_then(Json::as_str)
                    .map(str::to_owned);
                let words: Vec<String> = own
                    .into_iter()
                    .filter(|own| description.as_ref() != Some(own))
                    .chain(words.iter().cloned())
                    .collect();
                if only.schema.contains_key("$ref") {
                    only.schema = Map::from_iter([("anyOf".to_owned(), json!([only.schema]))]);
                }
                self.describe(&mut only.schema, description, &words);
            }
            return only;
        }
        self.counts.unions += 1;
        let mut schema = Map::new();
        let schemas: Vec<Json> = distinct
            .iter()
            .map(|branch| Json::Object(branch.schema.clone()))
            .collect();
        let plan = self.plans.choice(
            distinct
                .into_iter()
                .map(|branch| (Json::Object(branch.schema), branch.plan))
                .collect(),
        );
        schema.insert("anyOf".to_owned(), Json::Array(schemas));
        self.describe(&mut schema, description, words);
        Written { schema, plan }
    }
}

/// Whether a bound is one of another type, so that it means nothing here.
pub(super) fn is_foreign(keyword: &str, kind: Kind) -> bool {
    let is_number = matches!(kind, Kind::Integer | Kind::Number);
    match keyword {
        "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType" => {
            kind != Kind::String
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            !is_number
        }
        "minItems" | "maxItems" | "uniqueItems" => kind != Kind::Array,
        "minProperties" | "maxProperties" => kind != Kind::Object,
        _ => false,
    }
}

/// Whether a pattern is one that every engine reads alike: no look-around, no classes by property.
fn is_simple(pattern: &str) -> bool {
    !pattern.contains("(?")
        && !pattern.contains("\\p")
        && !pattern.contains("\\P")
        && !(1..=9).any(|number| pattern.contains(&format!("\\{number}")))
        && regex::Regex::new(pattern).is_ok()
}
