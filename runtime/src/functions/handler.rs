//! The handler of functions: the code of the program.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::codec::Json;

/// The error of a [`FunctionHandler`].
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// The code that carries out functions, by name.
///
/// The arguments are valid under the function's schema. The result is checked against the schema of
/// the result.
///
/// ```
/// use toolsmith_runtime::Json;
/// use toolsmith_runtime::functions::{FunctionHandler, HandlerError};
///
/// /// Looks the weather up in a table.
/// struct Weather;
///
/// impl FunctionHandler for Weather {
///     async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {
///         match name {
///             "get_weather" => Ok(format!("sunny in {}", arguments["city"]).into()),
///             _ => Err(format!("there is no function {name}").into()),
///         }
///     }
/// }
/// ```
pub trait FunctionHandler: Send + Sync + 'static {
    /// Calls the function `name`.
    fn call(
        &self,
        name: &str,
        arguments: Json,
    ) -> impl Future<Output = Result<Json, HandlerError>> + Send;
}

impl<C: FunctionHandler> FunctionHandler for Arc<C> {
    async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {
        C::call(self, name, arguments).await
    }
}

/// A running function.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Json, HandlerError>> + Send + 'a>>;

/// A handler as a trait object, so that the client is one type for all handlers.
pub(crate) trait AnyHandler: Send + Sync {
    /// Calls the function `name`.
    fn call_any<'a>(&'a self, name: &'a str, arguments: Json) -> Running<'a>;
}

impl<C: FunctionHandler> AnyHandler for C {
    fn call_any<'a>(&'a self, name: &'a str, arguments: Json) -> Running<'a> {
        Box::pin(self.call(name, arguments))
    }
}
