//! Plain functions: a client whose calls the program carries out itself.
//!
//! A crate generated from function definitions knows the arguments of each function, not its
//! implementation. The program provides that as a [`FunctionHandler`].

mod call;
mod client;
mod handler;
mod panic;

pub use call::FunctionCall;
pub use client::{Client, FunctionBackend};
pub use handler::{FunctionHandler, HandlerError};
