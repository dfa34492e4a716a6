//! What carries calls out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::codec::Json;

/// Why a call was not carried out, in the words of whoever was to do it.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What carries calls out: the user's own code, by the name of the function.
///
/// The arguments have been checked against the function's schema; the answer will be.
///
/// ```
/// use toolsmith_runtime::Json;
/// use toolsmith_runtime::functions::{FunctionHandler, HandlerError};
///
/// /// Answers from a table.
/// struct Weather;
///
/// impl FunctionHandler for Weather {
///     async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {
///         match name {
///             "get_weather" => Ok(format!("sunny in {}", arguments["city"]).into()),
///             _ => Err(format!("nobody runs {name}").into()),
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

/// An answer that is under way.
pub(crate) type Answering<'a> =
    Pin<Box<dyn Future<Output = Result<Json, HandlerError>> + Send + 'a>>;

/// A handler behind a pointer, so that clients of all handlers are one type.
pub(crate) trait AnyHandler: Send + Sync {
    /// Calls the function `name`.
    fn call_any<'a>(&'a self, name: &'a str, arguments: Json) -> Answering<'a>;
}

impl<C: FunctionHandler> AnyHandler for C {
    fn call_any<'a>(&'a self, name: &'a str, arguments: Json) -> Answering<'a> {
        Box::pin(self.call(name, arguments))
    }
}
