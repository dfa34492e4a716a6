//! From the arguments of a tool to the request on the wire: method, path, query and body.

mod base;
mod query;

use std::borrow::Cow;

use bytes::Bytes;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::codec::{ArgumentError, ArgumentLocation, Json, Problem, ProblemKind, Shape};
use crate::tools::ToolSpec;
use query::Query;

pub(crate) use base::{BaseUrl, PlainHttp};

/// Everything but letters, digits and `-._~` is encoded (RFC 3986, section 2.3), in paths and in
/// queries alike: what is encoded without need means the same.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Room for most paths and queries, so that few have to move to grow.
const USUAL_LENGTH: usize = 128;

/// The argument of a list that says where the next page begins.
pub(crate) const CURSOR: &str = "next_cursor";

/// What is sent for one call, without the headers.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) method: Method,
    /// Path and query, to be put behind the base address.
    pub(crate) path_and_query: String,
    pub(crate) body: Option<Bytes>,
}

impl Target {
    /// Puts `arguments` where the tool's shape says. `cursor` is where the next page begins.
    ///
    /// The arguments have passed the tool's checks; what can still be wrong is an identifier that
    /// cannot stand in a path.
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
        let mut query = Query::behind(path);
        query.push_text("integrated_account_id", account);
        for (name, value) in parts.query {
            if OURS.contains(&name) {
                return Err(problem(name, ProblemKind::Unknown { nearest: None }));
            }
            // The cursor of a list is the page's business, and an empty one means the first page.
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

impl Target {
    /// Leaves the body to be sent as it is, if the request has one.
    pub(crate) fn pass_body_through(&mut self) -> Result<(), ()> {
        self.body.as_mut().ok_or(())?.clear();
        self.path_and_query.push_str("&truto_body_passthrough=true");
        Ok(())
    }
}

/// What the client alone says in a query: an argument of this name would say it twice.
const OURS: [&str; 2] = ["integrated_account_id", "truto_body_passthrough"];

/// The forms that a request has.
#[derive(Debug, Clone, Copy)]
enum Route {
    List,
    Get,
    Create,
    Update,
    Delete,
    Custom,
}

impl Route {
    fn of(method: &str) -> Self {
        match method {
            "list" => Self::List,
            "get" => Self::Get,
            "create" => Self::Create,
            "update" => Self::Update,
            "delete" => Self::Delete,
            _ => Self::Custom,
        }
    }

    fn method(self) -> Method {
        match self {
            Self::List | Self::Get => Method::GET,
            Self::Create | Self::Custom => Method::POST,
            Self::Update => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }

    fn has_body(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Custom)
    }

    fn acts_on_one(self) -> bool {
        matches!(self, Self::Get | Self::Update | Self::Delete)
    }
}

/// The arguments by the place where they travel.
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
        for field in shape.fields() {
            if let Some((name, value)) = arguments.get_key_value(field.name) {
                parts.put(field.location, name, value, has_body);
            }
        }
        let is_field = |name: &str| shape.fields().any(|field| field.name == name);
        for (name, value) in arguments {
            // What no field names is allowed by the schema; it travels with the others.
            if !is_field(name) {
                parts.put(ArgumentLocation::Body, name, value, has_body);
            }
        }
        parts
    }

    /// A request without a body carries what belongs there in its query: nothing is dropped.
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

/// An identifier that is one segment of a path, before it is encoded.
///
/// Empty, `.` and `..` would be another path, encoded or not: servers and proxies resolve them.
fn identifier<'a>(name: &str, value: &'a Json) -> Result<Cow<'a, str>, ArgumentError> {
    const EXPECTED: &str = "an identifier that can stand in a path: not empty, `.` or `..`";
    match query::scalar(value) {
        Some(text) if !matches!(&*text, "" | "." | "..") => Ok(text),
        _ => Err(problem(
            name,
            ProblemKind::check(EXPECTED.to_owned(), value),
        )),
    }
}

fn push_encoded(address: &mut String, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~');
    // As most names and identifiers are.
    if text.bytes().all(is_plain) {
        address.push_str(text);
    } else {
        address.extend(utf8_percent_encode(text, RESERVED));
    }
}

fn problem(name: &str, kind: ProblemKind) -> ArgumentError {
    ArgumentError::new(vec![Problem::new(format!("/{name}"), kind)])
}
