//! The methods that tools become: those that an overlay asks for, those of the lock, then the new.

use std::collections::BTreeMap;

use super::lock::Lock;
use super::names::Namespace;
use super::naming::ResourceNames;
use super::tools::{Home, ToolSketch};
use crate::diag::{Diagnostic, Diagnostics, Location};
use crate::ident::Ident;
use crate::options::Input;

/// The names of one group of methods while they are given.
type Groups<'a> = BTreeMap<&'a str, Namespace>;

/// Names the method of each tool. What an overlay asks for and what the lock knows, also of tools
/// that are gone, is taken before a newcomer is named.
pub(super) fn name_methods<'a>(
    input: &Input,
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    resources: &BTreeMap<&str, ResourceNames>,
) -> Result<BTreeMap<&'a str, Ident>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut groups: Groups<'_> = BTreeMap::new();
    let mut named = BTreeMap::new();
    for tool in tools {
        groups
            .entry(tool.home.resource())
            .or_insert_with(|| match tool.home {
                Home::Resource(_) => Namespace::methods(),
                Home::Client(_) => direct_methods(resources),
            });
    }
    for tool in tools.iter().filter(|tool| is_placed(tool)) {
        let wanted = Ident::for_value(tool.method);
        let group = groups.get_mut(tool.home.resource());
        let claimed = wanted.zip(group).and_then(|(wanted, group)| {
            let is_free = find_owner(tools, lock, tool, &wanted).is_none();
            is_free.then(|| group.claim_locked(wanted.as_str()))?
        });
        match claimed {
            Some(method) => {
                named.insert(tool.tool.name.as_str(), method);
            }
            None => problems.push(refuse_placement(input, tool)),
        }
    }
    problems.finish()?;
    claim_locked(tools, lock, &mut groups, &mut named);
    for tool in tools {
        let name = tool.tool.name.as_str();
        if let (false, Some(group)) = (
            named.contains_key(name),
            groups.get_mut(tool.home.resource()),
        ) {
            named.insert(name, group.claim([tool.method, name]));
        }
    }
    Ok(named)
}

fn is_placed(tool: &ToolSketch<'_>) -> bool {
    tool.tool.overlay.placement.is_some()
}

/// Another tool that has the method by the lock, and is still there under it.
fn find_owner<'a>(
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    placed: &ToolSketch<'_>,
    method: &Ident,
) -> Option<&'a ToolSketch<'a>> {
    let resource = placed.home.resource();
    tools.iter().find(|tool| {
        let locked = lock.tools.get(&tool.tool.name);
        let has_it = locked
            .is_some_and(|locked| locked.resource == resource && locked.method == method.as_str());
        has_it && !is_placed(tool) && tool.home.resource() == resource
    })
}

fn claim_locked<'a>(
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    groups: &mut Groups<'a>,
    named: &mut BTreeMap<&'a str, Ident>,
) {
    let present: BTreeMap<&str, &ToolSketch<'_>> = tools
        .iter()
        .map(|tool| (tool.tool.name.as_str(), tool))
        .collect();
    for (name, locked) in &lock.tools {
        let tool = present.get(name.as_str());
        // One that was moved since has left its place to others.
        let has_moved =
            tool.is_some_and(|tool| is_placed(tool) || tool.home.resource() != locked.resource);
        let group = groups.get_mut(locked.resource.as_str());
        let (false, Some(group)) = (has_moved, group) else {
            continue;
        };
        if let (Some(method), Some(tool)) = (group.claim_locked(&locked.method), tool) {
            named.insert(tool.tool.name.as_str(), method);
        }
    }
}

/// Methods of the client itself; its resources are methods of it too, and each is a module.
fn direct_methods(resources: &BTreeMap<&str, ResourceNames>) -> Namespace {
    let mut namespace = Namespace::direct_methods();
    for names in resources.values() {
        namespace.claim_locked(names.accessor.as_str());
    }
    namespace
}

fn refuse_placement(input: &Input, tool: &ToolSketch<'_>) -> Diagnostic {
    let overlay = input.overlay.as_ref();
    let location = Location {
        file: overlay
            .map(|overlay| overlay.file.clone())
            .unwrap_or_default(),
        pointer: String::new(),
        tool: Some(tool.tool.name.clone()),
    };
    let place = format!("{}.{}", tool.home.resource(), tool.method);
    Diagnostic::new(location, format!("it cannot be moved to `{place}`"))
        .because("another tool is there already, or it is no Rust name")
        .help("choose another place for `move`")
}
