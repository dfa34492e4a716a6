//! Builds the content of a page from the overview of a catalog.

use std::collections::BTreeMap;

use anyhow::Result;
use toolsmith_codegen::CatalogInput;
use toolsmith_codegen::overview::{Overview, ToolOverview};
use toolsmith_codegen::report::{PlaceReport, Precision, Report, ToolReport};

use super::content::{
    Changes, Contradiction, Correction, DialectSize, Given, Group, Identifier, LoosenedEntry,
    NotGenerated, PageData, Place, Schema, Taken, ToolDetails, ToolEntry,
};
use super::corrections;
use super::sizes::{Measured, measure};
use super::{label, picture, wire};

/// The files of a catalog.
pub(super) struct Origin<'a> {
    pub(super) input: &'a CatalogInput,
    /// The file of the overlay.
    pub(super) overlay: &'a str,
    /// The command that writes the page.
    pub(super) command: String,
}

/// The facts about tools that several parts of a page need.
struct Facts<'a> {
    origin: &'a Origin<'a>,
    corrections: &'a [Correction],
    changes: Option<&'a Changes>,
}

/// Builds the content of a page.
///
/// # Errors
///
/// Returns an error if the overlay cannot be read.
pub(super) fn build(
    origin: &Origin<'_>,
    overview: &Overview,
    changes: Option<Changes>,
) -> Result<PageData> {
    let corrections = match &origin.input.overlay {
        Some(overlay) => corrections::read(origin.overlay, &overlay.text)?,
        None => Vec::new(),
    };
    let facts = Facts {
        origin,
        corrections: &corrections,
        changes: changes.as_ref(),
    };
    let measured = measure(overview);
    let groups = groups(overview);
    let mut tools: Vec<(ToolEntry, ToolDetails)> = overview
        .report
        .tools
        .iter()
        .zip(&overview.tools)
        .enumerate()
        .map(|(index, (report, tool))| {
            let sizes = sizes_of(&measured, index);
            (
                entry(&facts, &groups, report, tool),
                details(&facts, report, tool, sizes),
            )
        })
        .collect();
    tools.sort_by(|(left, _), (right, _)| {
        let key = |entry: &ToolEntry| (entry.group, rank(entry), entry.method.clone());
        key(left).cmp(&key(right))
    });
    let (tools, details) = tools.into_iter().unzip();
    let report = &overview.report;
    Ok(PageData {
        title: overview.title.clone(),
        catalog: origin.input.name.clone(),
        kind: origin.input.source.kind().as_str(),
        path: overview.path.clone(),
        snapshot: origin.input.snapshot.file.clone(),
        overlay: origin.overlay.to_owned(),
        command: origin.command.clone(),
        groups,
        tools,
        identifiers: identifiers(report),
        graph: picture::draw(report, |name| call_of(overview, name)),
        dialects: measured
            .into_iter()
            .map(|measured| measured.total)
            .collect(),
        loosened: loosened(report),
        corrections,
        hidden: hidden(report),
        skipped: skipped(report),
        assumed_writes: report.assumed_writes.clone(),
        types: report.type_count,
        changes,
        details,
    })
}

/// Ranks a tool in its group: what reads comes first.
fn rank(entry: &ToolEntry) -> usize {
    ["reads", "writes", "destroys"]
        .iter()
        .position(|effect| *effect == entry.effect)
        .unwrap_or_default()
}

/// Returns the groups, sorted by handle. Tools without a resource come first.
fn groups(overview: &Overview) -> Vec<Group> {
    let groups: BTreeMap<&str, &str> = overview
        .tools
        .iter()
        .map(|tool| (tool.handle.as_str(), tool.resource_title.as_str()))
        .collect();
    let groups = groups.into_iter().map(|(handle, title)| Group {
        handle: handle.to_owned(),
        title: title.to_owned(),
    });
    groups.collect()
}

/// Returns the call of a tool without its arguments: `api_keys.list`.
fn call_of(overview: &Overview, name: &str) -> String {
    let tool = overview.tools.iter().find(|tool| tool.name == name);
    match tool {
        Some(tool) if tool.handle.is_empty() => tool.method.clone(),
        Some(tool) => format!("{}.{}", tool.handle, tool.method),
        None => name.to_owned(),
    }
}

fn sizes_of(measured: &[Measured], tool: usize) -> Vec<DialectSize> {
    let sizes = measured.iter();
    let sizes = sizes.map(|measured| measured.tools.get(tool).cloned());
    sizes.map(Option::unwrap_or_default).collect()
}

fn entry(
    facts: &Facts<'_>,
    groups: &[Group],
    report: &ToolReport,
    tool: &ToolOverview,
) -> ToolEntry {
    let group = groups.iter().position(|group| group.handle == tool.handle);
    let required = report.takes.iter().filter(|taken| taken.is_required);
    let is_imprecise = |place: &&PlaceReport| place.precision != Precision::Exact;
    let mut gives: Vec<String> = tool.gives.iter().map(|(_, kind)| kind.clone()).collect();
    gives.dedup();
    ToolEntry {
        name: report.name.clone(),
        group: group.unwrap_or_default(),
        method: tool.method.clone(),
        request: report.request.clone(),
        effect: report.effect.as_str(),
        description: report.description.clone(),
        arguments: tool
            .arguments
            .iter()
            .map(|argument| argument.name.clone())
            .collect(),
        tags: tool.tags.clone(),
        needs: required.map(|taken| taken.name.clone()).collect(),
        gives,
        is_deprecated: tool.deprecated.is_some(),
        is_callable: report.uncallable().is_none(),
        loosened: report.places.iter().filter(is_imprecise).count(),
        corrections: facts
            .corrections
            .iter()
            .filter(|correction| correction.tool == report.name)
            .count(),
        changes: facts
            .changes
            .into_iter()
            .flat_map(|changes| &changes.entries)
            .filter(|change| change.tool == report.name)
            .count(),
    }
}

fn details(
    facts: &Facts<'_>,
    report: &ToolReport,
    tool: &ToolOverview,
    sizes: Vec<DialectSize>,
) -> ToolDetails {
    let kind = facts.origin.input.source.kind();
    let (response, arguments): (Vec<&PlaceReport>, Vec<&PlaceReport>) = report
        .places
        .iter()
        .partition(|place| is_of_response(&place.pointer));
    let takes = report.takes.iter().map(|taken| Taken {
        label: label::of_value(&taken.pointer),
        kind: taken.name.clone(),
        is_required: taken.is_required,
    });
    let gives = tool.gives.iter().map(|(pointer, kind)| Given {
        label: label::of_value(pointer),
        kind: kind.clone(),
    });
    let contradictions = report.unsatisfiable.iter().map(|argument| Contradiction {
        pointer: argument.pointer.clone(),
        why: argument.reason.clone(),
        is_required: argument.is_required,
    });
    ToolDetails {
        title: tool.title.clone(),
        deprecated: tool.deprecated.clone(),
        is_idempotent: tool.is_idempotent,
        code: tool.code.clone(),
        types: tool.types.clone(),
        arguments: arguments
            .into_iter()
            .filter(|place| says_something(place))
            .map(|place| of_argument(place, tool))
            .collect(),
        returns: report.returns.clone(),
        response: response
            .into_iter()
            .filter(|place| says_something(place))
            .map(of_place)
            .collect(),
        takes: takes.collect(),
        gives: gives.collect(),
        wire: wire::describe(kind, report, tool),
        schemas: schemas(tool),
        sizes,
        contradictions: contradictions.collect(),
    }
}

fn is_of_response(pointer: &str) -> bool {
    ["/response_schema", "/outputSchema"]
        .iter()
        .any(|prefix| pointer.starts_with(prefix))
}

fn schemas(tool: &ToolOverview) -> Vec<Schema> {
    let body = if tool.query_schema.is_empty() && tool.handle.is_empty() {
        "Arguments"
    } else {
        "Body"
    };
    let response = if tool.is_listing {
        "One record"
    } else {
        "Response"
    };
    [
        ("Query", &tool.query_schema),
        (body, &tool.body_schema),
        (response, &tool.response_schema),
    ]
    .into_iter()
    .filter(|(_, json)| !json.is_empty())
    .map(|(title, json)| Schema {
        title,
        json: json.clone(),
    })
    .collect()
}

/// Returns `false` for an element or a value of which only the type is known. The type of the list or map
/// names it.
fn says_something(place: &PlaceReport) -> bool {
    !place.name.is_empty()
        || place.is_required
        || place.precision != Precision::Exact
        || place.description.is_some()
        || place.ignored.is_some()
        || !place.checks.is_empty()
}

fn of_argument(place: &PlaceReport, tool: &ToolOverview) -> Place {
    let mut of_place = of_place(place);
    let argument = tool.arguments.iter();
    let argument = argument
        .filter(|_| of_place.depth == 0)
        .find(|argument| argument.name == of_place.label);
    if let Some(argument) = argument {
        let locations = [
            (argument.location.is_in_path(), "path"),
            (argument.location.is_in_query(), "query"),
            (argument.location.is_in_body(), "body"),
        ];
        let locations = locations.into_iter().filter(|(is_in, _)| *is_in);
        of_place.locations = locations.map(|(_, location)| location).collect();
        of_place.is_secret = argument.is_secret;
        of_place.is_required |= argument.is_required;
    }
    of_place
}

fn of_place(place: &PlaceReport) -> Place {
    let label = label::of_schema(&place.pointer);
    let why = place.precision.reason();
    Place {
        label: label.text,
        leaf: if label.depth > 0 {
            label.leaf
        } else {
            String::new()
        },
        depth: label.depth,
        name: place.name.clone(),
        rust: place.rust.clone(),
        is_required: place.is_required,
        is_secret: false,
        locations: Vec::new(),
        checks: place.checks.clone(),
        description: place.description.clone().unwrap_or_default(),
        outcome: why.map(|_| place.precision.as_str()),
        why: why.map(str::to_owned),
        ignored: place.ignored.clone(),
    }
}

fn identifiers(report: &Report) -> Vec<Identifier> {
    let identifiers = report.identifiers.iter().map(|kind| {
        let taken = |is_required: bool| {
            let takes = |tool: &&ToolReport| {
                let mut takes = tool.takes.iter();
                takes.any(|taken| taken.name == kind.name && (taken.is_required || !is_required))
            };
            report.tools.iter().filter(takes).count()
        };
        Identifier {
            name: kind.name.clone(),
            noun: kind.noun.clone(),
            sources: kind.sources.clone(),
            required_by: taken(true),
            accepted_by: taken(false),
        }
    });
    identifiers.collect()
}

fn loosened(report: &Report) -> Vec<LoosenedEntry> {
    let mut entries = Vec::new();
    for tool in &report.tools {
        for argument in &tool.unsatisfiable {
            entries.push(LoosenedEntry {
                tool: tool.name.clone(),
                pointer: argument.pointer.clone(),
                outcome: "contradictory",
                why: argument.reason.clone(),
            });
        }
        for place in &tool.places {
            if let Some(why) = place.precision.reason() {
                entries.push(LoosenedEntry {
                    tool: tool.name.clone(),
                    pointer: place.pointer.clone(),
                    outcome: place.precision.as_str(),
                    why: why.to_owned(),
                });
            }
        }
    }
    entries
}

fn hidden(report: &Report) -> Vec<NotGenerated> {
    let hidden = report.hidden.iter().map(|tool| NotGenerated {
        name: tool.name.clone(),
        why: tool.changes.join("; "),
    });
    hidden.collect()
}

fn skipped(report: &Report) -> Vec<NotGenerated> {
    let skipped = report.skipped.iter().map(|entry| NotGenerated {
        name: match entry.name.as_str() {
            "" => entry.pointer.clone(),
            name => name.to_owned(),
        },
        why: entry.reason.clone(),
    });
    skipped.collect()
}
