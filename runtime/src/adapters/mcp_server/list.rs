//! The list of tools: its pages, and the order of the author in them.

use std::collections::BTreeMap;
use std::time::Duration;

use rmcp::model::{CacheScope, ErrorData, ListToolsResult, Tool};
use serde::ser::{Serialize, SerializeMap, Serializer};
use toolsmith_dialect::{OrderedJson, ToolList};

use super::definition;
use crate::codec::Json;
use crate::tools::ToolSpec;

/// The tools, in pages.
#[derive(Debug)]
pub(super) struct ToolPages {
    tools: Vec<Tool>,
    /// The same tools in the order of their author, which the types of rmcp do not keep.
    ordered: BTreeMap<String, OrderedJson>,
    page_size: usize,
    ttl: Duration,
}

impl ToolPages {
    pub(super) fn new(
        specs: &[&'static ToolSpec],
        list: &ToolList,
        page_size: Option<usize>,
        ttl: Duration,
    ) -> Self {
        let listed = definition::tools(specs, list).into_iter();
        let (tools, ordered) = listed
            .map(|(tool, ordered)| (tool.clone(), (tool.name.into_owned(), ordered)))
            .unzip::<_, _, Vec<Tool>, BTreeMap<_, _>>();
        Self {
            page_size: page_size.unwrap_or(tools.len()).max(1),
            tools,
            ordered,
            ttl,
        }
    }

    /// Returns the tool of this name in the list.
    pub(super) fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// Returns a page of the list. The cursor is the number of tools before the page.
    ///
    /// # Errors
    ///
    /// There is no page at the cursor.
    pub(super) fn page(&self, cursor: Option<&str>) -> Result<ListToolsResult, ErrorData> {
        let start = match cursor {
            None => 0,
            Some(cursor) => self.start(cursor).ok_or_else(|| {
                let message = "there is no page at this cursor; list again without a cursor";
                ErrorData::invalid_params(message, None)
            })?,
        };
        let rest = self.tools.get(start..).unwrap_or_default();
        let page = rest.get(..self.page_size).unwrap_or(rest);
        let mut result = ListToolsResult::with_all_items(page.to_vec());
        let is_last = page.len() == rest.len();
        result.next_cursor = (!is_last).then(|| (start + page.len()).to_string());
        Ok(result)
    }

    /// Returns the number of tools before the page at a cursor that a page has shown.
    fn start(&self, cursor: &str) -> Option<usize> {
        let start: usize = cursor.parse().ok()?;
        let is_shown = start.to_string() == cursor && (1..self.tools.len()).contains(&start);
        is_shown.then_some(start)
    }

    /// Adds how long the page may be kept, and by whom: the list is that of one policy.
    pub(super) fn add_cache_hints(&self, page: &mut ListToolsResult) {
        page.ttl_ms = Some(self.ttl_ms());
        page.cache_scope = Some(CacheScope::Private);
    }

    fn ttl_ms(&self) -> u64 {
        milliseconds(self.ttl)
    }

    /// Returns a message of the server as text, in which listed tools have the order of their author.
    pub(super) fn to_text(&self, message: Json) -> String {
        let plain = message.to_string();
        let Json::Object(mut message) = message else {
            return plain;
        };
        let tools = message.get("result").and_then(|result| result.get("tools"));
        let Some(tools) = tools.and_then(Json::as_array) else {
            return plain;
        };
        let ordered: Option<Vec<&OrderedJson>> =
            tools.iter().map(|tool| self.ordered(tool)).collect();
        let Some(tools) = ordered else {
            return plain;
        };
        let Some(Json::Object(result)) = message.remove("result") else {
            return plain;
        };
        let page = OrderedMessage {
            message: &message,
            result: OrderedResult {
                result: &result,
                tools: &tools,
            },
        };
        serde_json::to_string(&page).unwrap_or(plain)
    }

    /// Returns the ordered form of a listed tool.
    fn ordered(&self, tool: &Json) -> Option<&OrderedJson> {
        let name = tool.get("name")?.as_str()?;
        self.ordered.get(name).filter(|ordered| **ordered == *tool)
    }
}

/// Returns a duration in whole milliseconds.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

type Fields = serde_json::Map<String, Json>;

struct OrderedMessage<'a> {
    message: &'a Fields,
    result: OrderedResult<'a>,
}

impl Serialize for OrderedMessage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.message {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("result", &self.result)?;
        map.end()
    }
}

struct OrderedResult<'a> {
    result: &'a Fields,
    tools: &'a [&'a OrderedJson],
}

impl Serialize for OrderedResult<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.result.iter().filter(|(name, _)| *name != "tools") {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("tools", self.tools)?;
        map.end()
    }
}
