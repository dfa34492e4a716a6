//! One schema of a document.

use std::collections::BTreeMap;

use super::type_set::TypeSet;
use crate::json_type::JsonType;
use crate::tree::Tree;

/// The index of a [`Node`] in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(super) usize);

/// The keywords of one schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    /// The place in the document, as a JSON pointer.
    pub(crate) pointer: String,
    /// The node that this one refers to. Only the description and the annotations of this one
    /// count.
    pub(crate) alias: Option<NodeId>,
    /// `true` if no value is valid.
    pub(crate) is_never: bool,
    /// The keyword for which no value is valid.
    pub(crate) contradiction: Option<&'static str>,
    /// `type`.
    pub(crate) types: Option<TypeSet>,
    /// `enum` and `const`.
    pub(crate) values: Option<Vec<Tree>>,
    /// `title`.
    pub(crate) title: Option<String>,
    /// `description`.
    pub(crate) description: Option<String>,
    /// `properties`.
    pub(crate) properties: Vec<(String, NodeId)>,
    /// `required`.
    pub(crate) required: Vec<String>,
    /// `additionalProperties`.
    pub(crate) additional: AdditionalProperties,
    /// `items`.
    pub(crate) items: Option<NodeId>,
    /// `prefixItems`.
    pub(crate) prefix: Vec<NodeId>,
    /// `anyOf` and `oneOf`.
    pub(crate) unions: Vec<Union>,
    /// The keywords whose value is not a schema: bounds, patterns, formats, defaults.
    pub(crate) facets: BTreeMap<String, Tree>,
    /// The keywords that state a condition: `not`, `if`, `contains` and similar. The keywords of one
    /// set belong together.
    pub(crate) conditions: Vec<ConditionSet>,
    /// `patternProperties`.
    pub(crate) patterns: Vec<(String, NodeId)>,
    /// The keywords that could not be read, with their values.
    pub(crate) lost: Vec<(String, Tree)>,
    /// `true` if a keyword has a value of another kind than JSON Schema gives it. The keyword is
    /// ignored, and the schema may accept less than the node says.
    pub(crate) is_partial: bool,
}

/// The properties of an object that its schema does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum AdditionalProperties {
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
pub(crate) struct Union {
    pub(crate) keyword: &'static str,
    pub(crate) branches: Vec<NodeId>,
}

/// Keywords that state one condition together: `if` with `then` and `else`.
pub(crate) type ConditionSet = Vec<(String, Condition)>;

/// The value of a keyword that states a condition.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
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
            conditions: Vec::new(),
            patterns: Vec::new(),
            lost: Vec::new(),
            is_partial: false,
        }
    }

    pub(crate) fn property(&self, name: &str) -> Option<NodeId> {
        let mut properties = self.properties.iter();
        Some(properties.find(|(known, _)| known == name)?.1)
    }

    pub(crate) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|known| known == name)
    }

    /// Returns `true` if the schema has no schemas of branches, properties or elements.
    pub(crate) fn has_no_parts(&self) -> bool {
        self.unions.is_empty()
            && self.properties.is_empty()
            && self.patterns.is_empty()
            && !matches!(self.additional, AdditionalProperties::Each(_))
            && self.items.is_none()
            && self.prefix.is_empty()
    }

    /// Returns `true` if the schema only restricts the types.
    pub(crate) fn says_only_types(&self) -> bool {
        self.unions.is_empty() && self.says_only_types_and_unions()
    }

    /// Returns `true` if an object follows the schema if it follows its unions.
    pub(crate) fn says_only_unions(&self) -> bool {
        self.types.is_none_or(|types| types.has(JsonType::Object))
            && self.says_only_types_and_unions()
    }

    fn says_only_types_and_unions(&self) -> bool {
        self.alias.is_none()
            && !self.is_never
            && self.values.is_none()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.patterns.is_empty()
            && self.additional == AdditionalProperties::Unspecified
            && self.facets.is_empty()
            && self.conditions.is_empty()
            && self.lost.is_empty()
            && self.items.is_none()
            && self.prefix.is_empty()
    }

    /// Records that no value is valid, because of `keyword`.
    pub(super) fn refuse_all(&mut self, keyword: &'static str) {
        self.is_never = true;
        self.contradiction.get_or_insert(keyword);
    }

    /// Returns the types that the schema names, or else those that its keywords apply to; all types
    /// if neither is conclusive.
    pub(crate) fn likely_types(&self) -> TypeSet {
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
    pub(crate) fn is_unconstrained(&self) -> bool {
        self.alias.is_none()
            && !self.is_never
            && self.types.is_none_or(|types| types == TypeSet::ALL)
            && self.values.is_none()
            && self.unions.is_empty()
            && self.likely_types() == TypeSet::ALL
    }
}
