//! The file of the JSON schemas. Each schema appears once, unchanged.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ctx::Ctx;
use crate::emit::ctx::parts::operations;
use crate::emit::file::{FileContents, Item};
use crate::emit::imports::Imports;
use crate::emit::tokens::{literal, names};
use crate::model::{Operation, Response, TypeRef};

/// The schemas of a catalog, with a constant for each.
#[derive(Debug)]
pub(crate) struct Schemas<'a> {
    /// Constants by schema. Tools share equal schemas, and the first tool gives the name.
    constants: BTreeMap<&'a str, String>,
    /// The parts of the catalog that need a schema.
    needed_by: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(ctx: &Ctx<'a>) -> Self {
        let mut constants = BTreeMap::new();
        let mut names = BTreeSet::new();
        let mut needed_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let operations = operations(ctx.api).filter(|(_, operation)| operation.removal.is_none());
        let all = operations.flat_map(|(part, operation)| {
            candidates(operation).map(|(schema, names)| (part, schema, names))
        });
        for (part, schema, name) in all {
            if ctx.parts().are_optional() {
                needed_by.entry(schema).or_default().insert(part);
            }
            if !schema.is_empty() && !constants.contains_key(schema) {
                let name = name.into_iter().find(|name| !names.contains(name));
                let name = name.unwrap_or_default();
                names.insert(name.clone());
                constants.insert(schema, name);
            }
        }
        Self {
            constants,
            needed_by,
        }
    }

    /// Returns `true` if no tool has a schema.
    pub(crate) fn is_empty(&self) -> bool {
        self.constants.is_empty()
    }

    /// Emits the reference to a schema in the registry.
    pub(crate) fn emit_reference(&self, schema: &str, imports: &mut Imports<'_>) -> TokenStream {
        let Some(constant) = self.constants.get(schema) else {
            return quote!("");
        };
        imports.add_module("schemas");
        let constant = names::token_of(constant);
        quote!(schemas::#constant)
    }
}

/// Returns the schemas of a tool, each with possible names of its constant, best first.
fn candidates(operation: &Operation) -> [(&str, Vec<String>); 3] {
    let request = names::constant(&operation.request.name);
    let record = match &operation.response {
        Response::Listing(TypeRef::Struct(name)) | Response::Record(TypeRef::Struct(name)) => {
            Some(format!("{}_RECORD", names::constant(name)))
        }
        Response::Listing(_) | Response::Record(_) | Response::Deleted => None,
    };
    let body = if operation.tool.resource.is_empty() {
        "ARGUMENTS"
    } else {
        "BODY"
    };
    let response = record.into_iter().chain([format!("{request}_RESPONSE")]);
    [
        (
            &operation.tool.query_schema,
            vec![format!("{request}_QUERY")],
        ),
        (
            &operation.tool.body_schema,
            vec![format!("{request}_{body}")],
        ),
        (&operation.tool.response_schema, response.collect()),
    ]
}

/// Emits the file.
pub(crate) fn emit_schemas(ctx: &Ctx<'_>, schemas: &Schemas<'_>) -> FileContents {
    let mut sorted: Vec<_> = schemas.constants.iter().collect();
    sorted.sort_unstable_by_key(|(_, constant)| *constant);
    let constants = sorted.into_iter().map(|(schema, constant)| {
        let parts = schemas.needed_by.get(schema).into_iter().flatten();
        let condition = ctx.parts().of_parts(parts.copied());
        let constant = names::token_of(constant);
        let schema = literal::raw_text(schema);
        let tokens = quote!(pub(super) const #constant: &str = #schema;);
        Item::new(condition, tokens)
    });
    FileContents {
        docs: vec!["The JSON schemas of the tools, as they are in the catalog.".to_owned()],
        items: constants.collect(),
    }
}
