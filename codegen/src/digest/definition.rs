//! The types in the signatures of a page, and the types that these contain.

use std::collections::BTreeSet;

use super::line::{Line, MAX_COMMENT, comment_on, shorten, shorten_lines};
use super::lookup::Lookup;
use super::signature::emit_signature;
use crate::ident::Ident;
use crate::model::{
    Choice, ChoiceValues, Operation, Presence, RecordField, Response, Struct, StructFields,
    TypeRef, Union,
};

/// The variants that are listed for an enum.
const MAX_VARIANTS: usize = 60;

/// The values that are listed for an enum whose variants are named differently.
const MAX_VALUES: usize = 12;

/// The characters of one such value.
const MAX_VALUE: usize = 40;

/// Emits the definitions of all types that `operations` need, sorted by name. Identifiers are left
/// out because the index lists them.
pub(super) fn emit_definitions(lookup: &Lookup<'_>, operations: &[&Operation]) -> Vec<Line> {
    let mut reached = Reached {
        lookup,
        names: BTreeSet::new(),
    };
    for operation in operations {
        for field in &operation.request.fields {
            reached.visit(&field.ty);
        }
        if let Some(rest) = &operation.request.rest {
            reached.visit(&rest.values);
        }
        match &operation.response {
            Response::Listing(record) | Response::Record(record) => reached.visit(record),
            Response::Deleted => {}
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for name in reached.names {
        let item = if let Some(item) = lookup.structs.get(name) {
            emit_struct(item)
        } else if let Some(union) = lookup.unions.get(name) {
            emit_union(union)
        } else if let Some(choice) = lookup.ctx.choice(name) {
            emit_choice(choice)
        } else {
            continue;
        };
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(item);
    }
    lines
}

/// The names of all types that were visited.
struct Reached<'a, 'l> {
    lookup: &'l Lookup<'a>,
    names: BTreeSet<&'a Ident>,
}

impl<'a> Reached<'a, '_> {
    /// Visits a type and all types inside it. Not recursive, because nesting has no limit.
    fn visit(&mut self, ty: &'a TypeRef) {
        let mut waiting = vec![ty];
        while let Some(ty) = waiting.pop() {
            match ty {
                TypeRef::Choice(name)
                | TypeRef::Open(name)
                | TypeRef::Struct(name)
                | TypeRef::Union(name) => {
                    if self.names.insert(name) {
                        waiting.extend(self.parts(name));
                    }
                }
                TypeRef::List(inner)
                | TypeRef::Map(inner)
                | TypeRef::OrNull(inner)
                | TypeRef::Boxed(inner) => waiting.push(inner),
                TypeRef::Tuple(elements) => waiting.extend(elements),
                TypeRef::String
                | TypeRef::Bool
                | TypeRef::Null
                | TypeRef::Integer
                | TypeRef::Unsigned
                | TypeRef::Number
                | TypeRef::DateTime
                | TypeRef::Date
                | TypeRef::Json
                | TypeRef::Id(_) => {}
            }
        }
    }

    /// Returns the types of the fields or variants of a type.
    fn parts(&self, name: &Ident) -> Vec<&'a TypeRef> {
        if let Some(union) = self.lookup.unions.get(name) {
            return union.variants.iter().map(|variant| &variant.ty).collect();
        }
        match self.lookup.structs.get(name).map(|item| &item.fields) {
            Some(StructFields::Response { fields, .. }) => {
                fields.iter().map(|field| &field.ty).collect()
            }
            Some(StructFields::Request { fields, rest, .. }) => {
                let fields = fields.iter().map(|field| &field.ty);
                fields.chain(rest.iter().map(|rest| &rest.values)).collect()
            }
            None => Vec::new(),
        }
    }
}

fn emit_struct(item: &Struct) -> Vec<Line> {
    match &item.fields {
        StructFields::Request { fields, rest, .. } => {
            emit_signature(&item.name, fields, rest.as_ref())
        }
        StructFields::Response { fields, extra } => {
            let mut lines = vec![Line::new(
                format!("struct {} {{", item.name),
                comment_on(&item.name, &item.docs),
            )];
            lines.extend(fields.iter().map(emit_field));
            lines.push(Line::new(format!("    {extra}: Extra,"), ""));
            lines.push(Line::new("}", ""));
            lines
        }
    }
}

fn emit_field(field: &RecordField) -> Line {
    let ty = match field.presence {
        Presence::Required => field.ty.to_string(),
        _ => format!("Option<{}>", field.ty),
    };
    Line::new(
        format!("    {}: {ty},", field.ident),
        shorten_lines(&field.docs, MAX_COMMENT),
    )
}

fn emit_union(union: &Union) -> Vec<Line> {
    let mut lines = vec![Line::new(
        format!("enum {} {{", union.name),
        comment_on(&union.name, &union.docs),
    )];
    for variant in &union.variants {
        lines.push(Line::new(
            format!("    {}({}),", variant.name, variant.ty),
            comment_on(&variant.name, &variant.docs),
        ));
    }
    if let Some(unknown) = &union.unknown {
        let comment = "A value that matches no other variant.";
        lines.push(Line::new(format!("    {unknown}(Json),"), comment));
    }
    lines.push(Line::new("}", ""));
    lines
}

fn emit_choice(choice: &Choice) -> Vec<Line> {
    let names: Vec<&str> = choice
        .variants
        .iter()
        .take(MAX_VARIANTS)
        .map(|variant| variant.name.as_str())
        .collect();
    let rest = match choice.variants.len() - names.len() {
        0 => String::new(),
        number => format!(", /* and {number} more */"),
    };
    let mut comments = Vec::new();
    let docs = comment_on(&choice.name, &choice.docs);
    if !docs.is_empty() {
        comments.push(docs);
    }
    let values = differing_values(choice);
    if !values.is_empty() {
        comments.push(format!("Sent as {}.", values.join(", ")));
    }
    let code = format!("enum {} {{ {}{rest} }}", choice.name, names.join(", "));
    vec![Line::new(code, comments.join(" "))]
}

/// Returns the values that cannot be guessed from the names of their variants.
fn differing_values(choice: &Choice) -> Vec<String> {
    let shown = |value: &str| shorten(value, MAX_VALUE);
    let variants = choice.variants.iter().map(|variant| &variant.name);
    let values: Vec<String> = match &choice.values {
        ChoiceValues::Texts(texts) => variants
            .zip(texts)
            .filter(|(name, text)| Ident::for_type(text).as_ref() != Some(name))
            .map(|(name, text)| format!("{name} = \"{}\"", shown(text)))
            .collect(),
        ChoiceValues::Integers(integers) => variants
            .zip(integers)
            .map(|(name, integer)| format!("{name} = {integer}"))
            .collect(),
        ChoiceValues::Verbatim(values) => variants
            .zip(values)
            .map(|(name, value)| format!("{name} = {}", shown(value)))
            .collect(),
    };
    values.into_iter().take(MAX_VALUES).collect()
}
