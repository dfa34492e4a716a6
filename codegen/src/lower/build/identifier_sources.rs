//! Finds the tools that return the identifiers that other tools need.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::effect::Effect;
use crate::ident::Ident;
use crate::model::{
    Api, GivenId, Operation, Response, Struct, StructFields, TakenId, TypeRef, Union,
};
use crate::source::child;

/// Maximum depth of nested objects that are searched.
const MAX_DEPTH: usize = 6;

/// Maximum number of places of one tool that are searched, because types that refer to each other
/// can lead to exponentially many.
const MAX_PLACES: usize = 2048;

/// Maximum number of tools named as sources of one kind of identifier.
const MAX_SOURCES: usize = 3;

/// Records which identifiers each tool takes and returns, and which tools return each kind.
pub(in crate::lower) fn trace_identifiers(api: &mut Api) {
    let types = Types {
        structs: by_name(&api.structs, |item| &item.name),
        unions: by_name(&api.unions, |item| &item.name),
    };
    let traced: Vec<(Vec<TakenId>, Vec<GivenId>)> = api
        .operations()
        .map(|operation| match operation.removal {
            None => (types.taken(operation), types.given(operation)),
            Some(_) => (Vec::new(), Vec::new()),
        })
        .collect();
    let resources = api.resources.iter_mut();
    let of_resources = resources.flat_map(|resource| &mut resource.operations);
    for (operation, (takes, gives)) in of_resources.chain(&mut api.operations).zip(traced) {
        operation.tool.takes = takes;
        operation.tool.gives = gives;
    }
    let sources = find_sources(api);
    for id in &mut api.ids {
        id.sources = sources.get(&id.name).cloned().unwrap_or_default();
    }
}

fn by_name<T>(items: &[T], name: impl Fn(&T) -> &Ident) -> BTreeMap<&Ident, &T> {
    items.iter().map(|item| (name(item), item)).collect()
}

/// The types that a place can lead to.
struct Types<'a> {
    structs: BTreeMap<&'a Ident, &'a Struct>,
    unions: BTreeMap<&'a Ident, &'a Union>,
}

const REQUIRED: bool = true;
const OPTIONAL: bool = false;

/// A place on the path through a type.
struct Step<'a> {
    ty: &'a TypeRef,
    pointer: String,
    is_required: bool,
    depth: usize,
    /// The position among its siblings for each place on the path, which gives the order in the
    /// schema.
    order: Vec<usize>,
}

impl<'a> Step<'a> {
    fn inner(
        &self,
        ty: &'a TypeRef,
        name: Option<&str>,
        is_required: bool,
        position: usize,
    ) -> Self {
        let mut order = self.order.clone();
        order.push(position);
        Self {
            ty,
            pointer: name.map_or_else(|| self.pointer.clone(), |name| child(&self.pointer, name)),
            is_required: self.is_required && is_required,
            depth: self.depth + 1,
            order,
        }
    }
}

impl<'a> Types<'a> {
    fn taken(&self, operation: &'a Operation) -> Vec<TakenId> {
        let fields = operation.request.fields.iter().enumerate();
        let places = fields.map(|(position, field)| Step {
            ty: &field.ty,
            pointer: child("", &field.wire),
            is_required: field.presence.is_required(),
            depth: 0,
            order: vec![position],
        });
        self.find(places.collect())
            .into_iter()
            .map(|(place, kind)| TakenId {
                pointer: place.pointer,
                kind: kind.clone(),
                is_required: place.is_required,
            })
            .collect()
    }

    fn given(&self, operation: &'a Operation) -> Vec<GivenId> {
        let (Response::Listing(record) | Response::Record(record)) = &operation.response else {
            return Vec::new();
        };
        let place = Step {
            ty: record,
            pointer: String::new(),
            is_required: true,
            depth: 0,
            order: Vec::new(),
        };
        self.find(VecDeque::from([place]))
            .into_iter()
            .map(|(place, kind)| GivenId {
                pointer: place.pointer,
                kind: kind.clone(),
            })
            .collect()
    }

    /// Finds the identifiers in `places`, in the order of the schema, each once.
    ///
    /// The search is breadth first, so that the bound cuts off only what is deep.
    fn find(&self, mut places: VecDeque<Step<'a>>) -> Vec<(Step<'a>, &'a Ident)> {
        let mut found = Vec::new();
        let mut looked_at = 0;
        while let Some(place) = places.pop_front() {
            looked_at += 1;
            if looked_at > MAX_PLACES || place.depth > MAX_DEPTH {
                break;
            }
            if let TypeRef::Id(kind) = place.ty {
                found.push((place, kind));
            } else if places.len() < MAX_PLACES {
                places.extend(self.inside(&place));
            }
        }
        found.sort_by(|(left, _), (right, _)| left.order.cmp(&right.order));
        let mut known = BTreeSet::new();
        found.retain(|(place, kind)| known.insert((place.pointer.clone(), *kind)));
        found
    }

    fn inside(&self, place: &Step<'a>) -> Vec<Step<'a>> {
        match place.ty {
            // An empty list or map needs no identifier, and a tuple is never empty.
            TypeRef::List(inner) => vec![place.inner(inner, Some("*"), REQUIRED, 0)],
            TypeRef::Map(inner) => vec![place.inner(inner, Some("*"), OPTIONAL, 0)],
            TypeRef::OrNull(inner) => vec![place.inner(inner, None, OPTIONAL, 0)],
            TypeRef::Boxed(inner) => vec![place.inner(inner, None, REQUIRED, 0)],
            TypeRef::Tuple(elements) => {
                let element = |(index, ty): (usize, &'a TypeRef)| {
                    place.inner(ty, Some(&index.to_string()), REQUIRED, index)
                };
                elements.iter().enumerate().map(element).collect()
            }
            TypeRef::Struct(name) => self.fields(name, place),
            TypeRef::Union(name) => {
                let variants = self.unions.get(name).map(|union| &union.variants);
                variants
                    .into_iter()
                    .flatten()
                    .enumerate()
                    .map(|(index, variant)| place.inner(&variant.ty, None, OPTIONAL, index))
                    .collect()
            }
            TypeRef::Id(_)
            | TypeRef::String
            | TypeRef::Bool
            | TypeRef::Null
            | TypeRef::Integer
            | TypeRef::Unsigned
            | TypeRef::Number
            | TypeRef::DateTime
            | TypeRef::Date
            | TypeRef::Json
            | TypeRef::Choice(_)
            | TypeRef::Open(_) => Vec::new(),
        }
    }

    fn fields(&self, name: &Ident, place: &Step<'a>) -> Vec<Step<'a>> {
        let Some(item) = self.structs.get(name) else {
            return Vec::new();
        };
        let fields: Vec<(&str, &TypeRef, bool)> = match &item.fields {
            StructFields::Request { fields, .. } => fields
                .iter()
                .map(|field| (field.wire.as_str(), &field.ty, field.presence.is_required()))
                .collect(),
            StructFields::Response { fields, .. } => fields
                .iter()
                .map(|field| (field.wire.as_str(), &field.ty, field.presence.is_required()))
                .collect(),
        };
        fields
            .into_iter()
            .enumerate()
            // A pointer with this property name would mean every element.
            .filter(|(_, (wire, _, _))| *wire != "*")
            .map(|(index, (wire, ty, own))| place.inner(ty, Some(wire), own, index))
            .collect()
    }
}

/// The suitability of a tool as a source of an identifier. Lower is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Lists the identified objects.
    Lists,
    /// Lists other objects that mention the identifier.
    Mentions,
    /// Returns a single object that contains the identifier.
    Holds,
}

/// A tool that may be a source of an identifier.
struct Candidate<'a> {
    operation: &'a Operation,
    fit: Fit,
    /// The kinds of identifier that it requires.
    needs: BTreeSet<&'a Ident>,
}

/// Returns the requests of the tools that return each kind of identifier, the best first.
///
/// A tool counts only if the identifiers that it requires can be obtained without it. Kinds are
/// settled one after the other, starting with those that require nothing, so that there are no
/// cycles.
fn find_sources(api: &Api) -> BTreeMap<Ident, Vec<Ident>> {
    let candidates: BTreeMap<&Ident, Vec<Candidate<'_>>> = api
        .ids
        .iter()
        .map(|id| (&id.name, candidates_of(api, &id.name)))
        .collect();
    let mut settled: BTreeMap<Ident, Vec<Ident>> = BTreeMap::new();
    for worst in [Fit::Lists, Fit::Mentions, Fit::Holds] {
        loop {
            let mut found = Vec::new();
            for (kind, candidates) in &candidates {
                if settled.contains_key(*kind) {
                    continue;
                }
                let can_be_called = |candidate: &&Candidate<'_>| {
                    let mut needs = candidate.needs.iter();
                    candidate.fit <= worst && needs.all(|need| settled.contains_key(*need))
                };
                let usable = candidates.iter().filter(can_be_called);
                let requests: Vec<Ident> = usable
                    .take(MAX_SOURCES)
                    .map(|candidate| candidate.operation.request.name.clone())
                    .collect();
                if !requests.is_empty() {
                    found.push(((*kind).clone(), requests));
                }
            }
            if found.is_empty() {
                break;
            }
            settled.extend(found);
        }
    }
    settled
}

fn candidates_of<'a>(api: &'a Api, kind: &Ident) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = api
        .operations()
        .filter_map(|operation| candidate_of(operation, kind))
        .collect();
    candidates.sort_by(|left, right| {
        let rank = |candidate: &Candidate<'a>| (candidate.fit, candidate.needs.len());
        let name = |candidate: &Candidate<'a>| &candidate.operation.tool.name;
        rank(left)
            .cmp(&rank(right))
            .then_with(|| name(left).cmp(name(right)))
    });
    candidates
}

fn candidate_of<'a>(operation: &'a Operation, kind: &Ident) -> Option<Candidate<'a>> {
    let facts = &operation.tool;
    let given: Vec<&GivenId> = facts.gives.iter().filter(|id| id.kind == *kind).collect();
    let is_own = given.iter().any(|id| id.pointer == "/id");
    let fit = match operation.response {
        _ if operation.effect != Effect::Reads || given.is_empty() => return None,
        Response::Listing(_) if is_own => Fit::Lists,
        Response::Listing(_) => Fit::Mentions,
        Response::Record(_) | Response::Deleted => Fit::Holds,
    };
    let required = facts.takes.iter().filter(|id| id.is_required);
    let needs: BTreeSet<&Ident> = required.map(|id| &id.kind).collect();
    (!needs.contains(kind)).then_some(Candidate {
        operation,
        fit,
        needs,
    })
}
