//! A panic of a function, as an error of its call.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::handler::{HandlerError, Running};
use crate::codec::Json;

/// The error of a function that panicked. The message of the panic is for the program alone, which has it
/// from its panic hook.
#[derive(Debug)]
struct Panicked;

impl fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the function panicked")
    }
}

impl std::error::Error for Panicked {}

/// A running function whose panic is an error.
pub(super) struct Caught<'a>(pub(super) Running<'a>);

impl Future for Caught<'_> {
    type Output = Result<Json, HandlerError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A function that panicked is not polled again.
        let polled = catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(Box::new(Panicked))))
    }
}
