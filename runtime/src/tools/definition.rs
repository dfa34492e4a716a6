//! A tool of a generated crate, as dialects list it.

use toolsmith_dialect::{ArgumentPart, ArgumentParts, Definition, OrderedJson};

use super::tool::ToolSpec;
use crate::codec::ArgumentLocation;

impl From<&ToolSpec> for Definition<'static> {
    /// Joins the arguments of the query and the body into one object, as [`ToolSpec::check`]
    /// accepts them. A list tool returns a page, for which the catalog has no schema.
    fn from(spec: &ToolSpec) -> Self {
        let fields = spec.shape.fields().map(|field| ArgumentPart {
            name: field.name,
            is_in_path: matches!(
                field.location,
                ArgumentLocation::Path | ArgumentLocation::PathAndBody
            ),
            is_whole_body: field.location == ArgumentLocation::WholeBody,
            is_required: field.required,
        });
        let parts = ArgumentParts {
            query_schema: spec.query_schema,
            body_schema: spec.body_schema,
            has_resource: !spec.resource.is_empty(),
            arguments: &fields.collect::<Vec<_>>(),
        };
        let mut definition = Self::of_parts(spec.name, spec.description, parts)
            .title(spec.title)
            .effect(spec.effect);
        definition.is_idempotent = spec.is_idempotent;
        let response: Option<OrderedJson> = spec.response_schema.parse().ok();
        match response.filter(|schema| schema.is_object() && spec.method != "list") {
            Some(schema) => definition.response_schema(schema),
            None => definition,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::tool;

    #[test]
    fn has_the_title_and_idempotence_of_its_spec() {
        for is_idempotent in [true, false] {
            let definition = Definition::from(&ToolSpec {
                is_idempotent,
                ..*tool("shop_orders_set_tags")
            });
            assert_eq!(definition.is_idempotent, is_idempotent);
            assert_eq!(definition.title, Some(tool("shop_orders_set_tags").title));
        }
    }

    #[test]
    fn adds_the_whole_body_and_the_argument_in_the_path() {
        const LIST: &str = r##"{"type":"array","items":{"$ref":"#/$defs/tag"},"$defs":{"tag":{"type":"string"}}}"##;
        let query_schema = r#"{"type": "object", "properties": {"limit": {"type": "integer"}}}"#;
        let schema = Definition::from(&ToolSpec {
            query_schema,
            body_schema: LIST,
            ..*tool("shop_orders_set_tags")
        })
        .schema;
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(
            validator.is_valid(&json!({"body": ["a"], "limit": 5})),
            "{schema}"
        );
        assert!(!validator.is_valid(&json!({"body": [1]})), "{schema}");
        assert!(!validator.is_valid(&json!({"limit": 5})), "{schema}");

        let without_resource = Definition::from(&ToolSpec {
            resource: "",
            body_schema: LIST,
            ..*tool("shop_orders_set_tags")
        });
        assert_eq!(
            without_resource.schema.to_string(),
            LIST,
            "the body is the arguments"
        );

        let schema = Definition::from(&ToolSpec {
            body_schema: "",
            ..*tool("update_a_shop_order_cancel_by_id")
        })
        .schema;
        assert_eq!(schema["properties"], json!({"id": {"type": "string"}}));
        assert_eq!(schema["required"], json!(["id"]));
    }

    #[test]
    fn arguments_are_in_the_order_of_path_query_and_body() {
        let schema = Definition::from(&ToolSpec {
            query_schema: r#"{"type": "object", "properties": {"z": {}, "a": {}}}"#,
            body_schema: r#"{"type": "object", "properties": {"q": {}, "a": {}, "b": {}}, "required": ["q"]}"#,
            ..*tool("update_a_shop_order_cancel_by_id")
        })
        .schema
        .to_string();
        let properties = r#""properties":{"id":{"type":"string"},"z":{},"a":{},"q":{},"b":{}}"#;
        assert!(schema.contains(properties), "{schema}");
    }
}
