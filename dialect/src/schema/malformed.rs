//! Keywords whose value is of another kind than JSON Schema gives them.

use super::facet::{as_count, as_number};
use super::type_set::TypeSet;
use crate::json_type::JsonType;
use crate::tree::{Members, Tree};

/// Returns `true` if a keyword says nothing: a program writes null for a keyword that is not set, and an
/// empty list for an `enum`. A `const` of null is a value, unless the type next to it excludes null.
pub(super) fn is_unset(keyword: &str, value: &Tree, members: &Members) -> bool {
    match (keyword, value) {
        ("enum", Tree::Array(values)) => values.is_empty(),
        ("enum" | "format" | "nullable" | "pattern" | "x-nullable", Tree::Null) => true,
        ("const", Tree::Null) => {
            !is_nullable(members) && members.get("type").is_some_and(excludes_null)
        }
        _ => false,
    }
}

/// Returns `true` if a keyword of `OpenAPI` 3.0, or of its predecessor, allows null.
pub(super) fn is_nullable(members: &Members) -> bool {
    let mut keywords = ["nullable", "x-nullable"].into_iter();
    keywords.any(|keyword| members.get(keyword) == Some(&Tree::Bool(true)))
}

/// Returns `true` if `type` names known types without null.
fn excludes_null(value: &Tree) -> bool {
    let names = match value {
        Tree::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let null = TypeSet::of(JsonType::Null);
    let excludes = |name: &Tree| {
        let types = name.as_str().and_then(TypeSet::parse);
        types.is_some_and(|types| types.intersection(null).is_empty())
    };
    !names.is_empty() && names.iter().all(excludes)
}

/// Returns `true` if a keyword that restricts values has a value without a meaning.
pub(super) fn is_malformed(keyword: &str, value: &Tree) -> bool {
    let is_bool = matches!(value, Tree::Bool(_));
    let is_schema = is_bool || value.is_object();
    let is_number = as_number(value).is_some();
    let is_list = |elements: &[Tree]| !elements.is_empty();
    match keyword {
        "type" => !value.is_string() && !value.as_array().is_some_and(is_list),
        "enum" | "allOf" | "anyOf" | "oneOf" => !value.as_array().is_some_and(is_list),
        "minimum" | "maximum" => !is_number,
        "exclusiveMinimum" | "exclusiveMaximum" => !is_number && !is_bool,
        "multipleOf" | "divisibleBy" => {
            !as_number(value).is_some_and(|factor| factor.as_f64() > Some(0.0))
        }
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => as_count(value).is_none(),
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
