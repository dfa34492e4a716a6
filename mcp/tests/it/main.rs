//! Sessions with odd servers, over raw sockets and child processes.

#![cfg(test)]

mod answers;
mod eras;
mod http;
mod input;
mod processes;
mod server;
mod tokens;
