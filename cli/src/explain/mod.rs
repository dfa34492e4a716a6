//! `explain`: how each place of a tool's schemas became Rust, and the decisions made.

mod find;

use anstyle::Style;
use anyhow::Result;
use serde::Serialize;
use toolsmith_codegen::report::{PlaceReport, Precision, ToolReport, UnsatisfiableArgument};

use self::find::find;
use crate::catalogs::with_snapshots;
use crate::config::Config;
use crate::context::Context;
use crate::findings::texts::TextWarning;
use crate::reports::load_reports;
use crate::screen::Format;
use crate::screen::lines::push_line;
use crate::screen::style::{DIMMED, FAILURE, HEADING, NAME, SUCCESS, WARNING, of_effect, paint};
use crate::screen::table::{Cell, WIDTH, render_row, widths};
use crate::status::Status;
use crate::text::escaped::{visible, visible_name};

/// The schemas of a tool and their headings.
const PARTS: [(&str, &str); 5] = [
    ("/query_schema", "in the query"),
    ("/body_schema", "in the body"),
    ("/response_schema", "in the response"),
    ("/inputSchema", "arguments"),
    ("/outputSchema", "in the response"),
];

/// A tool with its catalog.
struct Found<'a> {
    catalog: &'a str,
    /// The path of the overlay.
    overlay: &'a str,
    tool: &'a ToolReport,
    /// The warnings about its texts.
    text_warnings: Vec<TextWarning>,
}

/// An entry of the list that `explain --json` prints: one of the tools with the requested name.
#[derive(Debug, Serialize)]
struct ExplainedTool<'a> {
    catalog: &'a str,
    name: &'a str,
    description: &'a str,
    resource: &'a str,
    method: &'a str,
    effect: &'a str,
    call: String,
    returns: &'a str,
    places: Vec<ExplainedPlace<'a>>,
    callable: bool,
    unsatisfiable: Vec<ExplainedContradiction<'a>>,
    text_warnings: Vec<TextWarning>,
    overlay: &'a str,
    overlay_changes: &'a [String],
}

/// An argument in JSON output that no value satisfies.
#[derive(Debug, Serialize)]
struct ExplainedContradiction<'a> {
    pointer: &'a str,
    why: &'a str,
    required: bool,
}

/// A place of a schema in JSON output. `outcome` is `exact`, `unchecked` or `loosened`.
#[derive(Debug, Serialize)]
struct ExplainedPlace<'a> {
    pointer: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    rust: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    checks: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<&'a str>,
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the tool does not exist, or if a catalog cannot be read.
pub(crate) fn run(tool: &str, format: Format, context: &Context) -> Result<Status> {
    let config = Config::load(&context.workspace)?;
    let reports = load_reports(&with_snapshots(&config, context), &config, context)?;
    let found = find(&reports, tool, context)?;
    let found = found.into_iter().map(|(report, tool)| Found {
        catalog: &report.catalog,
        overlay: config
            .catalogs
            .iter()
            .find(|catalog| catalog.name == report.catalog)
            .map_or("", |catalog| &catalog.overlay),
        tool,
        text_warnings: TextWarning::of_tool(report, &tool.name),
    });
    match format {
        Format::Json => {
            let explained: Vec<_> = found.map(explained).collect();
            context.screen.print_json(&explained)?;
        }
        Format::Text => {
            let texts: Vec<String> = found.map(|found| render(&found)).collect();
            context.screen.print(&texts.join("\n"))?;
        }
    }
    Ok(Status::Success)
}

fn explained(found: Found<'_>) -> ExplainedTool<'_> {
    let tool = found.tool;
    ExplainedTool {
        catalog: found.catalog,
        name: &tool.name,
        description: &tool.description,
        resource: &tool.resource,
        method: &tool.method,
        effect: tool.effect.as_str(),
        call: tool.call(),
        returns: &tool.returns,
        places: tool.places.iter().map(explained_place).collect(),
        callable: tool.uncallable().is_none(),
        unsatisfiable: tool
            .unsatisfiable
            .iter()
            .map(explained_contradiction)
            .collect(),
        text_warnings: found.text_warnings,
        overlay: found.overlay,
        overlay_changes: &tool.changes,
    }
}

fn explained_contradiction(argument: &UnsatisfiableArgument) -> ExplainedContradiction<'_> {
    ExplainedContradiction {
        pointer: &argument.pointer,
        why: &argument.reason,
        required: argument.is_required,
    }
}

fn explained_place(place: &PlaceReport) -> ExplainedPlace<'_> {
    ExplainedPlace {
        pointer: &place.pointer,
        name: &place.name,
        rust: &place.rust,
        outcome: place.precision.as_str(),
        why: place.precision.reason(),
        checks: &place.checks,
        ignored: place.ignored.as_deref(),
    }
}

fn render(found: &Found<'_>) -> String {
    let tool = found.tool;
    let mut text = format!(
        "{}  {}\n",
        paint(HEADING, &visible_name(&tool.name)),
        paint(DIMMED, &format!("(catalog {})", found.catalog)),
    );
    for described in wrapped(&visible(&tool.description), WIDTH - 2) {
        push_line(&mut text, &format!("  {described}"));
    }
    text.push('\n');
    let wire = match tool.resource.as_str() {
        "" => visible_name(&tool.method).into_owned(),
        resource => format!(
            "resource {}, method {}",
            visible_name(resource),
            visible_name(&tool.method)
        ),
    };
    let facts = [
        ("call", NAME, format!("client.{}", tool.call())),
        ("returns", NAME, tool.returns.clone()),
        (
            "effect",
            of_effect(tool.effect.as_str()),
            tool.effect.as_str().to_owned(),
        ),
        ("wire", Style::new(), wire),
    ];
    for (label, style, what) in facts {
        push_line(
            &mut text,
            &format!(
                "  {}  {}",
                paint(DIMMED, &format!("{label:<6}")),
                paint(style, &what)
            ),
        );
    }
    for warning in &found.text_warnings {
        let described = warning.describe();
        push_line(&mut text, &format!("  {}  {described}", warning.pointer));
    }
    for (prefix, meaning) in PARTS {
        let under = |place: &&PlaceReport| is_under(&place.pointer, prefix);
        let places: Vec<&PlaceReport> = tool.places.iter().filter(under).collect();
        text.push_str(&render_places(prefix, meaning, &places));
    }
    let elsewhere = |place: &&PlaceReport| {
        !PARTS
            .iter()
            .any(|(prefix, _)| is_under(&place.pointer, prefix))
    };
    let places: Vec<&PlaceReport> = tool.places.iter().filter(elsewhere).collect();
    text.push_str(&render_places("", "elsewhere", &places));
    text.push_str(&render_contradictions(tool));
    text.push_str(&render_overlay(found));
    text
}

/// Renders the arguments that no value satisfies.
fn render_contradictions(tool: &ToolReport) -> String {
    if tool.unsatisfiable.is_empty() {
        return String::new();
    }
    let heading = match tool.uncallable() {
        Some(_) => "the tool cannot be called",
        None => "arguments that cannot be given",
    };
    let mut text = format!("\n{}\n", paint(HEADING, heading));
    for argument in &tool.unsatisfiable {
        push_line(&mut text, &format!("  {}", argument.pointer));
        push_line(
            &mut text,
            &format!("      {}", paint(FAILURE, &argument.reason)),
        );
    }
    text
}

/// Returns `true` if a place has only a type to show.
fn has_type_only(place: &PlaceReport) -> bool {
    place.precision == Precision::Exact && place.checks.is_empty() && place.ignored.is_none()
}

fn is_under(pointer: &str, prefix: &str) -> bool {
    let rest = pointer.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn render_places(prefix: &str, meaning: &str, places: &[&PlaceReport]) -> String {
    if places.is_empty() {
        return String::new();
    }
    // The heading has the common prefix of all pointers and the type of the root, which saves width.
    let (roots, inner): (Vec<&PlaceReport>, Vec<&PlaceReport>) = places
        .iter()
        .partition(|place| place.pointer == prefix && has_type_only(place));
    let properties = format!("{prefix}/properties");
    let is_property = |place: &&PlaceReport| is_under(&place.pointer, &properties);
    let shared = if !inner.is_empty() && inner.iter().all(is_property) {
        properties.as_str()
    } else {
        prefix
    };
    let of_root = roots
        .first()
        .map(|root| format!("  {}", paint(NAME, &root.rust)));
    let mut text = format!(
        "\n{}{}  {}\n",
        paint(HEADING, meaning),
        of_root.unwrap_or_default(),
        paint(DIMMED, shared)
    );
    let row = |place: &PlaceReport| {
        let below = place.pointer.strip_prefix(shared);
        let below = below.filter(|below| !shared.is_empty() && below.starts_with('/'));
        let pointer = below.unwrap_or(&place.pointer);
        let (style, word) = match place.precision {
            Precision::Exact => (SUCCESS, "exact"),
            Precision::Unchecked(_) => (WARNING, "unchecked"),
            Precision::Loosened(_) => (FAILURE, "loosened"),
        };
        vec![
            Cell::plain(visible_name(pointer)),
            Cell::new(NAME, &place.name),
            Cell::plain(&place.rust),
            Cell::new(style, word),
        ]
    };
    let rows: Vec<Vec<Cell>> = inner.iter().map(|place| row(place)).collect();
    let widths = widths(rows.iter().map(Vec::as_slice));
    for (place, row) in inner.iter().zip(&rows) {
        text.push_str(&render_row(row, &widths, 2));
        if let Some(why) = place.precision.reason() {
            push_line(&mut text, &format!("      {}", paint(DIMMED, why)));
        }
        if !place.checks.is_empty() {
            let checks = format!("checked: {}", place.checks.join(", "));
            for wrapped in wrapped(&checks, WIDTH - 6) {
                push_line(&mut text, &format!("      {}", paint(DIMMED, &wrapped)));
            }
        }
        if let Some(ignored) = &place.ignored {
            push_line(&mut text, &format!("      {}", paint(WARNING, ignored)));
        }
    }
    text
}

fn render_overlay(found: &Found<'_>) -> String {
    let tool = found.tool;
    if tool.changes.is_empty() {
        return String::new();
    }
    let heading = paint(HEADING, "changed by the overlay");
    let mut text = format!("\n{heading}  {}\n", paint(DIMMED, found.overlay));
    for change in &tool.changes {
        push_line(&mut text, &format!("  {change}"));
    }
    text
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
