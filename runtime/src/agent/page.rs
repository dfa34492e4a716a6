//! The form of a page: its records, its cursor, and the arguments that choose it.

use crate::codec::Json;

/// The argument with the cursor of a page, and the field of a response with that of the next page.
pub(super) const CURSOR: &str = "next_cursor";

/// The field with the cursor of the next page in responses of APIs with other conventions.
pub(super) const OTHER_CURSOR: &str = "nextCursor";

/// The field of a page with its records.
pub(super) const RESULT: &str = "result";

/// Names of arguments that set the number of records of a page.
pub(super) const PAGE_SIZE_ARGUMENTS: [&str; 8] = [
    "limit",
    "page_size",
    "pageSize",
    "per_page",
    "perPage",
    "max_results",
    "maxResults",
    "count",
];

/// Returns the records of a page, or of a bare list.
pub(super) fn page_records(response: &Json) -> Option<&[Json]> {
    let list = match response {
        Json::Array(records) => Some(records),
        Json::Object(fields) => fields.get(RESULT).and_then(Json::as_array),
        _ => None,
    };
    list.map(Vec::as_slice)
}
