//! Changes of a tool as a whole: its route, its effect, its place in Rust, its texts.

use super::change::{Change, ChangePlace, RustItem};
use super::context::{ToolComparison, TypesOfBoth};
use super::kind::{ChangeKind, Grade};
use super::pairs::{Pair, PlacedTool};
use super::{annotations, request, response};
use crate::effect::Effect;
use crate::model::{Repetition, ToolMetadata};

/// Returns the changes of one tool.
pub(super) fn compare_pair(types: &TypesOfBoth<'_>, pair: &Pair<'_>) -> Vec<Change> {
    match pair {
        Pair::Added(tool) => {
            let mut changes = vec![added(tool)];
            let description = text(&tool.operation.tool.description);
            if description.is_some() {
                let change =
                    Change::new(ChangeKind::ToolTextChanged, tool.name(), ChangePlace::TOOL);
                changes.push(change.values(None, description));
            }
            changes
        }
        Pair::Removed(tool) => {
            let change = Change::new(ChangeKind::ToolRemoved, tool.name(), ChangePlace::TOOL);
            vec![change.rust(item(tool), Some(tool.call()), None)]
        }
        // The lint breaks callers that deny warnings, and every call is an error. The catalog does not
        // have its note.
        Pair::Tombstone(tool, tombstone) => {
            let change = Change::new(ChangeKind::ToolRemoved, tool.name(), ChangePlace::TOOL);
            let code = format!("#[deprecated] {}", tombstone.call());
            vec![change.rust(item(tool), Some(tool.call()), Some(code))]
        }
        Pair::Ended(tombstone) => {
            let change = Change::new(ChangeKind::ToolRemoved, tombstone.name(), ChangePlace::TOOL);
            let code = format!("#[deprecated] {}", tombstone.call());
            vec![change.rust(item(tombstone), Some(code), None)]
        }
        Pair::Both(before, after) => {
            if before.operation == after.operation && placed_alike(before, after) {
                // Types that both refer to by one name may still differ.
                return compare_interfaces(types, before, after).finish();
            }
            let mut comparison = compare_interfaces(types, before, after);
            compare_tools(before, after, &mut comparison);
            comparison.finish()
        }
        Pair::Renamed(before, after) => {
            let mut comparison = compare_interfaces(types, before, after);
            comparison.push(renamed(before, after, &comparison));
            compare_tools(before, after, &mut comparison);
            comparison.finish()
        }
    }
}

fn compare_interfaces<'m>(
    types: &'m TypesOfBoth<'m>,
    before: &PlacedTool<'m>,
    after: &PlacedTool<'m>,
) -> ToolComparison<'m> {
    let mut comparison = ToolComparison::new(types, &after.operation.tool.name);
    request::compare_requests(before.operation, after.operation, &mut comparison);
    response::compare_responses(before.operation, after.operation, &mut comparison);
    comparison
}

/// Returns the path of the method: `ApiKeys::list`.
fn item(tool: &PlacedTool<'_>) -> RustItem {
    let method = &tool.operation.method;
    match tool.resource {
        Some(resource) => RustItem::member(&resource.handle, method),
        None => RustItem::member("Client", method),
    }
}

fn added(tool: &PlacedTool<'_>) -> Change {
    let change = Change::new(ChangeKind::ToolAdded, tool.name(), ChangePlace::TOOL);
    let change = change.rust(item(tool), None, Some(tool.call()));
    // A policy that allows everything but destroying lets it in.
    match tool.operation.effect {
        Effect::Reads => change,
        Effect::Writes | Effect::Destroys => change.reviewed(),
    }
}

fn placed_alike(before: &PlacedTool<'_>, after: &PlacedTool<'_>) -> bool {
    before.call() == after.call() && item(before) == item(after)
}

fn renamed(
    before: &PlacedTool<'_>,
    after: &PlacedTool<'_>,
    comparison: &ToolComparison<'_>,
) -> Change {
    let change = comparison.of_tool(ChangeKind::ToolRenamed).values(
        Some(before.name().to_owned()),
        Some(after.name().to_owned()),
    );
    if !placed_alike(before, after) {
        let change = change.rust(item(before), Some(before.call()), Some(after.call()));
        return change.graded(Grade::Compile);
    }
    // The name of a tool with a resource is not on the wire.
    match before.resource {
        Some(_) if !before.operation.tool.resource.is_empty() => change,
        _ => change.graded(Grade::Wire),
    }
}

fn compare_tools<'m>(
    before: &PlacedTool<'m>,
    after: &PlacedTool<'m>,
    comparison: &mut ToolComparison<'m>,
) {
    let (old, new) = (&before.operation.tool, &after.operation.tool);
    let is_renamed = old.name != new.name;
    if !is_renamed && !placed_alike(before, after) {
        let change = comparison.of_tool(ChangeKind::ToolMoved);
        comparison.push(change.rust(item(before), Some(before.call()), Some(after.call())));
    }
    let route = |tool: &ToolMetadata| format!("{}/{}", tool.resource, tool.method);
    if !old.resource.is_empty() && route(old) != route(new) {
        let change = comparison.of_tool(ChangeKind::ToolRouteChanged);
        comparison.push(change.values(Some(route(old)), Some(route(new))));
    }
    compare_effects(before, after, comparison);
    compare_repetitions(old, new, comparison);
    compare_tags(old, new, comparison);
    compare_deprecations(before, after, comparison);
    for (old, new, is_derived) in [
        // A tool without a title has one that follows from its name.
        (&old.title, &new.title, is_renamed),
        (&old.description, &new.description, false),
    ] {
        if !annotations::is_same_text(old, new) && !is_derived {
            let change = comparison.of_tool(ChangeKind::ToolTextChanged);
            comparison.push(change.values(text(old), text(new)));
        }
    }
    annotations::compare_annotations(old, new, comparison);
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn compare_effects(
    before: &PlacedTool<'_>,
    after: &PlacedTool<'_>,
    comparison: &mut ToolComparison<'_>,
) {
    let (old, new) = (before.operation.effect, after.operation.effect);
    let kind = match old.cmp(&new) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Less => ChangeKind::ToolEffectRaised,
        std::cmp::Ordering::Greater => ChangeKind::ToolEffectLowered,
    };
    let bound = |effect: Effect| match effect {
        Effect::Reads => None,
        Effect::Writes => Some("where Access: CanWrite".to_owned()),
        Effect::Destroys => Some("where Access: CanDestroy".to_owned()),
    };
    let change = comparison
        .of_tool(kind)
        .values(Some(old.as_str().to_owned()), Some(new.as_str().to_owned()));
    comparison.push(change.rust(item(after), bound(old), bound(new)));
}

fn compare_repetitions(
    before: &ToolMetadata,
    after: &ToolMetadata,
    comparison: &mut ToolComparison<'_>,
) {
    if before.repetition == after.repetition {
        return;
    }
    let words = |repetition| {
        Some(match repetition {
            Repetition::Harmless => "retried after any failure".to_owned(),
            Repetition::Unknown => "retried only if nothing was sent".to_owned(),
        })
    };
    let change = comparison.of_tool(ChangeKind::ToolRepeatableChanged);
    comparison.push(change.values(words(before.repetition), words(after.repetition)));
}

fn compare_tags(before: &ToolMetadata, after: &ToolMetadata, comparison: &mut ToolComparison<'_>) {
    let sorted = |tags: &[String]| {
        let mut tags = tags.to_vec();
        tags.sort();
        tags.dedup();
        tags
    };
    let (old, new) = (sorted(&before.tags), sorted(&after.tags));
    if old != new {
        let change = comparison.of_tool(ChangeKind::ToolTagsChanged);
        comparison.push(change.values(text(&old.join(", ")), text(&new.join(", "))));
    }
}

fn compare_deprecations(
    before: &PlacedTool<'_>,
    after: &PlacedTool<'_>,
    comparison: &mut ToolComparison<'_>,
) {
    let (old, new) = (&before.operation.deprecated, &after.operation.deprecated);
    let kind = match (old, new) {
        (None, Some(_)) => ChangeKind::ToolDeprecated,
        (Some(_), None) => ChangeKind::ToolUndeprecated,
        (Some(old), Some(new)) if old != new => ChangeKind::ToolTextChanged,
        _ => return,
    };
    let change = comparison.of_tool(kind).values(old.clone(), new.clone());
    if kind == ChangeKind::ToolTextChanged {
        return comparison.push(change);
    }
    let attribute = |note: &Option<String>| {
        let note = note.as_ref()?;
        Some(format!("#[deprecated(note = {note:?})]"))
    };
    comparison.push(change.rust(item(after), attribute(old), attribute(new)));
}
