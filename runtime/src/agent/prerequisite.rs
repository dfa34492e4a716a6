//! Where an identifier comes from.

use std::collections::BTreeSet;

use crate::tools::{IdArgument, IdKind, ToolSpec};

/// An identifier that a tool takes, and the way to it.
#[derive(Debug, Clone)]
pub struct Prerequisite {
    /// The argument: where it stands, what it identifies, whether it must be given.
    pub argument: IdArgument,
    /// The tools to call for it, in order; the last one gives it. Empty if no tool does.
    pub steps: Vec<&'static ToolSpec>,
}

impl ToolSpec {
    /// The identifiers that this tool takes, each with the tools that lead to it.
    #[must_use]
    pub fn prerequisites(&self) -> Vec<Prerequisite> {
        let arguments = self.takes.iter().copied();
        let all = arguments.map(|argument| Prerequisite {
            argument,
            steps: steps_to(argument.kind(), self),
        });
        all.collect()
    }
}

/// The tools to call for an identifier that `tool` takes, in order.
pub(super) fn steps_to(kind: &'static IdKind, tool: &ToolSpec) -> Vec<&'static ToolSpec> {
    let mut steps = Vec::new();
    let mut known = BTreeSet::new();
    walk(kind, tool.name, &mut known, &mut steps);
    steps
}

fn walk(
    kind: &'static IdKind,
    except: &str,
    known: &mut BTreeSet<&'static str>,
    steps: &mut Vec<&'static ToolSpec>,
) {
    if !known.insert(kind.name) {
        return;
    }
    let mut givers = kind.givers.iter().copied();
    let Some(giver) = givers.find(|giver| giver.name != except) else {
        return;
    };
    for argument in giver.takes.iter().filter(|argument| argument.is_required()) {
        walk(argument.kind(), except, known, steps);
    }
    if !steps.iter().any(|step| step.name == giver.name) {
        steps.push(giver);
    }
}

/// What to do for an identifier that `tool` takes, as one instruction.
pub(super) fn instruct(kind: &'static IdKind, tool: &ToolSpec) -> Option<String> {
    let steps = steps_to(kind, tool);
    let (last, before) = steps.split_last()?;
    let mut text = format!("call {} first", last.name);
    if !before.is_empty() {
        let names: Vec<&str> = before.iter().map(|step| step.name).collect();
        text.push_str(" (what it needs comes from ");
        text.push_str(&names.join(", then "));
        text.push(')');
    }
    Some(text)
}
