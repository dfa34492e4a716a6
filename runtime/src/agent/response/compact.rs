//! Responses without what a model rarely needs: fields that are null in every record, audit fields,
//! and the parts of a page that repeat others.

use std::collections::BTreeSet;

use serde_json::Map;

use crate::agent::page::{RESULT, page_records};
use crate::codec::Json;
use crate::tools::ToolSpec;

/// Fields of a page that say what its records and its cursor say.
const REPEATING: [&str; 2] = ["result_count", "prev_cursor"];

/// Returns the response without these fields.
pub(in crate::agent) fn compact(tool: &ToolSpec, mut response: Json) -> Json {
    if page_records(&response).is_none() {
        let records: Vec<&mut Json> = vec![&mut response];
        compact_records(tool, records);
        return response;
    }
    if let Json::Object(page) = &mut response {
        page.retain(|name, value| {
            let is_complete = name == "is_partial_response" && *value == Json::Bool(false);
            !value.is_null() && !is_complete && !REPEATING.contains(&name.as_str())
        });
    }
    let records = match &mut response {
        Json::Object(page) => page.get_mut(RESULT),
        list => Some(list),
    };
    if let Some(Json::Array(records)) = records {
        compact_records(tool, records.iter_mut().collect());
    }
    response
}

fn compact_records(tool: &ToolSpec, records: Vec<&mut Json>) {
    let mut objects: Vec<&mut Map<String, Json>> = records
        .into_iter()
        .filter_map(Json::as_object_mut)
        .collect();
    for object in &mut objects {
        object.retain(|name, _| !tool.audit_fields.contains(&name.as_str()));
    }
    leave_out_nulls(objects);
}

/// Removes the fields that are null in all of the objects, and in the objects inside them.
fn leave_out_nulls(mut objects: Vec<&mut Map<String, Json>>) {
    let names: BTreeSet<String> = objects
        .iter()
        .flat_map(|object| object.keys().cloned())
        .collect();
    let is_null =
        |object: &&mut Map<String, Json>, name: &str| object.get(name).is_none_or(Json::is_null);
    for name in names {
        if objects.iter().all(|object| is_null(object, &name)) {
            for object in &mut objects {
                object.remove(&name);
            }
            continue;
        }
        let inner = objects
            .iter_mut()
            .filter_map(|object| object.get_mut(&name)?.as_object_mut());
        let inner: Vec<&mut Map<String, Json>> = inner.collect();
        if !inner.is_empty() {
            leave_out_nulls(inner);
        }
    }
}
