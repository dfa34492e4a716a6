//! Recognizes strings that are identifiers.

use std::collections::BTreeSet;

use toolsmith_dialect::json_type::JsonType;

use crate::catalog::Catalog;
use crate::ident::Ident;
use crate::lower::words::{noun_words, split_words};
use crate::options::Identifiers;
use crate::schema::Schema;

/// The identifier rule of one catalog.
#[derive(Debug)]
pub(in crate::lower) struct IdentifierRule {
    identifiers: Identifiers,
    /// The nouns of the catalog's resources, such as `api key`.
    nouns: BTreeSet<Vec<String>>,
}

/// A kind of identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lower) enum IdentifierKind {
    /// A type named by the overlay, such as `Slug`.
    Named(String),
    /// The identifier of a noun, such as `api key`.
    Of(String),
}

impl IdentifierKind {
    /// Returns the name or the noun in the form used by the lock.
    pub(in crate::lower) fn text(&self) -> &str {
        match self {
            Self::Named(text) | Self::Of(text) => text,
        }
    }
}

/// The owner of a property.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'a> {
    /// A request or record of this resource.
    Resource(&'a str),
    /// An object that is the value of this property.
    Property(&'a str),
}

/// The role of a value within its property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueRole {
    /// The whole value of the property.
    Whole,
    /// One element of the value.
    Element,
}

impl IdentifierRule {
    /// Creates the rule for the resources of `catalog`.
    pub(in crate::lower) fn new(catalog: &Catalog, identifiers: Identifiers) -> Self {
        let tools = catalog.tools.iter().chain(&catalog.removed);
        let nouns = tools.map(|tool| noun_words(&tool.resource));
        Self {
            identifiers,
            nouns: nouns.filter(|noun| !noun.is_empty()).collect(),
        }
    }

    /// Returns the kind of identifier in `property`, or `None` if the value is not an identifier.
    pub(super) fn identify(
        &self,
        property: &str,
        schema: &Schema,
        owner: Owner<'_>,
        role: ValueRole,
    ) -> Option<IdentifierKind> {
        if let Some(name) = &schema.identifier {
            return overlay_kind(name);
        }
        let is_text = schema.types == [JsonType::String] && schema.values.is_none();
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
            // A single string that holds several identifiers is not an identifier.
            ("ids", _) if role == ValueRole::Whole => None,
            ("id" | "ids", []) => self.owner_noun(owner).map(IdentifierKind::Of),
            ("id" | "ids", noun) => Some(IdentifierKind::Of(noun.join(" "))),
            _ => None,
        }
    }

    /// Returns the noun that `id` identifies in an object: the resource itself, or the resource
    /// after which it is named.
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

/// Returns the kind of identifier for an overlay type name. `ApiKeyId` identifies an `api key`, a
/// name with another ending, such as `Slug`, is used unchanged, and `String` is not an identifier.
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

    fn schema(kind: JsonType, identifier: Option<&str>) -> Schema {
        Schema {
            types: vec![kind],
            identifier: identifier.map(str::to_owned),
            ..Schema::default()
        }
    }

    #[track_caller]
    fn check(resource: &str, property: &str, role: ValueRole, expected: Option<&str>) {
        let schema = schema(JsonType::String, None);
        let owner = Owner::Resource(resource);
        let found = rule().identify(property, &schema, owner, role);
        let expected = expected.map(|noun| IdentifierKind::Of(noun.to_owned()));
        assert_eq!(found, expected, "{resource}.{property}");
    }

    #[test]
    fn names_identifiers_after_their_noun() {
        let alone = |resource, property, expected| {
            check(resource, property, ValueRole::Whole, expected);
        };
        alone("projects", "id", Some("project"));
        alone("api_key_rotate", "id", Some("api key"));
        alone("projects", "accountId", Some("account"));
        alone("projects", "account_id", Some("account"));
        alone("projects", "paid", None);
        alone("projects", "name", None);
    }

    #[test]
    fn ignores_strings_of_several_identifiers_and_flags() {
        check("projects", "projectIds", ValueRole::Whole, None);
        check(
            "projects",
            "projectIds",
            ValueRole::Element,
            Some("project"),
        );
        check("projects", "ids", ValueRole::Element, Some("project"));
        let flag = schema(JsonType::Boolean, None);
        let owner = Owner::Resource("projects");
        let found = rule().identify("byId", &flag, owner, ValueRole::Whole);
        assert_eq!(found, None);
    }

    #[test]
    fn uses_the_type_name_of_the_overlay() {
        let named = |name: &str| Some(IdentifierKind::Named(name.to_owned()));
        for (given, expected) in [
            ("ApiKeyId", Some(IdentifierKind::Of("api key".to_owned()))),
            ("Slug", named("Slug")),
            ("slug", named("Slug")),
            ("String", None),
        ] {
            let schema = schema(JsonType::String, Some(given));
            let owner = Owner::Resource("projects");
            let found = rule().identify("key", &schema, owner, ValueRole::Whole);
            assert_eq!(found, expected, "{given}");
        }
    }
}
