//! The HTTP request of a tool, in one line of a page.

use super::line::shorten;
use crate::model::{ArgumentLocation, Operation};
use crate::route::Route;

/// The characters of a path.
const MAX_PATH: usize = 160;

/// The characters of the name of an argument.
const MAX_NAME: usize = 60;

/// The arguments in the query of a request with a body that are listed.
const MAX_QUERY: usize = 12;

/// Describes the request of a tool over HTTP: `POST /proxy/api_keys/{id}?dryRun`. The query lists the arguments
/// that a reader of the index does not expect there: those of a request with a body.
pub(super) fn request_line(operation: &Operation) -> String {
    let route = Route::new(&operation.tool.resource, &operation.tool.method);
    let mut text = format!("{} {}", route.method, shorten(&route.path, MAX_PATH));
    let fields = &operation.request.fields;
    let names = |is_there: fn(ArgumentLocation) -> bool| {
        fields
            .iter()
            .filter(move |field| field.location.is_some_and(is_there))
            .map(|field| shorten(&field.wire, MAX_NAME))
    };
    if let Some(name) = names(ArgumentLocation::is_in_path).next() {
        text.extend(["/{", &name, "}"]);
    }
    if route.has_body() {
        let query = names(ArgumentLocation::is_in_query);
        let query: Vec<String> = query.take(MAX_QUERY).collect();
        if !query.is_empty() {
            text.extend(["?", &query.join("&")]);
        }
        if let Some(name) = names(|location| location == ArgumentLocation::WholeBody).next() {
            text.extend([", the body is ", &name]);
        }
    }
    text
}
