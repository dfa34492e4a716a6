//! Builds enums, structs and unions from the common parts of their uses.

use std::collections::BTreeSet;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::docs::{Lookalikes, describe_type, doc_lines, sentence};
use super::fields::{build_constants, build_fields, build_record_fields, free_member, rest_field};
use super::resolve::resolve;
use crate::ident::Ident;
use crate::lower::name::{
    EXTRA, EXTRA_FIELDS, MemberNames, NamedType, Names, OTHER_UNKNOWN, UNKNOWN, Use, UseKind,
    variant_wires,
};
use crate::lower::sketch::{Home, Sketch, SketchKind, StructSketch, UnionSketch, VariantSketch};
use crate::lower::words::split_words;
use crate::model::{
    Choice, ChoiceValues, Direction, JsonType, Struct, StructFields, TypeRef, Union, UnionVariant,
    Variant,
};

/// The module of types that do not belong to a single resource.
const SHARED_MODULE: &str = "types";

/// The types of a catalog.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// Enums.
    pub(super) choices: Vec<Choice>,
    /// Structs.
    pub(super) structs: Vec<Struct>,
    /// Unions.
    pub(super) unions: Vec<Union>,
}

/// One built type.
enum Type {
    Choice(Choice),
    Struct(Struct),
    Union(Union),
}

/// Builds every named type from the use that represents it.
pub(super) fn build_types(names: &Names<'_>) -> Types {
    let built: Vec<Type> = names
        .types
        .par_iter()
        .filter_map(|named| {
            let usage = named.representative()?;
            build_type(named, usage, names.members.get(&named.name)?, names)
        })
        .collect();
    let mut types = Types::default();
    for ty in built {
        match ty {
            Type::Choice(choice) => types.choices.push(choice),
            Type::Struct(item) => types.structs.push(item),
            Type::Union(union) => types.unions.push(union),
        }
    }
    types
        .choices
        .sort_by(|one, other| one.name.cmp(&other.name));
    types
        .structs
        .sort_by(|one, other| one.name.cmp(&other.name));
    types.unions.sort_by(|one, other| one.name.cmp(&other.name));
    types
}

fn build_type(
    ty: &NamedType<'_>,
    usage: &Use<'_>,
    members: &MemberNames,
    names: &Names<'_>,
) -> Option<Type> {
    match &usage.sketch.kind {
        SketchKind::Choice(choice) => {
            let variants = variant_wires(&choice.values);
            let variants = variants.iter().filter_map(|wire| members.names.get(wire));
            Some(Type::Choice(Choice {
                name: ty.name.clone(),
                docs: describe_type(usage),
                variants: variants
                    .map(|name| Variant { name: name.clone() })
                    .collect(),
                values: choice.values.clone(),
                home: find_home(ty, names),
            }))
        }
        SketchKind::Struct(inner) => Some(Type::Struct(Struct {
            name: ty.name.clone(),
            docs: describe_type(usage),
            fields: mark_secrets(ty, build_struct(usage, inner, members, names)),
            constants: build_constants(inner),
            home: find_home(ty, names),
        })),
        SketchKind::Union(inner) => {
            let union = build_union(ty, usage, inner, members, names);
            Some(Type::Union(union))
        }
        _ => None,
    }
}

fn build_struct(
    usage: &Use<'_>,
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> StructFields {
    if usage.kind == UseKind::RequestObject {
        return StructFields::Request {
            fields: build_fields(inner, members, names),
            rest: rest_field(inner, members, names),
            checks: usage.sketch.checks.clone(),
        };
    }
    StructFields::Response {
        fields: build_record_fields(inner, members, names),
        extra: free_member(members, EXTRA, EXTRA_FIELDS),
    }
}

/// Marks the fields that are secrets at any of the places that share a type.
fn mark_secrets(ty: &NamedType<'_>, mut fields: StructFields) -> StructFields {
    let sketches = ty.uses.iter().filter_map(|usage| match &usage.sketch.kind {
        SketchKind::Struct(inner) => Some(inner),
        _ => None,
    });
    let marked = sketches.flat_map(|inner| inner.fields.iter().filter(|field| field.is_secret));
    let marked: BTreeSet<&str> = marked.map(|field| field.wire.as_str()).collect();
    match &mut fields {
        StructFields::Request { fields, .. } => {
            for field in fields {
                field.is_secret = marked.contains(field.wire.as_str());
            }
        }
        StructFields::Response { fields, .. } => {
            for field in fields {
                field.is_secret = marked.contains(field.wire.as_str());
            }
        }
    }
    fields
}

fn build_union(
    ty: &NamedType<'_>,
    usage: &Use<'_>,
    inner: &UnionSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> Union {
    let is_sent = usage.kind == UseKind::RequestObject;
    let direction = if is_sent {
        Direction::Request
    } else {
        Direction::Response
    };
    let tags = inner
        .variants
        .iter()
        .filter_map(|variant| variant.tag.as_deref());
    let lookalikes = Lookalikes::among(tags);
    let variants = inner.variants.iter().filter_map(|variant| {
        Some(UnionVariant {
            name: members.names.get(variant.label.words())?.clone(),
            docs: describe_variant(variant, &lookalikes),
            ty: variant_type(&variant.sketch, direction, names),
            types: json_types(&variant.sketch, names),
            tag: variant.tag.clone(),
            checks: if is_sent {
                variant.sketch.outer_checks().to_vec()
            } else {
                Vec::new()
            },
        })
    });
    Union {
        name: ty.name.clone(),
        docs: describe_type(usage),
        variants: variants.collect(),
        unknown: (!is_sent).then(|| {
            // The variants of a type are not its fields, but they are named in the same way.
            free_member(members, UNKNOWN, OTHER_UNKNOWN)
        }),
        tag: inner.tag.clone(),
        is_exact: is_sent && inner.is_exact,
        blank: 0,
        checks: if is_sent {
            usage.sketch.checks.clone()
        } else {
            Vec::new()
        },
        home: find_home(ty, names),
    }
}

/// Returns the type of a variant's content. An enum is closed there even in a record, because the
/// union itself keeps unknown values.
fn variant_type(sketch: &Sketch, direction: Direction, names: &Names<'_>) -> TypeRef {
    let is_open = matches!(&sketch.kind, SketchKind::Choice(choice) if choice.is_open);
    match resolve(sketch, direction, names) {
        TypeRef::Open(name) if !is_open => TypeRef::Choice(name),
        ty => ty,
    }
}

/// Returns the documentation of a variant; none if only its tag tells it from another one.
fn describe_variant(variant: &VariantSketch, lookalikes: &Lookalikes<'_>) -> Vec<String> {
    if let Some(description) = &variant.sketch.description {
        return doc_lines(description);
    }
    if variant.tag.as_ref().is_some_and(|tag| lookalikes.has(tag)) {
        return Vec::new();
    }
    let words = split_words(variant.label.words());
    vec![sentence(&words)]
}

/// Returns the types of JSON that a sketch allows.
fn json_types(sketch: &Sketch, names: &Names<'_>) -> Vec<JsonType> {
    match &sketch.kind {
        SketchKind::Plain(ty) => match ty {
            TypeRef::Bool => vec![JsonType::Boolean],
            TypeRef::Null => vec![JsonType::Null],
            TypeRef::Integer | TypeRef::Unsigned => vec![JsonType::Integer],
            TypeRef::Number => vec![JsonType::Number],
            TypeRef::String | TypeRef::DateTime | TypeRef::Date => vec![JsonType::String],
            _ => JsonType::ALL.to_vec(),
        },
        SketchKind::Id(_) => vec![JsonType::String],
        SketchKind::Choice(choice) => match &choice.values {
            ChoiceValues::Texts(_) => vec![JsonType::String],
            ChoiceValues::Integers(_) => vec![JsonType::Integer],
            ChoiceValues::Verbatim(_) => JsonType::ALL.to_vec(),
        },
        SketchKind::Constant(_) => JsonType::ALL.to_vec(),
        SketchKind::List(_) | SketchKind::Tuple(_) => vec![JsonType::Array],
        SketchKind::Struct(_) | SketchKind::Map(_) => vec![JsonType::Object],
        SketchKind::Union(union) => {
            let variants = union.variants.iter();
            let mut all: Vec<JsonType> = variants
                .flat_map(|variant| json_types(&variant.sketch, names))
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        SketchKind::Shared(place) => match names.definitions.get(place) {
            Some(definition) => match &definition.sketch.kind {
                // Unions that refer to each other would recurse forever.
                SketchKind::Union(_) => JsonType::ALL.to_vec(),
                _ => json_types(&definition.sketch, names),
            },
            None => JsonType::ALL.to_vec(),
        },
    }
}

/// Returns the module of a type: that of the resource after which it is named, or of the only
/// resource that uses it.
fn find_home(ty: &NamedType<'_>, names: &Names<'_>) -> Ident {
    let mut records = ty.uses.iter().filter(|usage| usage.kind == UseKind::Record);
    let homes: BTreeSet<Home<'_>> = records.clone().map(|usage| usage.home).collect();
    let giver = match homes.len() {
        0 | 1 => records.next(),
        _ => records.min_by_key(|usage| {
            let proposal = usage.proposals().into_iter().next().unwrap_or_default();
            (split_words(&proposal).len(), proposal.len())
        }),
    };
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
