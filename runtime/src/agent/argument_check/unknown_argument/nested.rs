//! The places inside other arguments that the name of an unknown one says.

use super::UnknownArgument;
use crate::agent::tool_set::offered::argument_of;
use crate::codec::{Json, fold, is_plain_name};

impl UnknownArgument<'_> {
    /// Returns the arguments that contain the value in its place inside another argument, together
    /// with the others that belong there.
    pub(super) fn inside(&self) -> Option<Json> {
        if self
            .nearest
            .is_some_and(|nearest| fold(nearest) == fold(&self.name))
        {
            return None;
        }
        let place = self.place()?;
        let outer = place.first()?;
        let all: Vec<UnknownArgument<'_>> = self.all().collect();
        let together = self.put_inside(outer, &all);
        together.or_else(|| self.put_inside(outer, std::slice::from_ref(self)))
    }

    /// Returns the argument `outer` with these arguments inside it, if the tool takes them there.
    fn put_inside(&self, outer: &str, unknown: &[UnknownArgument<'_>]) -> Option<Json> {
        let mut inside = match self.arguments.get(outer) {
            Some(known @ (Json::Object(_) | Json::Array(_))) => known.clone(),
            _ => Json::Null,
        };
        let places = unknown.iter().filter_map(|argument| {
            let place = argument.place()?;
            let (first, rest) = place.split_first()?;
            (first == outer).then(|| (rest.to_vec(), argument.value))
        });
        let mut places: Vec<(Vec<String>, &Json)> = places.collect();
        // The elements in the order of their numbers.
        places.sort_by_cached_key(|(place, _)| {
            let number = |step: &String| step.parse::<usize>().unwrap_or(usize::MAX);
            let steps = place.iter().map(|step| (number(step), step.clone()));
            steps.collect::<Vec<_>>()
        });
        for (place, value) in places {
            put(&mut inside, &place, value)?;
        }
        let arguments = super::object([(outer, inside)]);
        self.takes_inside(outer, &arguments).then_some(arguments)
    }

    /// Returns the path to the nested argument that the name says: `rateLimit`, `rateLimitConfigs.rateLimit`
    /// and `emails[0]`.
    fn place(&self) -> Option<Vec<String>> {
        if is_plain_name(&self.name) && argument_of(self.tool, &self.name).is_some() {
            return None;
        }
        if let Some(path) = self.unknown.nested.path(&self.name) {
            return Some(path.to_vec());
        }
        let flat = self
            .name
            .replace("][", ".")
            .replace('[', ".")
            .replace(']', "");
        let mut steps: Vec<String> = flat.split('.').map(str::to_owned).collect();
        let first = steps.first_mut()?;
        argument_of(self.tool, first)?.clone_into(first);
        let is_step = |step: &String| {
            step.chars()
                .all(|next| next.is_alphanumeric() || next == '_')
        };
        (steps.len() > 1 && steps.iter().all(is_step)).then_some(steps)
    }
}

/// Puts a value at a path, with the objects and arrays that lead to it. Elements are added in order.
fn put(target: &mut Json, path: &[String], value: &Json) -> Option<()> {
    let Some((first, rest)) = path.split_first() else {
        *target = value.clone();
        return Some(());
    };
    let index = first.parse::<usize>().ok();
    if first.is_empty() && rest.is_empty() && value.is_array() {
        // `ids[]` for all elements.
        *target = value.clone();
        return Some(());
    }
    if target.is_null() {
        *target = if index.is_some() || first.is_empty() {
            Json::Array(Vec::new())
        } else {
            Json::Object(serde_json::Map::new())
        };
    }
    match target {
        Json::Object(fields) => put(
            fields.entry(first.clone()).or_insert(Json::Null),
            rest,
            value,
        ),
        Json::Array(elements) => {
            let index = index.unwrap_or(elements.len());
            if index == elements.len() {
                elements.push(Json::Null);
            }
            put(elements.get_mut(index)?, rest, value)
        }
        _ => None,
    }
}
