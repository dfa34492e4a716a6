//! What clients without HTTP have in common: finding a tool, and the arguments of a call.

use crate::codec::{self, ArgumentError, ArgumentLocation, Json, Object, Shape, Value};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::tools::{Access, CatalogSpec, ToolSpec};

/// One call before it is made: the tool, and its arguments as they are sent.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) spec: &'static ToolSpec,
    pub(crate) arguments: Json,
}

impl Prepared {
    /// A call with the arguments that `request` is.
    pub(crate) fn from_request<T: Object>(
        spec: &'static ToolSpec,
        request: T,
    ) -> Result<Self, Error> {
        let arguments = codec::encode(request);
        Self::new(
            spec,
            arguments.map(|arguments| unwrap(&T::SHAPE, arguments)),
        )
    }

    /// A call with arguments as a model gives them.
    pub(crate) fn by_name<A: Access>(
        catalog: &'static CatalogSpec,
        name: &str,
        arguments: Json,
    ) -> Result<Self, Error> {
        let spec = find::<A>(catalog, name)?;
        Self::new(spec, (spec.check)(arguments))
    }

    fn new(spec: &'static ToolSpec, arguments: Result<Json, ArgumentError>) -> Result<Self, Error> {
        let refused = |source| Error::Arguments {
            tool: spec.name,
            source,
        };
        let arguments = arguments.map_err(refused)?;
        Ok(Self { spec, arguments })
    }

    /// The answer as a value of the type that the catalog promises.
    pub(crate) fn decode<T: Value>(&self, answer: Json) -> Result<T, Error> {
        let body = answer.clone();
        codec::decode_lenient(answer).map_err(|problems| {
            Error::Decode(Box::new(DecodeError {
                tool: self.spec.name,
                problem: DecodeProblem::Shape(problems),
                status: http::StatusCode::OK,
                request_id: None,
                body: body.to_string().into(),
            }))
        })
    }
}

/// The span of a call: that of a call over HTTP, without what only that has.
pub(crate) fn call_span(spec: &ToolSpec) -> tracing::Span {
    tracing::info_span!(target: "toolsmith", "toolsmith.call", tool = spec.name)
}

/// The tools that a client may call, sorted by name.
pub(crate) fn tools<A: Access>(
    catalog: &'static CatalogSpec,
) -> impl Iterator<Item = &'static ToolSpec> + use<A> {
    let tools = catalog.tools.iter().copied();
    tools.filter(|tool| A::allows(tool.effect))
}

/// The tool of this name, if a client may call it.
pub(crate) fn find<A: Access>(
    catalog: &'static CatalogSpec,
    name: &str,
) -> Result<&'static ToolSpec, Error> {
    match catalog.tool(name) {
        Some(tool) if A::allows(tool.effect) => Ok(tool),
        Some(tool) => Err(Error::AccessDenied {
            tool: tool.name,
            effect: tool.effect,
        }),
        None => Err(Error::UnknownTool {
            name: name.to_owned(),
            nearest: catalog.nearest_name(name),
        }),
    }
}

/// Checks arguments that are no object with properties: they are one field of `T`, by a name that
/// only Rust knows.
///
/// # Errors
///
/// Every problem at once.
pub fn check_whole_as<T: Object>(arguments: Json) -> Result<Json, ArgumentError> {
    let wrapped = match whole(&T::SHAPE) {
        Some(name) => Json::Object([(name.to_owned(), arguments)].into_iter().collect()),
        None => arguments,
    };
    let checked = codec::encode(codec::decode_strict::<T>(wrapped)?)?;
    Ok(unwrap(&T::SHAPE, checked))
}

/// The arguments as they are sent.
fn unwrap(shape: &Shape, arguments: Json) -> Json {
    match (whole(shape), arguments) {
        (Some(name), Json::Object(mut fields)) => fields.remove(name).unwrap_or(Json::Null),
        (_, arguments) => arguments,
    }
}

/// The field that is all of the arguments, if there is one.
fn whole(shape: &Shape) -> Option<&'static str> {
    let mut fields = shape.fields();
    let field = fields.find(|field| field.location == ArgumentLocation::WholeBody)?;
    Some(field.name)
}
