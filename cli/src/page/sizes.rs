//! The size of each tool in the list of each provider, as a toolbox writes it.

use std::collections::BTreeMap;
use std::thread;

use toolsmith_codegen::overview::{ArgumentLocation, Overview, ToolOverview};
use toolsmith_codegen::report::{Effect, ToolReport};
use toolsmith_dialect::{
    ArgumentPart, ArgumentParts, Definition, Dialect, NoteKind, OrderedJson, ToolList,
};

use super::content::{DialectNote, DialectSize, DialectTotal};

/// The sizes of all tools in one dialect.
pub(super) struct Measured {
    pub(super) total: DialectTotal,
    /// In the order of [`Overview::tools`].
    pub(super) tools: Vec<DialectSize>,
}

/// Measures every tool in a separate list, so that limits on a whole request, such as that of
/// strict tools, do not count.
pub(super) fn measure(overview: &Overview) -> Vec<Measured> {
    let reports = overview.report.tools.iter();
    let tools = reports.zip(&overview.tools);
    let definitions: Vec<_> = tools
        .map(|(report, tool)| definition(report, tool))
        .collect();
    let definitions = definitions.as_slice();
    thread::scope(|scope| {
        let running =
            Dialect::ALL.map(|dialect| scope.spawn(move || measure_in(dialect, definitions)));
        let finished = running.into_iter().filter_map(|thread| thread.join().ok());
        finished.collect()
    })
}

fn measure_in(dialect: Dialect, definitions: &[Definition<'_>]) -> Measured {
    let tools: Vec<DialectSize> = definitions
        .iter()
        .map(|definition| match dialect.list_of([definition.clone()]) {
            Ok(list) => size_of(&list, definition.name),
            Err(_) => DialectSize::default(),
        })
        .collect();
    let listed: Vec<usize> = tools.iter().filter_map(|tool| tool.size).collect();
    let limit = dialect.request_limits().tools;
    Measured {
        total: DialectTotal {
            name: dialect.as_str(),
            size: listed.iter().sum(),
            tools: listed.len(),
            limit: (limit != usize::MAX).then_some(limit),
        },
        tools,
    }
}

fn size_of(list: &ToolList, tool: &str) -> DialectSize {
    let mut notes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for note in list.notes() {
        if let Some(what) = words(note.kind) {
            *notes.entry(what).or_default() += 1;
        }
    }
    DialectSize {
        size: list.sizes().next().map(|(_, size)| size),
        name: list
            .name_of(tool)
            .filter(|name| *name != tool)
            .map(str::to_owned),
        notes: notes
            .into_iter()
            .map(|(what, count)| DialectNote { what, count })
            .collect(),
    }
}

/// Describes a difference; `None` for one that the page shows otherwise.
fn words(kind: NoteKind) -> Option<&'static str> {
    Some(match kind {
        NoteKind::Described => "in words",
        NoteKind::JsonString => "as a string of JSON",
        NoteKind::Pairs => "as an array of pairs",
        NoteKind::Flattened => "union flattened",
        NoteKind::Wrapped => "wrapped in a property",
        NoteKind::ClosedObject => "additional properties left out",
        NoteKind::Inferred => "type inferred",
        NoteKind::NullIsAbsent => "null means absent",
        NoteKind::Loosened => "not strict",
        NoteKind::Dropped => "left out",
        NoteKind::Uncallable => "not listed: no arguments are valid",
        _ => return None,
    })
}

fn definition<'a>(report: &'a ToolReport, tool: &'a ToolOverview) -> Definition<'a> {
    let arguments: Vec<ArgumentPart<'_>> = tool
        .arguments
        .iter()
        .map(|argument| ArgumentPart {
            name: &argument.name,
            is_in_path: argument.location.is_in_path(),
            is_whole_body: argument.location == ArgumentLocation::WholeBody,
            is_required: argument.is_required,
        })
        .collect();
    let parts = ArgumentParts {
        query_schema: &tool.query_schema,
        body_schema: &tool.body_schema,
        has_resource: !report.resource.is_empty(),
        arguments: &arguments,
    };
    let mut definition = Definition::of_parts(&report.name, &report.description, parts)
        .title(&tool.title)
        .effect(match report.effect {
            Effect::Reads => toolsmith_dialect::Effect::Reads,
            Effect::Writes => toolsmith_dialect::Effect::Writes,
            Effect::Destroys => toolsmith_dialect::Effect::Destroys,
        });
    definition.is_idempotent = tool.is_idempotent;
    let response: Option<OrderedJson> = tool.response_schema.parse().ok();
    match response.filter(|schema| schema.is_object() && report.method != "list") {
        Some(schema) => definition.response_schema(schema),
        None => definition,
    }
}
