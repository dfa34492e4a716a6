//! Tests of the server that behaves like Truto, over HTTP.

mod caller;
mod catalog;
mod faults;
mod life;
mod refusals;
mod responses;
mod verify;
