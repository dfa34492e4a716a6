//! Describes a catalog in Markdown for people and coding agents that write programs against its
//! crate: an index, and a page for each resource with the signatures of its methods.
//!
//! A signature is Rust code with a type in place of each value, so that it can be copied and filled
//! in. Text of the catalog appears after `//` or as an escaped sentence, on one line and shortened.

mod definition;
mod index;
mod line;
mod lookup;
mod operation;
mod page_path;
mod request_line;
mod signature;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use lookup::Lookup;
pub(crate) use operation::emit_tool_code;

use crate::header;
use crate::model::{Api, Operation};
use crate::options::Options;

/// The characters that the header shows of the path of a snapshot.
const MAX_ORIGIN: usize = 200;

/// A description of a catalog in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The name of the catalog.
    pub catalog: String,
    /// The index, followed by a page for each resource and for each tool without a resource.
    pub pages: Vec<DigestPage>,
}

/// One page of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestPage {
    /// The path from the folder of the digest: `index.md`, `resources/api_keys.md`.
    pub path: String,
    /// The Markdown.
    pub text: String,
    /// The number of tools that the page describes: zero for the index.
    pub tools: usize,
    /// The number of characters in the schemas of these tools, as compact JSON.
    pub schema_characters: usize,
}

/// Creates the digest of a catalog.
pub(crate) fn emit_digest(api: &Api, options: &Options) -> Digest {
    let lookup = Lookup::new(api, options);
    let header = emit_header(api, options);
    let page = |path: String, body: &str, operations: &[&Operation]| DigestPage {
        path,
        text: format!("{header}{body}"),
        tools: operations.len(),
        schema_characters: operations.iter().copied().map(schema_characters).sum(),
    };
    let mut pages = vec![page(
        "index.md".to_owned(),
        &index::emit_index(&lookup),
        &[],
    )];
    for (module, resource) in lookup.ctx.resources() {
        let body = operation::emit_resource_page(&lookup, resource);
        let operations: Vec<&Operation> = resource.operations.iter().collect();
        pages.push(page(page_path::resource(module), &body, &operations));
    }
    for (module, operation) in lookup.ctx.client_methods() {
        let body = operation::emit_tool_page(&lookup, operation);
        pages.push(page(page_path::tool(module), &body, &[operation]));
    }
    Digest {
        catalog: api.module.plain().to_owned(),
        pages,
    }
}

/// Emits the header of each page. The origin is shortened, and cannot end the comment.
fn emit_header(api: &Api, options: &Options) -> String {
    let origin = line::shorten(&api.snapshot_file, MAX_ORIGIN).replace("--", "-");
    header::markdown(&options.command, &origin)
}

fn schema_characters(operation: &Operation) -> usize {
    let tool = &operation.tool;
    let schemas = [&tool.query_schema, &tool.body_schema, &tool.response_schema];
    schemas.iter().map(|schema| schema.chars().count()).sum()
}
