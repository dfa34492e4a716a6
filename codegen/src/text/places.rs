//! The texts of a tool and their places.

use crate::catalog::{EmbeddedSchema, Tool};
use crate::source::{Json, child};

/// The place of the instructions of an MCP server.
pub(crate) const SERVER_PLACE: &str = "/instructions";

/// A text that a model reads.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// A JSON pointer into the tool: `/inputSchema/properties/city/description`.
    pub(super) pointer: String,
    /// The text.
    pub(super) content: &'a str,
    /// The role of the text.
    pub(super) role: Role,
}

/// The role of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// The name of a tool, a property or a definition.
    Name,
    /// A description, a title, or a value.
    Value,
    /// A value in a formal language, such as a pattern.
    Formal,
}

impl<'a> Text<'a> {
    pub(super) fn value(pointer: String, content: &'a str) -> Self {
        Self {
            pointer,
            content,
            role: Role::Value,
        }
    }
}

/// The keywords whose values are in a formal language.
const FORMAL: [&str; 7] = [
    "$id",
    "$ref",
    "$schema",
    "format",
    "pattern",
    "type",
    "contentEncoding",
];

/// Returns the texts of a tool, at any depth.
pub(super) fn texts_of(tool: &Tool) -> Vec<Text<'_>> {
    let mut found = vec![Text {
        pointer: "/name".to_owned(),
        content: &tool.name,
        role: Role::Name,
    }];
    let title = tool.title.iter().map(|title| ("/title", title));
    let description = [("/description", &tool.description)];
    for (pointer, text) in title.chain(description) {
        found.push(Text::value(pointer.to_owned(), text));
    }
    if let Some(note) = &tool.deprecated {
        found.push(Text::value("/deprecated".to_owned(), note));
    }
    for (index, tag) in tool.tags.iter().enumerate() {
        found.push(Text::value(format!("/tags/{index}"), tag));
    }
    for part in [&tool.query, &tool.body, &tool.response] {
        if let Some(pointer) = pointer_of(part, tool) {
            collect(&part.json, pointer, Role::Value, &mut found);
        }
    }
    found
}

/// Returns the pointer of a schema in its tool, as the snapshot and the overlay write it: the file of a
/// provider may have another key, such as `parameters`.
pub(super) fn pointer_of(part: &EmbeddedSchema, tool: &Tool) -> Option<String> {
    let schema = part.schema.as_ref()?;
    if tool.is_direct() {
        let is_response = std::ptr::eq(part, &raw const tool.response);
        let pointer = if is_response {
            "/outputSchema"
        } else {
            "/inputSchema"
        };
        return Some(pointer.to_owned());
    }
    let pointer = schema.pointer.strip_prefix(tool.pointer.as_str());
    Some(pointer.unwrap_or(&schema.pointer).to_owned())
}

fn collect<'a>(json: &'a Json, pointer: String, role: Role, found: &mut Vec<Text<'a>>) {
    match json {
        Json::String(content) => found.push(Text {
            pointer,
            content,
            role,
        }),
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, child(&pointer, &index.to_string()), role, found);
            }
        }
        Json::Object(members) => {
            for (key, value) in members {
                let inner = child(&pointer, key);
                found.push(Text {
                    pointer: inner.clone(),
                    content: key,
                    role: Role::Name,
                });
                collect(value, inner, role_of(key, value), found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Returns the role of the value of a keyword. Of the formal languages, only patterns have white space.
fn role_of(keyword: &str, value: &Json) -> Role {
    match value {
        Json::String(text)
            if FORMAL.contains(&keyword)
                && (keyword == "pattern" || !text.contains(char::is_whitespace)) =>
        {
            Role::Formal
        }
        _ => Role::Value,
    }
}
