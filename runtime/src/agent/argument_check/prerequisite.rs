//! The tools that provide the identifiers of a call.

use std::collections::BTreeSet;

use crate::agent::tool_set::offered::OfferedTools;
use crate::tools::{IdArgument, IdKind, ToolSpec};

/// An identifier that a tool takes, and the tools that provide it.
#[derive(Debug, Clone)]
pub struct Prerequisite {
    /// The argument: its pointer, the kind of the identifier, and whether it is required.
    pub argument: IdArgument,
    /// The tools to call for it, in order; the last one returns it. Empty if no tool does.
    pub steps: Vec<&'static ToolSpec>,
}

impl ToolSpec {
    /// Returns the identifiers that this tool takes, each with the tools that provide it.
    ///
    /// ```
    /// use toolsmith_runtime::ToolSpec;
    ///
    /// /// Returns the names of all tools that have to be called before this one.
    /// fn tools_before(tool: &ToolSpec) -> Vec<&'static str> {
    ///     let prerequisites = tool.prerequisites().into_iter();
    ///     prerequisites.flat_map(|prerequisite| prerequisite.steps).map(|step| step.name).collect()
    /// }
    /// ```
    #[must_use]
    pub fn prerequisites(&self) -> Vec<Prerequisite> {
        let prerequisite = |argument: IdArgument| Prerequisite {
            argument,
            steps: steps_to(argument.kind(), self),
        };
        self.takes.iter().copied().map(prerequisite).collect()
    }
}

/// Returns the tools to call for an identifier that `tool` takes, in order.
fn steps_to(kind: &'static IdKind, tool: &ToolSpec) -> Vec<&'static ToolSpec> {
    let mut steps = Vec::new();
    let mut visited = BTreeSet::new();
    collect_steps(kind, tool.name, &mut visited, &mut steps);
    steps
}

fn collect_steps(
    kind: &'static IdKind,
    except: &str,
    visited: &mut BTreeSet<&'static str>,
    steps: &mut Vec<&'static ToolSpec>,
) {
    if !visited.insert(kind.name) {
        return;
    }
    let mut sources = kind.sources.iter().copied();
    let Some(giver) = sources.find(|giver| giver.name != except) else {
        return;
    };
    for argument in giver.takes.iter().filter(|argument| argument.is_required()) {
        collect_steps(argument.kind(), except, visited, steps);
    }
    if !steps.iter().any(|step| step.name == giver.name) {
        steps.push(giver);
    }
}

/// Returns the tools to call for an identifier that `tool` takes, in order, if the model may call
/// all of them.
pub(in crate::agent) fn offered_steps(
    kind: &'static IdKind,
    tool: &ToolSpec,
    tools: OfferedTools<'_>,
) -> Vec<&'static ToolSpec> {
    let steps = steps_to(kind, tools.own(tool)).into_iter();
    let offered: Option<Vec<_>> = steps.map(|step| tools.offered(step)).collect();
    offered.unwrap_or_default()
}

/// Returns the instruction that tells a model to call these tools for an identifier.
pub(in crate::agent) fn instruction(steps: &[&ToolSpec]) -> String {
    let Some((last, before)) = steps.split_last() else {
        return String::new();
    };
    let mut text = format!("call {} first", last.name);
    if !before.is_empty() {
        let names: Vec<&str> = before.iter().map(|step| step.name).collect();
        text.push_str(" (it needs identifiers from ");
        text.push_str(&names.join(", then "));
        text.push(')');
    }
    text
}
