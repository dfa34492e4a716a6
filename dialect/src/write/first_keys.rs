//! The first keys of the objects in a union.
//!
//! A model writes an object in the order of its schema, so it chooses the branch of a union with the
//! first key. OpenAI replies "Objects provided via 'anyOf' must not share identical first keys.
//! Consider adding a discriminator key or rearranging the properties to ensure the first key is
//! unique." (<https://github.com/openai/openai-python/issues/2193>).

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{Members, Tree};

/// The place of an object schema in a document.
type Place = Vec<Step>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Member(String),
    Element(usize),
}

/// Moves a key that tells the branches apart to the start of each object in a union.
pub(super) fn tell_apart(schema: &mut Members) {
    let document = Tree::Object(std::mem::take(schema));
    let mut moves: BTreeMap<Place, String> = BTreeMap::new();
    visit(&document, &document, &mut Vec::new(), &mut moves);
    let mut document = document;
    for (place, key) in moves {
        if let Some(object) = at_mut(&mut document, &place) {
            move_first(object, &key);
        }
    }
    if let Tree::Object(members) = document {
        *schema = members;
    }
}

fn visit(document: &Tree, json: &Tree, place: &mut Place, moves: &mut BTreeMap<Place, String>) {
    match json {
        Tree::Object(members) => {
            if members.get("anyOf").is_some_and(Tree::is_array) {
                let mut collected = Collected::default();
                collect(document, json, place, &mut collected);
                choose(&collected.objects, moves);
            }
            for (name, value) in members {
                place.push(Step::Member(name.clone()));
                visit(document, value, place, moves);
                place.pop();
            }
        }
        Tree::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                place.push(Step::Element(index));
                visit(document, element, place, moves);
                place.pop();
            }
        }
        _ => {}
    }
}

/// The objects among the branches of a union.
#[derive(Default)]
struct Collected<'a> {
    objects: Vec<(Place, &'a Members)>,
    /// The definitions that are followed already.
    followed: BTreeSet<&'a str>,
}

/// Collects the objects among the branches of a union, through references and unions in it.
fn collect<'a>(document: &'a Tree, schema: &'a Tree, place: &Place, collected: &mut Collected<'a>) {
    if let Some(name) = schema.get("$ref").and_then(Tree::as_str) {
        let name = name.rsplit('/').next().unwrap_or_default();
        if let Some(target) = schema_under(document, name)
            && collected.followed.insert(name)
        {
            let place = vec![
                Step::Member("$defs".to_owned()),
                Step::Member(name.to_owned()),
            ];
            collect(document, target, &place, collected);
        }
    }
    for (index, branch) in schema
        .get("anyOf")
        .and_then(Tree::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let mut place = place.clone();
        place.extend([Step::Member("anyOf".to_owned()), Step::Element(index)]);
        collect(document, branch, &place, collected);
    }
    let properties = schema.get("properties").and_then(Tree::as_object);
    let objects = &mut collected.objects;
    if let Some(properties) = properties.filter(|properties| !properties.is_empty())
        && !objects.iter().any(|(known, _)| known == place)
    {
        objects.push((place.clone(), properties));
    }
}

fn schema_under<'a>(document: &'a Tree, name: &str) -> Option<&'a Tree> {
    document.get("$defs")?.get(name)
}

/// Chooses the first key of each object: one that all have with different values, or else one that
/// no other object begins with.
fn choose(objects: &[(Place, &Members)], moves: &mut BTreeMap<Place, String>) {
    let mut first_keys: Vec<&String> = objects
        .iter()
        .filter_map(|(_, properties)| properties.keys().next())
        .collect();
    first_keys.sort_unstable();
    first_keys.dedup();
    if first_keys.len() == objects.len() {
        return;
    }
    if let Some(tag) = tag(objects) {
        for (place, _) in objects {
            moves.entry(place.clone()).or_insert_with(|| tag.clone());
        }
        return;
    }
    // An object of another union may have its first key already.
    let mut taken: Vec<&str> = Vec::new();
    for (place, properties) in objects {
        let others = || objects.iter().filter(|(other, _)| other != place);
        let is_taken = |name: &String| taken.contains(&name.as_str());
        let is_own = |name: &&String| {
            !is_taken(name) && others().all(|(_, other)| !other.contains_key(*name))
        };
        let chosen = moves
            .get(place)
            .and_then(|key| properties.get_key_value(key));
        let chosen = chosen
            .map(|(key, _)| key)
            .or_else(|| properties.keys().find(is_own))
            .or_else(|| properties.keys().find(|name| !is_taken(name)));
        if let Some(chosen) = chosen {
            taken.push(chosen);
            moves.entry(place.clone()).or_insert_with(|| chosen.clone());
        }
    }
}

/// Returns the first key that all objects have, with values of which no two objects share one.
fn tag(objects: &[(Place, &Members)]) -> Option<String> {
    let (_, first) = objects.first()?;
    let is_tag = |name: &&String| {
        let mut seen: Vec<&Tree> = Vec::new();
        objects.iter().all(|(_, properties)| {
            let values = properties.get(*name).and_then(|schema| schema.get("enum"));
            let Some(values) = values.and_then(Tree::as_array) else {
                return false;
            };
            let is_new = values.iter().all(|value| !seen.contains(&value));
            seen.extend(values);
            is_new
        })
    };
    first.keys().find(is_tag).cloned()
}

fn at_mut<'a>(document: &'a mut Tree, place: &[Step]) -> Option<&'a mut Members> {
    let found = place.iter().try_fold(document, |json, step| match step {
        Step::Member(name) => json.as_object_mut()?.get_mut(name),
        Step::Element(index) => json.as_array_mut()?.get_mut(*index),
    });
    found?.as_object_mut()
}

/// Moves a property to the start of an object schema, and of its list of required properties.
fn move_first(schema: &mut Members, key: &str) {
    if let Some(properties) = schema.get_mut("properties").and_then(Tree::as_object_mut)
        && let Some(index) = properties.get_index_of(key)
    {
        properties.move_index(index, 0);
    }
    if let Some(required) = schema.get_mut("required").and_then(Tree::as_array_mut)
        && let Some(index) = required.iter().position(|name| name == key)
    {
        let name = required.remove(index);
        required.insert(0, name);
    }
}
