//! Which text is an identifier, and of what.

use std::collections::BTreeSet;

use super::words::{noun_words, split_words};
use crate::catalog::{Catalog, Schema, SchemaType};
use crate::options::Identifiers;

/// The rule for identifiers, for one catalog.
#[derive(Debug)]
pub(super) struct IdentifierRule {
    identifiers: Identifiers,
    /// What the resources of the catalog are about: `api key`.
    nouns: BTreeSet<Vec<String>>,
}

/// Where a property stands, as far as identifiers are concerned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'a> {
    /// It is a property of a request or record of this resource.
    Resource(&'a str),
    /// It is a property of an object that stands in this property.
    Property(&'a str),
}

impl IdentifierRule {
    /// The rule for the resources of `catalog`.
    pub(super) fn new(catalog: &Catalog, identifiers: Identifiers) -> Self {
        let nouns = catalog.tools.iter().map(|tool| noun_words(&tool.resource));
        Self {
            identifiers,
            nouns: nouns.filter(|noun| !noun.is_empty()).collect(),
        }
    }

    /// What the text in `property` identifies, if it is an identifier: `api key`.
    pub(super) fn identify(
        &self,
        property: &str,
        schema: &Schema,
        owner: Owner<'_>,
    ) -> Option<String> {
        if let Some(name) = &schema.identifier {
            return identifier_noun(name);
        }
        let is_text = schema.types == [SchemaType::String] && schema.values.is_none();
        let has_meaning = schema
            .format
            .as_deref()
            .is_none_or(|format| format == "uuid");
        if self.identifiers == Identifiers::Plain || !is_text || !has_meaning {
            return None;
        }
        let words = split_words(property);
        let (last, noun) = words.split_last()?;
        match (last.as_str(), noun) {
            ("id" | "ids", []) => self.owner_noun(owner),
            ("id" | "ids", noun) => Some(noun.join(" ")),
            _ => None,
        }
    }

    /// What `id` identifies in an object: the resource, or the resource that it is named after.
    fn owner_noun(&self, owner: Owner<'_>) -> Option<String> {
        match owner {
            Owner::Resource(resource) => {
                let words = noun_words(resource);
                let shorter = (1..words.len()).rev().filter_map(|end| words.get(..end));
                let named_after = { shorter }.find(|start| self.nouns.contains(*start));
                let noun = named_after.unwrap_or(&words);
                (!noun.is_empty()).then(|| noun.join(" "))
            }
            Owner::Property(property) => {
                let words = noun_words(property);
                self.nouns.contains(&words).then(|| words.join(" "))
            }
        }
    }
}

/// What an identifier type is about: `ApiKeyId` gives `api key`; `String` is no identifier.
fn identifier_noun(name: &str) -> Option<String> {
    let words = split_words(name);
    match words.split_last() {
        Some((last, noun)) if last == "id" && !noun.is_empty() => Some(noun.join(" ")),
        _ => (name != "String" && !words.is_empty()).then(|| words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(resource: &str, property: &str, expected: Option<&str>) {
        let resources = ["api_keys", "api_key_rotate", "access_keys", "projects"];
        let rule = IdentifierRule {
            identifiers: Identifiers::Typed,
            nouns: resources
                .iter()
                .map(|resource| noun_words(resource))
                .collect(),
        };
        let schema = Schema {
            types: vec![SchemaType::String],
            ..Schema::default()
        };
        let found = rule.identify(property, &schema, Owner::Resource(resource));
        assert_eq!(found.as_deref(), expected, "{resource}.{property}");
    }

    #[test]
    fn identifiers_are_named_after_what_they_identify() {
        check("projects", "id", Some("project"));
        check("api_key_rotate", "id", Some("api key"));
        check("projects", "accountId", Some("account"));
        check("projects", "account_id", Some("account"));
        check("projects", "projectIds", Some("project"));
        check("projects", "paid", None);
        check("projects", "name", None);
    }
}
