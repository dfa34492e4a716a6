//! From nodes to the schema of a dialect, with the plan that maps arguments both ways.

mod describe;
mod elements;
mod loose;
mod object;
mod root;
mod tight;
mod union;
mod values;

use std::collections::BTreeMap;

use serde_json::{Map, json};

pub(super) use root::has_arguments;

use super::note::{Change, Note};
use super::plan::{PlanId, Plans};
use super::provider::{Definitions, Form, Rules};
use super::schema::{Graph, Kinds, Node, NodeId};
use crate::codec::Json;

/// A schema as it is written, and how values of it are mapped.
#[derive(Debug, Clone)]
struct Written {
    schema: Map<String, Json>,
    plan: PlanId,
}

/// The schema of a tool's arguments.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) schema: Json,
    pub(super) plans: Plans,
    pub(super) root: PlanId,
    pub(super) notes: Vec<Note>,
    /// What the limits of a provider count.
    pub(super) counts: Counts,
}

/// What the limits of a provider count.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) properties: usize,
    pub(super) values: usize,
    pub(super) text: usize,
    pub(super) optional: usize,
    pub(super) unions: usize,
}

/// Schemas of more parts than this are not written out; the rest is left open.
const MAX_PARTS: usize = 4_000;

struct Writer<'a> {
    graph: Graph,
    rules: &'static Rules,
    tool: &'a str,
    plans: Plans,
    notes: Vec<Note>,
    counts: Counts,
    /// What is being written now, from the root down.
    open: Vec<NodeId>,
    depth: usize,
    parts: usize,
    /// How many references point at a node.
    uses: BTreeMap<NodeId, usize>,
    names: BTreeMap<NodeId, String>,
    reserved: BTreeMap<NodeId, PlanId>,
    definitions: BTreeMap<String, Json>,
}

/// Writes the arguments of a tool.
pub(super) fn write(tool: &str, document: &Json, rules: &'static Rules) -> Arguments {
    let (graph, root) = Graph::read(document);
    let mut writer = Writer {
        uses: graph.uses(),
        graph,
        rules,
        tool,
        plans: Plans::new(document),
        notes: Vec::new(),
        counts: Counts::default(),
        open: Vec::new(),
        depth: 0,
        parts: 0,
        names: BTreeMap::new(),
        reserved: BTreeMap::new(),
        definitions: BTreeMap::new(),
    };
    let mut written = writer.root(root);
    if !writer.definitions.is_empty() {
        let definitions: Map<String, Json> = writer.definitions.into_iter().collect();
        writer.plans.define(definitions.clone());
        written
            .schema
            .insert("$defs".to_owned(), Json::Object(definitions));
    }
    Arguments {
        schema: Json::Object(written.schema),
        plans: writer.plans,
        root: written.plan,
        notes: writer.notes,
        counts: writer.counts,
    }
}

impl Writer<'_> {
    /// The schema of a node, inline or as a reference.
    fn write(&mut self, id: NodeId) -> Written {
        let (meaning, description) = self.graph.meaning(id);
        let description = description.map(str::to_owned);
        let own = if meaning == id {
            None
        } else {
            self.remark(id, description)
        };
        if let Some(plan) = self.known(meaning) {
            return self.reference(meaning, plan, own);
        }
        self.parts += 1;
        if self.open.contains(&meaning) {
            if self.rules.definitions == Definitions::Recursive {
                let plan = self.plans.reserve();
                self.reserved.insert(meaning, plan);
                self.name(meaning);
                return self.reference(meaning, plan, own);
            }
            return self.cut(meaning, own);
        }
        if self.parts > MAX_PARTS || self.open.len() > 90 {
            return self.cut(meaning, own);
        }
        let is_shared = self.uses.get(&meaning).is_some_and(|uses| *uses > 1)
            && self.rules.definitions != Definitions::None;
        let depth = self.depth;
        if is_shared {
            self.depth = 0;
        }
        self.open.push(meaning);
        let mut written = match self.rules.form {
            Form::JsonSchema => self.loose(meaning),
            Form::Closed | Form::OpenApi => self.tight(meaning),
        };
        self.open.pop();
        self.depth = depth;
        let reserved = self.reserved.get(&meaning).copied();
        if let Some(reserved) = reserved {
            self.plans.settle(reserved, written.plan);
        }
        if reserved.is_some() || (is_shared && is_long(&written.schema)) {
            let plan = written.plan;
            self.reserved.insert(meaning, plan);
            let name = self.name(meaning);
            self.definitions.insert(name, Json::Object(written.schema));
            return self.reference(meaning, plan, own);
        }
        if let Some(own) = own {
            self.describe(&mut written.schema, Some(own), &[]);
        }
        written
    }

    /// The plan of a node that stands under `$defs`.
    fn known(&self, id: NodeId) -> Option<PlanId> {
        self.names.get(&id)?;
        self.reserved.get(&id).copied()
    }

    fn reference(&mut self, id: NodeId, plan: PlanId, own: Option<String>) -> Written {
        let name = self.name(id);
        let target = json!(format!("#/$defs/{name}"));
        let mut schema = Map::new();
        match own {
            // Beside a reference some accept nothing else.
            Some(text) if self.rules.form != Form::JsonSchema || self.rules.facets.is_some() => {
                schema.insert("description".to_owned(), json!(text));
                schema.insert("anyOf".to_owned(), json!([{"$ref": target}]));
            }
            own => {
                schema.insert("$ref".to_owned(), target);
                if let Some(text) = own {
                    schema.insert("description".to_owned(), json!(text));
                }
            }
        }
        Written { schema, plan }
    }

    /// The name of a node under `$defs`: the one it has in the document, if that can be said.
    fn name(&mut self, id: NodeId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let node = self.graph.node(id);
        let last = node.pointer.rsplit('/').next().unwrap_or_default();
        let letters = last.chars().map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        });
        let mut name: String = letters.take(40).collect();
        let is_digits = name.chars().all(|letter| letter.is_ascii_digit());
        if is_digits {
            name = format!("schema{name}");
        }
        if self.names.values().any(|known| *known == name) {
            name = format!("{name}_{}", self.names.len());
        }
        self.counts.text += name.len();
        self.names.insert(id, name.clone());
        name
    }

    /// What stands where a schema ends because it goes too deep.
    fn cut(&mut self, id: NodeId, own: Option<String>) -> Written {
        let node = self.graph.node(id).clone();
        self.note(&node, "$ref", Change::Loosened);
        let mut written = match self.rules.form {
            Form::JsonSchema => Written {
                schema: Map::new(),
                plan: PlanId::SAME,
            },
            Form::Closed | Form::OpenApi => self.text(&node, node.likely_kinds()),
        };
        if let Some(own) = own {
            self.describe(&mut written.schema, Some(own), &[]);
        }
        written
    }

    /// A text that holds JSON of these types.
    fn text(&mut self, node: &Node, kinds: Kinds) -> Written {
        self.note(node, "type", Change::Text);
        let what = if kinds == Kinds::ALL {
            "any JSON value, written as JSON text".to_owned()
        } else {
            let kinds: Vec<&str> = kinds.each().map(super::schema::Kind::name).collect();
            format!("JSON text of type {}", kinds.join(" or "))
        };
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("string"));
        let mut words = vec![what];
        let names: Vec<&str> = node
            .properties
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        if !names.is_empty() && names.len() <= 40 {
            words.push(format!("with properties {}", names.join(", ")));
        }
        words.extend(self.words(node, |_| false));
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            plan: self.plans.text(kinds),
        }
    }

    fn note(&mut self, node: &Node, keyword: &str, change: Change) {
        self.notes.push(Note {
            tool: self.tool.to_owned(),
            pointer: node.pointer.clone(),
            keyword: keyword.to_owned(),
            change,
        });
    }

    /// The description of an alias, with what else it says of itself.
    fn remark(&mut self, id: NodeId, description: Option<String>) -> Option<String> {
        let node = self.graph.node(id).clone();
        let words = self.words(&node, |_| false);
        describe::text(description, &words)
    }
}

fn is_long(schema: &Map<String, Json>) -> bool {
    schema.contains_key("properties")
        || schema.contains_key("anyOf")
        || schema.contains_key("oneOf")
        || schema
            .get("enum")
            .and_then(Json::as_array)
            .is_some_and(|values| values.len() > 8)
}
