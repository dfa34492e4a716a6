//! The check of arguments by a JSON Schema.

use std::collections::BTreeSet;

use jsonschema::Validator;

use super::closed::close;
use super::explain::Explained;
use crate::codec::{ArgumentError, Format, Json, Problem, ProblemKind};

/// The formats that are read as those of compiled requests are.
const FORMATS: [&str; 10] = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "uri",
    "hostname",
    "ipv4",
    "ipv6",
    "uuid",
];

/// The number of problems that are reported.
const MAX_PROBLEMS: usize = 200;

/// Decodes arguments into the type of a function.
///
/// # Errors
///
/// They fit the schema, but not the type.
pub(crate) type Decode = fn(&Json) -> Result<(), String>;

/// The check of a tool's arguments.
pub(super) struct Schema {
    /// The schema with which the arguments are compared.
    document: Json,
    validator: Validator,
    secrets: BTreeSet<String>,
    decode: Option<Decode>,
}

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    ///
    /// It is not a schema of an object, or refers to another document.
    pub(super) fn compile(
        schema: &Json,
        secrets: BTreeSet<String>,
        decode: Option<Decode>,
    ) -> Result<Self, String> {
        let mut schema = schema.clone();
        if !describes_object(&schema) {
            return Err("the schema of the arguments does not describe an object".to_owned());
        }
        if let Json::Object(fields) = &mut schema {
            fields.entry("type").or_insert_with(|| Json::from("object"));
        }
        close(&mut schema);
        let validator = FORMATS
            .iter()
            .filter_map(|name| Some((*name, Format::named(name)?)))
            .fold(jsonschema::options(), |options, (name, format)| {
                options.with_format(name, move |text| format.accepts(text))
            })
            .should_validate_formats(true);
        let validator = validator.build(&schema).map_err(|error| {
            let place = error.instance_path().as_str();
            format!("the schema of the arguments is invalid at `{place}`: {error}")
        })?;
        Ok(Self {
            document: schema,
            validator,
            secrets,
            decode,
        })
    }

    /// Returns the names of the required and of the other arguments at the top.
    pub(super) fn names(&self) -> (Vec<&str>, Vec<&str>) {
        let required = self.document.get("required").and_then(Json::as_array);
        let required: BTreeSet<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        let properties = self.document.get("properties").and_then(Json::as_object);
        let names = properties
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str());
        names.partition(|name| required.contains(name))
    }

    /// Returns arguments that are valid, unchanged.
    ///
    /// # Errors
    ///
    /// Returns all problems.
    pub(super) fn check(&self, arguments: Json) -> Result<Json, ArgumentError> {
        let mut problems = Vec::new();
        for error in self.validator.iter_errors(&arguments).take(MAX_PROBLEMS) {
            let explained = Explained {
                schema: &self.document,
                secrets: &self.secrets,
            };
            explained.add(&error, &mut problems);
        }
        let problems = distinct(problems);
        if !problems.is_empty() {
            return Err(ArgumentError::new(problems));
        }
        if let Some(problem) = self.decode.and_then(|decode| decode(&arguments).err()) {
            let kind = ProblemKind::check(format!("other arguments ({problem})"), &arguments);
            let problem = Problem::new(String::new(), kind);
            return Err(ArgumentError::new(vec![problem]));
        }
        Ok(arguments)
    }
}

/// Returns `true` unless a schema says that the value is not an object.
fn describes_object(schema: &Json) -> bool {
    let Json::Object(fields) = schema else {
        return *schema == Json::Bool(true);
    };
    match fields.get("type") {
        None => true,
        Some(Json::String(kind)) => kind == "object",
        Some(Json::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        Some(_) => false,
    }
}

/// Returns one problem of each kind for each place. A value that differs from all allowed ones, or of no
/// variant, has no problem of its type next to it.
fn distinct(problems: Vec<Problem>) -> Vec<Problem> {
    let mut distinct: Vec<Problem> = Vec::new();
    for problem in problems {
        let same = distinct.iter().position(|known| known.path == problem.path);
        let rank = |problem: &Problem| match problem.kind {
            ProblemKind::NullNotAllowed => 0,
            ProblemKind::NotAllowed { .. } => 1,
            ProblemKind::WrongType { .. } => 2,
            _ => 3,
        };
        match same.and_then(|index| distinct.get_mut(index)) {
            Some(known) if known.kind == problem.kind => {}
            // The type or the value is wrong: bounds of the right ones say nothing more.
            Some(known) if rank(known).min(rank(&problem)) < 3 => {
                if rank(&problem) < rank(known) {
                    *known = problem;
                }
            }
            _ => distinct.push(problem),
        }
    }
    distinct
}
