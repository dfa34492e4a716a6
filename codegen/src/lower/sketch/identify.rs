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

/// A kind of identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lower) enum IdentifierKind {
    /// A type that the overlay names: `Slug`.
    Named(String),
    /// The identifier of this noun: `api key`.
    Of(String),
}

impl IdentifierKind {
    /// Returns the name or the noun, as the lock has it.
    pub(in crate::lower) fn text(&self) -> &str {
        match self {
            Self::Named(text) | Self::Of(text) => text,
        }
    }
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
    ) -> Option<IdentifierKind> {
        if let Some(name) = &schema.identifier {
            return overlay_kind(name);
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
            ("id" | "ids", []) => self.owner_noun(owner).map(IdentifierKind::Of),
            ("id" | "ids", noun) => Some(IdentifierKind::Of(noun.join(" "))),
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

/// Returns the kind of identifier that the overlay calls `name`: `ApiKeyId` identifies an `api key`,
/// a type with another ending, such as `Slug`, keeps its name, and `String` is not an identifier.
fn overlay_kind(name: &str) -> Option<IdentifierKind> {
    let words = split_words(name);
    match words.split_last() {
        Some((last, noun)) if last == "id" && !noun.is_empty() => {
            Some(IdentifierKind::Of(noun.join(" ")))
        }
        _ if name == "String" => None,
        _ => Ident::for_type(name).map(|name| IdentifierKind::Named(name.to_string())),
    }
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
        let expected = expected.map(|noun| IdentifierKind::Of(noun.to_owned()));
        assert_eq!(found, expected, "{resource}.{property}");
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
        let named = |name: &str| Some(IdentifierKind::Named(name.to_owned()));
        for (given, expected) in [
            ("ApiKeyId", Some(IdentifierKind::Of("api key".to_owned()))),
            ("Slug", named("Slug")),
            ("slug", named("Slug")),
            ("String", None),
        ] {
            let schema = schema(SchemaType::String, Some(given));
            let owner = Owner::Resource("projects");
            let found = rule().identify("key", &schema, owner, Standing::Alone);
            assert_eq!(found, expected, "{given}");
        }
    }
}
