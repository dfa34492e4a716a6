//! Names the methods of tools.

use std::collections::BTreeMap;

use super::lock::ToolLock;
use super::namespace::{NameOrigin, Namespace, Refused};
use super::resources::ResourceNames;
use super::sources::NameSources;
use crate::diag::Diagnostics;
use crate::ident::Ident;
use crate::lower::sketch::{Home, ToolSketch};

/// Names the methods of all tools: locked names first, and those of removed tools last.
///
/// # Errors
///
/// Returns the names of the overlay or the lock that cannot be given.
pub(super) fn name_methods<'a>(
    sources: &NameSources<'_>,
    tools: &'a [ToolSketch<'a>],
    resources: &BTreeMap<&str, ResourceNames>,
) -> Result<BTreeMap<&'a str, Ident>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut methods: BTreeMap<&str, Namespace> = BTreeMap::new();
    let mut named: BTreeMap<&str, Ident> = BTreeMap::new();
    let live = || tools.iter().filter(|tool| !tool.is_removed());
    for tool in live() {
        let namespace = methods
            .entry(tool.home.resource())
            .or_insert_with(|| match tool.home {
                Home::Resource(_) => Namespace::methods(),
                Home::Client(_) => direct_methods(resources),
            });
        let locked = sources
            .lock
            .tools
            .get(&tool.tool.name)
            .filter(|locked| is_locked(tool, locked));
        let Some(locked) = locked else {
            continue;
        };
        // A newer resource may have the name of a method of the client.
        let is_resource = |names: &ResourceNames| names.accessor.as_str() == locked.method;
        match namespace.claim_locked(&locked.method) {
            Some(method) => {
                named.insert(&tool.tool.name, method);
            }
            None if resources.values().any(is_resource) => {}
            None => {
                let refused = Refused {
                    wire: tool.tool.name.clone(),
                    name: locked.method.clone(),
                    origin: NameOrigin::Lock,
                };
                let tool = Some(tool.tool.name.as_str());
                problems.push(sources.refuse("the method of", tool, &refused));
            }
        }
    }
    for tool in live() {
        if let (false, Some(namespace)) = (
            named.contains_key(tool.tool.name.as_str()),
            methods.get_mut(tool.home.resource()),
        ) {
            let name = tool.tool.name.as_str();
            let method = namespace.claim([tool.method, name]);
            if tool.tool.overlay.placement.is_some()
                && (Ident::is_unusable(tool.method)
                    || Ident::for_value(tool.method).as_ref() != Some(&method))
            {
                let refused = Refused {
                    wire: name.to_owned(),
                    name: tool.method.to_owned(),
                    origin: NameOrigin::Overlay,
                };
                problems.push(sources.refuse("the method of", Some(name), &refused));
            }
            named.insert(name, method);
        }
    }
    problems.finish()?;
    name_methods_of_removed(sources, tools, resources, &mut methods, &mut named);
    Ok(named)
}

/// Adds the methods of removed tools. If another tool has the method now, the tool gets no name, so that
/// nothing is generated for it.
fn name_methods_of_removed<'a>(
    sources: &NameSources<'_>,
    tools: &'a [ToolSketch<'a>],
    resources: &BTreeMap<&str, ResourceNames>,
    methods: &mut BTreeMap<&'a str, Namespace>,
    named: &mut BTreeMap<&'a str, Ident>,
) {
    for tool in tools.iter().filter(|tool| tool.is_removed()) {
        let namespace = methods
            .entry(tool.home.resource())
            .or_insert_with(|| match tool.home {
                Home::Resource(_) => Namespace::methods(),
                Home::Client(_) => direct_methods(resources),
            });
        let Some(locked) = sources.lock.tools.get(&tool.tool.name) else {
            continue;
        };
        if let Some(method) = namespace.claim_locked(&locked.method) {
            named.insert(&tool.tool.name, method);
        }
    }
}

fn is_locked(tool: &ToolSketch<'_>, locked: &ToolLock) -> bool {
    locked.resource == tool.home.resource()
        && tool.tool.overlay.placement.is_none()
        && !locked.method.is_empty()
}

/// Returns the namespace of the client's methods, which contains its resources and their modules.
fn direct_methods(resources: &BTreeMap<&str, ResourceNames>) -> Namespace {
    let mut namespace = Namespace::direct_methods();
    for names in resources.values() {
        namespace.claim_locked(names.accessor.as_str());
    }
    namespace
}
