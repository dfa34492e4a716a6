//! The checks of keywords that no type expresses, read from the JSON of the schema.

use super::Sketcher;
use super::keyword_checks::CheckReader;
use crate::model::Check;
use crate::schema::Schema;
use crate::source::{Json, child, find};

impl<'a> Sketcher<'a> {
    /// Returns the checks for a whole node of the catalog, except for the keywords in `but`.
    pub(super) fn read_rules(&self, schema: &Schema, but: &[&str]) -> (Vec<Check>, Vec<String>) {
        let mut reader = CheckReader::new(&self.part.json);
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
        let union = self.union_of(schema).filter(|_| checked_branches);
        let has_rules = !schema.untyped_keywords.is_empty() || !schema.inherited.is_empty();
        if !has_rules && schema.prefix.is_empty() && union.is_none() {
            return;
        }
        let mut reader = CheckReader::new(&self.part.json);
        let own = (
            &schema.pointer,
            &schema.untyped_keywords,
            !schema.prefix.is_empty(),
        );
        let inherited = schema.inherited.iter();
        let inherited =
            inherited.map(|source| (&source.pointer, &source.untyped_keywords, source.has_prefix));
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
        if let Some((keyword, value)) = union {
            reader.read_keyword(keyword, value, &Json::Null, checks);
        }
        unread.extend(reader.unread);
    }

    /// Returns the keyword of the union of a schema, and its branches, unless they are among the
    /// rules of the schema.
    pub(super) fn union_of<'s>(&self, schema: &'s Schema) -> Option<(&'s str, &'a Json)> {
        let list = schema.union_pointer()?;
        let (around, keyword) = list.rsplit_once('/')?;
        let is_rule = around == schema.pointer && schema.untyped_keywords.contains_key(keyword);
        let value = self.raw_at(list).filter(|_| !is_rule)?;
        Some((keyword, value))
    }

    /// Adds the checks of the schemas elsewhere that were merged into `schema`, other than those of the
    /// keyword in which it is.
    pub(super) fn add_around(
        &self,
        schema: &Schema,
        checks: &mut Vec<Check>,
        unread: &mut Vec<String>,
    ) {
        for pointer in &schema.around {
            let Some(json @ Json::Object(members)) = self.raw_at(pointer) else {
                continue;
            };
            let mut reader = CheckReader::new(&self.part.json);
            for (keyword, value) in members {
                let inside = child(pointer, keyword);
                if !schema.pointer.starts_with(&format!("{inside}/")) {
                    reader.read_keyword(keyword, value, json, checks);
                }
            }
            unread.extend(reader.unread);
        }
    }
}
