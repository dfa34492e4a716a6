//! Tools that have another name now. The names given to them stay theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::lock::{Lock, ToolLock};
use crate::ident::Ident;
use crate::lower::sketch::ToolSketch;

/// Moves the entries of renamed tools in the lock to their new names.
///
/// The name of a tool of a resource is not on the wire: its resource and its method are what is called. So
/// a new tool with the route of a removed one is the same tool.
pub(in crate::lower) fn follow_renamed_tools(tools: &[ToolSketch<'_>], lock: &mut Lock) {
    let live: BTreeSet<&str> = tools.iter().map(|tool| tool.tool.name.as_str()).collect();
    let mut gone: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for (name, entry) in &lock.tools {
        if !live.contains(name.as_str())
            && !entry.method.is_empty()
            && let Some(route) = route_of(entry)
        {
            gone.entry(route).or_default().push(name);
        }
    }
    if gone.is_empty() {
        return;
    }
    let mut heirs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for tool in tools {
        if tool.tool.is_direct() {
            continue;
        }
        let method = Ident::for_value(&tool.tool.method);
        let route = method.map(|method| (tool.tool.resource.as_str(), method.to_string()));
        if let (false, Some([before])) = (
            lock.tools.contains_key(&tool.tool.name),
            route.and_then(|route| gone.get(&route)).map(Vec::as_slice),
        ) {
            heirs.entry(before).or_default().push(&tool.tool.name);
        }
    }
    let moves: Vec<(String, String)> = heirs
        .into_iter()
        .filter_map(|(before, heirs)| match heirs[..] {
            [heir] => Some((before.to_owned(), heir.to_owned())),
            _ => None,
        })
        .collect();
    for (before, after) in moves {
        move_tool(&before, &after, lock);
    }
}

/// Returns the resource on the wire, and the method on the wire as an identifier.
fn route_of(entry: &ToolLock) -> Option<(&str, String)> {
    match entry.route.split_once('/') {
        // The overlay placed the tool, so its names are not those on the wire.
        Some((resource, method)) => {
            let method = Ident::for_value(method)?;
            Some((resource, method.to_string()))
        }
        None => Some((entry.resource.as_str(), entry.method.clone())),
    }
}

fn move_tool(before: &str, after: &str, lock: &mut Lock) {
    if let Some(entry) = lock.tools.remove(before) {
        lock.tools.insert(after.to_owned(), entry);
    }
    let places = lock.types.values_mut().flat_map(|entry| &mut entry.places);
    for place in places.filter(|place| *place.tool == *before) {
        place.tool = after.into();
    }
}
