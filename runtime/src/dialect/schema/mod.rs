//! A schema as it is read: references followed, slips read as meant, `allOf` merged.

mod kinds;
mod merge;
mod read;
mod reference;

use std::collections::BTreeMap;

use crate::codec::Json;

pub(super) use kinds::{Kind, Kinds};

/// A node of a [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(usize);

/// Everything that one schema says.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Where it stands in the document.
    pub(super) pointer: String,
    /// Another node that says what this one means; only the description is its own then.
    pub(super) alias: Option<NodeId>,
    /// Nothing is right.
    pub(super) is_never: bool,
    /// The types that it names; none if it names none.
    pub(super) kinds: Option<Kinds>,
    /// The only values that are right.
    pub(super) values: Option<Vec<Json>>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) properties: Vec<(String, NodeId)>,
    pub(super) required: Vec<String>,
    pub(super) rest: Rest,
    pub(super) items: Option<NodeId>,
    /// The elements of a tuple, by position.
    pub(super) prefix: Vec<NodeId>,
    pub(super) unions: Vec<Union>,
    /// Bounds, patterns, formats, defaults: keywords whose value is no schema.
    pub(super) facets: BTreeMap<String, Json>,
    /// Rules that hold schemas: `not`, `if`, `contains` and their like.
    pub(super) rules: Vec<(String, Rule)>,
    /// Schemas of properties by pattern of their name.
    pub(super) patterns: Vec<(String, NodeId)>,
    /// What could not be kept: the keyword, and what stood there.
    pub(super) lost: Vec<(String, Json)>,
}

/// The properties of an object that have no name in its schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Rest {
    /// The schema does not say.
    #[default]
    Unsaid,
    /// Anything, in so many words.
    Open,
    /// None.
    Closed,
    /// Values of this schema.
    Each(NodeId),
}

/// `anyOf` or `oneOf`.
#[derive(Debug, Clone)]
pub(super) struct Union {
    pub(super) keyword: &'static str,
    pub(super) branches: Vec<NodeId>,
}

/// What stands below the keyword of a rule.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    Schema(NodeId),
    Map(Vec<(String, NodeId)>),
    Value(Json),
}

/// The nodes of one document; they may point at each other in circles.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    merged: BTreeMap<(NodeId, NodeId), NodeId>,
    /// What a node means besides itself, until it is merged.
    pending: BTreeMap<NodeId, Vec<NodeId>>,
}

/// More nodes than this a document does not get; what is left then says nothing.
const MAX_NODES: usize = 60_000;

impl Graph {
    /// Reads a document; the node of its root.
    pub(super) fn read(document: &Json) -> (Self, NodeId) {
        let mut graph = Self::default();
        let root = read::Reader::new(&mut graph, document).root();
        (graph, root)
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        static NOTHING: Node = Node::nothing();
        self.nodes.get(id.0).unwrap_or(&NOTHING)
    }

    /// The node that says what `id` means, and the description that is nearest to `id`.
    pub(super) fn meaning(&self, id: NodeId) -> (NodeId, Option<&str>) {
        let mut description = None;
        let mut at = id;
        for _ in 0..64 {
            let node = self.node(at);
            description = description.or(node.description.as_deref());
            match node.alias {
                Some(target) => at = target,
                None => break,
            }
        }
        (at, description)
    }

    /// How many nodes stand for another one, by that one.
    pub(super) fn uses(&self) -> BTreeMap<NodeId, usize> {
        let mut uses = BTreeMap::new();
        for node in &self.nodes {
            if let Some(alias) = node.alias {
                *uses.entry(self.meaning(alias).0).or_default() += 1;
            }
        }
        uses
    }

    pub(super) fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    fn is_full(&self) -> bool {
        self.nodes.len() >= MAX_NODES
    }

    fn set(&mut self, id: NodeId, node: Node) {
        if let Some(place) = self.nodes.get_mut(id.0) {
            *place = node;
        }
    }
}

impl Node {
    const fn nothing() -> Self {
        Self {
            pointer: String::new(),
            alias: None,
            is_never: false,
            kinds: None,
            values: None,
            title: None,
            description: None,
            properties: Vec::new(),
            required: Vec::new(),
            rest: Rest::Unsaid,
            items: None,
            prefix: Vec::new(),
            unions: Vec::new(),
            facets: BTreeMap::new(),
            rules: Vec::new(),
            patterns: Vec::new(),
            lost: Vec::new(),
        }
    }

    pub(super) fn property(&self, name: &str) -> Option<NodeId> {
        let mut found = self.properties.iter();
        Some(found.find(|(known, _)| known == name)?.1)
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|known| known == name)
    }

    /// The types that it names, or else those that its keywords speak of; all if nothing tells.
    pub(super) fn likely_kinds(&self) -> Kinds {
        if let Some(kinds) = self.kinds {
            return kinds;
        }
        if let Some(values) = &self.values {
            return values.iter().map(Kind::of).collect();
        }
        let speaks_of =
            |keywords: &[&str]| keywords.iter().any(|key| self.facets.contains_key(*key));
        let is_object = !self.properties.is_empty()
            || !self.required.is_empty()
            || !self.patterns.is_empty()
            || self.rest != Rest::Unsaid
            || speaks_of(&["minProperties", "maxProperties"]);
        let is_list = self.items.is_some()
            || !self.prefix.is_empty()
            || speaks_of(&["minItems", "maxItems", "uniqueItems"]);
        let is_number = speaks_of(&[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ]);
        let is_text = speaks_of(&["minLength", "maxLength", "pattern", "format"]);
        let spoken = [
            (is_object, Kind::Object),
            (is_list, Kind::Array),
            (is_number, Kind::Number),
            (is_text, Kind::String),
        ];
        let mut spoken = spoken.iter().filter(|(is_spoken, _)| *is_spoken);
        match (spoken.next(), spoken.next()) {
            (Some((_, kind)), None) => Kinds::of(*kind),
            _ => Kinds::ALL,
        }
    }

    /// Whether it says nothing of the value.
    pub(super) fn says_nothing(&self) -> bool {
        self.alias.is_none()
            && !self.is_never
            && self.kinds.is_none_or(|kinds| kinds == Kinds::ALL)
            && self.values.is_none()
            && self.unions.is_empty()
            && self.likely_kinds() == Kinds::ALL
    }
}
