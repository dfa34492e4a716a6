//! Step 3: builds the model from sketches and names.

mod docs;
mod fields;
mod identifier_sources;
mod recursion;
mod removed;
mod resolve;
mod types;

pub(in crate::lower) use identifier_sources::trace_identifiers;
pub(in crate::lower) use resolve::resolve;

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::name::Names;
use super::sketch::{Home, ResponseSketch, ToolSketch};
use super::words::{capitalize, phrase, split_words, title};
use crate::catalog::header_arguments;
use crate::effect::{Effect, Repetition};
use crate::ident::Ident;
use crate::model::{Api, Direction, IdType, Operation, Request, Resource, Response, ToolMetadata};
use crate::options::CatalogInput;
use docs::doc_lines;
use fields::{build_fields, rest_field};
use recursion::settle_recursion;
use removed::{build_removal, deprecation_of_removed};
use resolve::resolve_inner;
use types::{Types, build_types};

/// Builds the model of one catalog, without the sources of identifiers.
pub(super) fn build_api(
    input: &CatalogInput,
    module: Ident,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
) -> Api {
    let Types {
        choices,
        mut structs,
        mut unions,
    } = build_types(names);
    settle_recursion(&mut structs, &mut unions);
    Api {
        module,
        title: title(&input.name),
        snapshot_file: input.snapshot.file.clone(),
        source: input.source.clone(),
        resources: build_resources(tools, names),
        operations: build_direct(tools, names),
        ids: build_ids(names),
        choices,
        structs,
        unions,
        hashes: Vec::new(),
    }
}

fn build_ids(names: &Names<'_>) -> Vec<IdType> {
    let mut ids: Vec<IdType> = names
        .identifiers
        .iter()
        .map(|(kind, name)| IdType {
            name: name.clone(),
            noun: phrase(&split_words(kind.text())),
            sources: Vec::new(),
        })
        .collect();
    ids.sort_by(|left, right| left.name.cmp(&right.name));
    ids
}

fn build_resources(tools: &[ToolSketch<'_>], names: &Names<'_>) -> Vec<Resource> {
    let built: Vec<(&str, Operation)> = tools
        .par_iter()
        .filter_map(|tool| match tool.home {
            Home::Resource(resource) => Some((resource, build_operation(tool, tools, names)?)),
            Home::Client(_) => None,
        })
        .collect();
    let mut operations: BTreeMap<&str, Vec<Operation>> = BTreeMap::new();
    for (resource, operation) in built {
        operations.entry(resource).or_default().push(operation);
    }
    let mut resources: Vec<Resource> = operations
        .into_iter()
        .filter_map(|(resource, mut operations)| {
            operations.sort_by_key(|operation| {
                (
                    method_rank(operation.method.plain()),
                    operation.method.clone(),
                )
            });
            let resource_names = names.resources.get(resource)?;
            Some(Resource {
                accessor: resource_names.accessor.clone(),
                handle: resource_names.handle.clone(),
                title: phrase(&split_words(resource)),
                operations,
            })
        })
        .collect();
    resources.sort_by(|left, right| left.accessor.cmp(&right.accessor));
    resources
}

/// Builds the tools that are methods of the client itself, sorted by method.
fn build_direct(tools: &[ToolSketch<'_>], names: &Names<'_>) -> Vec<Operation> {
    let is_direct = |tool: &&ToolSketch<'_>| matches!(tool.home, Home::Client(_));
    let mut operations: Vec<Operation> = tools
        .par_iter()
        .filter(is_direct)
        .filter_map(|tool| build_operation(tool, tools, names))
        .collect();
    operations.sort_by(|left, right| left.method.cmp(&right.method));
    operations
}

/// Returns the rank of a method: the standard methods come first, in the order of their use.
fn method_rank(method: &str) -> usize {
    const ORDER: [&str; 5] = ["list", "get", "create", "update", "delete"];
    ORDER
        .iter()
        .position(|known| *known == method)
        .unwrap_or(ORDER.len())
}

fn build_operation(
    tool: &ToolSketch<'_>,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
) -> Option<Operation> {
    let tool_names = names.tools.get(tool.tool.name.as_str())?;
    let fields = build_fields(&tool.request, &tool_names.members, names);
    let docs = doc_lines(&tool.tool.description);
    let removal = build_removal(tool, tools);
    Some(Operation {
        method: tool_names.method.clone(),
        docs: docs.clone(),
        request: Request {
            name: tool_names.request.clone(),
            docs,
            rest: rest_field(&tool.request, &tool_names.members, names),
            checks: tool.checks.clone(),
            fields,
        },
        response: match &tool.response {
            ResponseSketch::Listing(record) => {
                Response::Listing(resolve(record, Direction::Response, names))
            }
            ResponseSketch::Record(record) => {
                Response::Record(resolve_inner(record, Direction::Response, names))
            }
            ResponseSketch::Deleted => Response::Deleted,
        },
        effect: tool.effect,
        deprecated: match &removal {
            Some(removal) => Some(deprecation_of_removed(removal, tools, names)),
            None => tool.tool.deprecation().map(str::to_owned),
        },
        removal,
        tool: ToolMetadata {
            name: tool.tool.name.clone(),
            title: match &tool.tool.title {
                Some(title) => title.clone(),
                None => capitalize(&phrase(&split_words(tool_names.request.plain()))),
            },
            description: tool.tool.description.clone(),
            resource: tool.tool.resource.clone(),
            method: tool.tool.method.clone(),
            tags: tool.tool.tags.clone(),
            repetition: match tool.effect {
                Effect::Reads => Repetition::Harmless,
                Effect::Writes | Effect::Destroys => tool.tool.repetition,
            },
            takes: Vec::new(),
            gives: Vec::new(),
            audit_fields: tool.tool.overlay.audit_fields.clone().unwrap_or_default(),
            headers: header_arguments(&tool.tool.body.json)
                .into_iter()
                .map(|header| (header.path, header.name))
                .collect(),
            query_schema: tool.tool.query.text.clone(),
            body_schema: tool.tool.body.text.clone(),
            response_schema: tool.tool.response.text.clone(),
        },
    })
}
