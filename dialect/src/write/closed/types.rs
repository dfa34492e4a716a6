//! Types, null, and the choice between several schemas, for providers that know only a few keywords.

use super::facets::is_foreign;
use crate::json_type::{Json, JsonType};
use crate::mapping::{Mapping, MappingId};
use crate::note::NoteKind;
use crate::rules::Form;
use crate::schema::{Node, NodeId, TypeSet};
use crate::tree::{Members, Tree, members, put, to_map};
use crate::write::words;
use crate::write::writer::{Writer, Written};

impl Writer<'_> {
    pub(in crate::write) fn closed(&mut self, id: NodeId) -> Written {
        let node = self.graph.node(id).clone();
        // The values are those that the unions admit, so branches without values say nothing more.
        let has_values = |id: &NodeId| self.graph.resolved_node(*id).values.is_some();
        let mut branches = node.unions.iter().flat_map(|union| &union.branches);
        let is_listed = node.values.is_some() && !branches.all(has_values);
        if !node.unions.is_empty() && !is_listed {
            return self.closed_union(node);
        }
        if node.values.is_some() {
            return self.closed_enum(node);
        }
        self.closed_types(&node)
    }

    /// Writes a node without a union, by its types.
    pub(super) fn closed_types(&mut self, node: &Node) -> Written {
        let likely = node.likely_types();
        if node.types.is_none() && likely != TypeSet::ALL {
            self.note(node, "type", NoteKind::Inferred);
        }
        let types: Vec<JsonType> = likely.without(JsonType::Null).iter().collect();
        if node.is_never || likely == TypeSet::ALL || types.is_empty() {
            return self.json_string(node, TypeSet::ALL);
        }
        let allows_type_list = self.rules.form == Form::Closed;
        let mut written = match types.as_slice() {
            [json_type] => self.closed_type(node, *json_type),
            types if allows_type_list && types.iter().all(|json_type| json_type.is_scalar()) => {
                self.type_list(node, types)
            }
            types => {
                let bare = Node {
                    description: None,
                    title: None,
                    ..node.clone()
                };
                let branches = types
                    .iter()
                    .map(|json_type| self.closed_type(&bare, *json_type))
                    .collect();
                self.any_of(branches, node.description.clone(), &[])
            }
        };
        if likely.has(JsonType::Null) {
            self.allow_null(&mut written.schema);
        }
        written
    }

    fn closed_type(&mut self, node: &Node, json_type: JsonType) -> Written {
        match json_type {
            JsonType::Object => return self.closed_object(node),
            JsonType::Array => return self.closed_array(node),
            _ => {}
        }
        let mut schema = Members::new();
        put(&mut schema, "type", json_type.as_str());
        let kept = self.facets(&mut schema, node, json_type);
        let words = self.words(node, |keyword| {
            kept.contains(&keyword) || is_foreign(keyword, json_type)
        });
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            mapping: MappingId::SAME,
        }
    }

    /// Writes several scalar types as one list.
    fn type_list(&mut self, node: &Node, types: &[JsonType]) -> Written {
        let names: Vec<&str> = types.iter().map(|json_type| json_type.as_str()).collect();
        let mut schema = Members::new();
        put(&mut schema, "type", names);
        let words = self.words(node, |_| false);
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            mapping: MappingId::SAME,
        }
    }

    /// Adds null to the values that `schema` allows.
    pub(super) fn allow_null(&mut self, schema: &mut Members) {
        if self.rules.form == Form::OpenApi {
            // Gemini accepts no other keyword next to a union.
            let schema = words::innermost(schema);
            put(schema, "nullable", true);
            return;
        }
        if let Some(branches) = schema.get_mut("anyOf").and_then(Tree::as_array_mut) {
            let null = Tree::from(members! {"type": "null"});
            if !branches.contains(&null) {
                branches.push(null);
            }
            return;
        }
        match schema.get_mut("type") {
            Some(Tree::Array(names)) => {
                if !names.iter().any(|name| name == "null") {
                    names.push(Tree::from("null"));
                }
            }
            Some(name) => {
                if name != "null" {
                    *name = Tree::from([name.clone(), Tree::from("null")]);
                }
            }
            None => {
                let inner = std::mem::take(schema);
                put(schema, "anyOf", [inner, members! {"type": "null"}]);
            }
        }
        if let Some(values) = schema.get_mut("enum").and_then(Tree::as_array_mut)
            && !values.contains(&Tree::Null)
        {
            self.written_values += 1;
            values.push(Tree::Null);
        }
    }

    /// Writes a choice between several schemas.
    pub(super) fn any_of(
        &mut self,
        mut branches: Vec<Written>,
        description: Option<String>,
        words: &[String],
    ) -> Written {
        // A string is first tried as JSON, and then taken literally.
        branches.sort_by_key(|branch| {
            let mapping = self.mappings.mapping(branch.mapping);
            !matches!(mapping, Mapping::JsonString(_))
        });
        let mut distinct: Vec<Written> = Vec::new();
        for branch in branches {
            if !distinct.iter().any(|known| known.schema == branch.schema) {
                distinct.push(branch);
            }
        }
        if distinct.len() == 1
            && let Some(only) = distinct.pop()
        {
            return self.only_branch(only, description, words);
        }
        let schemas: Vec<Tree> = distinct
            .iter()
            .map(|branch| Tree::Object(branch.schema.clone()))
            .collect();
        let mapping = self.mappings.union(
            distinct
                .into_iter()
                .map(|branch| (Json::Object(to_map(&branch.schema)), branch.mapping))
                .collect(),
        );
        let mut schema = Members::new();
        put(&mut schema, "anyOf", schemas);
        self.describe(&mut schema, description, words);
        Written { schema, mapping }
    }

    /// Writes the only branch of a choice, with the description of the choice.
    fn only_branch(
        &mut self,
        mut only: Written,
        description: Option<String>,
        words: &[String],
    ) -> Written {
        if description.is_none() && words.is_empty() {
            return only;
        }
        let own_description = only
            .schema
            .get("description")
            .and_then(Tree::as_str)
            .map(str::to_owned);
        let words: Vec<String> = own_description
            .into_iter()
            .filter(|own| description.as_ref() != Some(own))
            .chain(words.iter().cloned())
            .collect();
        match words::append(description.clone(), &words) {
            Some(text) if only.schema.contains_key("$ref") => {
                self.describe_reference(&mut only.schema, text);
            }
            _ => self.describe(&mut only.schema, description, &words),
        }
        only
    }
}
