//! The list of tools in the form that each model provider accepts, written from the tools' schemas.
//!
//! No two providers accept the same JSON Schema. A keyword that a provider does not know becomes
//! words in the description, and a value that it cannot express is given in another form. The
//! mapping works in both directions: the arguments that a model sends are mapped back to those of
//! the tool before `ToolSpec::check` of a generated crate checks them against the original
//! schema.
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
//!     .list_of([Definition::new("weather.forecast", "Forecasts the weather", schema)])?;
//!
//! let tool = &list.definitions()[0];
//! assert_eq!(tool["parameters"]["properties"]["days"]["type"], json!(["integer", "null"]));
//!
//! // A model sends every argument: null for an absent one, and a map as an array of pairs.
//! let sent = r#"{"city": "Oslo", "days": null, "labels": [{"key": "unit", "value": "C"}]}"#;
//! let name = list.name_of("weather.forecast").unwrap();
//! let call = list.resolve_text(name, sent)?;
//! assert_eq!(call.tool, "weather.forecast");
//! assert_eq!(call.arguments, json!({"city": "Oslo", "labels": {"unit": "C"}}));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Mappings
//!
//! | in the tool's schema | in a dialect that cannot express it |
//! |---|---|
//! | a name with unsupported characters, or too long | another name, which ends in a hash of the original |
//! | an optional argument, where all arguments are required | null means absent; null itself, if the schema allows it, is `{"exactly": null}` |
//! | a map | an array of objects with `key` and `value` |
//! | any value, an object with arbitrary properties, a tree that is too deep | a string that contains JSON |
//! | arguments that are not an object | the property `value` |
//! | a union of objects at the top level | one object with the properties of all branches, and a description of which belong together |
//! | bounds, patterns, defaults, `not`, `if` | words in the description |
//! | numbers beyond 2^53, factors with many digits, patterns that regex engines read differently | words in the description |
//!
//! If null is the default of an optional argument, it means absent and cannot be sent itself.
//! Properties that a schema neither names nor forbids cannot be sent in a strict dialect. A tool
//! that exceeds a limit of a strict dialect is listed in the non-strict form.
//! [`ToolList::notes`] reports all of these.
//!
//! A list for a provider without references repeats a definition at each use. If it would be longer than
//! 16,000 characters and than four times the tool's own schema, the innermost definitions are strings of
//! JSON, whose descriptions name the properties.
//!
//! # Contradictions
//!
//! No list offers a value that the tool refuses. An optional argument for which no value is valid, such
//! as a string with an enum of numbers, is left out or not allowed; so are the branches, values,
//! defaults and examples that the rest of the schema excludes. A tool that no arguments can satisfy is
//! not in the list, and its [note](NoteKind::Uncallable) names the place of the contradiction.
//!
//! # Order
//!
//! A model writes arguments in the order of the schema, so `properties`, `required` and Gemini's
//! `propertyOrdering` are in the order of the author. [`OrderedJson`] keeps it with any features of
//! `serde_json`: serialize the definitions themselves, or [`ToolList::add_to`] a request. Maps of
//! `serde_json`, which `json!` makes and which `rig`, `async-openai` and `rmcp` take, keep the order
//! only with the feature `preserve_order`. In a strict union, the key that tells the branches apart
//! comes first.
//!
//! # Limits
//!
//! | | OpenAI | Anthropic | Gemini | MCP |
//! |---|---|---|---|---|
//! | tools in a request | 128 | no limit | 512 | no limit |
//! | characters of a tool's name | 64 | 128 | 128 | 128 |
//! | strict: levels of objects | 10 | 10 | 16, with arrays, strict or not | |
//! | strict: properties, enum values, characters of a schema | 5,000, 1,000, 120,000 | | | |
//! | strict: tools, optional arguments, arguments with a union | | 20, 24, 16 | | |
//!
//! These are the [`RequestLimits`] that the providers publish, or state in replies of their endpoints;
//! the source is next to each in `rules/`. A list with too many tools is an error. [`ListOptions`] sets
//! other limits, and names the tools that have to be strict.

#[doc(hidden)]
pub mod argument_location;
#[doc(hidden)]
pub mod calendar;
mod counts;
mod definition;
#[doc(hidden)]
pub mod direction;
mod effect;
mod entry;
#[doc(hidden)]
pub mod fnv;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod json_pointer;
#[doc(hidden)]
pub mod json_type;
#[doc(hidden)]
pub mod json_view;
mod list;
mod list_options;
#[doc(hidden)]
pub mod loopback;
mod mapping;
#[doc(hidden)]
pub mod multiple;
mod name;
mod note;
mod ordered_json;
#[doc(hidden)]
pub mod pattern;
mod provider;
mod request_limits;
mod resolved;
#[doc(hidden)]
pub mod resource;
mod rules;
mod schema;
#[doc(hidden)]
pub mod schema_path;
#[doc(hidden)]
pub mod secret_names;
#[doc(hidden)]
pub mod sentence;
mod separate;
mod similarity;
#[doc(hidden)]
pub mod suggest;
#[doc(hidden)]
pub mod tool_hash;
mod tool_schema;
mod tree;
mod write;

pub use definition::Definition;
pub use effect::{Effect, ParseEffectError};
pub use list::ToolList;
pub use list_options::{ListError, ListOptions};
pub use note::{Note, NoteKind};
pub use ordered_json::OrderedJson;
pub use provider::Dialect;
pub use request_limits::RequestLimits;
pub use resolved::{ResolveError, ResolvedCall};
#[doc(hidden)]
pub use tool_schema::{ArgumentPart, ArgumentParts};
