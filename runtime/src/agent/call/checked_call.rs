//! The check of a call's arguments, and their repair.

use std::fmt;

use crate::agent::argument_check::contract;
use crate::agent::argument_check::refusal::{Refusal, RefusedCall};
use crate::agent::argument_check::repair::{self, AppliedRepair, RepairAttempt};
use crate::agent::call::memory::Memory;
use crate::agent::policy::Repair;
use crate::agent::tool_set::offered::OfferedTools;
use crate::codec::Json;
use crate::redactor::RedactedJson;
use crate::tools::ToolSpec;

/// A call with valid arguments.
///
/// ```
/// use toolsmith_runtime::Json;
/// use toolsmith_runtime::agent::Toolbox;
///
/// /// Returns the arguments as they would be sent, or the text for the model.
/// fn preview(tools: &Toolbox, name: &str, arguments: &str) -> Result<Json, String> {
///     match tools.check(name, arguments) {
///         Ok(checked) => Ok(checked.arguments),
///         Err(reply) => Err(reply.text().to_owned()),
///     }
/// }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct CheckedCall {
    /// The tool.
    pub tool: &'static ToolSpec,
    /// The arguments as they would be sent.
    pub arguments: Json,
    /// The repairs of the arguments, if the policy allows repairs.
    pub repairs: Vec<AppliedRepair>,
}

/// Checks arguments, and repairs them if `policy` says so. A refusal names none but `tools`.
///
/// # Errors
///
/// The arguments are invalid, or contain an identifier that was only seen as another kind.
pub(in crate::agent) fn check_arguments(
    tool: &'static ToolSpec,
    arguments: &Json,
    policy: Repair,
    memory: &Memory,
    tools: OfferedTools<'_>,
) -> Result<CheckedCall, Refusal> {
    let checked = match contract::check(tool, arguments) {
        Ok(arguments) => CheckedCall {
            tool,
            arguments,
            repairs: Vec::new(),
        },
        Err(problems) => {
            let attempt = repair::repair(tool, arguments, problems);
            match apply(tool, policy, &attempt) {
                Some(arguments) => CheckedCall {
                    tool,
                    arguments,
                    repairs: attempt.repairs,
                },
                None => return Err(refuse(tool, attempt, memory, tools)),
            }
        }
    };
    let problems = memory.identifiers().problems(tool, &checked.arguments);
    if problems.is_empty() {
        Ok(checked)
    } else {
        let call = RefusedCall {
            tool,
            arguments: &checked.arguments,
            repairs: &checked.repairs,
            tools,
        };
        Err(Refusal::explain(call, problems))
    }
}

/// Returns the repaired arguments, if the policy allows repairs and no problem is left.
fn apply(tool: &ToolSpec, policy: Repair, attempt: &RepairAttempt) -> Option<Json> {
    match policy {
        Repair::Apply if attempt.is_complete => tool.check(&attempt.arguments).ok(),
        Repair::Apply | Repair::Refuse => None,
    }
}

/// Explains all problems, those of identifiers included.
fn refuse(
    tool: &'static ToolSpec,
    attempt: RepairAttempt,
    memory: &Memory,
    tools: OfferedTools<'_>,
) -> Refusal {
    let RepairAttempt {
        arguments,
        repairs,
        mut problems,
        ..
    } = attempt;
    problems.extend(memory.identifiers().problems(tool, &arguments));
    let call = RefusedCall {
        tool,
        arguments: &arguments,
        repairs: &repairs,
        tools,
    };
    Refusal::explain(call, problems)
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for CheckedCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CheckedCall")
            .field("tool", &self.tool)
            .field("arguments", &RedactedJson(&self.arguments))
            .field("repairs", &self.repairs)
            .finish()
    }
}
