//! What came of a run, for people.

use std::time::Duration;

use toolsmith_codegen::write::Action;
use toolsmith_codegen::{Output, Plan};

use super::Request;
use crate::screen::style::{CARE, GOOD, NAME, count, paint};

/// The whole text.
pub(super) fn render(request: &Request, output: &Output, plan: &Plan, took: Duration) -> String {
    let out = request.out.display();
    let changed = plan.files.iter();
    let changed = changed.filter(|file| file.action != Action::Keep).count();
    let head = output.reports.first().map(|report| {
        let loosened = match report.loosened().count() {
            0 => paint(GOOD, "nothing loosened"),
            number => paint(CARE, &format!("{number} loosened")),
        };
        format!(
            "{}  {}, {}, {loosened}\n",
            paint(NAME, &request.name),
            count(report.tools.len(), "tool"),
            count(report.type_count, "type"),
        )
    });
    let unchanged = plan.files.len() - changed;
    format!(
        "{}{} {} written to {out}, {unchanged} unchanged ({} ms)\n",
        head.unwrap_or_default(),
        paint(GOOD, "ok:"),
        count(changed, "file"),
        took.as_millis()
    )
}
