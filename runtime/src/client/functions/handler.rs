//! What carries calls out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::codec::Json;

/// Why a call was not carried out, in the words of whoever was to do it.
pub type CallerError = Box<dyn std::error::Error + Send + Sync>;

/// What carries calls out: the user's own code, by the name of the function.
///
/// The arguments have been checked against the function's schema; the answer will be.
///
/// ```
/// use toolsmith_runtime::Json;
/// use toolsmith_runtime::functions::{Caller, CallerError};
///
/// /// Answers from a table.
/// struct Weather;
///
/// impl Caller for Weather {
///     async fn call(&self, name: &str, arguments: Json) -> Result<Json, CallerError> {
///         match name {
///             "get_weather" => Ok(format!("sunny in {}", arguments["city"]).into()),
///             _ => Err(format!("nobody runs {name}").into()),
///         }
///     }
/// }
/// ```
pub trait Caller: Send + Sync + 'static {
    /// Calls the function `name`.
    fn call(
        &self,
        name: &str,
        arguments: Json,
    ) -> impl Future<Output = Result<Json, CallerError>> + Send;
}

impl<C: Caller> Caller for Arc<C> {
    async fn call(&self, name: &str, arguments: Json) -> Result<Json, CallerError> {
        C::call(self, name, arguments).await
    }
}

/// An answer that is under way.
pub(crate) type Answering<'a> =
    Pin<Box<dyn Future<Output = Result<Json, CallerError>> + Send + 'a>>;

/// A caller behind a pointer, so that clients of all callers are one type.
pub(crate) trait AnyCaller: Send + Sync {
    /// Calls the function `name`.
    fn call_any<'a>(&'a self, name: &'a str, arguments: Json) -> Answering<'a>;
}

impl<C: Caller> AnyCaller for C {
    fn call_any<'a>(&'a self, name: &'a str, arguments: Json) -> Answering<'a> {
        Box::pin(self.call(name, arguments))
    }
}
