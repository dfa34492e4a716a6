//! The findings that the overlay allows.

use crate::catalog::{Allowance, Catalog};
use crate::diag::{Diagnostic, Diagnostics};
use crate::report::TextFinding;
use crate::source::quoted;

/// Removes the findings that the overlay allows. Returns an error for each allowance of something that is
/// not there.
pub(super) fn apply(catalog: &Catalog, found: &mut Vec<TextFinding>) -> Diagnostics {
    let mut stale = Diagnostics::default();
    for allowance in &catalog.allowances {
        let is_visible = catalog.tools.iter().any(|tool| tool.name == allowance.tool);
        if !allowance.tool.is_empty() && !is_visible {
            continue;
        }
        for kind in &allowance.kinds {
            let allows =
                |finding: &TextFinding| finding.kind == *kind && covers(allowance, finding);
            if !found.iter().any(allows) {
                let place = match &allowance.at {
                    Some(at) => format!("at {} ", quoted(at)),
                    None => String::new(),
                };
                let what = format!(
                    "`allow` changes nothing: {place}the checks do not find {}",
                    kind.as_str()
                );
                let problem = Diagnostic::new(allowance.location.clone(), what);
                stale.push(problem.help("remove it, or correct the pointer"));
            }
        }
    }
    found.retain(|finding| {
        let allows = |allowance: &Allowance| {
            allowance.kinds.contains(&finding.kind) && covers(allowance, finding)
        };
        !catalog.allowances.iter().any(allows)
    });
    stale
}

/// Returns `true` if a finding is in the tool and below the place of an allowance.
fn covers(allowance: &Allowance, finding: &TextFinding) -> bool {
    let is_below = |at: &String| {
        let rest = finding.pointer.strip_prefix(at.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    finding.tool == allowance.tool && allowance.at.as_ref().is_none_or(is_below)
}
