//! Finding a tool by what a person calls it.

use anyhow::{Result, bail};
use toolsmith_codegen::report::ToolReport;

use crate::context::Context;
use crate::nearest::{listed, nearest};
use crate::reports::{Explored, split_call};

/// The tools that `wanted` names: by the tool's name, by its place in Rust (`api_keys.list`) or by
/// its request type (`ListApiKeys`).
///
/// # Errors
///
/// No tool is called so; the nearest names are in the message.
pub(super) fn find<'a>(
    explored: &'a [Explored],
    wanted: &str,
    context: &Context,
) -> Result<Vec<(&'a Explored, &'a ToolReport)>> {
    let all = || {
        explored.iter().flat_map(|explored| {
            explored
                .report
                .tools
                .iter()
                .map(move |tool| (explored, tool))
        })
    };
    let asked = normalized(wanted);
    let found: Vec<_> = all()
        .filter(|(explored, tool)| {
            let place = place(tool);
            let full = format!("{}.{place}", explored.config.name);
            [tool.name.as_str(), request(tool), &place, &full].contains(&asked.as_str())
        })
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<String> = all()
        .flat_map(|(_, tool)| [tool.name.clone(), place(tool), request(tool).to_owned()])
        .collect();
    let hidden = explored.iter().flat_map(|explored| &explored.report.hidden);
    if let Some(tool) = hidden.into_iter().find(|tool| tool.name == asked) {
        bail!(
            "the overlay hides `{wanted}`, so that nothing is generated for it: {}",
            tool.changes.join("; ")
        );
    }
    match nearest(&asked, names.iter().map(String::as_str)).as_slice() {
        [] => bail!(
            "there is no tool `{wanted}`; `{}` shows all of them",
            context.program.command("list")
        ),
        near => bail!(
            "there is no tool `{wanted}`; did you mean {}?",
            listed(near)
        ),
    }
}

/// `client.api_keys().list(...)` is `api_keys.list`, as a person may paste it.
fn normalized(wanted: &str) -> String {
    let wanted = wanted.trim().trim_start_matches("client.");
    let path = wanted.replace("()", "").replace("::", ".");
    let end = path.find('(').unwrap_or(path.len());
    path.get(..end).unwrap_or(&path).to_owned()
}

/// `api_keys.list`.
fn place(tool: &ToolReport) -> String {
    let (resource, method) = split_call(&tool.call);
    let method = method.split('(').next().unwrap_or(method);
    match resource {
        "" => method.to_owned(),
        resource => format!("{resource}.{method}"),
    }
}

/// `ListApiKeys`.
fn request(tool: &ToolReport) -> &str {
    let arguments = tool.call.rsplit('(').next().unwrap_or_default();
    arguments.trim_end_matches(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_is_understood() {
        for wanted in [
            "api_keys.list",
            "api_keys().list",
            "client.api_keys().list(ListApiKeys)",
            "api_keys::list",
        ] {
            assert_eq!(normalized(wanted), "api_keys.list", "{wanted}");
        }
        assert_eq!(normalized("list_all_x"), "list_all_x");
    }
}
