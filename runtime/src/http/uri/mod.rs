//! Builds the method, path, query and body of a request from the arguments of a tool.

mod base;
mod query;
mod route;
mod template;

use std::borrow::Cow;

use bytes::Bytes;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use toolsmith_dialect::json_pointer;

use crate::codec::{ArgumentError, ArgumentLocation, Json, Problem, ProblemKind, Shape};
use crate::tools::ToolSpec;
use query::Query;
use route::Route;

pub(crate) use base::{BaseUrl, PlainHttp};

/// The characters that are encoded: all but letters, digits and `-._~` (RFC 3986, section 2.3), in
/// paths and queries alike. Encoding more than necessary changes nothing.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The initial capacity, which is enough for most paths and queries.
const USUAL_LENGTH: usize = 128;

/// The argument of a list that is the cursor of a page.
pub(crate) const CURSOR: &str = "next_cursor";

/// The parts of the request of one call, without headers.
#[derive(Debug, Clone)]
pub(crate) struct RequestParts {
    pub(crate) method: Method,
    /// The path and query, relative to the base URL.
    pub(crate) path_and_query: String,
    pub(crate) body: Option<Bytes>,
}

impl RequestParts {
    /// Builds the parts from `arguments`, as the shape of the tool specifies. `cursor` is that of
    /// the page.
    ///
    /// The arguments are valid. The remaining problem is an identifier that cannot be a path
    /// segment.
    pub(crate) fn build(
        spec: &ToolSpec,
        account: &str,
        arguments: &Json,
        cursor: Option<&str>,
    ) -> Result<Self, ArgumentError> {
        let route = Route::of(spec.method);
        let mut path = String::with_capacity(USUAL_LENGTH);
        path.push_str("/proxy/");
        push_encoded(&mut path, spec.resource);
        if let Route::Custom = route {
            path.push('/');
            push_encoded(&mut path, spec.method);
        }
        let parts = Parts::sort(spec.shape, route.has_body(), arguments);
        match parts.path {
            Some((name, value)) => {
                path.push('/');
                push_encoded(&mut path, &identifier(name, value)?);
            }
            None if route.acts_on_one() => return Err(problem("id", ProblemKind::Missing)),
            None => {}
        }
        refuse_empty_identifiers(spec, arguments)?;
        let mut query = Query::after(path);
        query.push_account(account);
        for (name, value) in parts.query {
            if CLIENT_PARAMETERS.contains(&name) {
                return Err(problem(name, ProblemKind::Unknown { nearest: None }));
            }
            // The page sets the cursor of a list, and an empty one means the first page.
            let is_cursor = matches!(route, Route::List) && name == CURSOR;
            if !is_cursor || (cursor.is_none() && value.as_str() != Some("")) {
                query.push(name, value);
            }
        }
        if let Some(cursor) = cursor {
            query.push_text(CURSOR, cursor);
        }
        Ok(Self {
            method: route.method(),
            path_and_query: query.finish(),
            body: route.has_body().then(|| parts.body.into_bytes()),
        })
    }
}

impl RequestParts {
    /// Builds the parts of a request that is not that of a tool.
    pub(crate) fn plain(method: Method, segments: &[&str], body: Option<Bytes>) -> Self {
        let mut path = String::with_capacity(USUAL_LENGTH);
        for segment in segments {
            path.push('/');
            push_encoded(&mut path, segment);
        }
        Self {
            method,
            path_and_query: path,
            body,
        }
    }

    /// Builds the parts of a request for a page of a list that is not that of a tool. `query` is encoded.
    pub(crate) fn page(segments: &[&str], query: &str, cursor: Option<&str>) -> Self {
        let mut parts = Self::plain(Method::GET, segments, None);
        let address = &mut parts.path_and_query;
        let mut separator = '?';
        if !query.is_empty() {
            address.push(separator);
            address.push_str(query);
            separator = '&';
        }
        if let Some(cursor) = cursor {
            address.push(separator);
            address.push_str(CURSOR);
            address.push('=');
            push_encoded(address, cursor);
        }
        parts
    }

    /// Leaves the body empty for an upload, if the request has one.
    pub(crate) fn pass_body_through(&mut self) -> Result<(), ()> {
        self.body.as_mut().ok_or(())?.clear();
        self.path_and_query.push_str("&truto_body_passthrough=true");
        Ok(())
    }
}

/// The query parameters that only the client sets.
const CLIENT_PARAMETERS: [&str; 2] = ["integrated_account_id", "truto_body_passthrough"];

/// The arguments by location.
struct Parts<'a> {
    path: Option<(&'a str, &'a Json)>,
    query: Vec<(&'a str, &'a Json)>,
    body: Body<'a>,
}

enum Body<'a> {
    Fields(serde_json::Map<String, Json>),
    Whole(&'a Json),
}

impl<'a> Parts<'a> {
    fn sort(shape: &Shape, has_body: bool, arguments: &'a Json) -> Self {
        let mut parts = Self {
            path: None,
            query: Vec::new(),
            body: Body::Fields(serde_json::Map::new()),
        };
        let Json::Object(arguments) = arguments else {
            return parts;
        };
        if arguments.is_empty() {
            return parts;
        }
        for name in shape.names() {
            if let Some((name, value)) = arguments.get_key_value(name) {
                parts.put(shape.location_of(name), name, value, has_body);
            }
        }
        let is_field = |name: &str| shape.names().any(|known| known == name);
        for (name, value) in arguments {
            // An argument without a field is allowed by the schema and is sent with the others.
            if !is_field(name) {
                parts.put(ArgumentLocation::Body, name, value, has_body);
            }
        }
        parts
    }

    /// Adds an argument. A request without a body sends the arguments of the body in its query.
    fn put(&mut self, place: ArgumentLocation, name: &'a str, value: &'a Json, has_body: bool) {
        let (in_path, in_query, in_body) = match place {
            ArgumentLocation::Path => (true, false, false),
            ArgumentLocation::PathAndBody => (true, false, has_body),
            ArgumentLocation::Query => (false, true, false),
            ArgumentLocation::Body | ArgumentLocation::WholeBody => (false, !has_body, has_body),
            ArgumentLocation::QueryAndBody => (false, true, has_body),
        };
        if in_path {
            self.path = Some((name, value));
        }
        if in_query {
            self.query.push((name, value));
        }
        match &mut self.body {
            _ if !in_body => {}
            body if place == ArgumentLocation::WholeBody => *body = Body::Whole(value),
            Body::Fields(fields) => {
                fields.insert(name.to_owned(), value.clone());
            }
            Body::Whole(_) => {}
        }
    }
}

impl Body<'_> {
    fn into_bytes(self) -> Bytes {
        match self {
            Self::Fields(fields) => Json::Object(fields).to_string().into(),
            Self::Whole(value) => value.to_string().into(),
        }
    }
}

/// Returns an identifier as a path segment, not yet encoded.
///
/// Empty, `.` and `..` would change the path, encoded or not, because servers and proxies resolve
/// them.
fn identifier<'a>(name: &str, value: &'a Json) -> Result<Cow<'a, str>, ArgumentError> {
    const EXPECTED: &str = "an identifier that is a valid path segment: not empty, `.` or `..`";
    match query::scalar(value) {
        Some(text) if !matches!(&*text, "" | "." | "..") => Ok(text),
        _ => Err(problem(
            name,
            ProblemKind::check(EXPECTED.to_owned(), value),
        )),
    }
}

/// Refuses empty identifiers, required or optional, in the path, the query and the body: a write with one
/// has no target, and a list would be filtered by nothing. Any other empty string is sent.
fn refuse_empty_identifiers(spec: &ToolSpec, arguments: &Json) -> Result<(), ArgumentError> {
    const EXPECTED: &str = "an identifier that is not empty";
    for argument in spec.takes {
        if let Some((path, value)) = empty_value(arguments, argument.pointer()) {
            let kind = ProblemKind::check(EXPECTED.to_owned(), value);
            return Err(ArgumentError::new(vec![Problem::new(path, kind)]));
        }
    }
    Ok(())
}

/// Returns the empty string at a JSON pointer, with `*` for each element, and its own pointer.
fn empty_value<'a>(value: &'a Json, pointer: &str) -> Option<(String, &'a Json)> {
    let Some((step, rest)) = json_pointer::split_first(pointer) else {
        let is_empty = value.as_str() == Some("");
        return is_empty.then(|| (String::new(), value));
    };
    let inside = |name: &str, value| {
        let (path, value) = empty_value(value, rest)?;
        Some((json_pointer::join("", name) + &path, value))
    };
    match value {
        Json::Array(elements) if step == "*" => {
            let mut elements = elements.iter().enumerate();
            elements.find_map(|(index, element)| inside(&index.to_string(), element))
        }
        Json::Object(fields) if step == "*" => {
            let mut fields = fields.iter();
            fields.find_map(|(name, field)| inside(name, field))
        }
        Json::Object(fields) => fields.get(&*step).and_then(|field| inside(&step, field)),
        _ => None,
    }
}

/// `true` for each byte that is not encoded.
static IS_PLAIN: [bool; 256] = is_plain();

#[expect(
    clippy::indexing_slicing,
    reason = "the index is below the length, and is checked at compile time"
)]
const fn is_plain() -> [bool; 256] {
    let mut is_plain = [false; 256];
    let mut byte = 0_u8;
    while byte < u8::MAX {
        is_plain[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    is_plain
}

fn push_encoded(address: &mut String, text: &str) {
    // The usual case.
    let is_plain = |byte: u8| IS_PLAIN.get(usize::from(byte)) == Some(&true);
    if text.bytes().all(is_plain) {
        address.push_str(text);
    } else {
        address.extend(utf8_percent_encode(text, RESERVED));
    }
}

fn problem(name: &str, kind: ProblemKind) -> ArgumentError {
    ArgumentError::new(vec![Problem::new(json_pointer::join("", name), kind)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_empty_identifiers_by_escaped_names() {
        let odd = ["a/b", "a~b", "~1", "a%2Fb", "%", "a.b", "", "id"];
        for name in odd {
            let pointer = json_pointer::join("", name);
            let found =
                |value: &Json, pattern: &str| empty_value(value, pattern).map(|(path, _)| path);
            for (value, pattern, place) in [
                (json!({name: ""}), pointer.clone(), Some(pointer.clone())),
                (json!({name: "x", "other": ""}), pointer.clone(), None),
                (
                    json!({name: ["x", ""]}),
                    format!("{pointer}/*"),
                    Some(format!("{pointer}/1")),
                ),
                (
                    json!({"in": {name: ""}}),
                    format!("/in{pointer}"),
                    Some(format!("/in{pointer}")),
                ),
                (
                    json!({"map": {name: {"id": ""}}}),
                    "/map/*/id".to_owned(),
                    Some(format!("/map{pointer}/id")),
                ),
            ] {
                assert_eq!(found(&value, &pattern), place, "{value} {pattern}");
            }
        }
    }
}
