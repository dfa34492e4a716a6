//! Step 4: reports what each place of the catalog became.

mod checks;
mod splits;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use std::collections::BTreeMap;

use super::build::resolve;
use super::name::Names;
use super::sketch::{
    FieldSketch, Home, Precision as SketchPrecision, ResponseSketch, Rest, Sketch, SketchKind,
    ToolSketch, Unsatisfiable,
};
use crate::catalog::{Catalog, Tool};
use crate::ident::Ident;
use crate::model::{Api, Check, Direction, IdType, Operation, Presence, TakenId, TypeRef};
use crate::report::{
    HiddenTool, IdentifierReport, PlaceReport, Precision, Report, TakenIdentifier, Tombstone,
    ToolReport, UnsatisfiableArgument,
};
use crate::text::TextFindings;
pub(crate) use checks::describe_checks;
use splits::report_splits;

/// Reports what each tool and each place became.
pub(super) fn report_catalog(
    name: &str,
    catalog: &Catalog,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
    api: &Api,
    texts: &TextFindings,
) -> Report {
    let type_count = names.tools.len() + names.identifiers.len() + names.types.len();
    let mut reports: Vec<ToolReport> = tools
        .par_iter()
        .filter_map(|tool| report_tool(tool, names))
        .collect();
    let operations: BTreeMap<&str, &Operation> = api
        .operations()
        .map(|operation| (operation.tool.name.as_str(), operation))
        .collect();
    for report in &mut reports {
        let operation = operations.get(report.name.as_str());
        let taken = operation
            .into_iter()
            .flat_map(|operation| &operation.tool.takes);
        report.takes = taken.map(report_taken).collect();
    }
    reports.sort_by(|left, right| left.name.cmp(&right.name));
    Report {
        catalog: name.to_owned(),
        tools: reports,
        hidden: catalog.hidden.iter().map(report_hidden).collect(),
        excluded: catalog.excluded.clone(),
        skipped: catalog.skipped.clone(),
        assumed_writes: assumed_writes(&catalog.tools),
        identifiers: api
            .ids
            .iter()
            .map(|id| report_identifier(api, id))
            .collect(),
        resource_count: names.resources.len(),
        type_count,
        splits: report_splits(&names.types),
        tombstones: api.operations().filter_map(report_tombstone).collect(),
        text_warnings: texts.warnings().cloned().collect(),
    }
}

fn report_identifier(api: &Api, id: &IdType) -> IdentifierReport {
    let tool_of = |request: &Ident| {
        let mut operations = api.operations();
        let operation = operations.find(|operation| operation.request.name == *request)?;
        Some(operation.tool.name.clone())
    };
    IdentifierReport {
        name: id.name.to_string(),
        noun: id.noun.clone(),
        sources: id.sources.iter().filter_map(tool_of).collect(),
    }
}

fn report_taken(id: &TakenId) -> TakenIdentifier {
    TakenIdentifier {
        pointer: id.pointer.clone(),
        name: id.kind.to_string(),
        is_required: id.is_required,
    }
}

/// Returns the names of the tools that count as writes because nothing declares their effect.
fn assumed_writes(tools: &[Tool]) -> Vec<String> {
    let is_assumed = |tool: &&Tool| tool.is_effect_assumed && tool.overlay.effect.is_none();
    let names = tools.iter().filter(is_assumed);
    names.map(|tool| tool.name.clone()).collect()
}

fn report_tombstone(operation: &Operation) -> Option<Tombstone> {
    let removal = operation.removal.clone()?;
    Some(Tombstone {
        name: operation.tool.name.clone(),
        since: removal.since,
        nearest: removal.nearest,
    })
}

fn report_hidden(tool: &Tool) -> HiddenTool {
    HiddenTool {
        name: tool.name.clone(),
        changes: tool.overlay.reasons.clone(),
    }
}

fn report_tool(tool: &ToolSketch<'_>, names: &Names<'_>) -> Option<ToolReport> {
    let tool_names = names.tools.get(tool.tool.name.as_str())?;
    let handle = match tool.home {
        Home::Resource(resource) => names.resources.get(resource)?.accessor.to_string(),
        Home::Client(_) => String::new(),
    };
    let roots = tool.inexact.iter();
    let mut places: Vec<PlaceReport> = roots
        .map(|(place, precision)| PlaceReport {
            pointer: place.pointer_in_tool(),
            name: String::new(),
            rust: tool_names.request.to_string(),
            precision: report_precision(precision),
            checks: Vec::new(),
            ignored: None,
            is_required: false,
            description: None,
        })
        .collect();
    for field in &tool.request.fields {
        let name = tool_names.members.names.get(&field.wire);
        report_field(field, name, Direction::Request, names, &mut places);
    }
    if let Some(record) = tool.response.record() {
        report_sketch(
            record,
            "",
            record_type(record, names),
            Direction::Response,
            names,
            &mut places,
        );
    }
    for (place, definition) in &tool.definitions {
        let direction = place.direction();
        let ty = resolve(&definition.sketch, direction, names).to_string();
        report_sketch(&definition.sketch, "", ty, direction, names, &mut places);
    }
    Some(ToolReport {
        name: tool.tool.name.clone(),
        description: tool.tool.description.clone(),
        resource: tool.tool.resource.clone(),
        method: tool.tool.method.clone(),
        effect: tool.effect,
        handle,
        rust_method: tool_names.method.to_string(),
        request: tool_names.request.to_string(),
        returns: match &tool.response {
            ResponseSketch::Listing(record) => format!("Listing<{}>", record_type(record, names)),
            ResponseSketch::Record(record) => record_type(record, names),
            ResponseSketch::Deleted => "Deleted".to_owned(),
        },
        takes: Vec::new(),
        unsatisfiable: tool
            .unsatisfiable
            .iter()
            .map(report_unsatisfiable)
            .collect(),
        places,
        changes: tool.tool.overlay.reasons.clone(),
    })
}

fn report_unsatisfiable(argument: &Unsatisfiable) -> UnsatisfiableArgument {
    UnsatisfiableArgument {
        pointer: argument.place.pointer_in_tool(),
        reason: argument.reason.clone(),
        is_required: argument.is_required,
    }
}

fn record_type(record: &Sketch, names: &Names<'_>) -> String {
    resolve(record, Direction::Response, names).to_string()
}

fn report_field(
    field: &FieldSketch,
    name: Option<&Ident>,
    direction: Direction,
    names: &Names<'_>,
    places: &mut Vec<PlaceReport>,
) {
    let ty = match field.constant() {
        Some(value) => format!("always {value}"),
        None => resolve(&field.sketch, direction, names).to_string(),
    };
    let is_json = field.sketch.kind == SketchKind::Plain(TypeRef::Json);
    let is_nullable = field.sketch.nullable && !is_json;
    let rust = match (Presence::new(field.is_required, is_nullable), direction) {
        (Presence::OptionalOrNull, Direction::Request) => format!("Nullable<{ty}>"),
        (Presence::Required, _) => ty,
        _ => format!("Option<{ty}>"),
    };
    let name = name.map(Ident::as_str).unwrap_or_default();
    let own = places.len();
    report_sketch(&field.sketch, name, rust, direction, names, places);
    if let Some(place) = places.get_mut(own) {
        place.is_required = field.is_required;
    }
}

fn report_sketch(
    sketch: &Sketch,
    name: &str,
    rust: String,
    direction: Direction,
    names: &Names<'_>,
    places: &mut Vec<PlaceReport>,
) {
    places.push(PlaceReport {
        pointer: sketch.place.pointer_in_tool(),
        name: name.to_owned(),
        rust,
        precision: report_precision(&sketch.precision),
        checks: match direction {
            Direction::Request => describe_checks(own_checks(sketch)),
            Direction::Response => Vec::new(),
        },
        ignored: sketch.ignored.clone(),
        is_required: false,
        description: sketch.description.clone(),
    });
    match &sketch.kind {
        SketchKind::List(inner) | SketchKind::Map(inner) => {
            let inner_type = resolve(inner, direction, names).to_string();
            report_sketch(inner, "", inner_type, direction, names, places);
        }
        SketchKind::Struct(inner) => {
            let members = names.places.get(&sketch.place);
            let members = members.and_then(|name| names.members.get(name));
            for field in &inner.fields {
                let name = members.and_then(|members| members.names.get(&field.wire));
                report_field(field, name, direction, names, places);
            }
            if let Rest::Like(values) = &inner.rest {
                let ty = resolve(values, direction, names).to_string();
                report_sketch(values, "", ty, direction, names, places);
            }
        }
        SketchKind::Tuple(elements) => {
            for element in elements {
                let ty = resolve(element, direction, names).to_string();
                report_sketch(element, "", ty, direction, names, places);
            }
        }
        SketchKind::Union(union) => {
            let members = names.places.get(&sketch.place);
            let members = members.and_then(|name| names.members.get(name));
            for variant in &union.variants {
                let ty = resolve(&variant.sketch, direction, names).to_string();
                let name = members.and_then(|members| members.names.get(variant.label.words()));
                let name = name.map(Ident::as_str).unwrap_or_default();
                report_sketch(&variant.sketch, name, ty, direction, names, places);
            }
        }
        SketchKind::Plain(_)
        | SketchKind::Id(_)
        | SketchKind::Choice(_)
        | SketchKind::Constant(_)
        | SketchKind::Shared(_) => {}
    }
}

fn report_precision(precision: &SketchPrecision) -> Precision {
    match precision {
        SketchPrecision::Exact => Precision::Exact,
        SketchPrecision::Unchecked(keywords) => Precision::Unchecked(keywords.to_string()),
        SketchPrecision::Loosened(reason, unchecked) if unchecked.is_empty() => {
            Precision::Loosened(reason.to_string())
        }
        SketchPrecision::Loosened(reason, unchecked) => {
            Precision::Loosened(format!("{reason}, and {unchecked}"))
        }
    }
}

/// Returns the checks of the value itself. Those of its parts are reported at the parts.
fn own_checks(sketch: &Sketch) -> impl Iterator<Item = &Check> {
    let is_own = |check: &&Check| match check {
        Check::Items(_) | Check::Values(_) => {
            !matches!(sketch.kind, SketchKind::List(_) | SketchKind::Map(_))
        }
        _ => true,
    };
    sketch.checks.iter().filter(is_own)
}
