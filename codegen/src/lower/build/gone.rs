//! Tools that are gone: the note on each, and the tool that resembles it most.

use std::cmp::Ordering;

use toolsmith_dialect::suggest::similarity;

use crate::effect::Effect;
use crate::lower::name::Names;
use crate::lower::sketch::{Home, ToolSketch};
use crate::model::Gone;

/// The similarity of names from which a tool of another resource resembles one that is gone.
const MIN_SIMILARITY: f64 = 0.75;

/// Describes the end of a tool that is gone.
pub(super) fn build_gone(tool: &ToolSketch<'_>, tools: &[ToolSketch<'_>]) -> Option<Gone> {
    let since = tool.tool.gone_since.clone()?;
    let nearest = find_nearest(tool, tools).map(|nearest| nearest.tool.name.clone());
    Some(Gone { since, nearest })
}

/// Finds the tool that resembles one that is gone: of the same resource if there is one, with the same
/// effect, with the most similar name. A tool that destroys resembles only another one that does.
fn find_nearest<'s, 'a>(
    gone: &ToolSketch<'_>,
    tools: &'s [ToolSketch<'a>],
) -> Option<&'s ToolSketch<'a>> {
    let rank = |tool: &ToolSketch<'_>| {
        let resource = gone.home.resource();
        let has_same_resource = !resource.is_empty() && tool.home.resource() == resource;
        let has_same_effect = tool.effect == gone.effect;
        let similarity = similarity(&gone.tool.name, &tool.tool.name);
        (has_same_resource, has_same_effect, similarity)
    };
    let order = |one: &(bool, bool, f64), other: &(bool, bool, f64)| -> Ordering {
        let flags = (one.0, one.1).cmp(&(other.0, other.1));
        flags.then(one.2.total_cmp(&other.2))
    };
    let is_harmless =
        |tool: &ToolSketch<'_>| tool.effect != Effect::Destroys || gone.effect == Effect::Destroys;
    let live = tools
        .iter()
        .filter(|tool| !tool.is_gone() && is_harmless(tool));
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
pub(super) fn deprecation_of_gone(
    gone: &Gone,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
) -> String {
    let since = format!("gone from the catalog since {}, and not sent", gone.since);
    let mut tools = tools.iter();
    let nearest = gone.nearest.as_ref();
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
