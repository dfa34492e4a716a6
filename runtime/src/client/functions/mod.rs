//! Plain functions: a client whose calls a program carries out itself.
//!
//! A crate that is generated from function definitions knows what each function takes, and not
//! who runs it. [`FunctionHandler`] is where the program says so.

mod call;
mod client;
mod handler;

pub use call::{Call, CallFuture};
pub use client::Client;
pub use handler::{FunctionHandler, HandlerError};
