//! From sketches and names to the model.

use std::collections::BTreeMap;

use super::assign::NamedType;
use super::collect::{Use, UseKind, variant_wires};
use super::naming::{MemberNames, Names};
use super::sketch::{Direction, FieldSketch, Rest, Sketch, SketchKind, StructSketch};
use super::tools::{AnswerSketch, Home, ToolSketch};
use super::words::{capitalize, noun_words, phrase, split_words, title};
use crate::ident::Ident;
use crate::model::{
    Answer, Api, Choice, ClientSettings, Field, IdType, Need, Operation, RecordField, Request,
    Resource, Server, Struct, StructKind, ToolFacts, Transport, TypeRef, Variant,
};
use crate::options::{self, Input};

/// The module of types that belong to no single resource.
const SHARED_MODULE: &str = "types";

/// Builds the model of one catalog.
pub(super) fn build_api(
    input: &Input,
    module: Ident,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
) -> Api {
    let mut choices = Vec::new();
    let mut structs = Vec::new();
    for named in &names.types {
        let (Some(usage), Some(members)) = (named.representative(), names.members.get(&named.name))
        else {
            continue;
        };
        match &usage.sketch.kind {
            SketchKind::Choice(values) => {
                let variants = variant_wires(values);
                let variants = variants.iter().filter_map(|wire| members.names.get(wire));
                choices.push(Choice {
                    name: named.name.clone(),
                    docs: describe_type(usage),
                    variants: variants
                        .map(|name| Variant { name: name.clone() })
                        .collect(),
                    values: values.clone(),
                    home: find_home(named, names),
                });
            }
            SketchKind::Struct(inner) => structs.push(Struct {
                name: named.name.clone(),
                docs: describe_type(usage),
                kind: build_struct(usage.kind, inner, members, names),
                home: find_home(named, names),
            }),
            SketchKind::Plain(_) | SketchKind::Id(_) | SketchKind::List(_) | SketchKind::Map(_) => {
            }
        }
    }
    choices.sort_by(|left, right| left.name.cmp(&right.name));
    structs.sort_by(|left, right| left.name.cmp(&right.name));
    Api {
        module,
        title: title(&input.name),
        source: input.snapshot.file.clone(),
        transport: build_transport(&input.transport),
        resources: build_resources(tools, names),
        operations: build_direct(tools, names),
        ids: build_ids(names),
        choices,
        structs,
    }
}

fn build_transport(transport: &options::Transport) -> Transport {
    match transport {
        options::Transport::Truto(account) => Transport::Truto(ClientSettings {
            base_url: account.base_url.clone(),
            base_url_variable: account.base_url_variable.clone(),
            token_variables: account.token_variables.clone(),
            account_variable: account.account_variable.clone(),
        }),
        options::Transport::Mcp(server) => Transport::Mcp(server.as_ref().map(build_server)),
        options::Transport::Functions => Transport::Functions,
    }
}

fn build_server(server: &options::Server) -> Server {
    match server {
        options::Server::Http {
            url,
            token_variable,
        } => Server::Http {
            url: url.clone(),
            token_variable: token_variable.clone(),
        },
        options::Server::Command {
            program,
            arguments,
            variables,
        } => Server::Command {
            program: program.clone(),
            arguments: arguments.clone(),
            variables: variables.clone(),
        },
    }
}

fn build_ids(names: &Names<'_>) -> Vec<IdType> {
    let mut ids: Vec<IdType> = names
        .identifiers
        .iter()
        .map(|(noun, name)| IdType {
            name: name.clone(),
            noun: phrase(&split_words(noun)),
        })
        .collect();
    ids.sort_by(|left, right| left.name.cmp(&right.name));
    ids
}

fn build_resources(tools: &[ToolSketch<'_>], names: &Names<'_>) -> Vec<Resource> {
    let mut operations: BTreeMap<&str, Vec<Operation>> = BTreeMap::new();
    for tool in tools {
        if let (Home::Resource(resource), Some(operation)) =
            (tool.home, build_operation(tool, names))
        {
            operations.entry(resource).or_default().push(operation);
        }
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

/// The tools that are methods of the client itself, by method.
fn build_direct(tools: &[ToolSketch<'_>], names: &Names<'_>) -> Vec<Operation> {
    let is_direct = |tool: &&ToolSketch<'_>| matches!(tool.home, Home::Client(_));
    let mut operations: Vec<Operation> = tools
        .iter()
        .filter(is_direct)
        .filter_map(|tool| build_operation(tool, names))
        .collect();
    operations.sort_by(|left, right| left.method.cmp(&right.method));
    operations
}

/// The methods that every resource may have come first, in the order of their use.
fn method_rank(method: &str) -> usize {
    const ORDER: [&str; 5] = ["list", "get", "create", "update", "delete"];
    ORDER
        .iter()
        .position(|known| *known == method)
        .unwrap_or(ORDER.len())
}

fn build_operation(tool: &ToolSketch<'_>, names: &Names<'_>) -> Option<Operation> {
    let tool_names = names.tools.get(tool.tool.name.as_str())?;
    let fields = build_fields(&tool.request, &tool_names.members, names);
    let docs = doc_lines(&tool.tool.description);
    Some(Operation {
        method: tool_names.method.clone(),
        docs: docs.clone(),
        request: Request {
            name: tool_names.request.clone(),
            docs,
            rest: rest_field(&tool.request, &tool_names.members),
            fields,
        },
        answer: match &tool.answer {
            AnswerSketch::Listing(record) => {
                Answer::Listing(resolve(record, Direction::Record, names))
            }
            AnswerSketch::Record(record) => {
                Answer::Record(resolve(record, Direction::Record, names))
            }
            AnswerSketch::Deleted => Answer::Deleted,
        },
        access: tool.access,
        deprecated: tool.tool.overlay.deprecated.clone(),
        tool: ToolFacts {
            name: tool.tool.name.clone(),
            description: tool.tool.description.clone(),
            resource: tool.tool.resource.clone(),
            method: tool.tool.method.clone(),
            tags: tool.tool.tags.clone(),
            query_schema: tool.tool.query.text.clone(),
            body_schema: tool.tool.body.text.clone(),
            response_schema: tool.tool.response.text.clone(),
        },
    })
}

fn build_struct(
    kind: UseKind,
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> StructKind {
    if kind == UseKind::Input {
        return StructKind::Input {
            fields: build_fields(inner, members, names),
            rest: rest_field(inner, members),
        };
    }
    let fields = ordered(inner, members).filter_map(|field| {
        Some(RecordField {
            ident: members.names.get(&field.wire)?.clone(),
            wire: field.wire.clone(),
            docs: describe_field(field),
            ty: resolve(&field.sketch, Direction::Record, names),
            need: field.need,
            nullable: field.sketch.nullable,
            boxed: false,
        })
    });
    StructKind::Record {
        fields: fields.collect(),
        extra: free_member(members, "extra", "extra_fields"),
    }
}

fn rest_field(inner: &StructSketch, members: &MemberNames) -> Option<Ident> {
    let extra = || free_member(members, "extra", "extra_arguments");
    (inner.rest == Rest::Kept).then(extra)
}

/// A field of our own beside those of the catalog.
fn free_member(members: &MemberNames, wanted: &str, other: &str) -> Ident {
    let is_taken = |name: &str| members.names.values().any(|ident| ident.plain() == name);
    let mut name = if is_taken(wanted) {
        other.to_owned()
    } else {
        wanted.to_owned()
    };
    while is_taken(&name) {
        name.push('_');
    }
    Ident::parse(&name).unwrap_or_else(|| unreachable!("`{name}` is made of words"))
}

fn build_fields(inner: &StructSketch, members: &MemberNames, names: &Names<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for field in ordered(inner, members) {
        let Some(ident) = members.names.get(&field.wire) else {
            continue;
        };
        let is_tristate = field.need == Need::Optional
            && field.sketch.nullable
            && field.sketch.kind != SketchKind::Plain(TypeRef::Json);
        let null_setter = is_tristate.then(|| {
            let wanted = format!("{}_null", ident.plain());
            free_member(members, &wanted, &format!("null_{}", ident.plain()))
        });
        fields.push(Field {
            ident: ident.clone(),
            null_setter,
            wire: field.wire.clone(),
            docs: describe_field(field),
            ty: resolve(&field.sketch, Direction::Request, names),
            need: field.need,
            nullable: field.sketch.nullable,
            place: field.place,
            checks: field.sketch.checks.clone(),
        });
    }
    fields
}

/// The required fields in the order of the constructor's arguments, then the optional ones.
fn ordered<'s>(
    inner: &'s StructSketch,
    members: &'s MemberNames,
) -> impl Iterator<Item = &'s FieldSketch> {
    let find = |wire: &String| inner.fields.iter().find(|field| field.wire == *wire);
    let required = members.arguments.iter().filter_map(find);
    let optional = inner
        .fields
        .iter()
        .filter(|field| field.need == Need::Optional);
    required.chain(optional)
}

/// The type of a sketch, now that everything has a name.
pub(super) fn resolve(sketch: &Sketch, direction: Direction, names: &Names<'_>) -> TypeRef {
    let find = || names.places.get(sketch.place.as_str()).cloned();
    let resolved = match &sketch.kind {
        SketchKind::Plain(ty) => Some(ty.clone()),
        SketchKind::Id(noun) => names.identifiers.get(noun).cloned().map(TypeRef::Id),
        SketchKind::Choice(_) => find().map(match direction {
            Direction::Request => TypeRef::Choice,
            Direction::Record => TypeRef::Open,
        }),
        SketchKind::Struct(_) => find().map(TypeRef::Struct),
        SketchKind::List(element) => Some(TypeRef::List(Box::new(resolve_inner(
            element, direction, names,
        )))),
        SketchKind::Map(value) => Some(TypeRef::Map(Box::new(resolve_inner(
            value, direction, names,
        )))),
    };
    resolved.unwrap_or(TypeRef::Json)
}

fn resolve_inner(sketch: &Sketch, direction: Direction, names: &Names<'_>) -> TypeRef {
    match resolve(sketch, direction, names) {
        TypeRef::Json => TypeRef::Json,
        inner if sketch.nullable => TypeRef::OrNull(Box::new(inner)),
        inner => inner,
    }
}

/// The module that defines a type: that of the resource which gives it its name, or which alone
/// uses it.
fn find_home(ty: &NamedType<'_>, names: &Names<'_>) -> Ident {
    let records = ty.uses.iter().filter(|usage| usage.kind == UseKind::Record);
    let giver = records.min_by_key(|usage| {
        let proposal = usage
            .proposals
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        (split_words(proposal).len(), proposal.len())
    });
    let first = ty.uses.first();
    let is_alone = ty
        .uses
        .iter()
        .all(|usage| first.map(|first| first.home) == Some(usage.home));
    let owner = giver.or(if is_alone { first } else { None });
    let module = owner.and_then(|usage| match usage.home {
        Home::Resource(resource) => Some(&names.resources.get(resource)?.accessor),
        Home::Client(tool) => Some(&names.tools.get(tool)?.method),
    });
    let shared = || Ident::parse(SHARED_MODULE).unwrap_or_else(|| unreachable!("it is a word"));
    module.cloned().unwrap_or_else(shared)
}

fn describe_type(usage: &Use<'_>) -> Vec<String> {
    if usage.kind == UseKind::Record {
        let words = noun_words(
            usage
                .proposals
                .first()
                .map(String::as_str)
                .unwrap_or_default(),
        );
        return vec![format!("One {}.", phrase(&words))];
    }
    if let Some(description) = &usage.sketch.description {
        return doc_lines(description);
    }
    let words = split_words(
        usage
            .proposals
            .first()
            .map(String::as_str)
            .unwrap_or_default(),
    );
    vec![format!("{}.", capitalize(&phrase(&words)))]
}

fn describe_field(field: &FieldSketch) -> Vec<String> {
    if let Some(description) = &field.sketch.description {
        return doc_lines(description);
    }
    let text = match &field.sketch.kind {
        SketchKind::Id(noun) => format!("Identifier of the {}", phrase(&split_words(noun))),
        _ => capitalize(&phrase(&split_words(&field.wire))),
    };
    let text = if text.is_empty() {
        "An argument".to_owned()
    } else {
        text
    };
    vec![format!("{text}.")]
}

/// The lines of a description, without white space around it.
fn doc_lines(description: &str) -> Vec<String> {
    let lines = description.trim().lines();
    lines.map(|line| line.trim_end().to_owned()).collect()
}
