//! `list`: the tools of each catalog and their Rust calls.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use toolsmith_codegen::report::{Report, ToolReport};

use crate::config::Config;
use crate::context::Context;
use crate::findings::skipped::SkippedResult;
use crate::reports::load_reports;
use crate::screen::Format;
use crate::screen::lines::push_line;
use crate::screen::style::{DIMMED, HEADING, NAME, count, of_effect, paint};
use crate::screen::table::{Cell, WIDTH, first_sentence, render_row, widths};
use crate::status::Status;
use crate::text::escaped::{visible, visible_name};

/// The indentation of descriptions.
const INDENT: usize = 4;

/// An entry of the list that `list --json` prints.
#[derive(Debug, Serialize)]
struct ListedCatalog<'a> {
    catalog: &'a str,
    tools: Vec<ListedTool<'a>>,
    /// The tools that cannot be read and were skipped.
    skipped: Vec<SkippedResult>,
}

/// A tool in JSON output.
#[derive(Debug, Serialize)]
struct ListedTool<'a> {
    name: &'a str,
    description: &'a str,
    resource: &'a str,
    method: &'a str,
    effect: &'a str,
    call: String,
    returns: &'a str,
}

/// Runs the command. Without names, it lists every catalog.
///
/// # Errors
///
/// Returns an error if a catalog does not exist or cannot be read.
pub(crate) fn run(names: &[String], format: Format, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let wanted = config.named(names)?;
    let reports = load_reports(&wanted, &config, context)?;
    match format {
        Format::Json => {
            let listed: Vec<_> = reports.iter().map(listed).collect();
            context.screen.print_json(&listed)?;
        }
        Format::Text => {
            let texts: Vec<String> = reports.iter().map(render).collect();
            context.screen.print(&texts.join("\n"))?;
        }
    }
    Ok(Status::Success)
}

fn listed(report: &Report) -> ListedCatalog<'_> {
    let tools = report.tools.iter().map(|tool| ListedTool {
        name: &tool.name,
        description: &tool.description,
        resource: &tool.resource,
        method: &tool.method,
        effect: tool.effect.as_str(),
        call: tool.call(),
        returns: &tool.returns,
    });
    ListedCatalog {
        catalog: &report.catalog,
        tools: tools.collect(),
        skipped: SkippedResult::collect(&report.skipped),
    }
}

/// Renders two lines per tool: the call, the effect and the name, and below them the description.
fn render(report: &Report) -> String {
    let mut resources: BTreeMap<&str, Vec<&ToolReport>> = BTreeMap::new();
    for tool in &report.tools {
        resources.entry(&tool.handle).or_default().push(tool);
    }
    let rows: Vec<Vec<Cell>> = report.tools.iter().map(row).collect();
    let widths = fitting(widths(rows.iter().map(Vec::as_slice)));
    let mut text = format!(
        "{}  {}, {}\n",
        paint(HEADING, &report.catalog),
        count(report.tools.len(), "tool"),
        count(report.resource_count, "resource"),
    );
    for (resource, mut tools) in resources {
        tools.sort_by_cached_key(|tool| tool.call());
        text.push('\n');
        if !resource.is_empty() {
            push_line(&mut text, &paint(HEADING, &visible_name(resource)));
        }
        for tool in tools {
            text.push_str(&render_tool(tool, &widths));
        }
    }
    text
}

/// Shrinks the first column so that a name of usual length fits the line.
fn fitting(mut widths: Vec<usize>) -> Vec<usize> {
    if let [call, effect, name] = widths.as_mut_slice() {
        let rest = *effect + *name + 6;
        *call = (*call).min(WIDTH.saturating_sub(rest));
    }
    widths
}

fn render_tool(tool: &ToolReport, widths: &[usize]) -> String {
    let cells = row(tool);
    let fits = match (cells.as_slice(), widths) {
        ([call, ..], [width, ..]) => call.width() <= *width,
        _ => true,
    };
    let mut text = String::new();
    let indent = " ".repeat(INDENT);
    if fits {
        text.push_str(&render_row(&cells, widths, 2));
    } else {
        let shown = cells.get(..2).unwrap_or(&cells);
        text.push_str(&render_row(shown, widths, 2));
        push_line(&mut text, &format!("{indent}{}", visible_name(&tool.name)));
    }
    let sentence = first_sentence(&visible(&tool.description), WIDTH - INDENT);
    if !sentence.is_empty() {
        push_line(&mut text, &format!("{indent}{}", paint(DIMMED, &sentence)));
    }
    text
}

fn row(tool: &ToolReport) -> Vec<Cell> {
    vec![
        Cell::new(NAME, tool.method_call()),
        Cell::new(of_effect(tool.effect.as_str()), tool.effect.as_str()),
        Cell::plain(visible_name(&tool.name)),
    ]
}
