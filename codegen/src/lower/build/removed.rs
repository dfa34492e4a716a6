//! Removed tools: the note on each, and the tool that resembles it most.

use std::cmp::Ordering;

use toolsmith_dialect::suggest::similarity;

use crate::effect::Effect;
use crate::lower::name::Names;
use crate::lower::sketch::{Home, ToolSketch};
use crate::model::Removal;

/// The similarity of names from which a tool of another resource resembles a removed one.
const MIN_SIMILARITY: f64 = 0.75;

/// Describes the end of a removed tool.
pub(super) fn build_removal(tool: &ToolSketch<'_>, tools: &[ToolSketch<'_>]) -> Option<Removal> {
    let since = tool.tool.removed_since.clone()?;
    let nearest = find_nearest(tool, tools).map(|nearest| nearest.tool.name.clone());
    Some(Removal { since, nearest })
}

/// Finds the tool that resembles a removed one: of the same resource if there is one, with the same
/// effect, with the most similar name. A tool that destroys resembles only another one that does.
fn find_nearest<'s, 'a>(
    removed: &ToolSketch<'_>,
    tools: &'s [ToolSketch<'a>],
) -> Option<&'s ToolSketch<'a>> {
    let rank = |tool: &ToolSketch<'_>| {
        let resource = removed.home.resource();
        let has_same_resource = !resource.is_empty() && tool.home.resource() == resource;
        let has_same_effect = tool.effect == removed.effect;
        let similarity = similarity(&removed.tool.name, &tool.tool.name);
        (has_same_resource, has_same_effect, similarity)
    };
    let order = |one: &(bool, bool, f64), other: &(bool, bool, f64)| -> Ordering {
        let flags = (one.0, one.1).cmp(&(other.0, other.1));
        flags.then(one.2.total_cmp(&other.2))
    };
    let is_harmless = |tool: &ToolSketch<'_>| {
        tool.effect != Effect::Destroys || removed.effect == Effect::Destroys
    };
    let live = tools
        .iter()
        .filter(|tool| !tool.is_removed() && is_harmless(tool));
    let near = live.map(|tool| (rank(tool), tool));
    let near =
        near.filter(|((is_same, _, similarity), _)| *is_same || *similarity >= MIN_SIMILARITY);
    // Of equal ones, the first.
    let nearest = near.reduce(|best, next| match order(&best.0, &next.0) {
        Ordering::Less => next,
        Ordering::Equal | Ordering::Greater => best,
    });
    nearest.map(|(_, tool)| tool)
}

/// Returns the note of the deprecated method.
pub(super) fn deprecation_of_removed(
    removal: &Removal,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
) -> String {
    let since = format!(
        "no longer in the catalog since {}; a call sends nothing",
        removal.since
    );
    let mut tools = tools.iter();
    let nearest = removal.nearest.as_ref();
    let nearest = nearest.and_then(|nearest| tools.find(|tool| tool.tool.name == *nearest));
    match nearest.and_then(|nearest| Some((nearest, call(nearest, names)?))) {
        Some((nearest, call)) => {
            // A write must not lead to another one unseen.
            let guess = match nearest.effect {
                Effect::Reads => "",
                Effect::Writes | Effect::Destroys => ", which may do something else",
            };
            let name = &nearest.tool.name;
            format!("{since}; the nearest tool is `{name}`{guess}: `{call}`")
        }
        None => format!("{since}; no tool resembles it"),
    }
}

/// Returns the call of a tool in Rust: `api_keys().list(ListApiKeys)`.
fn call(tool: &ToolSketch<'_>, names: &Names<'_>) -> Option<String> {
    let given = names.tools.get(tool.tool.name.as_str())?;
    let handle = match tool.home {
        Home::Resource(resource) => format!("{}().", names.resources.get(resource)?.accessor),
        Home::Client(_) => String::new(),
    };
    Some(format!("{handle}{}({})", given.method, given.request))
}
