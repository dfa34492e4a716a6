//! Sessions with odd servers, over raw sockets and child processes.

mod answers;
mod eras;
mod http;
mod processes;
mod server;
