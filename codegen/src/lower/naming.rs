//! Gives every public name of a catalog: resources, methods, requests, identifiers, types, members.

use std::collections::{BTreeMap, BTreeSet};

use super::assign::{NamedType, assign_types};
use super::collect::collect_uses;
use super::lock::{Lock, ToolLock};
use super::members::{MemberNames, name_fields, name_type_members};
use super::names::Namespace;
use super::signature::Classes;
use super::sketch::{Definition, Rest, Sketch, SketchKind};
use super::tools::{Home, ToolSketch};
use super::words::{noun_words, split_words};
use crate::diag::{Diagnostic, Diagnostics, Location};
use crate::ident::Ident;
use crate::options::Input;

/// The names of one catalog.
#[derive(Debug)]
pub(super) struct Names<'a> {
    /// Resources by their name in the catalog or the overlay.
    pub(super) resources: BTreeMap<&'a str, ResourceNames>,
    /// Tools by name.
    pub(super) tools: BTreeMap<&'a str, ToolNames>,
    /// Identifiers by what they identify.
    pub(super) identifiers: BTreeMap<String, Ident>,
    /// Enums, records and inner objects.
    pub(super) types: Vec<NamedType<'a>>,
    /// The members of each type.
    pub(super) members: BTreeMap<Ident, MemberNames>,
    /// The type in each place.
    pub(super) places: BTreeMap<&'a str, Ident>,
    /// What several places name, of all tools.
    pub(super) definitions: BTreeMap<&'a str, &'a Definition>,
}

/// The names of one resource.
#[derive(Debug, Clone)]
pub(super) struct ResourceNames {
    /// `api_keys`.
    pub(super) accessor: Ident,
    /// `ApiKeys`.
    pub(super) handle: Ident,
}

/// The names of one tool.
#[derive(Debug)]
pub(super) struct ToolNames {
    /// `list`.
    pub(super) method: Ident,
    /// `ListApiKeys`.
    pub(super) request: Ident,
    /// The fields.
    pub(super) members: MemberNames,
}

/// Names everything: what the lock knows keeps its name, and all of it is taken before anything
/// new is named.
pub(super) fn name_all<'a>(
    input: &Input,
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    requests: &'a mut BTreeMap<String, String>,
) -> Result<Names<'a>, Diagnostics> {
    let mut namespace = Namespace::types();
    claim_lock(input, lock, &mut namespace)?;
    let resources = name_resources(tools, lock, &mut namespace);
    let request_names = name_requests(input, tools, lock, &mut namespace)?;
    requests.extend(
        request_names
            .iter()
            .map(|(tool, name)| (tool.clone(), name.to_string())),
    );
    let identifiers = name_identifiers(tools, lock, &mut namespace);
    let definitions = tools.iter().flat_map(|tool| &tool.definitions);
    let definitions = definitions.map(|(place, definition)| (place.as_str(), definition));
    let definitions: BTreeMap<&str, &Definition> = definitions.collect();
    let classes = Classes::new(&definitions);
    let uses = collect_uses(tools, requests, &classes);
    let types = assign_types(uses, lock, &mut namespace);
    let mut places = BTreeMap::new();
    let mut members = BTreeMap::new();
    for named in &types {
        places.extend(
            named
                .uses
                .iter()
                .map(|usage| (usage.place, named.name.clone())),
        );
        if let Some(usage) = named.representative() {
            let locked = lock.types.get(named.name.as_str());
            members.insert(named.name.clone(), name_type_members(usage, locked));
        }
    }
    Ok(Names {
        tools: name_tools(tools, lock, &resources, request_names),
        resources,
        identifiers,
        types,
        members,
        places,
        definitions,
    })
}

fn claim_lock(input: &Input, lock: &Lock, namespace: &mut Namespace) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    for name in lock.type_names() {
        if namespace.claim_locked(name).is_none() {
            let location = Location {
                file: input
                    .lock
                    .as_ref()
                    .map(|lock| lock.file.clone())
                    .unwrap_or_default(),
                ..Location::default()
            };
            let what = format!("the name `{name}` is given twice, reserved, or no Rust name");
            problems.push(Diagnostic::new(location, what).help("give one of the two another name"));
        }
    }
    problems.finish()
}

fn name_resources<'a>(
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    types: &mut Namespace,
) -> BTreeMap<&'a str, ResourceNames> {
    let mut accessors = Namespace::resources();
    let mut names = BTreeMap::new();
    let homes = tools.iter().filter_map(|tool| match tool.home {
        Home::Resource(resource) => Some(resource),
        Home::Client(_) => None,
    });
    let homes: BTreeSet<&str> = homes.collect();
    for (resource, locked) in &lock.resources {
        let resource = homes.get(resource.as_str());
        let accessor = accessors.claim_locked(&locked.accessor);
        if let (Some(resource), Some(accessor), Some(handle)) =
            (resource, accessor, Ident::parse(&locked.handle))
        {
            names.insert(*resource, ResourceNames { accessor, handle });
        }
    }
    for tool in tools {
        if let Home::Resource(resource) = tool.home {
            names.entry(resource).or_insert_with(|| ResourceNames {
                accessor: accessors.claim([resource]),
                handle: types.claim([resource, &format!("{resource} resource")]),
            });
        }
    }
    names
}

fn name_requests(
    input: &Input,
    tools: &[ToolSketch<'_>],
    lock: &Lock,
    types: &mut Namespace,
) -> Result<BTreeMap<String, Ident>, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut names = BTreeMap::new();
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    for tool in tools {
        *claims.entry(tool.method.to_owned()).or_default() += 1;
    }
    for tool in tools {
        let name = &tool.tool.name;
        let locked = lock.tools.get(name).map(|tool| tool.request.as_str());
        let ident = match (&tool.tool.overlay.request, locked) {
            (Some(wanted), locked) if locked != Some(wanted) => {
                let claimed = types.claim_locked(wanted);
                if claimed.is_none() {
                    problems.push(refuse_request(input, tool, wanted));
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

fn refuse_request(input: &Input, tool: &ToolSketch<'_>, wanted: &str) -> Diagnostic {
    let location = Location {
        file: input
            .overlay
            .as_ref()
            .map(|overlay| overlay.file.clone())
            .unwrap_or_default(),
        pointer: String::new(),
        tool: Some(tool.tool.name.clone()),
    };
    let what = format!("`{wanted}` cannot be the name of its request");
    Diagnostic::new(location, what)
        .because("it is taken, reserved, or no Rust name")
        .help("choose another name for `request`")
}

/// `ListApiKeys`, `GetApiKey`, `AuthenticateKey`.
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
    tools: &'a [ToolSketch<'a>],
    lock: &Lock,
    resources: &BTreeMap<&str, ResourceNames>,
    mut requests: BTreeMap<String, Ident>,
) -> BTreeMap<&'a str, ToolNames> {
    let mut methods: BTreeMap<&str, Namespace> = BTreeMap::new();
    let mut named: BTreeMap<&str, Ident> = BTreeMap::new();
    let is_locked = |tool: &ToolSketch<'_>, locked: &ToolLock| {
        locked.resource == tool.home.resource() && tool.tool.overlay.placement.is_none()
    };
    for tool in tools {
        let namespace = methods
            .entry(tool.home.resource())
            .or_insert_with(|| match tool.home {
                Home::Resource(_) => Namespace::methods(),
                Home::Client(_) => direct_methods(resources),
            });
        let locked = lock
            .tools
            .get(&tool.tool.name)
            .filter(|locked| is_locked(tool, locked));
        if let Some(method) = locked.and_then(|locked| namespace.claim_locked(&locked.method)) {
            named.insert(&tool.tool.name, method);
        }
    }
    for tool in tools {
        if let (false, Some(namespace)) = (
            named.contains_key(tool.tool.name.as_str()),
            methods.get_mut(tool.home.resource()),
        ) {
            let method = namespace.claim([tool.method, tool.tool.name.as_str()]);
            named.insert(&tool.tool.name, method);
        }
    }
    let entries = tools.iter().filter_map(|tool| {
        let name = tool.tool.name.as_str();
        let locked = lock.tools.get(name);
        let arguments = locked
            .map(|tool| tool.arguments.as_slice())
            .unwrap_or_default();
        let fields = locked.map(|tool| tool.fields.clone()).unwrap_or_default();
        let tool_names = ToolNames {
            method: named.remove(name)?,
            request: requests.remove(name)?,
            members: name_fields(&tool.request, arguments, &fields),
        };
        Some((name, tool_names))
    });
    entries.collect()
}

/// Methods of the client itself; its resources are methods of it too, and each is a module.
fn direct_methods(resources: &BTreeMap<&str, ResourceNames>) -> Namespace {
    let mut namespace = Namespace::direct_methods();
    for names in resources.values() {
        namespace.claim_locked(names.accessor.as_str());
    }
    namespace
}

fn name_identifiers(
    tools: &[ToolSketch<'_>],
    lock: &Lock,
    types: &mut Namespace,
) -> BTreeMap<String, Ident> {
    let mut nouns = BTreeSet::new();
    for tool in tools {
        let arguments = tool.request.fields.iter().map(|field| &field.sketch);
        let definitions = tool
            .definitions
            .values()
            .map(|definition| &definition.sketch);
        for sketch in arguments.chain(tool.answer.record()).chain(definitions) {
            find_identifiers(sketch, &mut nouns);
        }
        if let Rest::Like(values) = &tool.request.rest {
            find_identifiers(values, &mut nouns);
        }
    }
    let name = |noun: String| {
        let locked = lock
            .identifiers
            .get(&noun)
            .and_then(|name| Ident::parse(name));
        let ident = locked.unwrap_or_else(|| {
            types.claim([format!("{noun} id").as_str(), &format!("{noun} identifier")])
        });
        (noun, ident)
    };
    nouns.into_iter().map(name).collect()
}

fn find_identifiers(sketch: &Sketch, nouns: &mut BTreeSet<String>) {
    match &sketch.kind {
        SketchKind::Id(noun) => {
            nouns.insert(noun.clone());
        }
        SketchKind::List(inner) | SketchKind::Map(inner) => find_identifiers(inner, nouns),
        SketchKind::Struct(inner) => {
            for field in &inner.fields {
                find_identifiers(&field.sketch, nouns);
            }
            if let Rest::Like(values) = &inner.rest {
                find_identifiers(values, nouns);
            }
        }
        SketchKind::Tuple(elements) => {
            for element in elements {
                find_identifiers(element, nouns);
            }
        }
        SketchKind::Union(union) => {
            for variant in &union.variants {
                find_identifiers(&variant.sketch, nouns);
            }
        }
        SketchKind::Plain(_)
        | SketchKind::Choice(_)
        | SketchKind::Constant(_)
        | SketchKind::Shared(_) => {}
    }
}
