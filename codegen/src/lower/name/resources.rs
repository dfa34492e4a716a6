//! Names the resources of a catalog.

use std::collections::{BTreeMap, BTreeSet};

use super::namespace::{NameOrigin, Namespace, Refused};
use super::sources::NameSources;
use crate::diag::Diagnostics;
use crate::ident::Ident;
use crate::lower::sketch::{Home, ToolSketch};

/// The names of one resource.
#[derive(Debug, Clone)]
pub(in crate::lower) struct ResourceNames {
    /// The method of the client, such as `api_keys`.
    pub(in crate::lower) accessor: Ident,
    /// The handle, such as `ApiKeys`.
    pub(in crate::lower) handle: Ident,
}

/// Names all resources, locked names first.
///
/// # Errors
///
/// Returns the names of the lock that cannot be given.
pub(super) fn name_resources<'a>(
    sources: &NameSources<'_>,
    tools: &'a [ToolSketch<'a>],
    types: &mut Namespace,
) -> Result<BTreeMap<&'a str, ResourceNames>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut accessors = Namespace::resources();
    let mut names = BTreeMap::new();
    let homes: BTreeSet<&str> = tools
        .iter()
        .filter_map(|tool| match tool.home {
            Home::Resource(resource) => Some(resource),
            Home::Client(_) => None,
        })
        .collect();
    for (resource, locked) in &sources.lock.resources {
        let resource = homes.get(resource.as_str());
        let accessor = accessors.claim_locked(&locked.accessor);
        if let (Some(resource), Some(accessor), Some(handle)) =
            (resource, accessor, Ident::parse(&locked.handle))
        {
            names.insert(*resource, ResourceNames { accessor, handle });
        } else if let Some(resource) = resource {
            let refused = Refused {
                wire: (*resource).to_owned(),
                name: locked.accessor.clone(),
                origin: NameOrigin::Lock,
            };
            problems.push(sources.refuse("the resource", None, &refused));
        }
    }
    problems.finish()?;
    for tool in tools {
        if let Home::Resource(resource) = tool.home {
            names.entry(resource).or_insert_with(|| ResourceNames {
                accessor: accessors.claim([resource]),
                handle: types.claim([resource, &format!("{resource} resource")]),
            });
        }
    }
    Ok(names)
}
