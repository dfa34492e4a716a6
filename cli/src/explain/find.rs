//! Lookup of a tool by any of its names.

use anyhow::{Result, bail};
use toolsmith_codegen::report::{Report, ToolReport};

use crate::context::Context;
use crate::text::nearest::{listed, nearest};

/// Returns the tools that `wanted` names: by the name of the tool, its path in Rust (`api_keys.list`)
/// or its request type (`ListApiKeys`).
///
/// # Errors
///
/// Returns an error with the nearest names if the tool does not exist.
pub(super) fn find<'a>(
    reports: &'a [Report],
    wanted: &str,
    context: &Context,
) -> Result<Vec<(&'a Report, &'a ToolReport)>> {
    let all = || {
        reports
            .iter()
            .flat_map(|report| report.tools.iter().map(move |tool| (report, tool)))
    };
    let wanted_name = normalize(wanted);
    let found: Vec<_> = all()
        .filter(|(report, tool)| {
            let path = tool.path();
            let full = format!("{}.{path}", report.catalog);
            [&tool.name, &tool.request, &path, &full].contains(&&wanted_name)
        })
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<String> = all()
        .flat_map(|(_, tool)| [tool.name.clone(), tool.path(), tool.request.clone()])
        .collect();
    let hidden = reports.iter().flat_map(|report| &report.hidden);
    if let Some(tool) = hidden.into_iter().find(|tool| tool.name == wanted_name) {
        bail!(
            "the overlay hides `{wanted}`, so no code is generated for it: {}",
            tool.changes.join("; ")
        );
    }
    let mut skipped = reports.iter().flat_map(|report| &report.skipped);
    if let Some(tool) = skipped.find(|tool| tool.name == wanted_name) {
        bail!(
            "`{wanted}` cannot be read and is skipped, so no code is generated for it: {} ({})",
            tool.reason,
            tool.pointer
        );
    }
    match nearest(&wanted_name, names.iter().map(String::as_str)).as_slice() {
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

/// Shortens a pasted call: `client.api_keys().list(...)` becomes `api_keys.list`.
fn normalize(wanted: &str) -> String {
    let wanted = wanted.trim().trim_start_matches("client.");
    let path = wanted.replace("()", "").replace("::", ".");
    let end = path.find('(').unwrap_or(path.len());
    path.get(..end).unwrap_or(&path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_pasted_calls() {
        for wanted in [
            "api_keys.list",
            "api_keys().list",
            "client.api_keys().list(ListApiKeys)",
            "api_keys::list",
        ] {
            assert_eq!(normalize(wanted), "api_keys.list", "{wanted}");
        }
        assert_eq!(normalize("list_all_x"), "list_all_x");
    }
}
