//! Tools as text, so that the generator sees numbers, the order of keys and duplicate keys unchanged.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A tool, with the parts that a fetch reads. A part that cannot be read is empty.
#[derive(Debug, Clone)]
pub(super) struct ToolText {
    /// The name.
    pub(super) name: String,
    /// The resource.
    pub(super) resource: String,
    /// The method.
    pub(super) method: String,
    text: String,
    /// The tool says itself if it is deprecated.
    says_deprecated: bool,
}

/// The members of a JSON object in their order, each with the text of its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entries(pub(super) Vec<(String, String)>);

impl ToolText {
    /// Creates a tool from its members.
    pub(super) fn of(members: &Entries) -> Self {
        let text = |key: &str| members.string(key).unwrap_or_default();
        Self {
            name: text("name"),
            resource: text("resource"),
            method: text("method"),
            says_deprecated: members.get("deprecated").is_some(),
            text: members.to_text(),
        }
    }
}

impl From<Box<RawValue>> for ToolText {
    fn from(text: Box<RawValue>) -> Self {
        let members = Entries::parse(text.get()).unwrap_or_default();
        Self {
            text: text.get().to_owned(),
            ..Self::of(&members)
        }
    }
}

/// Marks tools as deprecated, unless they say it themselves.
pub(super) fn deprecate(tools: &mut [ToolText], is_deprecated: impl Fn(&ToolText) -> bool) {
    for tool in tools {
        if tool.says_deprecated || tool.name.is_empty() || !is_deprecated(tool) {
            continue;
        }
        // A tool with a name is an object with a member.
        if let Some(rest) = tool.text.trim_start().strip_prefix('{') {
            tool.text = format!("{{\"deprecated\":true,{rest}");
        }
    }
}

/// Returns a catalog in the form of a single response.
pub(super) fn document(tools: &[ToolText]) -> String {
    let tools: Vec<&str> = tools.iter().map(|tool| tool.text.as_str()).collect();
    format!("{{\"result\":[{}]}}", tools.join(","))
}

impl Entries {
    /// Parses an object. Returns `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Returns the text of a value.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map(|(_, text)| text.as_str())
    }

    /// Returns a value that is a string.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.get(key)?).ok()
    }

    /// Returns a value that is an object.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::parse(self.get(key)?)
    }

    /// Returns a value that is a list of strings; other entries of the list are left out.
    pub(super) fn strings(&self, key: &str) -> Vec<String> {
        let list: Option<Vec<Value>> = self
            .get(key)
            .and_then(|text| serde_json::from_str(text).ok());
        let list = list.into_iter().flatten();
        list.filter_map(|value| value.as_str().map(str::to_owned))
            .collect()
    }

    /// Replaces a value or appends it.
    pub(super) fn set(&mut self, key: &str, text: String) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, found)) => *found = text,
            None => self.0.push((key.to_owned(), text)),
        }
    }

    /// Returns the object as JSON.
    pub(super) fn to_text(&self) -> String {
        let members = self.0.iter();
        let members: Vec<String> = members
            .map(|(key, text)| format!("{}:{text}", Value::from(key.as_str())))
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Entries;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    entries.push((key, value.get().to_owned()));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
