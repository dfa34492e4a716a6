//! Collects the uses of named types: enums, records and inner objects.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::catalog::SchemaPlace;
use crate::lower::sketch::{
    Classes, FieldSketch, Home, Label, Rest, SHARED_MARK, Sketch, SketchKind, ToolSketch, hash,
    signature,
};
use crate::lower::words::{join_words, noun_words, singularize, split_words};
use crate::model::{ChoiceValues, Direction};
use crate::source::{SchemaStep, SchemaSteps};

/// One use of a named type.
#[derive(Debug)]
pub(in crate::lower) struct Use<'a> {
    /// The place.
    pub(in crate::lower) place: &'a SchemaPlace,
    /// The signature: uses with the same signature are one type.
    pub(in crate::lower) signature: String,
    /// The kind of type. Kinds are named in this order.
    pub(in crate::lower) kind: UseKind,
    /// The sketch.
    pub(in crate::lower) sketch: &'a Sketch,
    /// The owner of the tool.
    pub(in crate::lower) home: Home<'a>,
    /// The position among all uses.
    pub(in crate::lower) order: usize,
    /// The locked name of the type at the place.
    pub(in crate::lower) before: Option<String>,
    /// The tag, for a variant of a union.
    pub(in crate::lower) tag: Option<&'a str>,
    /// `true` if the tool was removed.
    pub(in crate::lower) is_removed: bool,
    /// The day on which the tool was found to be removed.
    pub(in crate::lower) removed_since: Option<&'a str>,
    /// The direction in which values travel.
    direction: Direction,
    words: NameWords<'a>,
}

/// The parts of which the name of a type is made.
#[derive(Debug, Clone, Copy)]
struct NameWords<'a> {
    tool: &'a ToolSketch<'a>,
    request: &'a str,
    property: &'a str,
    is_element: bool,
    label: Option<&'a Label>,
}

impl Use<'_> {
    /// Returns proposed names, the shortest first. They are made when they are needed, because most types have
    /// names in the lock.
    pub(in crate::lower) fn proposals(&self) -> Vec<String> {
        propose(self.words, self.place, self.kind)
    }

    /// Returns a hash of the structure, with the structures of definitions.
    pub(in crate::lower) fn shape(&self, shapes: &Classes<'_>) -> String {
        if self.signature.contains(SHARED_MARK) {
            hash(&signature(self.sketch, self.direction, shapes))
        } else {
            hash(&self.signature)
        }
    }
}

/// The kind of a named type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lower) enum UseKind {
    /// The record of a response.
    Record,
    /// An enum.
    Choice,
    /// An object inside a record.
    ResponseObject,
    /// An object inside arguments.
    RequestObject,
}

/// The position of the walk.
#[derive(Debug, Clone, Copy)]
struct Context<'a, 'c> {
    tool: &'a ToolSketch<'a>,
    request: &'a str,
    direction: Direction,
    property: &'a str,
    /// `true` if the type is one element of the property.
    is_element: bool,
    /// `true` if this is the response itself.
    is_root: bool,
    /// The variant of a union in that property.
    label: Option<&'a Label>,
    /// The tag of that variant.
    tag: Option<&'a str>,
    classes: &'c Classes<'c>,
}

/// Collects the uses of `tools`, tool by tool. `requests` holds the request type of each tool.
pub(in crate::lower) fn collect_uses<'a>(
    tools: &'a [ToolSketch<'a>],
    requests: &'a BTreeMap<String, String>,
    classes: &Classes<'_>,
) -> Vec<Use<'a>> {
    let mut uses: Vec<Use<'a>> = tools
        .par_iter()
        .flat_map_iter(|tool| collect_tool(tool, requests, classes))
        .collect();
    for (order, usage) in uses.iter_mut().enumerate() {
        usage.order = order;
    }
    uses
}

/// Collects the uses of one tool.
fn collect_tool<'a>(
    tool: &'a ToolSketch<'a>,
    requests: &'a BTreeMap<String, String>,
    classes: &Classes<'_>,
) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    let request = requests.get(&tool.tool.name).map_or("", String::as_str);
    let context = Context {
        tool,
        request,
        direction: Direction::Request,
        property: "",
        is_element: false,
        is_root: false,
        label: None,
        tag: None,
        classes,
    };
    collect_fields(context, &tool.request.fields, &mut uses);
    if let Rest::Like(values) = &tool.request.rest {
        collect(context, values, &mut uses);
    }
    let mut root = None;
    if let Some(record) = tool.response.record() {
        let context = Context {
            direction: Direction::Response,
            property: &tool.tool.resource,
            is_root: true,
            ..context
        };
        collect(context, record, &mut uses);
        if let SketchKind::Shared(place) = &record.kind {
            root = Some(place);
        }
    }
    for (place, definition) in &tool.definitions {
        let is_root = Some(place) == root;
        let context = Context {
            direction: place.direction(),
            property: if is_root {
                &tool.tool.resource
            } else {
                &definition.name
            },
            is_root,
            ..context
        };
        collect(context, &definition.sketch, &mut uses);
    }
    uses
}

fn collect<'a>(context: Context<'a, '_>, sketch: &'a Sketch, uses: &mut Vec<Use<'a>>) {
    let kind = match (&sketch.kind, context.is_root, context.direction) {
        (
            SketchKind::Plain(_)
            | SketchKind::Id(_)
            | SketchKind::Constant(_)
            | SketchKind::Shared(_),
            ..,
        ) => return,
        (SketchKind::List(inner) | SketchKind::Map(inner), _, _) => {
            let context = Context {
                is_element: true,
                is_root: false,
                tag: None,
                ..context
            };
            return collect(context, inner, uses);
        }
        (SketchKind::Tuple(elements), _, _) => {
            let context = Context {
                is_element: true,
                is_root: false,
                tag: None,
                ..context
            };
            for element in elements {
                collect(context, element, uses);
            }
            return;
        }
        (SketchKind::Choice(_), _, _) => UseKind::Choice,
        (SketchKind::Struct(_) | SketchKind::Union(_), true, _) => UseKind::Record,
        (SketchKind::Struct(_) | SketchKind::Union(_), false, Direction::Response) => {
            UseKind::ResponseObject
        }
        (SketchKind::Struct(_) | SketchKind::Union(_), false, Direction::Request) => {
            UseKind::RequestObject
        }
    };
    uses.push(Use {
        place: &sketch.place,
        signature: signature(sketch, context.direction, context.classes),
        kind,
        sketch,
        home: context.tool.home,
        order: 0,
        before: None,
        tag: context.tag,
        is_removed: context.tool.is_removed(),
        removed_since: context.tool.tool.removed_since.as_deref(),
        direction: context.direction,
        words: NameWords {
            tool: context.tool,
            request: context.request,
            property: context.property,
            is_element: context.is_element,
            label: context.label,
        },
    });
    collect_parts(context, sketch, uses);
}

/// Collects the uses inside the parts of a named type.
fn collect_parts<'a>(context: Context<'a, '_>, sketch: &'a Sketch, uses: &mut Vec<Use<'a>>) {
    match &sketch.kind {
        SketchKind::Struct(inner) => {
            collect_fields(context, &inner.fields, uses);
            if let Rest::Like(values) = &inner.rest {
                let context = Context {
                    is_element: true,
                    is_root: false,
                    label: None,
                    tag: None,
                    ..context
                };
                collect(context, values, uses);
            }
        }
        SketchKind::Union(union) => {
            for variant in &union.variants {
                let context = Context {
                    is_root: false,
                    label: Some(&variant.label),
                    tag: variant.tag.as_deref(),
                    ..context
                };
                collect(context, &variant.sketch, uses);
            }
        }
        _ => {}
    }
}

fn collect_fields<'a>(
    context: Context<'a, '_>,
    fields: &'a [FieldSketch],
    uses: &mut Vec<Use<'a>>,
) {
    for field in fields {
        let context = Context {
            property: &field.wire,
            is_element: false,
            is_root: false,
            label: None,
            tag: None,
            ..context
        };
        collect(context, &field.sketch, uses);
    }
}

/// Proposes names for the type at a place. The `status` of a webhook is a `Status` if there is no
/// other, otherwise a `WebhookStatus`, otherwise a name with the request's.
fn propose(context: NameWords<'_>, place: &SchemaPlace, kind: UseKind) -> Vec<String> {
    let tool = context.tool.tool;
    let noun = if tool.is_direct() {
        split_words(&tool.name).join(" ")
    } else {
        noun_words(&tool.resource).join(" ")
    };
    if let (None, UseKind::Record) = (context.label, kind) {
        return if tool.is_direct() {
            vec![format!("{noun} result"), format!("{noun} result record")]
        } else {
            vec![noun.clone(), format!("{noun} record")]
        };
    }
    let mut words = split_words(context.property);
    if context.is_element
        && let Some(last) = words.last_mut()
    {
        *last = singularize(last);
    }
    let property = words.join(" ");
    let mut proposals = match (context.label, kind) {
        (Some(label), _) => propose_variant(label, &property, &noun, context.request, kind),
        (None, UseKind::Record | UseKind::Choice | UseKind::ResponseObject) => vec![
            property.clone(),
            join_words(&noun, &property),
            join_words(context.request, &property),
        ],
        (None, UseKind::RequestObject) => vec![
            property.clone(),
            format!("{property} input"),
            format!("{} input", join_words(&noun, &property)),
            join_words(context.request, &property),
        ],
    };
    // If all of these are taken, the whole path to the place names the type.
    let way = join_words(context.request, &way_words(&place.pointer));
    let label = context.label.map_or("", Label::words);
    proposals.push(join_words(&way, label));
    proposals
}

/// Returns the names of definitions and properties on the path to a place.
fn way_words(pointer: &str) -> String {
    SchemaSteps::new(pointer).fold(String::new(), |way, step| match step {
        SchemaStep::Property(name) | SchemaStep::Definition(name) => join_words(&way, &name),
        SchemaStep::Pattern(_)
        | SchemaStep::Items
        | SchemaStep::Values
        | SchemaStep::Index(_)
        | SchemaStep::Branch { .. }
        | SchemaStep::Other(_) => way,
    })
}

/// Proposes names for the content of a variant: `TextBlock` for `text` in a union of blocks.
fn propose_variant(
    label: &Label,
    property: &str,
    noun: &str,
    request: &str,
    kind: UseKind,
) -> Vec<String> {
    let words = split_words(label.words()).join(" ");
    let both = match label {
        Label::Kind(_) => join_words(property, &words),
        Label::Given(_) | Label::Telling(_) => join_words(&words, property),
    };
    let mut proposals = match label {
        Label::Given(_) => vec![words, both.clone()],
        Label::Telling(_) | Label::Kind(_) => vec![both.clone()],
    };
    proposals.extend((kind == UseKind::RequestObject).then(|| format!("{both} input")));
    proposals.extend([join_words(noun, &both), join_words(request, &both)]);
    proposals
}

/// Returns the wire form of each variant as a string.
pub(in crate::lower) fn variant_wires(values: &ChoiceValues) -> Vec<String> {
    match values {
        ChoiceValues::Texts(texts) => texts.clone(),
        ChoiceValues::Integers(integers) => integers.iter().map(i64::to_string).collect(),
        ChoiceValues::Verbatim(values) => values.clone(),
    }
}
