//! Sessions with odd servers, over raw sockets and child processes.

#![cfg(test)]

mod era_changes;
mod eras;
mod http;
mod input;
mod processes;
mod questions;
mod redirects;
mod responses;
mod server;
mod sessions;
mod spans;
mod stuck;
mod tokens;
