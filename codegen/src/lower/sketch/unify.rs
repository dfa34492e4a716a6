//! Unification: two sketches become one type that has the values and the properties of both.

use std::collections::BTreeMap;

use super::tree::{ChoiceSketch, FieldSketch, Rest, Sketch, SketchKind, StructSketch, UnionSketch};
use crate::catalog::SchemaPlace;
use crate::model::ChoiceValues;

/// The places that a unification has met.
#[derive(Debug, Default)]
pub(in crate::lower) struct UnifiedPlaces {
    /// The places of named types that are one type now.
    pub(in crate::lower) named: Vec<(SchemaPlace, SchemaPlace)>,
    /// Definitions that have to be unified as well.
    pub(in crate::lower) references: Vec<(SchemaPlace, SchemaPlace)>,
}

/// Two places whose types have nothing in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Conflict(pub(in crate::lower) SchemaPlace);

/// Gives two sketches the values and the properties of both. A property that only one of them
/// requires becomes optional, and a check that only one of them has is dropped.
///
/// # Errors
///
/// Returns the place of the first part whose types cannot be unified.
pub(in crate::lower) fn unify(
    one: &mut Sketch,
    other: &mut Sketch,
    found: &mut UnifiedPlaces,
) -> Result<(), Conflict> {
    let places = (one.place.clone(), other.place.clone());
    let conflict = || Err(Conflict(one.place.clone()));
    match (&mut one.kind, &mut other.kind) {
        (SketchKind::Choice(left), SketchKind::Choice(right)) => {
            if !unify_values(&mut left.values, &mut right.values) {
                return conflict();
            }
            left.is_open |= right.is_open;
            right.is_open = left.is_open;
            for (wire, title) in &right.titles {
                let known = left.titles.entry(wire.clone());
                known.or_insert_with(|| title.clone());
            }
            right.titles.clone_from(&left.titles);
            found.named.push(places);
        }
        (SketchKind::Struct(left), SketchKind::Struct(right)) => {
            unify_structs((&places.0, left), (&places.1, right), found)?;
            unify_checks(one, other);
            found.named.push(places);
        }
        (SketchKind::Union(left), SketchKind::Union(right)) => {
            if left.tag != right.tag {
                return conflict();
            }
            unify_variants((&places.0, left), (&places.1, right), found)?;
            unify_checks(one, other);
            found.named.push(places);
        }
        (SketchKind::List(left), SketchKind::List(right))
        | (SketchKind::Map(left), SketchKind::Map(right)) => unify_inner(left, right, found)?,
        (SketchKind::Tuple(left), SketchKind::Tuple(right)) if left.len() == right.len() => {
            for (left, right) in left.iter_mut().zip(right) {
                unify_inner(left, right, found)?;
            }
        }
        (SketchKind::Shared(left), SketchKind::Shared(right)) => {
            found.references.push((left.clone(), right.clone()));
        }
        (left, right) if left == right => {}
        (left, right) => {
            // A single value becomes an enum when another one joins it.
            let was_constant = [as_choice(left), as_choice(right)];
            if was_constant == [false, false] {
                return conflict();
            }
            return unify(one, other, found);
        }
    }
    Ok(())
}

/// Turns a constant into an enum with one value. Returns `false` if the type is another one.
fn as_choice(kind: &mut SketchKind) -> bool {
    let SketchKind::Constant(value) = kind else {
        return false;
    };
    let values = match (serde_json::from_str(value), value.parse()) {
        (Ok(text), _) => ChoiceValues::Texts(vec![text]),
        (_, Ok(integer)) => ChoiceValues::Integers(vec![integer]),
        _ => ChoiceValues::Verbatim(vec![value.clone()]),
    };
    *kind = SketchKind::Choice(ChoiceSketch {
        values,
        titles: BTreeMap::new(),
        is_open: false,
    });
    true
}

/// Unifies parts of two types.
fn unify_inner(
    one: &mut Sketch,
    other: &mut Sketch,
    found: &mut UnifiedPlaces,
) -> Result<(), Conflict> {
    one.nullable |= other.nullable;
    other.nullable = one.nullable;
    unify(one, other, found)?;
    unify_checks(one, other);
    Ok(())
}

fn unify_checks(one: &mut Sketch, other: &mut Sketch) {
    one.checks.retain(|check| other.checks.contains(check));
    other.checks.clone_from(&one.checks);
}

/// Returns `false` if the values are of different kinds.
fn unify_values(one: &mut ChoiceValues, other: &mut ChoiceValues) -> bool {
    match (&mut *one, &mut *other) {
        (ChoiceValues::Texts(left), ChoiceValues::Texts(right))
        | (ChoiceValues::Verbatim(left), ChoiceValues::Verbatim(right)) => add(left, right),
        (ChoiceValues::Integers(left), ChoiceValues::Integers(right)) => add(left, right),
        _ => return false,
    }
    other.clone_from(one);
    true
}

fn add<T: Clone + PartialEq>(values: &mut Vec<T>, others: &[T]) {
    for other in others {
        if !values.contains(other) {
            values.push(other.clone());
        }
    }
}

fn unify_structs(
    (one_place, one): (&SchemaPlace, &mut StructSketch),
    (other_place, other): (&SchemaPlace, &mut StructSketch),
    found: &mut UnifiedPlaces,
) -> Result<(), Conflict> {
    for field in &mut one.fields {
        let mut others = other.fields.iter_mut();
        match others.find(|other| other.wire == field.wire) {
            Some(other) if other.rename != field.rename => {
                return Err(Conflict(field.sketch.place.clone()));
            }
            Some(other) => {
                field.is_required &= other.is_required;
                other.is_required = field.is_required;
                unify_inner(&mut field.sketch, &mut other.sketch, found)?;
            }
            None => field.is_required = false,
        }
    }
    for other in &mut other.fields {
        other.is_required &= one.fields.iter().any(|field| field.wire == other.wire);
    }
    let missing = [
        missing_fields(&one.fields, one_place, &other.fields, other_place),
        missing_fields(&other.fields, other_place, &one.fields, one_place),
    ];
    for (inner, missing) in [&mut *one, &mut *other].into_iter().zip(missing) {
        let is_sorted = inner.fields.is_sorted_by_key(|field| &field.wire);
        inner.fields.extend(missing);
        if is_sorted {
            inner
                .fields
                .sort_by(|left, right| left.wire.cmp(&right.wire));
        }
        let fields = &inner.fields;
        let is_required = |wire: &String| {
            let mut fields = fields.iter();
            fields.any(|field| field.wire == *wire && field.is_required)
        };
        inner.required.retain(is_required);
    }
    match (&mut one.rest, &mut other.rest) {
        (Rest::Like(left), Rest::Like(right)) => unify_inner(left, right, found),
        (left, right) if left == right => Ok(()),
        (left, right) => {
            *left = Rest::Kept;
            *right = Rest::Kept;
            Ok(())
        }
    }
}

/// Returns the fields that only `others` has, as optional fields of the struct at `place`.
fn missing_fields(
    fields: &[FieldSketch],
    place: &SchemaPlace,
    others: &[FieldSketch],
    other_place: &SchemaPlace,
) -> Vec<FieldSketch> {
    let is_missing = |other: &&FieldSketch| !fields.iter().any(|field| field.wire == other.wire);
    let missing = others.iter().filter(is_missing).map(|other| {
        let mut field = other.clone();
        field.is_required = false;
        relocate(&mut field.sketch, other_place, place);
        field
    });
    missing.collect()
}

fn unify_variants(
    (one_place, one): (&SchemaPlace, &mut UnionSketch),
    (other_place, other): (&SchemaPlace, &mut UnionSketch),
    found: &mut UnifiedPlaces,
) -> Result<(), Conflict> {
    for variant in &mut one.variants {
        let mut others = other.variants.iter_mut();
        if let Some(other) = others.find(|other| other.label.words() == variant.label.words()) {
            if other.tag != variant.tag {
                return Err(Conflict(variant.sketch.place.clone()));
            }
            unify_inner(&mut variant.sketch, &mut other.sketch, found)?;
        }
    }
    for variant in &other.variants {
        let mut known = one.variants.iter();
        if !known.any(|known| known.label.words() == variant.label.words()) {
            let mut variant = variant.clone();
            relocate(&mut variant.sketch, other_place, one_place);
            one.variants.push(variant);
        }
    }
    // The order of the variants is part of the type.
    other.variants = one
        .variants
        .iter()
        .map(|variant| {
            let mut own = other.variants.iter();
            let own = own.find(|own| own.label.words() == variant.label.words());
            own.cloned().unwrap_or_else(|| {
                let mut variant = variant.clone();
                relocate(&mut variant.sketch, one_place, other_place);
                variant
            })
        })
        .collect();
    one.is_exact &= other.is_exact;
    other.is_exact = one.is_exact;
    Ok(())
}

/// Moves the places of a sketch from below `from` to below `to`.
fn relocate(sketch: &mut Sketch, from: &SchemaPlace, to: &SchemaPlace) {
    if let Some(inner) = sketch.place.below(from) {
        sketch.place = to.join(inner);
    }
    match &mut sketch.kind {
        SketchKind::List(inner) | SketchKind::Map(inner) => relocate(inner, from, to),
        SketchKind::Tuple(elements) => {
            for element in elements {
                relocate(element, from, to);
            }
        }
        SketchKind::Struct(inner) => {
            for field in &mut inner.fields {
                relocate(&mut field.sketch, from, to);
            }
            if let Rest::Like(values) = &mut inner.rest {
                relocate(values, from, to);
            }
        }
        SketchKind::Union(union) => {
            for variant in &mut union.variants {
                relocate(&mut variant.sketch, from, to);
            }
        }
        SketchKind::Plain(_)
        | SketchKind::Id(_)
        | SketchKind::Constant(_)
        | SketchKind::Choice(_)
        | SketchKind::Shared(_) => {}
    }
}
