//! The types in the signatures of a page, and the types that these contain.

use std::collections::BTreeSet;

use super::line::{Line, MAX_COMMENT, comment_on, shorten, shorten_lines};
use super::lookup::Lookup;
use super::signature::emit_signature;
use super::wire::with_remarks;
use crate::ident::Ident;
use crate::model::{
    Choice, ChoiceValues, Operation, Presence, RecordField, Response, Struct, StructFields,
    TypeRef, Union,
};

/// The variants that are listed for an enum.
const MAX_VARIANTS: usize = 60;

/// The characters of a value of an enum on the wire.
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
            emit_struct(lookup, item)
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
            // An identifier has no parts and no definition.
            let name = ty.name().filter(|_| !matches!(ty, TypeRef::Id(_)));
            if let Some(name) = name
                && self.names.insert(name)
            {
                waiting.extend(self.parts(name));
            }
            waiting.extend(ty.children());
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

fn emit_struct(lookup: &Lookup<'_>, item: &Struct) -> Vec<Line> {
    match &item.fields {
        StructFields::Request { fields, rest, .. } => {
            emit_signature(lookup.wire, &item.name, (fields, rest.as_ref()), &[])
        }
        StructFields::Response { fields, extra } => {
            let mut lines = vec![Line::new(
                format!("struct {} {{", item.name),
                comment_on(&item.name, &item.docs),
            )];
            lines.extend(fields.iter().map(|field| emit_field(lookup, field)));
            lines.push(Line::new(format!("    {extra}: Extra,"), ""));
            lines.push(Line::new("}", ""));
            lines
        }
    }
}

fn emit_field(lookup: &Lookup<'_>, field: &RecordField) -> Line {
    let remark = lookup.wire.remark(&field.ident, &field.wire);
    let ty = match field.presence {
        Presence::Required => field.ty.to_string(),
        _ => format!("Option<{}>", field.ty),
    };
    Line::new(
        format!("    {}: {ty},", field.ident),
        with_remarks(shorten_lines(&field.docs, MAX_COMMENT), remark.as_slice()),
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
    let words = words(choice);
    let variants = choice.variants.iter().zip(words).take(MAX_VARIANTS);
    let variants: Vec<String> = variants
        .map(|(variant, word)| format!("{} = {word}", variant.name))
        .collect();
    let rest = match choice.variants.len() - variants.len() {
        0 => String::new(),
        number => format!(", /* and {number} more */"),
    };
    let code = format!("enum {} {{ {}{rest} }}", choice.name, variants.join(", "));
    vec![Line::new(code, comment_on(&choice.name, &choice.docs))]
}

/// Returns the word of each variant on the wire, as a literal.
fn words(choice: &Choice) -> Vec<String> {
    let shown = |text: &str| match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("\"{}…\"", text.get(..end).unwrap_or(text).escape_debug()),
        None => format!("\"{}\"", text.escape_debug()),
    };
    match &choice.values {
        ChoiceValues::Texts(texts) => texts.iter().map(|text| shown(text)).collect(),
        ChoiceValues::Integers(integers) => integers.iter().map(i64::to_string).collect(),
        // A word of another type is JSON, which is not escaped twice.
        ChoiceValues::Verbatim(values) => values
            .iter()
            .map(|value| {
                let value = shorten(value, MAX_VALUE);
                let is_plain = |letter: char| letter.is_ascii_graphic() && !"`/\\".contains(letter);
                if value.chars().all(is_plain) {
                    value
                } else {
                    shown(&value)
                }
            })
            .collect(),
    }
}
