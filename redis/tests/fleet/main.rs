//! A fleet of real processes on one account, with a real server of Redis or Valkey as the store.
//!
//! The processes are this program itself, which becomes one if the variable `FLEET_WORKER` is set. The
//! tests need `redis-server` or `valkey-server`; where neither is installed, they say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that cannot be set up ends there, and prints its table"
)]

mod authority;
mod connections;
mod fake_store;
mod faults;
mod figures;
mod fleet;
mod proxy;
mod replies;
mod server;
mod servers;
mod worker;

/// Becomes a process of the fleet if the test that started this program says so.
#[test]
fn worker() {
    worker::run_if_asked();
}
