//! One call of a tool, independent of the backend that carries it out.

use std::fmt;
use std::sync::Arc;

use crate::codec::{self, ArgumentError, ArgumentLocation, Json, Object, Shape, Value};
use crate::context::CallContext;
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::redactor::RedactedJson;
use crate::tools::ToolSpec;

/// A tool and its valid arguments, in the form in which they are sent.
#[derive(Clone)]
pub struct ToolCall {
    pub(crate) spec: &'static ToolSpec,
    pub(crate) arguments: Json,
    /// Shared, because a list makes a call for each page.
    pub(crate) context: Option<Arc<CallContext>>,
}

impl ToolCall {
    pub(crate) fn new(
        spec: &'static ToolSpec,
        arguments: Result<Json, ArgumentError>,
    ) -> Result<Self, Error> {
        if let Some(removal) = spec.removal {
            return Err(Error::ToolRemoved {
                tool: spec.name,
                since: removal.since,
                nearest: removal.nearest,
                context: None,
            });
        }
        match arguments {
            Ok(arguments) => Ok(Self {
                spec,
                arguments,
                context: None,
            }),
            Err(source) => Err(refused(spec, source)),
        }
    }

    /// Creates a call with the arguments in `request`, for a backend without HTTP.
    pub(crate) fn from_request<T: Object>(
        spec: &'static ToolSpec,
        request: T,
    ) -> Result<Self, Error> {
        let arguments = codec::encode(request);
        let arguments = arguments.map_err(|error| place(&T::SHAPE, error));
        Self::new(
            spec,
            arguments.map(|arguments| unwrap(&T::SHAPE, arguments)),
        )
    }

    /// Sets the context of a call, or of the error for which it cannot be made.
    pub(crate) fn set_context(call: &mut Result<Self, Error>, context: CallContext) {
        match call {
            Ok(call) => call.context = Some(Arc::new(context)),
            Err(error) => error.set_context(&context),
        }
    }

    /// Decodes a result into the type that the catalog promises.
    pub(crate) fn decode<T: Value>(&self, result: Json) -> Result<T, Error> {
        // Text takes less memory than a tree.
        let body = result.to_string();
        codec::decode_lenient(result).map_err(|problems| {
            Error::Decode(Box::new(DecodeError {
                tool: self.spec.name,
                problem: DecodeProblem::Shape(problems),
                status: http::StatusCode::OK,
                request_id: None,
                body: body.into(),
                context: None,
            }))
        })
    }
}

/// Creates the error of invalid arguments.
pub(crate) fn refused(spec: &'static ToolSpec, source: ArgumentError) -> Error {
    Error::Arguments {
        tool: spec.name,
        source,
        context: None,
    }
}

/// Checks arguments that are not an object with properties. They are the value of one field of `T`,
/// whose name only Rust knows.
///
/// # Errors
///
/// Returns all problems at once.
pub fn check_whole_as<T: Object>(arguments: Json) -> Result<Json, ArgumentError> {
    let wrapped = match whole(&T::SHAPE) {
        Some(name) => Json::Object([(name.to_owned(), arguments)].into_iter().collect()),
        None => arguments,
    };
    let checked = codec::decode_strict::<T>(wrapped).and_then(codec::encode);
    match checked {
        Ok(checked) => Ok(unwrap(&T::SHAPE, checked)),
        Err(error) => Err(place(&T::SHAPE, error)),
    }
}

/// Returns the problems with their paths in the form in which arguments are sent.
fn place(shape: &Shape, error: ArgumentError) -> ArgumentError {
    match whole(shape) {
        Some(name) => error.inside(&toolsmith_dialect::json_pointer::join("", name)),
        None => error,
    }
}

/// Returns the arguments in the form in which they are sent.
fn unwrap(shape: &Shape, arguments: Json) -> Json {
    match (whole(shape), arguments) {
        (Some(name), Json::Object(mut fields)) => fields.remove(name).unwrap_or(Json::Null),
        (_, arguments) => arguments,
    }
}

/// Returns the name of the field that holds all arguments, if there is one.
fn whole(shape: &Shape) -> Option<&'static str> {
    let mut fields = shape.fields();
    let field = fields.find(|field| field.location == ArgumentLocation::WholeBody)?;
    Some(field.name)
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for ToolCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ToolCall")
            .field("tool", &self.spec.name)
            .field("arguments", &RedactedJson(&self.arguments))
            .field("context", &self.context)
            .finish()
    }
}
