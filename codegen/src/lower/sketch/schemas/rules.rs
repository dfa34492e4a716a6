//! The checks of keywords that no type expresses, read from the JSON of the schema.

use super::Sketcher;
use super::keyword_checks::RuleReader;
use crate::model::Check;
use crate::schema::Schema;
use crate::source::{Json, find};

impl<'a> Sketcher<'a> {
    /// Returns the checks for a whole node of the catalog, except for the keywords in `but`.
    pub(super) fn read_rules(&self, schema: &Schema, but: &[&str]) -> (Vec<Check>, Vec<String>) {
        let mut reader = RuleReader::new(&self.part.json);
        let mut checks = Vec::new();
        match self.raw(schema) {
            Some(json @ Json::Object(members)) => {
                for (keyword, value) in members {
                    if !but.contains(&keyword.as_str()) {
                        reader.read_keyword(keyword, value, json, &mut checks);
                    }
                }
            }
            Some(json) => checks = reader.read_schema(json),
            None => {}
        }
        (checks, reader.unread)
    }

    /// Returns the JSON from which a schema was read.
    pub(super) fn raw(&self, schema: &Schema) -> Option<&'a Json> {
        self.raw_at(&schema.pointer)
    }

    /// Returns the JSON at a pointer from the root of the file.
    pub(super) fn raw_at(&self, pointer: &str) -> Option<&'a Json> {
        find(&self.part.json, pointer.strip_prefix(self.pointer)?)
    }

    /// Adds checks for the keywords that no type expresses.
    pub(super) fn add_rules(
        &self,
        schema: &Schema,
        checked_branches: bool,
        checks: &mut Vec<Check>,
        unread: &mut Vec<String>,
    ) {
        let has_branches = checked_branches && !schema.branches.is_empty();
        let has_rules = !schema.rules.is_empty() || !schema.inherited.is_empty();
        if !has_rules && schema.prefix.is_empty() && !has_branches {
            return;
        }
        let mut reader = RuleReader::new(&self.part.json);
        let own = (&schema.pointer, &schema.rules, !schema.prefix.is_empty());
        let inherited = schema.inherited.iter();
        let inherited = inherited.map(|source| (&source.pointer, &source.rules, source.has_prefix));
        for (pointer, rules, has_prefix) in std::iter::once(own).chain(inherited) {
            let raw = self.raw_at(pointer).unwrap_or(&Json::Null);
            for (keyword, value) in rules {
                reader.read_keyword(keyword, value, raw, checks);
            }
            let mut others: Vec<&str> = Vec::new();
            others.extend(
                rules
                    .contains_key("patternProperties")
                    .then_some("additionalProperties"),
            );
            if has_prefix {
                others.extend(["prefixItems", "items", "additionalItems"]);
            }
            for keyword in others {
                if let Some(value) = raw.as_object().and_then(|members| members.get(keyword)) {
                    reader.read_keyword(keyword, value, raw, checks);
                }
            }
        }
        let raw = self.raw(schema).unwrap_or(&Json::Null);
        if let (true, Some(members)) = (has_branches, raw.as_object()) {
            for keyword in ["anyOf", "oneOf"] {
                if let Some(value) = members.get(keyword)
                    && !schema.rules.contains_key(keyword)
                {
                    reader.read_keyword(keyword, value, raw, checks);
                }
            }
        }
        unread.extend(reader.unread);
    }
}
