//! Tools that the program carries out itself, defined at run time.

#[cfg(feature = "schemars")]
use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use toolsmith_dialect::OrderedJson;

use crate::agent::toolbox::Toolbox;
use crate::agent::toolbox::join::JoinError;
use crate::codec::Json;
use crate::functions::{Client, FunctionHandler, HandlerError};
use crate::tools::{Decode, Effect, OwnTool, catalog_of};

/// An async function of the program as a tool: its name, its description, the schema of its arguments, and
/// what the policy needs to know about it.
///
/// The arguments are checked before the function is called: a model that writes wrong ones gets the same
/// refusals, suggestions and repairs as for other tools. An argument that the schema does not name is
/// refused, unless the schema says that others are allowed. The error of the function becomes the text for
/// the model, by its `Display`. A panic is an error, too.
///
/// Each distinct definition is kept for the life of the process, so build definitions from constants of the program
/// and pass customer data as arguments.
///
/// ```
/// use std::convert::Infallible;
///
/// use serde_json::json;
/// use toolsmith_runtime::agent::{JoinError, Tool, Toolbox};
/// use toolsmith_runtime::{Effect, Json};
///
/// /// Returns a toolbox with one function.
/// fn tools() -> Result<Toolbox, JoinError> {
///     let schema = json!({
///         "type": "object",
///         "properties": {"celsius": {"type": "number"}},
///         "required": ["celsius"],
///     });
///     let convert = Tool::from_json_fn("to_fahrenheit", "Converts a temperature.", schema, |arguments: Json| async move {
///         let celsius = arguments["celsius"].as_f64().unwrap_or_default();
///         Ok::<_, Infallible>(json!({"fahrenheit": celsius * 1.8 + 32.0}))
///     });
///     Toolbox::of("helpers", [convert.effect(Effect::Reads)])
/// }
/// # let tools = tools()?;
/// # assert!(tools.check("to_fahrenheit", json!({"celsius": 20})).is_ok());
/// # Ok::<(), JoinError>(())
/// ```
#[derive(Clone)]
pub struct Tool {
    definition: OwnTool,
    decode: Option<Decode>,
    function: Arc<Function>,
}

/// A function of the program, independent of its types.
type Function = dyn Fn(Json) -> Running + Send + Sync;

/// A running function.
type Running = Pin<Box<dyn Future<Output = Result<Json, HandlerError>> + Send>>;

impl Tool {
    /// Creates a tool from an async function and the JSON Schema of its arguments, which must describe an
    /// object.
    ///
    /// By default the tool writes; see [`effect`](Self::effect). A schema that is parsed as [`OrderedJson`]
    /// is listed in the order of its author.
    pub fn from_json_fn<R, E, C>(
        name: impl Into<String>,
        description: impl Into<String>,
        schema: impl Into<OrderedJson>,
        function: impl Fn(Json) -> C + Send + Sync + 'static,
    ) -> Self
    where
        R: Serialize,
        E: fmt::Display,
        C: Future<Output = Result<R, E>> + Send + 'static,
    {
        let definition = OwnTool {
            name: name.into(),
            title: String::new(),
            description: description.into(),
            schema: schema.into().to_string(),
            response_schema: String::new(),
            tags: Vec::new(),
            secrets: Vec::new(),
            effect: Effect::Writes,
            is_idempotent: false,
            arguments: None,
        };
        Self {
            definition,
            decode: None,
            function: Arc::new(move |arguments| {
                let running = function(arguments);
                Box::pin(async move { result(running.await) })
            }),
        }
    }

    /// Creates a tool from an async function whose arguments are a type of the program, with the schema that
    /// `schemars` derives.
    ///
    /// By default the tool writes; see [`effect`](Self::effect). A function without arguments takes `()` or
    /// a struct without fields.
    ///
    /// ```
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    /// use toolsmith_runtime::Effect;
    /// use toolsmith_runtime::agent::Tool;
    ///
    /// #[derive(Deserialize, JsonSchema)]
    /// struct Square {
    ///     /// The length of a side in meters.
    ///     side: f64,
    /// }
    ///
    /// let area = Tool::from_fn("area", "Returns the area of a square.", |square: Square| async move {
    ///     if square.side < 0.0 {
    ///         return Err("a side is not negative");
    ///     }
    ///     Ok(square.side * square.side)
    /// });
    /// let area = area.effect(Effect::Reads).tags(["geometry"]);
    /// # let _ = area;
    /// ```
    #[cfg(feature = "schemars")]
    pub fn from_fn<A, R, E, C>(
        name: impl Into<String>,
        description: impl Into<String>,
        function: impl Fn(A) -> C + Send + Sync + 'static,
    ) -> Self
    where
        A: schemars::JsonSchema + serde::de::DeserializeOwned + 'static,
        R: Serialize,
        E: fmt::Display,
        C: Future<Output = Result<R, E>> + Send + 'static,
    {
        let function = move |arguments: Json| {
            // The arguments were decoded before, when they were checked.
            let running = decode::<A>(&arguments).map(&function);
            async move {
                match running {
                    Ok(running) => result(running.await),
                    Err(problem) => Err(problem.into()),
                }
            }
        };
        let tool = Self::from_json_fn(name, description, schema_of::<A>(), |_| async {
            Ok::<_, String>(())
        });
        Self {
            definition: OwnTool {
                arguments: Some(TypeId::of::<A>()),
                ..tool.definition
            },
            decode: Some(|arguments| decode::<A>(arguments).map(|_| ())),
            function: Arc::new(move |arguments| Box::pin(function(arguments))),
        }
    }

    /// Sets the effect of a call, by which the policy decides; by default, the tool writes.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.definition.effect = effect;
        self
    }

    /// States that repeating a call with the same arguments has no further effect.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.definition.is_idempotent = true;
        self
    }

    /// Sets the tags, for [`ToolFilter::tag`](crate::ToolFilter::tag).
    #[must_use]
    pub fn tags<S: Into<String>>(mut self, tags: impl IntoIterator<Item = S>) -> Self {
        self.definition.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the title for people; the default is the name.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.definition.title = title.into();
        self
    }

    /// Sets the JSON Schema of the response, which MCP lists. The response is not compared with it.
    #[must_use]
    pub fn response_schema(mut self, schema: impl Into<OrderedJson>) -> Self {
        self.definition.response_schema = schema.into().to_string();
        self
    }

    /// Marks arguments and fields of the response as secrets by their names, in addition to those whose
    /// names show it: they are redacted in logs, audits, problems and responses.
    #[must_use]
    pub fn secret_fields<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.definition.secrets = names.into_iter().map(Into::into).collect();
        self
    }
}

impl Toolbox {
    /// Creates a toolbox of functions of the program. `name` is that of their catalog: in filters, audits
    /// and spans.
    ///
    /// # Errors
    ///
    /// Two functions have the same name, or a name or a schema is invalid.
    pub fn of(
        name: impl AsRef<str>,
        tools: impl IntoIterator<Item = Tool>,
    ) -> Result<Self, JoinError> {
        let mut specs = BTreeMap::new();
        let mut functions = BTreeMap::new();
        for mut tool in tools {
            if tool.definition.title.is_empty() {
                tool.definition.title.clone_from(&tool.definition.name);
            }
            let invalid = |problem| JoinError::Definition {
                tool: tool.definition.name.clone(),
                problem,
            };
            let spec = tool.definition.spec(tool.decode).map_err(invalid)?;
            if specs.insert(spec.name, spec).is_some() {
                let problem = "another function of the same toolbox has this name".to_owned();
                return Err(invalid(problem));
            }
            functions.insert(spec.name, tool.function);
        }
        let specs: Vec<_> = specs.into_values().collect();
        let catalog = catalog_of(name.as_ref(), &specs);
        Ok(Client::new(catalog, Functions(functions)).toolbox())
    }
}

/// Carries out the functions of a toolbox.
struct Functions(BTreeMap<&'static str, Arc<Function>>);

impl FunctionHandler for Functions {
    async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {
        match self.0.get(name) {
            Some(function) => function(arguments).await,
            None => Err(format!("there is no function {name}").into()),
        }
    }
}

/// Returns the result of a function as JSON, or its error as text.
fn result<R: Serialize, E: fmt::Display>(result: Result<R, E>) -> Result<Json, HandlerError> {
    match result {
        Ok(response) => Ok(serde_json::to_value(response)?),
        Err(error) => Err(error.to_string().into()),
    }
}

/// Decodes arguments into the type of a function.
#[cfg(feature = "schemars")]
fn decode<A: serde::de::DeserializeOwned + 'static>(arguments: &Json) -> Result<A, String> {
    let arguments = if TypeId::of::<A>() == TypeId::of::<()>() {
        &Json::Null
    } else {
        arguments
    };
    A::deserialize(arguments).map_err(|error| error.to_string())
}

/// Returns the schema of a type of arguments.
#[cfg(feature = "schemars")]
fn schema_of<A: schemars::JsonSchema + 'static>() -> Json {
    if TypeId::of::<A>() == TypeId::of::<()>() {
        return serde_json::json!({"type": "object", "properties": {}});
    }
    let mut schema = Json::from(schemars::schema_for!(A));
    if let Json::Object(fields) = &mut schema {
        // The name of the Rust type says nothing to a model.
        fields.remove("title");
        fields.remove("$schema");
    }
    schema
}

impl fmt::Debug for Tool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tool")
            .field("name", &self.definition.name)
            .field("effect", &self.definition.effect)
            .field("tags", &self.definition.tags)
            .finish_non_exhaustive()
    }
}
