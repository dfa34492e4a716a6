//! The errors of a validator, as problems that a model can act on.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use toolsmith_dialect::json_pointer::{escape, split};

use crate::codec::{
    Check, Expected, Json, JsonType, Mismatch, Problem, ProblemKind, describe_expected,
    explain_mismatches, nearest_name,
};
use crate::redactor::is_secret_name;

/// The parts that an explanation needs.
#[derive(Clone, Copy)]
pub(super) struct Explained<'a> {
    /// The schema with which the arguments are compared.
    pub(super) schema: &'a Json,
    /// The names of arguments that are secrets.
    pub(super) secrets: &'a BTreeSet<String>,
}

impl<'a> Explained<'a> {
    /// Adds the problems of an error.
    pub(super) fn add(self, error: &ValidationError<'_>, problems: &mut Vec<Problem>) {
        let place = error.instance_path().as_str();
        let found = &**error.instance();
        let path = |name: &str| format!("{place}/{}", escape(name));
        let mut put = |path: String, mut kind: ProblemKind| {
            if self.is_secret(&path) {
                kind.hide_found();
            }
            problems.push(Problem::new(path, kind));
        };
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                put(path(name), ProblemKind::Missing);
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let known = self.names_beside(error);
                for name in unexpected {
                    let free = known.iter().map(String::as_str);
                    let free = free.filter(|known| found.get(known).is_none());
                    let nearest = nearest_name(name, free).map(str::to_owned);
                    put(path(name), ProblemKind::Unknown { nearest });
                }
            }
            ValidationErrorKind::FalseSchema if !place.is_empty() => {
                put(place.to_owned(), ProblemKind::Unknown { nearest: None });
            }
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => {
                let names = self.branch_names(error, context.len()).into_iter();
                let branches = names.zip(context).map(|(name, errors)| {
                    let mut problems = Vec::new();
                    for error in errors {
                        self.add(error, &mut problems);
                    }
                    Mismatch { name, problems }
                });
                problems.extend(explain_mismatches(place, found, branches.collect()));
            }
            _ => put(place.to_owned(), self.kind(error)),
        }
    }

    /// Returns the kind of a problem with the value itself.
    fn kind(self, error: &ValidationError<'_>) -> ProblemKind {
        let found = &**error.instance();
        match error.kind() {
            ValidationErrorKind::Type { .. }
            | ValidationErrorKind::Enum { .. }
            | ValidationErrorKind::Constant { .. }
                if found.is_null() =>
            {
                ProblemKind::NullNotAllowed
            }
            ValidationErrorKind::Type { kind } => {
                ProblemKind::wrong_type(self.expected_type(error, kind), found)
            }
            ValidationErrorKind::Enum { options } => {
                let allowed = options.as_array().cloned().unwrap_or_default();
                ProblemKind::not_allowed(allowed, found)
            }
            ValidationErrorKind::Constant { expected_value } => {
                ProblemKind::not_allowed(vec![(**expected_value).clone()], found)
            }
            other => ProblemKind::check(self.expected(error, other), found),
        }
    }

    /// Describes what is expected instead of a value of the right type.
    fn expected(self, error: &ValidationError<'_>, kind: &ValidationErrorKind) -> String {
        match kind {
            ValidationErrorKind::Minimum { limit } => format!("at least {limit}"),
            ValidationErrorKind::Maximum { limit } => format!("at most {limit}"),
            ValidationErrorKind::ExclusiveMinimum { limit } => format!("more than {limit}"),
            ValidationErrorKind::ExclusiveMaximum { limit } => format!("less than {limit}"),
            ValidationErrorKind::MultipleOf { multiple_of } => {
                format!("a multiple of {multiple_of}")
            }
            ValidationErrorKind::MinLength { limit } => at_least(*limit, "character"),
            ValidationErrorKind::MaxLength { limit } => at_most(*limit, "character"),
            ValidationErrorKind::MinItems { limit } => at_least(*limit, "item"),
            ValidationErrorKind::MaxItems { limit } => at_most(*limit, "item"),
            ValidationErrorKind::AdditionalItems { limit } => at_most(*limit as u64, "item"),
            ValidationErrorKind::MinProperties { limit } => at_least(*limit, "property"),
            ValidationErrorKind::MaxProperties { limit } => at_most(*limit, "property"),
            ValidationErrorKind::UniqueItems => "unique items".to_owned(),
            ValidationErrorKind::Contains => match self.parent(error).map(Json::to_string) {
                Some(schema) => format!("at least one item that matches {schema}"),
                None => "at least one item that matches `contains`".to_owned(),
            },
            ValidationErrorKind::Pattern { pattern } => {
                format!("a string that matches `{pattern}`")
            }
            ValidationErrorKind::Format { format } => {
                let described =
                    crate::codec::Format::named(format).map(crate::codec::Format::describe);
                described.map_or_else(
                    || format!("a string of the format `{format}`"),
                    str::to_owned,
                )
            }
            ValidationErrorKind::Not { schema } => format!("a value that does not match {schema}"),
            ValidationErrorKind::OneOfMultipleValid { .. } => {
                "a value that matches exactly one variant".to_owned()
            }
            ValidationErrorKind::FalseSchema => "no value here".to_owned(),
            ValidationErrorKind::PropertyNames { error } => {
                format!("valid property names ({error})")
            }
            _ => format!("a valid value ({error})"),
        }
    }

    /// Describes the types that are expected, with their bounds.
    fn expected_type(self, error: &ValidationError<'_>, kind: &TypeKind) -> Expected {
        let expected = match kind {
            TypeKind::Single(kind) => type_named(kind.as_str()).into(),
            TypeKind::Multiple(kinds) => {
                let kinds = kinds.iter().map(|kind| type_named(kind.as_str()));
                // Null is left out: the value is optional.
                Expected::any_of(kinds.filter(|kind| *kind != JsonType::Null))
            }
        };
        let bound = |keyword: &str| self.parent(error)?.get(keyword)?.as_f64();
        let length = || self.parent(error)?.get("minLength")?.as_u64();
        let checks = [
            bound("minimum").map(Check::Minimum),
            bound("maximum").map(Check::Maximum),
            bound("exclusiveMinimum").map(Check::ExclusiveMinimum),
            bound("exclusiveMaximum").map(Check::ExclusiveMaximum),
            length().map(Check::MinLength),
        ];
        let checks: Vec<Check> = checks.into_iter().flatten().collect();
        describe_expected(&expected, &checks).map_or(expected, Expected::from)
    }

    /// Returns the schema that contains the keyword of an error.
    fn parent(self, error: &ValidationError<'_>) -> Option<&'a Json> {
        let (parent, _) = split(error.schema_path().as_str())?;
        self.schema.pointer(parent)
    }

    /// Returns the names of the properties that the object of an error may have.
    fn names_beside(self, error: &ValidationError<'_>) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(schema) = self.parent(error) {
            self.collect_names(schema, 0, &mut names);
        }
        names
    }

    fn collect_names(self, schema: &Json, depth: usize, names: &mut Vec<String>) {
        const MAX_DEPTH: usize = 8;
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
            names.extend(properties.keys().cloned());
        }
        let reference = schema.get("$ref").and_then(Json::as_str);
        let referenced = reference.and_then(|text| self.schema.pointer(text.strip_prefix('#')?));
        let lists = ["allOf", "anyOf", "oneOf"].iter();
        let lists = lists
            .filter_map(|key| schema.get(*key)?.as_array())
            .flatten();
        for part in lists.chain(referenced) {
            self.collect_names(part, depth + 1, names);
        }
    }

    /// Returns the names of the branches of a union.
    fn branch_names(self, error: &ValidationError<'_>, count: usize) -> Vec<String> {
        let branches = self.schema.pointer(error.schema_path().as_str());
        let name = |index: usize| {
            let branch = branches.and_then(|branches| branches.get(index));
            let text = |key: &str| branch?.get(key)?.as_str();
            let reference = text("$ref").and_then(|reference| reference.rsplit('/').next());
            let name = text("title").or(reference).map(str::to_owned);
            let kind = || text("type").map(|kind| type_named(kind).describe().to_owned());
            name.or_else(kind)
                .unwrap_or_else(|| format!("variant {}", index + 1))
        };
        (0..count).map(name).collect()
    }

    fn is_secret(self, path: &str) -> bool {
        let mut names = path.split('/').skip(1);
        names.any(|name| is_secret_name(name) || self.secrets.contains(name))
    }
}

fn at_least(count: u64, noun: &str) -> String {
    format!("at least {}", crate::codec::count(count, noun))
}

fn at_most(count: u64, noun: &str) -> String {
    format!("at most {}", crate::codec::count(count, noun))
}

fn type_named(name: &str) -> JsonType {
    match name {
        "null" => JsonType::Null,
        "boolean" => JsonType::Boolean,
        "integer" => JsonType::Integer,
        "number" => JsonType::Number,
        "string" => JsonType::String,
        "array" => JsonType::Array,
        _ => JsonType::Object,
    }
}
