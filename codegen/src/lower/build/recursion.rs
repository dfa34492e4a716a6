//! Recursive types: finds where a box is needed, and which types have no finite value.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::Ident;
use crate::model::{Presence, Struct, StructFields, TypeRef, Union};

/// Boxes structs where a type contains itself, and gives every union a first variant that can be
/// constructed. Lists and maps in between need no box.
pub(super) fn settle_recursion(structs: &mut [Struct], unions: &mut [Union]) {
    let graph = Graph::new(structs, unions);
    let boxed = graph.back_edges();
    if boxed.is_empty() {
        return;
    }
    let Finite {
        types: finite,
        blanks,
    } = Finite::of(structs, unions);
    for item in structs.iter_mut() {
        let holder = item.name.clone();
        for (ty, is_required) in field_types(&mut item.fields) {
            settle(&holder, ty, is_required, &boxed, &finite);
        }
    }
    for union in unions.iter_mut() {
        let blank = blanks.get(&union.name).copied();
        union.blank = blank.unwrap_or_default();
        for variant in &mut union.variants {
            settle(
                &union.name,
                &mut variant.ty,
                blank.is_none(),
                &boxed,
                &finite,
            );
        }
    }
}

fn settle(
    holder: &Ident,
    ty: &mut TypeRef,
    is_required: bool,
    boxed: &BTreeSet<(Ident, Ident)>,
    finite: &BTreeSet<Ident>,
) {
    let Some(name) = direct(ty).cloned() else {
        if let TypeRef::Tuple(elements) = ty {
            for element in elements {
                settle(holder, element, is_required, boxed, finite);
            }
        }
        return;
    };
    if is_required && !finite.contains(&name) {
        // The type has no finite value.
        *ty = TypeRef::Json;
    } else if boxed.contains(&(holder.clone(), name.clone())) {
        let inner = std::mem::replace(ty, TypeRef::Json);
        *ty = match inner {
            TypeRef::OrNull(inner) => TypeRef::OrNull(Box::new(TypeRef::Boxed(inner))),
            inner => TypeRef::Boxed(Box::new(inner)),
        };
    }
}

/// Returns the struct or union that a value of `ty` contains directly, without a list or map in
/// between.
fn direct(ty: &TypeRef) -> Option<&Ident> {
    match ty {
        TypeRef::Struct(name) | TypeRef::Union(name) => Some(name),
        TypeRef::OrNull(inner) => direct(inner),
        _ => None,
    }
}

fn all_direct<'t>(ty: &'t TypeRef, found: &mut Vec<&'t Ident>) {
    match ty {
        TypeRef::Tuple(elements) => {
            for element in elements {
                all_direct(element, found);
            }
        }
        ty => found.extend(direct(ty)),
    }
}

/// Returns the types of the fields and whether each is required.
fn field_types(fields: &mut StructFields) -> Vec<(&mut TypeRef, bool)> {
    match fields {
        StructFields::Request { fields, .. } => fields
            .iter_mut()
            .map(|field| (&mut field.ty, field.presence == Presence::Required))
            .collect(),
        StructFields::Response { fields, .. } => fields
            .iter_mut()
            .map(|field| (&mut field.ty, field.presence == Presence::Required))
            .collect(),
    }
}

/// The graph of structs and unions that contain each other directly.
struct Graph {
    edges: BTreeMap<Ident, Vec<Ident>>,
    structs: BTreeSet<Ident>,
}

impl Graph {
    fn new(structs: &mut [Struct], unions: &mut [Union]) -> Self {
        let mut edges = BTreeMap::new();
        for item in structs.iter_mut() {
            let name = item.name.clone();
            let mut found = Vec::new();
            let fields = field_types(&mut item.fields);
            for (ty, _) in &fields {
                all_direct(ty, &mut found);
            }
            edges.insert(name, found.into_iter().cloned().collect());
        }
        for union in unions.iter() {
            let mut found = Vec::new();
            for variant in &union.variants {
                all_direct(&variant.ty, &mut found);
            }
            edges.insert(union.name.clone(), found.into_iter().cloned().collect());
        }
        Self {
            edges,
            structs: structs.iter().map(|item| item.name.clone()).collect(),
        }
    }

    /// Returns the edges to box, each from a containing type to a struct: those that close a cycle.
    /// Every cycle contains a struct, because a union of nothing but itself is not sketched.
    fn back_edges(&self) -> BTreeSet<(Ident, Ident)> {
        let mut boxed = BTreeSet::new();
        for name in self.circular() {
            for inner in self.edges.get(&name).into_iter().flatten() {
                if self.structs.contains(inner) && self.reaches(inner, &name) {
                    boxed.insert((name.clone(), inner.clone()));
                }
            }
        }
        boxed
    }

    /// Returns the types on a cycle, found by removing all others from both ends.
    fn circular(&self) -> BTreeSet<Ident> {
        let mut counts: BTreeMap<&Ident, usize> = self
            .edges
            .iter()
            .map(|(name, inner)| (name, inner.len()))
            .collect();
        let mut holders: BTreeMap<&Ident, Vec<&Ident>> = BTreeMap::new();
        for (name, inner) in &self.edges {
            for inner in inner {
                holders.entry(inner).or_default().push(name);
            }
        }
        let is_end = |(_, count): &(&&Ident, &usize)| **count == 0;
        let mut ends: Vec<&Ident> = counts
            .iter()
            .filter(is_end)
            .map(|(name, _)| *name)
            .collect();
        while let Some(end) = ends.pop() {
            counts.remove(end);
            for holder in holders.get(end).into_iter().flatten() {
                if let Some(count) = counts.get_mut(*holder) {
                    *count -= 1;
                    if *count == 0 {
                        ends.push(holder);
                    }
                }
            }
        }
        counts.into_keys().cloned().collect()
    }

    fn reaches(&self, from: &Ident, to: &Ident) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name) {
                open.extend(self.edges.get(name).into_iter().flatten());
            }
        }
        false
    }
}

/// The types with a finite value: those that do not require a value of themselves.
#[derive(Default)]
struct Finite {
    types: BTreeSet<Ident>,
    /// The first variant of each union: one that can be constructed without the union. A later
    /// variant that can be constructed too may contain the union again.
    blanks: BTreeMap<Ident, usize>,
}

impl Finite {
    fn of(structs: &mut [Struct], unions: &[Union]) -> Self {
        let mut found = Self::default();
        loop {
            let before = found.types.len();
            for item in structs.iter_mut() {
                let fields = field_types(&mut item.fields);
                let is_made = fields
                    .iter()
                    .all(|(ty, is_required)| !is_required || found.makes(ty));
                if is_made {
                    found.types.insert(item.name.clone());
                }
            }
            for union in unions {
                let mut variants = union.variants.iter();
                if let Some(blank) = variants.position(|variant| found.makes(&variant.ty)) {
                    found.types.insert(union.name.clone());
                    found.blanks.entry(union.name.clone()).or_insert(blank);
                }
            }
            if found.types.len() == before {
                return found;
            }
        }
    }

    /// Returns `true` if all that a value of `ty` contains directly can be constructed.
    fn makes(&self, ty: &TypeRef) -> bool {
        let mut needed = Vec::new();
        all_direct(ty, &mut needed);
        needed.iter().all(|name| self.types.contains(*name))
    }
}
