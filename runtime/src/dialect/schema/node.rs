//! One schema of a document.

use std::collections::BTreeMap;

use super::type_set::TypeSet;
use crate::codec::JsonType;
use crate::dialect::tree::Tree;

/// The index of a [`Node`] in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::dialect) struct NodeId(pub(super) usize);

/// The keywords of one schema.
#[derive(Debug, Clone, Default)]
pub(in crate::dialect) struct Node {
    /// The place in the document, as a JSON pointer.
    pub(in crate::dialect) pointer: String,
    /// The node that this one refers to. Only the description and the annotations of this one
    /// count.
    pub(in crate::dialect) alias: Option<NodeId>,
    /// `true` if no value is valid.
    pub(in crate::dialect) is_never: bool,
    /// The keyword for which no value is valid.
    pub(in crate::dialect) contradiction: Option<&'static str>,
    /// `type`.
    pub(in crate::dialect) types: Option<TypeSet>,
    /// `enum` and `const`.
    pub(in crate::dialect) values: Option<Vec<Tree>>,
    /// `title`.
    pub(in crate::dialect) title: Option<String>,
    /// `description`.
    pub(in crate::dialect) description: Option<String>,
    /// `properties`.
    pub(in crate::dialect) properties: Vec<(String, NodeId)>,
    /// `required`.
    pub(in crate::dialect) required: Vec<String>,
    /// `additionalProperties`.
    pub(in crate::dialect) additional: AdditionalProperties,
    /// `items`.
    pub(in crate::dialect) items: Option<NodeId>,
    /// `prefixItems`.
    pub(in crate::dialect) prefix: Vec<NodeId>,
    /// `anyOf` and `oneOf`.
    pub(in crate::dialect) unions: Vec<Union>,
    /// The keywords whose value is not a schema: bounds, patterns, formats, defaults.
    pub(in crate::dialect) facets: BTreeMap<String, Tree>,
    /// The keywords that state a condition: `not`, `if`, `contains` and similar. The keywords of one
    /// set belong together.
    pub(in crate::dialect) rules: Vec<RuleSet>,
    /// `patternProperties`.
    pub(in crate::dialect) patterns: Vec<(String, NodeId)>,
    /// The keywords that could not be read, with their values.
    pub(in crate::dialect) lost: Vec<(String, Tree)>,
}

/// The properties of an object that its schema does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::dialect) enum AdditionalProperties {
    /// The keyword is absent.
    #[default]
    Unspecified,
    /// Explicitly any.
    Any,
    /// None.
    Forbidden,
    /// Values of this schema.
    Each(NodeId),
}

/// `anyOf` or `oneOf`.
#[derive(Debug, Clone)]
pub(in crate::dialect) struct Union {
    pub(in crate::dialect) keyword: &'static str,
    pub(in crate::dialect) branches: Vec<NodeId>,
}

/// Keywords that state one condition together: `if` with `then` and `else`.
pub(in crate::dialect) type RuleSet = Vec<(String, Rule)>;

/// The value of a keyword that states a condition.
#[derive(Debug, Clone)]
pub(in crate::dialect) enum Rule {
    Schema(NodeId),
    Map(Vec<(String, NodeId)>),
    Value(Tree),
}

impl Node {
    pub(super) const fn empty() -> Self {
        Self {
            pointer: String::new(),
            alias: None,
            is_never: false,
            contradiction: None,
            types: None,
            values: None,
            title: None,
            description: None,
            properties: Vec::new(),
            required: Vec::new(),
            additional: AdditionalProperties::Unspecified,
            items: None,
            prefix: Vec::new(),
            unions: Vec::new(),
            facets: BTreeMap::new(),
            rules: Vec::new(),
            patterns: Vec::new(),
            lost: Vec::new(),
        }
    }

    pub(in crate::dialect) fn property(&self, name: &str) -> Option<NodeId> {
        let mut properties = self.properties.iter();
        Some(properties.find(|(known, _)| known == name)?.1)
    }

    pub(in crate::dialect) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|known| known == name)
    }

    /// Records that no value is valid, because of `keyword`.
    pub(super) fn refuse_all(&mut self, keyword: &'static str) {
        self.is_never = true;
        self.contradiction.get_or_insert(keyword);
    }

    /// Returns the types that the schema names, or else those that its keywords apply to; all types
    /// if neither is conclusive.
    pub(in crate::dialect) fn likely_types(&self) -> TypeSet {
        if let Some(types) = self.types {
            return types;
        }
        if let Some(values) = &self.values {
            return values.iter().map(Tree::json_type).collect();
        }
        let has_any = |keywords: &[&str]| keywords.iter().any(|key| self.facets.contains_key(*key));
        let is_object = !self.properties.is_empty()
            || !self.required.is_empty()
            || !self.patterns.is_empty()
            || self.additional != AdditionalProperties::Unspecified
            || has_any(&["minProperties", "maxProperties"]);
        let is_array = self.items.is_some()
            || !self.prefix.is_empty()
            || has_any(&["minItems", "maxItems", "uniqueItems"]);
        let is_number = has_any(&[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ]);
        let is_string = has_any(&["minLength", "maxLength", "pattern", "format"]);
        let indications = [
            (is_object, JsonType::Object),
            (is_array, JsonType::Array),
            (is_number, JsonType::Number),
            (is_string, JsonType::String),
        ];
        let mut indicated = indications.iter().filter(|(is_indicated, _)| *is_indicated);
        match (indicated.next(), indicated.next()) {
            (Some((_, json_type)), None) => TypeSet::of(*json_type),
            _ => TypeSet::ALL,
        }
    }

    /// Returns `true` if the schema allows any value.
    pub(in crate::dialect) fn is_unconstrained(&self) -> bool {
        self.alias.is_none()
            && !self.is_never
            && self.types.is_none_or(|types| types == TypeSet::ALL)
            && self.values.is_none()
            && self.unions.is_empty()
            && self.likely_types() == TypeSet::ALL
    }
}
