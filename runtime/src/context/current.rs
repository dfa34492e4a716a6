//! The context of the call that is carried out now.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::CallContext;

thread_local! {
    /// The contexts of the functions that this thread polls now, the innermost last.
    static CONTEXTS: RefCell<Vec<Arc<CallContext>>> = const { RefCell::new(Vec::new()) };
}

/// Returns the context of the call that a [function handler](crate::functions::FunctionHandler) carries out,
/// inside its future. It is empty elsewhere, and in tasks that the handler spawns.
///
/// ```
/// use toolsmith_runtime::Json;
/// use toolsmith_runtime::functions::{FunctionHandler, HandlerError};
///
/// /// Books a table once for each idempotency key.
/// struct Tables;
///
/// impl FunctionHandler for Tables {
///     async fn call(&self, _name: &str, _arguments: Json) -> Result<Json, HandlerError> {
///         let context = toolsmith_runtime::context::current();
///         let key = context.idempotency_key.ok_or("the call has no idempotency key")?;
///         Ok(format!("booked under {key}").into())
///     }
/// }
/// ```
#[must_use]
pub fn current() -> CallContext {
    CONTEXTS.with_borrow(|contexts| {
        let context = contexts.last();
        context.map_or_else(CallContext::default, |context| (**context).clone())
    })
}

/// A future that is polled in a context.
pub(crate) struct InContext<F> {
    context: Option<Arc<CallContext>>,
    future: Pin<Box<F>>,
}

impl<F> InContext<F> {
    pub(crate) fn new(context: Option<Arc<CallContext>>, future: F) -> Self {
        Self {
            context,
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let _entered = Entered::new(self.context.clone().unwrap_or_default());
        self.future.as_mut().poll(task)
    }
}

/// Enters a context until it is dropped.
struct Entered;

impl Entered {
    fn new(context: Arc<CallContext>) -> Self {
        CONTEXTS.with_borrow_mut(|contexts| contexts.push(context));
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CONTEXTS.with_borrow_mut(Vec::pop);
    }
}
