//! Keywords whose value is of another kind than JSON Schema gives them.

use crate::tree::Tree;

/// Returns `true` if a keyword that restricts values has a value without a meaning.
pub(super) fn is_malformed(keyword: &str, value: &Tree) -> bool {
    let is_bool = matches!(value, Tree::Bool(_));
    let is_schema = is_bool || value.is_object();
    let is_list = |elements: &[Tree]| !elements.is_empty();
    match keyword {
        "type" => !value.is_string() && !value.as_array().is_some_and(is_list),
        "enum" | "allOf" | "anyOf" | "oneOf" => !value.as_array().is_some_and(is_list),
        "minimum" | "maximum" => !value.is_number(),
        "exclusiveMinimum" | "exclusiveMaximum" => !value.is_number() && !is_bool,
        "multipleOf" | "divisibleBy" => !value.as_f64().is_some_and(|factor| factor > 0.0),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => value.as_count().is_none(),
        "pattern" | "format" | "$ref" | "$dynamicRef" | "$recursiveRef" => !value.is_string(),
        "uniqueItems" => !is_bool,
        // Draft 3 had a flag.
        "required" => {
            let is_names = |names: &[Tree]| names.iter().all(Tree::is_string);
            !is_bool && !value.as_array().is_some_and(is_names)
        }
        "properties" | "patternProperties" | "dependentSchemas" | "dependentRequired"
        | "dependencies" => !value.is_object(),
        "items" | "additionalItems" => !is_schema && !value.is_array(),
        "prefixItems" => !value.is_array(),
        "additionalProperties"
        | "unevaluatedProperties"
        | "unevaluatedItems"
        | "propertyNames"
        | "contains"
        | "not"
        | "if"
        | "then"
        | "else" => !is_schema,
        _ => false,
    }
}
