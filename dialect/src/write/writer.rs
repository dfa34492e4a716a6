//! The state of the writer, and the choice between a schema inline and a reference.

use std::collections::{BTreeMap, BTreeSet};

use super::first_keys;
use super::words;
use crate::counts::Counts;
use crate::json_type::JsonType;
use crate::mapping::{MappingId, Mappings};
use crate::note::{Note, NoteKind};
use crate::request_limits::RequestLimits;
use crate::rules::{Definitions, Form, Rules};
use crate::schema::{Graph, Node, NodeId, TypeSet, read};
use crate::tree::{Members, Tree, put, to_map};

/// The number of schemas that are written for one tool. The others are cut off.
const MAX_SCHEMAS: usize = 4_000;

/// The number of schemas in each other that are written. The others are cut off.
const MAX_NESTING: usize = 90;

/// The numbers of repeated schemas in each other that are tried. The first list that is short enough is
/// taken, or else the last one.
const MAX_REPEATED: [usize; 6] = [usize::MAX, 6, 4, 3, 2, 1];

/// The length of a list, as a multiple of the length of the tool's own schema, up to which nothing is cut
/// off: where a provider knows no references, each repeats a schema.
const MAX_GROWTH: usize = 4;

/// The least length of a schema in a list, in order to see early that a list is too long.
const MIN_SCHEMA_LENGTH: usize = 16;

/// The length of a list up to which nothing is cut off.
const MIN_LENGTH: usize = 16_000;

/// The number of properties that a string of JSON lists in its description.
const MAX_LISTED_PROPERTIES: usize = 40;

/// The number of enum values up to which a shared enum is repeated inline.
const MAX_INLINE_VALUES: usize = 8;

/// A written schema, and the mapping of its values.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) schema: Members,
    pub(super) mapping: MappingId,
}

/// The written schema of a tool's arguments.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) schema: Tree,
    /// The place and the keyword of a contradiction, if no arguments are valid.
    pub(crate) contradiction: Option<(String, &'static str)>,
    pub(crate) mappings: Mappings,
    pub(crate) root: MappingId,
    pub(crate) notes: Vec<Note>,
    pub(crate) counts: Counts,
}

pub(super) struct Writer<'a> {
    pub(super) graph: Graph,
    pub(super) rules: &'static Rules,
    pub(super) limits: RequestLimits,
    tool: &'a str,
    pub(super) mappings: Mappings,
    notes: Vec<Note>,
    /// The number of enum values so far.
    pub(super) written_values: usize,
    /// The nodes that are being written, from the root down.
    pub(super) open: Vec<NodeId>,
    /// The number of objects and arrays around the current place, as providers count it.
    pub(super) depth: usize,
    written_schemas: usize,
    /// The number of references to each node.
    pub(super) uses: BTreeMap<NodeId, usize>,
    /// The nodes that were made by merging a branch with the node around it.
    pub(super) expanded: BTreeSet<NodeId>,
    /// The nodes that only restrict the types, by those types.
    pub(super) type_nodes: Vec<(TypeSet, NodeId)>,
    /// The numbers of schemas that are written. The others are cut off.
    bounds: Bounds,
    /// The number of repeated schemas.
    repeated: usize,
    /// The tool's own schema.
    pub(super) document: &'a Tree,
    /// The names under `$defs`.
    pub(super) names: BTreeMap<NodeId, String>,
    /// The mappings of the nodes under `$defs`.
    shared_mappings: BTreeMap<NodeId, MappingId>,
    pub(super) definitions: BTreeMap<String, Tree>,
    /// The nodes whose written schema allows more than the node does.
    lossy: BTreeSet<NodeId>,
}

/// Writes the arguments of a tool.
pub(crate) fn write(
    tool: &str,
    document: &Tree,
    rules: &'static Rules,
    limits: RequestLimits,
) -> Arguments {
    let max_length = MIN_LENGTH.max(MAX_GROWTH.saturating_mul(document.to_string().len()));
    let [limited @ .., last] = MAX_REPEATED;
    for max_repeated in limited {
        let bounds = Bounds {
            repeated: max_repeated,
            schemas: MAX_SCHEMAS.min(max_length / MIN_SCHEMA_LENGTH),
        };
        let (arguments, used) = write_within(tool, document, rules, limits, bounds);
        let is_whole = used.repeated == 0 || used.schemas <= bounds.schemas;
        if is_whole && (used.repeated == 0 || arguments.schema.to_string().len() <= max_length) {
            return arguments;
        }
    }
    let bounds = Bounds {
        repeated: last,
        schemas: MAX_SCHEMAS,
    };
    write_within(tool, document, rules, limits, bounds).0
}

/// The numbers of schemas that are written.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Repeated schemas: in each other, or at all.
    repeated: usize,
    schemas: usize,
}

/// Writes the arguments of a tool within bounds. Returns the numbers that are used as well.
fn write_within(
    tool: &str,
    document: &Tree,
    rules: &'static Rules,
    limits: RequestLimits,
    bounds: Bounds,
) -> (Arguments, Bounds) {
    let (graph, root) = read(document);
    let is_never = graph.resolved_node(root).is_never;
    let contradiction = is_never.then(|| graph.contradiction(root));
    let mut writer = Writer {
        uses: graph.count_uses(),
        graph,
        rules,
        limits,
        tool,
        mappings: Mappings::new(document),
        notes: Vec::new(),
        written_values: 0,
        open: Vec::new(),
        depth: 0,
        written_schemas: 0,
        expanded: BTreeSet::new(),
        type_nodes: Vec::new(),
        bounds,
        repeated: 0,
        document,
        names: BTreeMap::new(),
        shared_mappings: BTreeMap::new(),
        definitions: BTreeMap::new(),
        lossy: BTreeSet::new(),
    };
    let mut written = writer.root(root);
    let definitions = writer.used_definitions(&written.schema);
    if !definitions.is_empty() {
        writer.mappings.define(to_map(&definitions));
        put(&mut written.schema, "$defs", definitions);
    }
    let is_closed = rules.form == Form::Closed;
    if is_closed {
        first_keys::tell_apart(&mut written.schema);
    }
    let counts = is_closed.then(|| Counts::of(&written.schema));
    let arguments = Arguments {
        schema: Tree::Object(written.schema),
        contradiction,
        mappings: writer.mappings,
        root: written.mapping,
        notes: writer.notes,
        counts: counts.unwrap_or_default(),
    };
    let used = Bounds {
        repeated: writer.repeated,
        schemas: writer.written_schemas,
    };
    (arguments, used)
}

impl Writer<'_> {
    /// Writes a node, inline or as a reference.
    pub(super) fn write(&mut self, id: NodeId) -> Written {
        let (target, description) = self.graph.resolve(id);
        let description = description.map(str::to_owned);
        let own_description = if target == id {
            None
        } else {
            self.describe_alias(id, description)
        };
        if let Some(mapping) = self.defined(target) {
            return self.reference(target, mapping, own_description);
        }
        self.written_schemas += 1;
        if self.open.contains(&target) {
            if self.rules.definitions == Definitions::Recursive {
                let mapping = self.mappings.reserve();
                self.shared_mappings.insert(target, mapping);
                self.name(target);
                return self.reference(target, mapping, own_description);
            }
            return self.cut(target, own_description);
        }
        if self.written_schemas > self.bounds.schemas || self.open.len() > MAX_NESTING {
            return self.cut(target, own_description);
        }
        if self.is_repeated(target) {
            self.repeated += 1;
            let open = self.open.iter().filter(|id| self.is_repeated(**id));
            if open.count() >= self.bounds.repeated {
                return self.cut(target, own_description);
            }
        }
        let is_shared = self.uses.get(&target).is_some_and(|uses| *uses > 1)
            && self.rules.definitions != Definitions::None;
        let mut written = self.write_inline(target, is_shared);
        let reserved = self.shared_mappings.get(&target).copied();
        if let Some(reserved) = reserved {
            self.mappings.settle(reserved, written.mapping);
        }
        if reserved.is_some() || (is_shared && is_worth_sharing(&written.schema)) {
            let mapping = written.mapping;
            self.shared_mappings.insert(target, mapping);
            let name = self.name(target);
            self.definitions.insert(name, Tree::Object(written.schema));
            return self.reference(target, mapping, own_description);
        }
        if let Some(own) = own_description {
            self.describe(&mut written.schema, Some(own), &[]);
        }
        written
    }

    /// Returns `true` for a node that is written again for each reference to it.
    fn is_repeated(&self, id: NodeId) -> bool {
        let is_small = self.graph.node(id).has_no_parts();
        let is_shared = self.uses.get(&id).is_some_and(|uses| *uses > 1);
        match self.rules.definitions {
            Definitions::None => !is_small && (is_shared || self.expanded.contains(&id)),
            _ => !is_small && !is_shared && self.expanded.contains(&id),
        }
    }

    /// Writes a node itself. Under `$defs` the depth starts at 0.
    fn write_inline(&mut self, id: NodeId, is_shared: bool) -> Written {
        let depth = self.depth;
        let notes = self.notes.len();
        if is_shared {
            self.depth = 0;
        }
        self.open.push(id);
        let written = match self.rules.form {
            Form::JsonSchema => self.json_schema(id),
            Form::Closed | Form::OpenApi => self.closed(id),
        };
        self.open.pop();
        self.depth = depth;
        if self.has_lost_since(notes) {
            self.lossy.insert(id);
        }
        written
    }

    pub(super) fn count_notes(&self) -> usize {
        self.notes.len()
    }

    /// Returns `true` if a schema written since then allows more than its node.
    fn has_lost_since(&self, notes: usize) -> bool {
        let since = self.notes.get(notes..).unwrap_or_default();
        since
            .iter()
            .any(|note| !matches!(note.kind, NoteKind::Renamed | NoteKind::Inferred))
    }

    /// Returns `true` if the written schema of a node allows more than the node does.
    pub(super) fn is_lossy(&self, id: NodeId, notes: usize) -> bool {
        self.lossy.contains(&self.graph.resolve(id).0) || self.has_lost_since(notes)
    }

    /// Returns the mapping of a node that is under `$defs`.
    fn defined(&self, id: NodeId) -> Option<MappingId> {
        self.names.get(&id)?;
        self.shared_mappings.get(&id).copied()
    }

    /// Writes a schema that is too deep: any value.
    fn cut(&mut self, id: NodeId, own_description: Option<String>) -> Written {
        let node = self.graph.node(id).clone();
        self.note(&node, "$ref", NoteKind::Loosened);
        let mut written = match self.rules.form {
            Form::JsonSchema => self.cut_node(&node),
            Form::Closed | Form::OpenApi => self.json_string(&node, node.likely_types()),
        };
        if let Some(own) = own_description {
            self.describe(&mut written.schema, Some(own), &[]);
        }
        written
    }

    /// Writes a string that contains JSON of these types.
    pub(super) fn json_string(&mut self, node: &Node, types: TypeSet) -> Written {
        self.note(node, "type", NoteKind::JsonString);
        let content = if types == TypeSet::ALL {
            "any JSON value, written as JSON text".to_owned()
        } else {
            let names: Vec<&str> = types.iter().map(JsonType::as_str).collect();
            format!("JSON text of type {}", names.join(" or "))
        };
        let mut schema = Members::new();
        put(&mut schema, "type", "string");
        let mut words = vec![content];
        let names: Vec<&str> = node
            .properties
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        if (1..=MAX_LISTED_PROPERTIES).contains(&names.len()) {
            words.push(format!("with properties {}", names.join(", ")));
        }
        words.extend(self.words(node, |_| false));
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            mapping: self.mappings.json_string(types),
        }
    }

    pub(super) fn note(&mut self, node: &Node, keyword: &str, kind: NoteKind) {
        self.notes.push(Note {
            tool: self.tool.to_owned(),
            pointer: node.pointer.clone(),
            keyword: keyword.to_owned(),
            kind,
        });
    }

    /// Returns the description of an alias, with its annotations.
    fn describe_alias(&mut self, id: NodeId, description: Option<String>) -> Option<String> {
        let node = self.graph.node(id).clone();
        let words = self.words(&node, |_| false);
        words::append(description, &words)
    }
}

fn is_worth_sharing(schema: &Members) -> bool {
    schema.contains_key("properties")
        || schema.contains_key("anyOf")
        || schema.contains_key("oneOf")
        || schema
            .get("enum")
            .and_then(Tree::as_array)
            .is_some_and(|values| values.len() > MAX_INLINE_VALUES)
}
