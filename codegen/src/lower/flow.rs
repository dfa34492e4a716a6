//! Which tool gives an identifier that another needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::Ident;
use crate::model::{
    Access, Answer, Api, GivenId, Need, Operation, Struct, StructKind, TakenId, TypeRef, Union,
};

/// How deep objects inside objects are looked into.
const DEPTH: usize = 6;

/// How many tools are named for one kind of identifier.
const GIVERS: usize = 3;

/// Notes of each tool which identifiers it takes and gives, and of each kind which tools give it.
pub(super) fn trace_identifiers(api: &mut Api) {
    let types = Types {
        structs: by_name(&api.structs, |item| &item.name),
        unions: by_name(&api.unions, |item| &item.name),
    };
    let traced: Vec<(Vec<TakenId>, Vec<GivenId>)> = api
        .operations()
        .map(|operation| (types.taken(operation), types.given(operation)))
        .collect();
    let resources = api.resources.iter_mut();
    let of_resources = resources.flat_map(|resource| &mut resource.operations);
    for (operation, (takes, gives)) in of_resources.chain(&mut api.operations).zip(traced) {
        operation.tool.takes = takes;
        operation.tool.gives = gives;
    }
    let givers = find_givers(api);
    for id in &mut api.ids {
        id.givers = givers.get(&id.name).cloned().unwrap_or_default();
    }
}

fn by_name<T>(items: &[T], name: impl Fn(&T) -> &Ident) -> BTreeMap<&Ident, &T> {
    items.iter().map(|item| (name(item), item)).collect()
}

/// The types that a place may lead to.
struct Types<'a> {
    structs: BTreeMap<&'a Ident, &'a Struct>,
    unions: BTreeMap<&'a Ident, &'a Union>,
}

/// An identifier on the way through a type.
struct Found {
    pointer: String,
    kind: Ident,
    need: Need,
}

impl<'a> Types<'a> {
    fn taken(&self, operation: &'a Operation) -> Vec<TakenId> {
        let mut found = Vec::new();
        for field in &operation.request.fields {
            self.walk(
                &field.ty,
                &pointer("", &field.wire),
                field.need,
                0,
                &mut found,
            );
        }
        let taken = found.into_iter().map(|found| TakenId {
            pointer: found.pointer,
            kind: found.kind,
            need: found.need,
        });
        taken.collect()
    }

    fn given(&self, operation: &'a Operation) -> Vec<GivenId> {
        let mut found = Vec::new();
        if let Answer::Listing(record) | Answer::Record(record) = &operation.answer {
            self.walk(record, "", Need::Required, 0, &mut found);
        }
        let given = found.into_iter().map(|found| GivenId {
            pointer: found.pointer,
            kind: found.kind,
        });
        given.collect()
    }

    fn walk(&self, ty: &TypeRef, place: &str, need: Need, depth: usize, found: &mut Vec<Found>) {
        if depth > DEPTH {
            return;
        }
        match ty {
            TypeRef::Id(kind) => {
                let is_known = |known: &Found| known.pointer == place && known.kind == *kind;
                if !found.iter().any(is_known) {
                    found.push(Found {
                        pointer: place.to_owned(),
                        kind: kind.clone(),
                        need,
                    });
                }
            }
            // An empty list or map needs no identifier, and a tuple is never empty.
            TypeRef::List(inner) => {
                self.walk(inner, &pointer(place, "*"), need, depth + 1, found);
            }
            TypeRef::Map(inner) => {
                let need = Need::Optional;
                self.walk(inner, &pointer(place, "*"), need, depth + 1, found);
            }
            TypeRef::OrNull(inner) => self.walk(inner, place, Need::Optional, depth + 1, found),
            TypeRef::Boxed(inner) => self.walk(inner, place, need, depth + 1, found),
            TypeRef::Tuple(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let place = pointer(place, &index.to_string());
                    self.walk(element, &place, need, depth + 1, found);
                }
            }
            TypeRef::Struct(name) => self.walk_struct(name, place, need, depth + 1, found),
            TypeRef::Union(name) => {
                let variants = self.unions.get(name).map(|union| &union.variants);
                for variant in variants.into_iter().flatten() {
                    self.walk(&variant.ty, place, Need::Optional, depth + 1, found);
                }
            }
            TypeRef::String
            | TypeRef::Bool
            | TypeRef::Null
            | TypeRef::Integer
            | TypeRef::Unsigned
            | TypeRef::Number
            | TypeRef::DateTime
            | TypeRef::Date
            | TypeRef::Json
            | TypeRef::Choice(_)
            | TypeRef::Open(_) => {}
        }
    }

    fn walk_struct(
        &self,
        name: &Ident,
        place: &str,
        need: Need,
        depth: usize,
        found: &mut Vec<Found>,
    ) {
        let Some(item) = self.structs.get(name) else {
            return;
        };
        let fields: Vec<(&str, &TypeRef, Need)> = match &item.kind {
            StructKind::Input { fields, .. } => fields
                .iter()
                .map(|field| (field.wire.as_str(), &field.ty, field.need))
                .collect(),
            StructKind::Record { fields, .. } => fields
                .iter()
                .map(|field| (field.wire.as_str(), &field.ty, field.need))
                .collect(),
        };
        for (wire, ty, own) in fields {
            let need = match (need, own) {
                (Need::Required, Need::Required) => Need::Required,
                _ => Need::Optional,
            };
            // A property of this name could not be told from every element.
            if wire != "*" {
                self.walk(ty, &pointer(place, wire), need, depth, found);
            }
        }
    }
}

fn pointer(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// How well a tool gives a kind of identifier; the lower the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It lists the things themselves.
    Lists,
    /// It lists others, which name them.
    Mentions,
    /// It gives one thing that holds them.
    Holds,
}

/// A tool that may give a kind of identifier.
struct Candidate<'a> {
    operation: &'a Operation,
    fit: Fit,
    /// The kinds that it cannot be called without.
    needs: BTreeSet<&'a Ident>,
}

/// The requests of the tools that give each kind, the best first.
///
/// A tool counts only if what it needs itself can be had without it: kinds are settled one after
/// the other, those that need nothing first, so that no way leads in a circle.
fn find_givers(api: &Api) -> BTreeMap<Ident, Vec<Ident>> {
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
                    .take(GIVERS)
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
    let fit = match operation.answer {
        _ if operation.access != Access::Reads || given.is_empty() => return None,
        Answer::Listing(_) if is_own => Fit::Lists,
        Answer::Listing(_) => Fit::Mentions,
        Answer::Record(_) | Answer::Deleted => Fit::Holds,
    };
    let required = facts.takes.iter().filter(|id| id.need == Need::Required);
    let needs: BTreeSet<&Ident> = required.map(|id| &id.kind).collect();
    (!needs.contains(kind)).then_some(Candidate {
        operation,
        fit,
        needs,
    })
}
