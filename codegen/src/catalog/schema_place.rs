//! Places of schemas.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::source::{child, quoted};
use toolsmith_dialect::direction::Direction;

/// One of the schemas of a tool, in the order of their keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SchemaPart {
    /// `body_schema`.
    Body,
    /// `inputSchema`.
    Input,
    /// `outputSchema`.
    Output,
    /// `query_schema`.
    Query,
    /// `response_schema`.
    Response,
}

impl SchemaPart {
    const ALL: [Self; 5] = [
        Self::Body,
        Self::Input,
        Self::Output,
        Self::Query,
        Self::Response,
    ];

    /// Returns the keyword of the tool that has this schema.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Body => "body_schema",
            Self::Input => "inputSchema",
            Self::Output => "outputSchema",
            Self::Query => "query_schema",
            Self::Response => "response_schema",
        }
    }
}

/// The place of a schema: a tool, one of its schemas, and a JSON pointer into that schema.
///
/// The lock and the overlay write it as `list_all_webhooks#/query_schema/properties/topic`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaPlace {
    /// The name of the tool.
    pub(crate) tool: Arc<str>,
    /// The schema of the tool.
    pub(crate) part: SchemaPart,
    /// The JSON pointer inside the schema, empty for its root.
    pub(crate) pointer: String,
}

impl SchemaPlace {
    /// Returns the root of a schema.
    pub(crate) fn root(tool: &str, part: SchemaPart) -> Self {
        Self {
            tool: tool.into(),
            part,
            pointer: String::new(),
        }
    }

    /// Returns the place at a pointer into the tool, if the pointer leads into one of its schemas.
    pub(crate) fn in_tool(tool: &str, pointer: &str) -> Option<Self> {
        let pointer = pointer.strip_prefix('/')?;
        SchemaPart::ALL.into_iter().find_map(|part| {
            let inner = pointer.strip_prefix(part.keyword())?;
            (inner.is_empty() || inner.starts_with('/')).then(|| Self {
                tool: tool.into(),
                part,
                pointer: inner.to_owned(),
            })
        })
    }

    /// Parses a place as the lock and the overlay write it, the inverse of `to_string`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // The name of a tool may have the sign, too.
        let mut ends = text.match_indices('#');
        ends.find_map(|(end, sign)| {
            let (tool, pointer) = text.split_at_checked(end)?;
            Self::in_tool(tool, pointer.strip_prefix(sign)?)
        })
    }

    /// Returns the place of the subschema at `pointer`.
    pub(crate) fn join(&self, pointer: &str) -> Self {
        Self {
            pointer: format!("{}{pointer}", self.pointer),
            ..self.clone()
        }
    }

    /// Returns the JSON pointer from `other` to this place, if this place is in it.
    pub(crate) fn below(&self, other: &Self) -> Option<&str> {
        let is_there = self.tool == other.tool && self.part == other.part;
        let inner = self.pointer.strip_prefix(&other.pointer);
        inner.filter(|inner| is_there && (inner.is_empty() || inner.starts_with('/')))
    }

    /// Returns the place of a property.
    pub(crate) fn property(&self, name: &str) -> Self {
        self.join(&child("/properties", name))
    }

    /// Returns the direction in which values of the schema travel.
    pub(crate) fn direction(&self) -> Direction {
        match self.part {
            SchemaPart::Body | SchemaPart::Input | SchemaPart::Query => Direction::Request,
            SchemaPart::Output | SchemaPart::Response => Direction::Response,
        }
    }

    /// Returns the JSON pointer from the tool: `/query_schema/properties/topic`.
    pub(crate) fn pointer_in_tool(&self) -> String {
        format!("/{}{}", self.part.keyword(), self.pointer)
    }
}

impl fmt::Display for SchemaPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tool,
            part,
            pointer,
        } = self;
        write!(formatter, "{tool}#/{}{pointer}", part.keyword())
    }
}

impl Serialize for SchemaPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SchemaPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            Error::custom(format_args!("{} is not a place of a schema", quoted(&text)))
        })
    }
}

/// Orders places as the lock does.
impl Ord for SchemaPlace {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, two): (&str, &str) = (&self.tool, &other.tool);
        let tools = match one.cmp(two) {
            Ordering::Equal => Ordering::Equal,
            // What follows the shorter name decides.
            _ if one.starts_with(two) || two.starts_with(one) => {
                one.bytes().chain(*b"#/").cmp(two.bytes().chain(*b"#/"))
            }
            order => order,
        };
        tools
            .then(self.part.cmp(&other.part))
            .then_with(|| self.pointer.cmp(&other.pointer))
    }
}

impl PartialOrd for SchemaPlace {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_places_like_their_strings() {
        let places = [
            ("a", "/body_schema/properties/x"),
            ("a", "/outputSchema"),
            ("a", "/query_schema/properties/x/items"),
            ("a b", "/query_schema"),
            ("a#b", "/query_schema/properties/#"),
            ("a_b", "/response_schema"),
        ];
        let places = places.map(|(tool, pointer)| SchemaPlace::in_tool(tool, pointer).unwrap());
        for one in &places {
            for other in &places {
                let texts = one.to_string().cmp(&other.to_string());
                assert_eq!(one.cmp(other), texts, "{one} {other}");
            }
            assert_eq!(SchemaPlace::parse(&one.to_string()).as_ref(), Some(one));
        }
    }

    #[test]
    fn finds_no_place_outside_of_a_schema() {
        assert_eq!(SchemaPlace::in_tool("a", "/description"), None);
        assert_eq!(SchemaPlace::in_tool("a", "/query_schemas/x"), None);
    }
}
