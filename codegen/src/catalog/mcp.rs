//! The parts of a tool list that only the Model Context Protocol defines: annotations and pages.

use crate::effect::{Effect, Repetition};
use crate::source::{Json, Members};

/// Returns `true` if a list is a page and refers to the next one.
pub(super) fn has_next_page(json: &Json) -> bool {
    let members = json.as_object();
    let result = members.and_then(|members| members.get("result")?.as_object());
    [members, result].into_iter().flatten().any(|members| {
        let cursor = members.get("nextCursor").and_then(Json::as_str);
        cursor.is_some_and(|cursor| !cursor.is_empty())
    })
}

/// Returns the effect that the annotations declare. The default of the protocol is not applied,
/// because it would make every tool without hints destructive.
pub(super) fn effect_of(members: &Members) -> Effect {
    if has_hint(members, "readOnlyHint") {
        Effect::Reads
    } else if has_hint(members, "destructiveHint") {
        Effect::Destroys
    } else {
        Effect::Writes
    }
}

/// Returns `true` if annotations declare an effect.
pub(super) fn declares_effect(members: &Members) -> bool {
    let hints = ["readOnlyHint", "destructiveHint"];
    hints
        .into_iter()
        .any(|hint| hint_of(members, hint).is_some())
}

/// Returns the effect of a second call that the annotations declare.
pub(super) fn repetition_of(members: &Members) -> Repetition {
    if has_hint(members, "readOnlyHint") || has_hint(members, "idempotentHint") {
        Repetition::Harmless
    } else {
        Repetition::Unknown
    }
}

fn has_hint(members: &Members, key: &str) -> bool {
    hint_of(members, key) == Some(true)
}

fn hint_of(members: &Members, key: &str) -> Option<bool> {
    let annotations = members.get("annotations").and_then(Json::as_object)?;
    annotations.get(key)?.as_bool()
}

/// Returns the title at the place where older servers have it.
pub(super) fn annotated_title(members: &Members) -> Option<&str> {
    let annotations = members.get("annotations").and_then(Json::as_object)?;
    let title = annotations.get("title")?.as_str()?;
    Some(title).filter(|title| !title.trim().is_empty())
}
