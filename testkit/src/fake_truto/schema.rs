//! Validates the arguments of a call against a tool's schemas, as Truto does before it forwards the call.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::responses::{Record, Refusal, bad_request};

/// A compiled schema of a tool.
pub(crate) struct Checker {
    place: &'static str,
    schema: Value,
    validator: Validator,
}

impl Checker {
    /// Compiles a schema; `place` is `query`, `body` or `response`.
    ///
    /// # Errors
    ///
    /// The schema is not JSON Schema.
    pub(crate) fn compile(place: &'static str, schema: Option<&Value>) -> Result<Checker, String> {
        let schema = match schema {
            None | Some(Value::Null) => json!({ "type": "object" }),
            Some(schema) => schema.clone(),
        };
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| format!("the {place} schema is not valid: {error}"))?;
        Ok(Checker {
            place,
            schema,
            validator,
        })
    }

    /// Converts the strings of a query to the types of the schema, if possible.
    pub(crate) fn coerce(&self, query: Record) -> Record {
        match coerce(Value::Object(query), &self.schema) {
            Value::Object(query) => query,
            _ => Record::new(),
        }
    }

    /// Returns `true` if the schema has a property of this name.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.properties()
            .is_some_and(|properties| properties.contains_key(name))
    }

    /// Returns all problems of an object with their paths. Unknown names are problems.
    pub(crate) fn problems(&self, object: &Record) -> Vec<Value> {
        let instance = Value::Object(object.clone());
        let mut problems: Vec<Value> = self
            .validator
            .iter_errors(&instance)
            .map(|error| self.problem(error.instance_path().as_str(), &error.to_string()))
            .collect();
        if !self.is_open() {
            let unknown = object.keys().filter(|name| !self.declares(name));
            problems.extend(unknown.map(|name| self.unknown(name)));
        }
        problems
    }

    fn properties(&self) -> Option<&Map<String, Value>> {
        self.schema.get("properties").and_then(Value::as_object)
    }

    /// Returns `true` if the schema explicitly allows unknown names.
    fn is_open(&self) -> bool {
        match self.schema.get("additionalProperties") {
            Some(Value::Bool(open)) => *open,
            Some(Value::Object(_)) => true,
            _ => false,
        }
    }

    fn unknown(&self, name: &str) -> Value {
        let known: Vec<&str> = self
            .properties()
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
            .collect();
        let known = if known.is_empty() {
            "none is expected here".to_owned()
        } else {
            format!("known are {}", known.join(", "))
        };
        let message = format!("unknown parameter {name:?}; {known}");
        self.problem(&format!("/{name}"), &message)
    }

    fn problem(&self, path: &str, message: &str) -> Value {
        json!({ "in": self.place, "path": path, "message": message })
    }
}

/// Returns an error with all problems, if there are any.
pub(crate) fn refuse_problems(tool: &str, problems: Vec<Value>) -> Result<(), Refusal> {
    if problems.is_empty() {
        return Ok(());
    }
    let first = problems.first().and_then(|problem| problem.get("message"));
    let first = first.and_then(Value::as_str).unwrap_or_default();
    let message = format!("The arguments of {tool} are not valid: {first}");
    Err(bad_request(&message).details(Value::Array(problems)))
}

fn coerce(value: Value, schema: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| match property(schema, &name) {
                    Some(schema) => {
                        let value = coerce(value, schema);
                        (name, value)
                    }
                    None => (name, value),
                })
                .collect(),
        ),
        Value::Array(items) => match schema.get("items") {
            Some(schema) => items.into_iter().map(|item| coerce(item, schema)).collect(),
            None => Value::Array(items),
        },
        Value::String(text) => coerce_text(text, schema),
        other => other,
    }
}

fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let declared = schema.get("properties").and_then(|all| all.get(name));
    declared.or_else(|| schema.get("additionalProperties"))
}

fn coerce_text(text: String, schema: &Value) -> Value {
    let types = types(schema);
    let read = |name: &&str| match *name {
        "integer" => text.parse::<i64>().ok().map(Value::from),
        "number" => text.parse::<f64>().ok().map(Value::from),
        "boolean" => text.parse::<bool>().ok().map(Value::from),
        "null" if text.is_empty() => Some(Value::Null),
        _ => None,
    };
    match types.iter().find_map(read) {
        Some(value) => value,
        None => Value::String(text),
    }
}

/// Returns the types that a schema and its branches allow.
fn types(schema: &Value) -> Vec<&str> {
    let own = match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let branches = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword).and_then(Value::as_array))
        .flatten()
        .flat_map(types);
    own.into_iter().chain(branches).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Checker;
    use crate::fake_truto::store::record;

    #[track_caller]
    fn check(query: Value, coerced: &Value, paths: &[&str]) {
        let schema = json!({
            "properties": {
                "limit": {"type": "integer", "minimum": 1},
                "active": {"type": ["boolean", "null"]},
                "when": {"type": "string", "format": "date-time"},
                "sizes": {"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "string"}]}},
            },
            "required": ["limit"],
        });
        let checker = Checker::compile("query", Some(&schema)).unwrap();
        let object = checker.coerce(record(query));
        assert_eq!(&Value::Object(object.clone()), coerced);
        let problems = checker.problems(&object);
        let found: Vec<&str> = problems
            .iter()
            .filter_map(|problem| problem["path"].as_str())
            .collect();
        assert_eq!(found, paths, "{problems:#?}");
    }

    #[test]
    fn text_becomes_what_the_schema_asks_for() {
        check(
            json!({"limit": "5", "active": "false", "sizes": ["1.5", "xl"]}),
            &json!({"limit": 5, "active": false, "sizes": [1.5, "xl"]}),
            &[],
        );
        check(
            json!({"limit": "5", "active": ""}),
            &json!({"limit": 5, "active": null}),
            &[],
        );
        check(
            json!({"limit": "many"}),
            &json!({"limit": "many"}),
            &["/limit"],
        );
        check(
            json!({"limit": "0", "when": "noon", "color": "red"}),
            &json!({"limit": 0, "when": "noon", "color": "red"}),
            &["/limit", "/when", "/color"],
        );
        check(json!({}), &json!({}), &[""]);
    }
}
