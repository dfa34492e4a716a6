//! Names all public items of a catalog: resources, methods, requests, identifiers, types, members.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::collect::collect_uses;
use super::definitions::follow_definitions;
use super::follow::follow_moves;
use super::group::{LockedNames, NamedType, assign_types};
use super::identifiers::name_identifiers;
use super::lock::Lock;
use super::members::{MemberNames, name_fields, name_split_members, name_type_members};
use super::methods::name_methods;
use super::namespace::{NameOrigin, Namespace, Refused};
use super::owners::find_owners;
use super::resources::{ResourceNames, name_resources};
use super::sources::NameSources;
use crate::catalog::SchemaPlace;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ident::Ident;
use crate::lower::sketch::{Classes, Definition, Home, IdentifierKind, Rest, ToolSketch};
use crate::lower::words::{noun_words, split_words};
use crate::options::CatalogInput;

/// The names of one catalog.
#[derive(Debug)]
pub(in crate::lower) struct Names<'a> {
    /// Resources, by their name in the catalog or the overlay.
    pub(in crate::lower) resources: BTreeMap<&'a str, ResourceNames>,
    /// Tools, by name.
    pub(in crate::lower) tools: BTreeMap<&'a str, ToolNames>,
    /// Identifiers, by kind.
    pub(in crate::lower) identifiers: BTreeMap<IdentifierKind, Ident>,
    /// Enums, records and inner objects.
    pub(in crate::lower) types: Vec<NamedType<'a>>,
    /// The members of each type.
    pub(in crate::lower) members: BTreeMap<Ident, MemberNames>,
    /// The named type at each place.
    pub(in crate::lower) places: BTreeMap<&'a SchemaPlace, Ident>,
    /// The shared definitions of all tools.
    pub(in crate::lower) definitions: BTreeMap<&'a SchemaPlace, &'a Definition>,
}

/// The names of one tool.
#[derive(Debug)]
pub(in crate::lower) struct ToolNames {
    /// The method, such as `list`.
    pub(in crate::lower) method: Ident,
    /// The request type, such as `ListApiKeys`.
    pub(in crate::lower) request: Ident,
    /// The fields.
    pub(in crate::lower) members: MemberNames,
}

/// Names everything. All locked names are claimed before anything new is named.
///
/// # Errors
///
/// Returns the names of the overlay or the lock that cannot be given.
pub(in crate::lower) fn name_all<'a>(
    input: &CatalogInput,
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    requests: &'a mut BTreeMap<String, String>,
) -> Result<Names<'a>, Diagnostics> {
    let sources = &NameSources::new(input, lock);
    let mut namespace = Namespace::types();
    claim_lock(sources, &mut namespace)?;
    let resources = name_resources(sources, tools, &mut namespace)?;
    let request_names = name_requests(sources, tools, &mut namespace)?;
    requests.extend(
        request_names
            .iter()
            .map(|(tool, name)| (tool.clone(), name.to_string())),
    );
    let identifiers = name_identifiers(sources, tools, &mut namespace)?;
    let definitions: BTreeMap<&SchemaPlace, &Definition> =
        tools.iter().flat_map(|tool| &tool.definitions).collect();
    let classes = Classes::new(&definitions);
    let uses = collect_uses(tools, requests, &classes);
    let mut owners = find_owners(lock, &uses);
    let shapes = Classes::shapes(&definitions);
    let (live, _) = uses.split_at(uses.iter().take_while(|usage| !usage.is_removed).count());
    follow_definitions(&mut owners, live, lock, &shapes);
    follow_moves(&mut owners, live, lock, &shapes);
    let locked = LockedNames {
        lock,
        owners: &owners,
        shapes: &shapes,
    };
    let types = assign_types(uses, locked, &mut namespace);
    let members = name_all_members(sources, &types)?;
    let places = types.iter().flat_map(|named| {
        let places = named.uses.iter().map(|usage| usage.place);
        places.map(|place| (place, named.name.clone()))
    });
    let places = places.collect();
    Ok(Names {
        tools: name_tools(sources, tools, &resources, request_names)?,
        resources,
        identifiers,
        types,
        members,
        places,
        definitions,
    })
}

/// Names the members of all types. Those of one type do not depend on those of another.
fn name_all_members(
    sources: &NameSources<'_>,
    types: &[NamedType<'_>],
) -> Result<BTreeMap<Ident, MemberNames>, Diagnostics> {
    let locked = |name: &str| sources.lock.types.get(name);
    let given: Vec<Option<MemberNames>> = types
        .par_iter()
        .map(|named| {
            let usage = named.representative()?;
            Some(match named.origin.as_deref().and_then(locked) {
                Some(origin) => name_split_members(usage, origin),
                None => name_type_members(usage, locked(named.name.as_str())),
            })
        })
        .collect();
    let mut problems = Diagnostics::default();
    let mut members = BTreeMap::new();
    for (named, given) in types.iter().zip(given) {
        if let (Some(usage), Some(given)) = (named.representative(), given) {
            for refused in &given.refused {
                let member = format!("the member of `{}`", named.name);
                problems.push(sources.refuse(&member, Some(&usage.place.tool), refused));
            }
            members.insert(named.name.clone(), given);
        }
    }
    problems.finish()?;
    Ok(members)
}

fn claim_lock(sources: &NameSources<'_>, namespace: &mut Namespace) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    for name in sources.lock.type_names() {
        if namespace.claim_locked(name).is_none() {
            let what = format!("no type can be called `{name}`");
            let problem = Diagnostic::new(sources.location(NameOrigin::Lock, None), what)
                .because("the name is used twice, is reserved, or is not a valid Rust identifier")
                .help("correct the name, or remove the line to let the generator choose a name");
            problems.push(problem);
        }
    }
    problems.finish()
}

fn name_requests(
    sources: &NameSources<'_>,
    tools: &[ToolSketch<'_>],
    types: &mut Namespace,
) -> Result<BTreeMap<String, Ident>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut names = BTreeMap::new();
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    for tool in tools.iter().filter(|tool| !tool.is_removed()) {
        *claims.entry(tool.method.to_owned()).or_default() += 1;
    }
    for tool in tools {
        let name = &tool.tool.name;
        let locked = sources
            .lock
            .tools
            .get(name)
            .map(|tool| tool.request.as_str());
        let ident = match (&tool.tool.overlay.request, locked) {
            (Some(wanted), locked) if locked != Some(wanted) => {
                let claimed = types.claim_locked(wanted);
                if claimed.is_none() {
                    let refused = Refused {
                        wire: name.clone(),
                        name: wanted.clone(),
                        origin: NameOrigin::Overlay,
                    };
                    problems.push(sources.refuse("the request of", Some(name), &refused));
                }
                claimed
            }
            (_, Some(locked)) => Ident::parse(locked),
            (_, None) => None,
        };
        let ident = ident.unwrap_or_else(|| {
            let is_unique = claims.get(tool.method) == Some(&1);
            let proposals = propose_request(tool, is_unique);
            types.claim(proposals.iter().map(String::as_str))
        });
        names.insert(name.clone(), ident);
    }
    problems.finish()?;
    Ok(names)
}

/// Proposes names for a request: `ListApiKeys`, `GetApiKey`, `AuthenticateKey`.
fn propose_request(tool: &ToolSketch<'_>, is_unique: bool) -> Vec<String> {
    if let Home::Client(name) = tool.home {
        return vec![name.to_owned(), format!("{name} request")];
    }
    let noun = noun_words(tool.home.resource()).join(" ");
    let plural = split_words(tool.home.resource()).join(" ");
    let method = split_words(tool.method).join(" ");
    let full = match tool.method {
        "list" => format!("{method} {plural}"),
        _ => format!("{method} {noun}"),
    };
    let is_placed = tool.tool.overlay.placement.is_some();
    let is_custom = !matches!(tool.method, "list" | "get" | "create" | "update" | "delete");
    let mut proposals = Vec::new();
    if is_custom && is_unique && !is_placed {
        proposals.push(method);
    }
    proposals.extend([full, tool.tool.name.clone()]);
    proposals
}

fn name_tools<'a>(
    sources: &NameSources<'_>,
    tools: &'a [ToolSketch<'a>],
    resources: &BTreeMap<&str, ResourceNames>,
    mut requests: BTreeMap<String, Ident>,
) -> Result<BTreeMap<&'a str, ToolNames>, Diagnostics> {
    let mut methods = name_methods(sources, tools, resources)?;
    let members: Vec<MemberNames> = tools
        .par_iter()
        .map(|tool| {
            let (arguments, fields) = match sources.lock.tools.get(&tool.tool.name) {
                Some(locked) => (locked.arguments.as_slice(), &locked.fields),
                None => (Default::default(), &BTreeMap::new()),
            };
            let has_catch_all = tool.request.rest != Rest::Refused;
            name_fields(&tool.request, arguments, fields, has_catch_all)
        })
        .collect();
    let mut problems = Diagnostics::default();
    let mut named = BTreeMap::new();
    for (tool, members) in tools.iter().zip(members) {
        let name = tool.tool.name.as_str();
        for refused in &members.refused {
            problems.push(sources.refuse("the argument", Some(name), refused));
        }
        if let (Some(method), Some(request)) = (methods.remove(name), requests.remove(name)) {
            let given = ToolNames {
                method,
                request,
                members,
            };
            named.insert(name, given);
        }
    }
    problems.finish()?;
    Ok(named)
}
