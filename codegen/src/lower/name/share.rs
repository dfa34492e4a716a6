//! Types that the overlay keeps shared although their schemas differ.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::{collect_uses, variant_wires};
use super::lock::Lock;
use super::owners::find_owners;
use crate::catalog::SchemaPlace;
use crate::catalog::Sharing;
use crate::diag::{Diagnostic, Diagnostics};
use crate::lower::sketch::{
    Classes, Conflict, Definition, Sketch, SketchKind, ToolSketch, UnifiedPlaces, unify,
};
use crate::model::{Check, ChoiceValues, Direction};
use crate::source::quoted;

/// Gives the places of each sharing one type, and one entry in the lock: that of the first place.
///
/// # Errors
///
/// Returns an error if a place has no named type, if the types are already equal, or if they have
/// nothing in common.
pub(in crate::lower) fn share_types(
    sharings: &[Sharing],
    tools: &mut [ToolSketch<'_>],
    lock: &mut Lock,
) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut shared = Vec::new();
    for sharing in sharings {
        match find_members(sharing, tools, lock) {
            Ok(members) => shared.push((sharing, members)),
            Err(found) => problems.extend(found),
        }
    }
    problems.finish()?;
    let own = own_values(&shared, tools);
    // A type may be a part of another one, so that one sharing adds to the types of another.
    for _ in sharings {
        for (sharing, members) in &shared {
            match unify_all(members, tools) {
                Ok(found) => merge_entries(&found, lock),
                Err(Conflict(place)) => return Err(refuse_conflict(sharing, &place).into()),
            }
        }
    }
    for (place, own) in &own {
        restrict(tools, place, own);
    }
    Ok(())
}

/// Returns the values of each argument that is shared, as its own schema lists them.
fn own_values(
    shared: &[(&Sharing, Vec<SchemaPlace>)],
    tools: &mut [ToolSketch<'_>],
) -> BTreeMap<SchemaPlace, ChoiceValues> {
    let places = shared.iter().flat_map(|(_, members)| members);
    let arguments = places.filter(|place| place.direction() == Direction::Request);
    let mut own = BTreeMap::new();
    for place in arguments {
        if let Some(sketch) = sketch_at(tools, place)
            && let SketchKind::Choice(choice) = &sketch.kind
        {
            own.insert(place.clone(), choice.values.clone());
        }
    }
    own
}

/// Returns every place of the types that a sharing names, the first one first. A type may have more
/// places than the one that the overlay names.
fn find_members(
    sharing: &Sharing,
    tools: &mut [ToolSketch<'_>],
    lock: &Lock,
) -> Result<Vec<SchemaPlace>, Diagnostics> {
    let mut named = Vec::new();
    for place in &sharing.places {
        let sketch = sketch_at(tools, place).map(|sketch| sketch.place.clone());
        named.push(sketch.ok_or_else(|| refuse_place(sharing, place))?);
    }
    let tools: &[ToolSketch<'_>] = tools;
    let definitions: BTreeMap<&SchemaPlace, &Definition> =
        tools.iter().flat_map(|tool| &tool.definitions).collect();
    let requests = BTreeMap::new();
    let uses = collect_uses(tools, &requests, &Classes::new(&definitions));
    let owners = find_owners(lock, &uses);
    let mut types = Vec::new();
    for (place, given) in named.iter().zip(&sharing.places) {
        let usage = uses.iter().find(|usage| usage.place == place);
        let usage = usage.ok_or_else(|| refuse_place(sharing, given))?;
        types.push((&usage.signature, owners.get(place)));
    }
    let signatures: BTreeSet<&String> = types.iter().map(|(signature, _)| *signature).collect();
    if signatures.len() < 2 {
        return Err(refuse_equal(sharing).into());
    }
    let mut members = named.clone();
    for usage in &uses {
        let owner = owners.get(usage.place);
        let is_member = types.iter().any(|(signature, known)| {
            **signature == usage.signature && (owner.is_none() || owner == *known)
        });
        if is_member && !members.contains(usage.place) {
            members.push(usage.place.clone());
        }
    }
    Ok(members)
}

fn sketch_at<'s>(tools: &'s mut [ToolSketch<'_>], place: &SchemaPlace) -> Option<&'s mut Sketch> {
    let mut tools = tools.iter_mut();
    let tool = tools.find(|tool| *tool.tool.name == *place.tool)?;
    tool.sketch_at(place)
}

/// Unifies the sketches at all places with the first one.
fn unify_all(
    members: &[SchemaPlace],
    tools: &mut [ToolSketch<'_>],
) -> Result<UnifiedPlaces, Conflict> {
    let Some((first, others)) = members.split_first() else {
        return Ok(UnifiedPlaces::default());
    };
    let mut done = UnifiedPlaces::default();
    // The first pass collects everything at the first place, and the second one hands it out.
    for _ in 0..2 {
        let mut pending: Vec<(SchemaPlace, SchemaPlace)> = others
            .iter()
            .rev()
            .map(|other| (first.clone(), other.clone()))
            .collect();
        let mut seen = BTreeSet::new();
        while let Some((one, other)) = pending.pop() {
            if one == other || !seen.insert((one.clone(), other.clone())) {
                continue;
            }
            let mut found = UnifiedPlaces::default();
            unify_pair(tools, &one, &other, &mut found)?;
            done.named.append(&mut found.named);
            pending.append(&mut found.references);
        }
    }
    Ok(done)
}

fn unify_pair(
    tools: &mut [ToolSketch<'_>],
    one: &SchemaPlace,
    other: &SchemaPlace,
    found: &mut UnifiedPlaces,
) -> Result<(), Conflict> {
    let conflict = || Conflict(other.clone());
    // Both may be in one tool, so they are taken out.
    let mut left = sketch_at(tools, one).ok_or_else(conflict)?.clone();
    let mut right = sketch_at(tools, other).ok_or_else(conflict)?.clone();
    unify(&mut left, &mut right, found)?;
    for (place, sketch) in [(one, left), (other, right)] {
        if let Some(slot) = sketch_at(tools, place) {
            *slot = sketch;
        }
    }
    Ok(())
}

/// Lets an argument refuse the values that its own schema does not list. A part of a shared object
/// has the checks of that object.
fn restrict(tools: &mut [ToolSketch<'_>], place: &SchemaPlace, own: &ChoiceValues) {
    let mut tools = tools.iter_mut();
    let Some(tool) = tools.find(|tool| *tool.tool.name == *place.tool) else {
        return;
    };
    for field in &mut tool.request.fields {
        restrict_sketch(&mut field.sketch, place, own);
    }
}

/// Returns the checks that were added, for the enclosing list.
fn restrict_sketch(
    sketch: &mut Sketch,
    place: &SchemaPlace,
    own: &ChoiceValues,
) -> Option<Vec<Check>> {
    let added = match &mut sketch.kind {
        SketchKind::Choice(choice) if sketch.place == *place && choice.values != *own => {
            vec![Check::Enum(as_json(own))]
        }
        SketchKind::List(inner) => vec![Check::Items(restrict_sketch(inner, place, own)?)],
        SketchKind::Map(inner) => vec![Check::Values(restrict_sketch(inner, place, own)?)],
        _ => return None,
    };
    sketch.checks.extend(added.iter().cloned());
    Some(added)
}

fn as_json(values: &ChoiceValues) -> Vec<String> {
    match values {
        ChoiceValues::Texts(texts) => texts.iter().map(|text| quoted(text)).collect(),
        ChoiceValues::Integers(_) | ChoiceValues::Verbatim(_) => variant_wires(values),
    }
}

/// Moves the places of types that are one now to the entry of the first one.
fn merge_entries(found: &UnifiedPlaces, lock: &mut Lock) {
    let mut owners: BTreeMap<SchemaPlace, String> = find_owners(lock, &[])
        .into_iter()
        .map(|(place, name)| (place.into_owned(), name.to_owned()))
        .collect();
    for (one, other) in &found.named {
        let (moved, to) = match (owners.get(one), owners.get(other)) {
            (Some(to), from) if from != Some(to) => (other, to.clone()),
            (None, Some(to)) => (one, to.clone()),
            _ => continue,
        };
        for entry in lock.types.values_mut() {
            entry.places.retain(|place| place != moved);
        }
        if let Some(entry) = lock.types.get_mut(&to) {
            entry.places.push(moved.clone());
        }
        owners.insert(moved.clone(), to);
    }
}

fn refuse_place(sharing: &Sharing, place: &SchemaPlace) -> Diagnostic {
    let what = format!("there is no named type at \"{place}\"");
    Diagnostic::new(sharing.location.clone(), what)
        .because("only an enum, a union or an object with properties has a name")
        .help("correct the place, as the lock lists it, or remove it")
}

fn refuse_equal(sharing: &Sharing) -> Diagnostic {
    Diagnostic::new(sharing.location.clone(), "`share` changes nothing")
        .because("the types at these places are equal")
        .help("remove it; `type` gives equal types one name")
}

fn refuse_conflict(sharing: &Sharing, place: &SchemaPlace) -> Diagnostic {
    let what = format!("the types differ at \"{place}\" in more than values and properties");
    Diagnostic::new(sharing.location.clone(), what)
        .help("correct one of the schemas with `set`, or remove the change")
}
