//! A panic of a function, as an error of its call.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::handler::{HandlerError, Running};
use crate::caught;
use crate::codec::Json;

/// The error of a function that panicked.
#[derive(Debug)]
struct HandlerPanic;

impl fmt::Display for HandlerPanic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the function panicked")
    }
}

impl std::error::Error for HandlerPanic {}

/// A running function whose panic is an error.
pub(super) struct CaughtHandler<'a>(caught::Caught<Running<'a>>);

impl<'a> CaughtHandler<'a> {
    pub(super) fn new(running: Running<'a>) -> Self {
        Self(caught::Caught(running))
    }
}

impl Future for CaughtHandler<'_> {
    type Output = Result<Json, HandlerError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.0).poll(context);
        polled.map(|outcome| outcome.unwrap_or_else(|_| Err(Box::new(HandlerPanic))))
    }
}
