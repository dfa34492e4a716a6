//! Turns the keywords of a schema into checks.
//!
//! This module reads the JSON of the schema rather than the parsed schema: a check has to mean
//! exactly what the schema says, while a type expresses what its author meant.

use super::null::admit_null;
use super::pattern::{read_pattern, translate_pattern};
use crate::model::{Bound, Check, JsonType};
use crate::schema::{NoLimit, is_unset, overrules_null_type, read_count, read_limit, type_named};
use crate::source::{Json, Members, compact_json, find};

/// Maximum nesting of references. Deeper nesting is treated as a cycle.
const MAX_REFERENCE_DEPTH: usize = 4;

/// Maximum number of schemas that one reader reads, because nested references can grow
/// exponentially.
const MAX_SCHEMAS: usize = 2_000;

/// Turns schemas into checks.
pub(super) struct CheckReader<'a> {
    /// The JSON of the root schema, into which references point.
    root: &'a Json,
    depth: usize,
    left: usize,
    /// The number of keywords that are not set: an empty `enum` or a `pattern` that is null. A schema with
    /// one is not negated, because nothing shows that its author meant every value.
    unset: usize,
    /// Keywords that could not be turned into checks, for the report.
    pub(super) unread: Vec<String>,
}

impl<'a> CheckReader<'a> {
    /// Creates a reader for the schemas inside `root`.
    pub(super) fn new(root: &'a Json) -> Self {
        Self {
            root,
            depth: 0,
            left: MAX_SCHEMAS,
            unset: 0,
            unread: Vec::new(),
        }
    }

    /// Returns the checks that express `json`, except for formats, which JSON Schema treats as
    /// annotations.
    pub(super) fn read_schema(&mut self, json: &Json) -> Vec<Check> {
        let members = match json {
            Json::Object(members) => members,
            Json::Bool(false) => return vec![Check::Never],
            _ => return Vec::new(),
        };
        let Some(left) = self.left.checked_sub(1) else {
            self.unread.push("$ref".to_owned());
            return Vec::new();
        };
        self.left = left;
        let mut checks = Vec::new();
        for (keyword, value) in members {
            self.read_keyword(keyword, value, json, &mut checks);
        }
        if is_nullable(json) {
            admit_null(&mut checks);
        }
        checks
    }

    /// Returns the checks that express all of `json`, or `None` if some keyword cannot be checked.
    /// Negated schemas need this: a partial check would reject valid values.
    fn read_whole(&mut self, json: &Json) -> Option<Vec<Check>> {
        let before = (self.unread.len(), self.unset);
        let checks = self.read_schema(json);
        ((self.unread.len(), self.unset) == before).then_some(checks)
    }

    /// Adds the checks for one keyword of `schema`.
    pub(super) fn read_keyword(
        &mut self,
        keyword: &str,
        value: &Json,
        schema: &Json,
        checks: &mut Vec<Check>,
    ) {
        let mut members = schema.as_object().into_iter();
        if members.any(|members| is_unset(keyword, value, members)) {
            self.unset += 1;
            return;
        }
        match keyword {
            "type" => checks.extend(read_type(value, schema)),
            "const" => checks.push(Check::Enum(vec![compact_json(value)])),
            "enum" => checks.extend(
                value
                    .as_array()
                    .map(|values| Check::Enum(values.iter().map(compact_json).collect())),
            ),
            "uniqueItems" if value.as_bool() == Some(true) => checks.push(Check::UniqueItems),
            "pattern" => match value.as_str().and_then(read_pattern) {
                Some(pattern) => checks.extend(pattern),
                None => self.unread.push(keyword.to_owned()),
            },
            "required" => checks.extend(names(value).map(Check::Required)),
            "not" => checks.extend(self.read_whole(value).map(Check::Not)),
            "if" => self.read_condition(value, schema, checks),
            "anyOf" | "oneOf" | "allOf" => self.read_branches(keyword, value, checks),
            "$ref" => self.read_reference(value, checks),
            "unevaluatedItems" | "unevaluatedProperties" | "$dynamicRef" | "$recursiveRef" => {
                self.unread.push(keyword.to_owned());
            }
            "properties"
            | "patternProperties"
            | "propertyNames"
            | "additionalProperties"
            | "dependencies"
            | "dependentRequired"
            | "dependentSchemas" => {
                self.read_object_keyword(keyword, value, schema, checks);
            }
            "items" | "prefixItems" | "contains" | "additionalItems" => {
                self.read_list_keyword(keyword, value, schema, checks);
            }
            _ => self.read_bound(keyword, value, schema, checks),
        }
    }

    fn read_bound(&mut self, keyword: &str, value: &Json, schema: &Json, checks: &mut Vec<Check>) {
        let Some(bound) = Bound::parse(keyword) else {
            return;
        };
        let none = Members::default();
        let members = schema.as_object().unwrap_or(&none);
        match read_limit(bound, value, members) {
            Ok(limit) => checks.extend(match limit.large {
                _ if limit.bound.is_length() => {
                    let count = read_count(value);
                    count.map(|count| Check::Count(limit.bound, count))
                }
                Some((bound, limit)) => Some(Check::Integer(bound, limit)),
                None => Some(Check::Number(limit.bound, limit.value)),
            }),
            Err(NoLimit::Invalid) => self.unread.push(keyword.to_owned()),
            Err(NoLimit::Unset) => {}
        }
    }

    fn read_object_keyword(
        &mut self,
        keyword: &str,
        value: &Json,
        schema: &Json,
        checks: &mut Vec<Check>,
    ) {
        let entries = value.as_object().into_iter().flatten();
        match keyword {
            "properties" => {
                for (name, inner) in entries {
                    let inner = self.read_schema(inner);
                    if !inner.is_empty() {
                        checks.push(Check::Property(name.clone(), inner));
                    }
                }
            }
            "patternProperties" => {
                for (pattern, inner) in entries {
                    let inner = self.read_schema(inner);
                    match translate_pattern(pattern) {
                        Some(pattern) => checks.push(Check::PatternProperty(pattern, inner)),
                        None => self.unread.push(keyword.to_owned()),
                    }
                }
            }
            "propertyNames" => {
                let inner = self.read_schema(value);
                checks.push(Check::PropertyNames(inner));
            }
            "additionalProperties" => {
                let inner = self.read_schema(value);
                if !inner.is_empty() {
                    let names = |keyword| {
                        let entries = member(schema, keyword).and_then(Json::as_object);
                        entries.into_iter().flatten().map(|(name, _)| name)
                    };
                    let patterns = names("patternProperties");
                    let patterns: Option<Vec<String>> =
                        patterns.map(|pattern| translate_pattern(pattern)).collect();
                    match patterns {
                        Some(patterns) => {
                            let names = names("properties").cloned().collect();
                            checks.push(Check::AdditionalProperties(names, patterns, inner));
                        }
                        None => self.unread.push(keyword.to_owned()),
                    }
                }
            }
            _ => {
                for (name, inner) in entries {
                    let inner = match inner {
                        Json::Array(_) => self::names(inner)
                            .map(Check::Required)
                            .into_iter()
                            .collect(),
                        Json::String(other) => vec![Check::Required(vec![other.clone()])],
                        inner => self.read_schema(inner),
                    };
                    checks.push(Check::Dependent(name.clone(), inner));
                }
            }
        }
    }

    fn read_list_keyword(
        &mut self,
        keyword: &str,
        value: &Json,
        schema: &Json,
        checks: &mut Vec<Check>,
    ) {
        let length = |keyword| {
            member(schema, keyword)
                .and_then(Json::as_array)
                .map(<[Json]>::len)
        };
        match (keyword, value) {
            ("prefixItems" | "items", Json::Array(elements)) => {
                let first = elements.iter().map(|element| self.read_schema(element));
                checks.push(Check::PrefixItems(first.collect()));
            }
            ("items", value) => {
                let inner = self.read_schema(value);
                if !inner.is_empty() {
                    checks.push(match length("prefixItems") {
                        Some(first) => Check::ItemsAfter(first, inner),
                        None => Check::Items(inner),
                    });
                }
            }
            ("additionalItems", value) => {
                let inner = self.read_schema(value);
                if let (Some(first), false) = (length("items"), inner.is_empty()) {
                    checks.push(Check::ItemsAfter(first, inner));
                }
            }
            ("contains", value) => {
                let Some(inner) = self.read_whole(value) else {
                    return;
                };
                let bound = |keyword| member(schema, keyword).and_then(read_count);
                let least = bound("minContains").unwrap_or(1);
                let most = bound("maxContains").unwrap_or(u64::MAX);
                if least > 0 || most < u64::MAX {
                    checks.push(Check::Contains(inner, least, most));
                }
            }
            _ => {}
        }
    }

    fn read_condition(&mut self, condition: &Json, schema: &Json, checks: &mut Vec<Check>) {
        let Some(condition) = self.read_whole(condition) else {
            return;
        };
        let mut branch = |keyword| {
            let branch = member(schema, keyword);
            branch
                .map(|json| self.read_schema(json))
                .unwrap_or_default()
        };
        let (then, otherwise) = (branch("then"), branch("else"));
        if !then.is_empty() || !otherwise.is_empty() {
            checks.push(Check::If(condition, then, otherwise));
        }
    }

    fn read_branches(&mut self, keyword: &str, value: &Json, checks: &mut Vec<Check>) {
        let before = self.unread.len();
        let branches = value.as_array().unwrap_or_default();
        let branches: Vec<Vec<Check>> =
            branches.iter().map(|json| self.read_schema(json)).collect();
        let lets_all_pass = branches.iter().any(Vec::is_empty);
        match keyword {
            "allOf" => checks.extend(branches.into_iter().flatten()),
            "oneOf" if branches.len() > 1 && self.unread.len() == before => {
                checks.push(Check::OneOf(branches));
            }
            _ if lets_all_pass || branches.is_empty() => {}
            _ => checks.push(Check::AnyOf(branches)),
        }
    }

    fn read_reference(&mut self, value: &Json, checks: &mut Vec<Check>) {
        let pointer = value.as_str().and_then(|text| text.strip_prefix('#'));
        let pointer = pointer.filter(|pointer| pointer.is_empty() || pointer.starts_with('/'));
        let target = pointer.and_then(|pointer| find(self.root, pointer));
        match target {
            Some(target) if self.depth < MAX_REFERENCE_DEPTH => {
                self.depth += 1;
                let inner = self.read_schema(target);
                self.depth -= 1;
                checks.extend(inner);
            }
            _ => self.unread.push("$ref".to_owned()),
        }
    }
}

fn member<'json>(schema: &'json Json, keyword: &str) -> Option<&'json Json> {
    schema.as_object()?.get(keyword)
}

fn is_nullable(schema: &Json) -> bool {
    let mut keywords = ["nullable", "x-nullable"].into_iter();
    keywords.any(|keyword| member(schema, keyword) == Some(&Json::Bool(true)))
}

/// Reads a list of names.
fn names(value: &Json) -> Option<Vec<String>> {
    let names = value.as_array()?.iter().filter_map(Json::as_str);
    let names: Vec<String> = names.map(str::to_owned).collect();
    (!names.is_empty()).then_some(names)
}

fn read_type(value: &Json, schema: &Json) -> Option<Check> {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    if schema.as_object().is_some_and(overrules_null_type) {
        return None;
    }
    let mut types = Vec::new();
    for name in names {
        let name = name.as_str()?;
        types.push(type_named(name)?);
    }
    if is_nullable(schema) {
        types.push(JsonType::Null);
    }
    (!types.is_empty()).then_some(Check::Type(types))
}
