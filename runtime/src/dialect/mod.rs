//! The list of tools in the form that each provider accepts, made from the tools' own schemas.
//!
//! No two providers take the same JSON Schema. What one does not know is said in the description,
//! what it cannot hold is given in another form, and both ways are kept: what a model answers is
//! mapped back to the arguments of the tool, before [`ToolSpec::check`](crate::ToolSpec::check) sees
//! them. The check keeps to the original.
//!
//! ```
//! use serde_json::json;
//! use toolsmith_runtime::dialect::{Definition, Dialect};
//!
//! let schema = json!({
//!     "type": "object",
//!     "properties": {
//!         "city": {"type": "string", "minLength": 2},
//!         "labels": {"type": "object", "additionalProperties": {"type": "string"}},
//!         "days": {"type": "integer", "minimum": 1, "maximum": 14}
//!     },
//!     "required": ["city"]
//! });
//! let list = Dialect::OpenAiResponsesStrict
//!     .list_of([Definition::new("weather.forecast", "The weather to come", schema)]);
//!
//! let tool = &list.definitions()[0];
//! assert_eq!(tool["parameters"]["properties"]["days"]["type"], json!(["integer", "null"]));
//!
//! // What a model answers: every argument is there, null for what is not given, a map as a list.
//! let answer = r#"{"city": "Oslo", "days": null, "labels": [{"key": "unit", "value": "C"}]}"#;
//! let name = list.name_of("weather.forecast").unwrap();
//! let call = list.resolve_text(name, answer)?;
//! assert_eq!(call.tool, "weather.forecast");
//! assert_eq!(call.arguments, json!({"city": "Oslo", "labels": {"unit": "C"}}));
//! # Ok::<(), toolsmith_runtime::dialect::ResolveError>(())
//! ```
//!
//! # What is mapped
//!
//! | in the tool's schema | in a dialect without a word for it |
//! |---|---|
//! | a name with other characters, or too long | another one, which ends in a hash of the whole |
//! | an optional argument, where all are required | null means absent; null itself, where it may be given, is `{"exactly": null}` |
//! | a map | a list of objects with `key` and `value` |
//! | any value, an object of any properties, a tree cut at its depth | a text that holds JSON |
//! | arguments that are no object | the property `value` |
//! | a union of objects at the top | one object with the properties of all, and in words which go together |
//! | bounds, patterns, defaults, `not`, `if` | words in the description |
//!
//! Where null is the default of an optional argument, it means absent and cannot be given by itself.
//! Properties that a schema neither names nor rules out cannot be given in a strict dialect.
//! A tool that exceeds a limit of a strict dialect stands in the list in the form that is not
//! strict. All of it is in [`ToolList::notes`].

mod list;
mod name;
mod note;
mod plan;
mod provider;
mod resolved;
mod schema;
mod tool;
mod write;

pub use list::ToolList;
pub use note::{Change, Note};
pub use provider::Dialect;
pub use resolved::{ResolveError, Resolved};
pub use tool::Definition;
