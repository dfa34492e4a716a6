//! Which text is an identifier, and of what.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::ident::Ident;
use crate::lower::words::{noun_words, split_words};
use crate::options::Identifiers;
use crate::schema::{Schema, SchemaType};

/// The rule for identifiers, for one catalog.
#[derive(Debug)]
pub(in crate::lower) struct IdentifierRule {
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

/// How a value stands in a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is the value of the property.
    Alone,
    /// It is one element of it.
    Element,
}

impl IdentifierRule {
    /// The rule for the resources of `catalog`.
    pub(in crate::lower) fn new(catalog: &Catalog, identifiers: Identifiers) -> Self {
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
        standing: Standing,
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
            // One text that several identifiers stand in is none of them.
            ("ids", _) if standing == Standing::Alone => None,
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

/// What an identifier type is about: `ApiKeyId` gives `api key`; a type with another ending, such
/// as `Slug`, is called as it is said, and `String` is no identifier.
fn identifier_noun(name: &str) -> Option<String> {
    let words = split_words(name);
    match words.split_last() {
        Some((last, noun)) if last == "id" && !noun.is_empty() => Some(noun.join(" ")),
        _ => Ident::for_type(name)
            .filter(|_| name != "String")
            .map(|name| name.to_string()),
    }
}

/// The name of the type of identifiers of `noun`, if the overlay has given it: nouns that are made
/// of properties have no capitals.
pub(in crate::lower) fn given_name(noun: &str) -> Option<&str> {
    noun.starts_with(|letter: char| letter.is_ascii_uppercase())
        .then_some(noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> IdentifierRule {
        let resources = ["api_keys", "api_key_rotate", "access_keys", "projects"];
        IdentifierRule {
            identifiers: Identifiers::Typed,
            nouns: resources
                .iter()
                .map(|resource| noun_words(resource))
                .collect(),
        }
    }

    fn schema(kind: SchemaType, identifier: Option<&str>) -> Schema {
        Schema {
            types: vec![kind],
            identifier: identifier.map(str::to_owned),
            ..Schema::default()
        }
    }

    #[track_caller]
    fn check(resource: &str, property: &str, standing: Standing, expected: Option<&str>) {
        let schema = schema(SchemaType::String, None);
        let owner = Owner::Resource(resource);
        let found = rule().identify(property, &schema, owner, standing);
        assert_eq!(found.as_deref(), expected, "{resource}.{property}");
    }

    #[test]
    fn identifiers_are_named_after_what_they_identify() {
        let alone = |resource, property, expected| {
            check(resource, property, Standing::Alone, expected);
        };
        alone("projects", "id", Some("project"));
        alone("api_key_rotate", "id", Some("api key"));
        alone("projects", "accountId", Some("account"));
        alone("projects", "account_id", Some("account"));
        alone("projects", "paid", None);
        alone("projects", "name", None);
    }

    #[test]
    fn a_text_of_several_identifiers_is_none_and_nor_is_a_flag() {
        check("projects", "projectIds", Standing::Alone, None);
        check("projects", "projectIds", Standing::Element, Some("project"));
        check("projects", "ids", Standing::Element, Some("project"));
        let flag = schema(SchemaType::Boolean, None);
        let owner = Owner::Resource("projects");
        let found = rule().identify("byId", &flag, owner, Standing::Alone);
        assert_eq!(found, None);
    }

    #[test]
    fn the_overlay_says_what_the_type_is_called() {
        for (given, noun, name) in [
            ("ApiKeyId", Some("api key"), None),
            ("Slug", Some("Slug"), Some("Slug")),
            ("slug", Some("Slug"), Some("Slug")),
            ("String", None, None),
        ] {
            let schema = schema(SchemaType::String, Some(given));
            let owner = Owner::Resource("projects");
            let found = rule().identify("key", &schema, owner, Standing::Alone);
            assert_eq!(found.as_deref(), noun, "{given}");
            assert_eq!(found.as_deref().and_then(given_name), name, "{given}");
        }
    }
}
