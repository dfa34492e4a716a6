//! Pairs of tools: the same tool in both snapshots, by its name, by its route, or by its schemas.
//!
//! The names of the lock follow a tool in the same order.

use std::collections::BTreeMap;

use crate::model::{Api, Operation, Resource};

/// A tool and the resource that has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedTool<'m> {
    pub(super) resource: Option<&'m Resource>,
    pub(super) operation: &'m Operation,
}

impl PlacedTool<'_> {
    pub(super) fn name(&self) -> &str {
        &self.operation.tool.name
    }

    /// Returns the call in Rust: `api_keys().list(ListApiKeys)`.
    pub(super) fn call(&self) -> String {
        let request = &self.operation.request.name;
        let method = &self.operation.method;
        match self.resource {
            Some(resource) => format!("{}().{method}({request})", resource.accessor),
            None => format!("{method}({request})"),
        }
    }
}

/// A tool in one snapshot or in both.
pub(super) enum Pair<'m> {
    Both(PlacedTool<'m>, PlacedTool<'m>),
    Renamed(PlacedTool<'m>, PlacedTool<'m>),
    Removed(PlacedTool<'m>),
    /// The tool was removed, and its code stays for one release.
    Tombstone(PlacedTool<'m>, PlacedTool<'m>),
    /// The code of a tool that was removed earlier is removed, too.
    Ended(PlacedTool<'m>),
    Added(PlacedTool<'m>),
}

/// Finds the tools of two models that belong together.
pub(super) fn pair_tools<'m>(before: &'m Api, after: &'m Api) -> Vec<Pair<'m>> {
    let (old, mut new) = (by_name(before), by_name(after));
    let tombstones_after = tombstones(after);
    let mut pairs = Vec::with_capacity(old.len());
    let mut removed = Vec::new();
    for (name, tool) in old {
        match new.remove(name) {
            Some(other) => pairs.push(Pair::Both(tool, other)),
            None => removed.push(tool),
        }
    }
    let mut added: BTreeMap<Identity<'m>, Vec<PlacedTool<'m>>> = BTreeMap::new();
    for tool in new.into_values() {
        added.entry(Identity::of(tool)).or_default().push(tool);
    }
    let mut removed_by_name: BTreeMap<&str, PlacedTool<'m>> = BTreeMap::new();
    let mut rivals: BTreeMap<Identity<'m>, usize> = BTreeMap::new();
    for tool in removed {
        *rivals.entry(Identity::of(tool)).or_default() += 1;
        removed_by_name.insert(&tool.operation.tool.name, tool);
    }
    for tool in removed_by_name.into_values() {
        let identity = Identity::of(tool);
        // Tools that differ in their names alone cannot be distinguished.
        let is_unique = rivals.get(&identity) == Some(&1);
        match added.get(&identity).map(Vec::as_slice) {
            Some([other]) if is_unique && identity.is_distinctive() => {
                pairs.push(Pair::Renamed(tool, *other));
                added.remove(&identity);
            }
            _ => pairs.push(match tombstones_after.get(tool.name()) {
                Some(tombstone) => Pair::Tombstone(tool, *tombstone),
                None => Pair::Removed(tool),
            }),
        }
    }
    let ended = tombstones(before).into_values();
    let ended = ended.filter(|tool| !has(after, tool));
    pairs.extend(ended.map(Pair::Ended));
    pairs.extend(added.into_values().flatten().map(Pair::Added));
    pairs
}

/// Returns `true` if the API has a tool of this name, which may be removed.
fn has(api: &Api, tool: &PlacedTool<'_>) -> bool {
    let mut operations = api.operations();
    operations.any(|operation| operation.tool.name == tool.name())
}

/// Returns the tools that the catalog has.
fn by_name(api: &Api) -> BTreeMap<&str, PlacedTool<'_>> {
    let live = placed(api).filter(|tool| tool.operation.removal.is_none());
    live.map(|tool| (tool.operation.tool.name.as_str(), tool))
        .collect()
}

/// Returns the removed tools whose code stays for one release.
fn tombstones(api: &Api) -> BTreeMap<&str, PlacedTool<'_>> {
    let removed = placed(api).filter(|tool| tool.operation.removal.is_some());
    removed
        .map(|tool| (tool.operation.tool.name.as_str(), tool))
        .collect()
}

fn placed(api: &Api) -> impl Iterator<Item = PlacedTool<'_>> {
    let of_resources = api.resources.iter().flat_map(|resource| {
        let place = move |operation| PlacedTool {
            resource: Some(resource),
            operation,
        };
        resource.operations.iter().map(place)
    });
    let direct = api.operations.iter().map(|operation| PlacedTool {
        resource: None,
        operation,
    });
    of_resources.chain(direct)
}

/// The traits by which a tool with another name is the same tool: its route, or without one, its schemas and
/// its text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity<'m> {
    /// The route of a tool with a resource; for other tools, the name is the route.
    route: Option<(&'m str, &'m str)>,
    /// The schemas of a tool without a route.
    schemas: [&'m str; 3],
    /// The description of a tool without a route.
    description: &'m str,
}

impl<'m> Identity<'m> {
    fn of(tool: PlacedTool<'m>) -> Self {
        let tool = &tool.operation.tool;
        let has_route = !tool.resource.is_empty();
        Self {
            route: has_route.then_some((&tool.resource, &tool.method)),
            schemas: if has_route {
                [""; 3]
            } else {
                [&tool.query_schema, &tool.body_schema, &tool.response_schema]
            },
            description: if has_route { "" } else { &tool.description },
        }
    }

    /// Returns `true` if it says enough to recognize a tool.
    fn is_distinctive(&self) -> bool {
        self.route.is_some() || !self.description.is_empty()
    }
}
