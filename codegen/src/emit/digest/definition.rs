//! The types that the calls of a page take and give, each with all that it is made of.

use std::collections::BTreeSet;

use super::Look;
use super::line::{Line, REMARK, bounded, remark_of};
use super::signature::chain;
use crate::ident::Ident;
use crate::model::{
    Choice, ChoiceValues, Operation, Presence, RecordField, Response, Struct, StructFields,
    TypeRef, Union,
};

/// The values of an enum that are named.
const VALUES: usize = 60;

/// The values that are shown as they are sent, where the name does not tell.
const SENT_VALUES: usize = 12;

/// The definitions of all types of the catalog that `operations` need, by name; identifiers are
/// in the index.
pub(super) fn emit_definitions(look: &Look<'_>, operations: &[&Operation]) -> Vec<Line> {
    let mut reached = Reached {
        look,
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
        let item = if let Some(item) = look.structs.get(name) {
            emit_struct(item)
        } else if let Some(union) = look.unions.get(name) {
            emit_union(union)
        } else if let Some(choice) = look.ctx.choice(name) {
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

/// The names that a type leads to.
struct Reached<'a, 'l> {
    look: &'l Look<'a>,
    names: BTreeSet<&'a Ident>,
}

impl<'a> Reached<'a, '_> {
    /// Visits a type; without recursion, because types may be nested as deep as a catalog likes.
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

    fn parts(&self, name: &Ident) -> Vec<&'a TypeRef> {
        if let Some(union) = self.look.unions.get(name) {
            return union.variants.iter().map(|variant| &variant.ty).collect();
        }
        match self.look.structs.get(name).map(|item| &item.fields) {
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
        StructFields::Request { fields, rest, .. } => chain(&item.name, fields, rest.as_ref()),
        StructFields::Response { fields, extra } => {
            let mut lines = vec![Line::new(
                format!("struct {} {{", item.name),
                remark_of(&item.name, &item.docs),
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
        bounded(&field.docs, REMARK),
    )
}

fn emit_union(union: &Union) -> Vec<Line> {
    let mut lines = vec![Line::new(
        format!("enum {} {{", union.name),
        remark_of(&union.name, &union.docs),
    )];
    for variant in &union.variants {
        lines.push(Line::new(
            format!("    {}({}),", variant.name, variant.ty),
            remark_of(&variant.name, &variant.docs),
        ));
    }
    if let Some(unknown) = &union.unknown {
        let remark = "What is none of these, as it came.";
        lines.push(Line::new(format!("    {unknown}(Json),"), remark));
    }
    lines.push(Line::new("}", ""));
    lines
}

fn emit_choice(choice: &Choice) -> Vec<Line> {
    let names: Vec<&str> = choice
        .variants
        .iter()
        .take(VALUES)
        .map(|variant| variant.name.as_str())
        .collect();
    let hidden = choice.variants.len() - names.len();
    let hidden = match hidden {
        0 => String::new(),
        number => format!(", /* and {number} more */"),
    };
    let mut remarks = Vec::new();
    let docs = remark_of(&choice.name, &choice.docs);
    if !docs.is_empty() {
        remarks.push(docs);
    }
    let sent = sent(choice);
    if !sent.is_empty() {
        remarks.push(format!("Sent as {}.", sent.join(", ")));
    }
    let code = format!("enum {} {{ {}{hidden} }}", choice.name, names.join(", "));
    vec![Line::new(code, remarks.join(" "))]
}

/// What is sent for the variants whose names do not tell.
fn sent(choice: &Choice) -> Vec<String> {
    let shown = |value: &str| bounded(&[value.to_owned()], 40);
    let variants = choice.variants.iter().map(|variant| &variant.name);
    let values: Vec<String> = match &choice.values {
        ChoiceValues::Texts(texts) => {
            let pairs = variants.zip(texts);
            let tells = |name: &Ident, text: &str| Ident::for_type(text).as_ref() == Some(name);
            let pairs = pairs.filter(|(name, text)| !tells(name, text));
            pairs
                .map(|(name, text)| format!("{name} = \"{}\"", shown(text)))
                .collect()
        }
        ChoiceValues::Integers(integers) => {
            let pairs = variants.zip(integers);
            pairs
                .map(|(name, integer)| format!("{name} = {integer}"))
                .collect()
        }
        ChoiceValues::Verbatim(values) => {
            let pairs = variants.zip(values);
            pairs
                .map(|(name, value)| format!("{name} = {}", shown(value)))
                .collect()
        }
    };
    values.into_iter().take(SENT_VALUES).collect()
}
