//! Twelve programs written from the digest of The Auth API alone, as a coding agent writes them, each
//! run against the fake server.

#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "these are programs, and a panic fails a test"
)]

mod calls_by_name;
mod checks_webhooks;
mod limits_and_retries;
mod lists_everything;
mod only_reads;
mod reports_usage;
mod rotates_a_key;
mod sets_a_role;
mod sets_expiry_and_metadata;
mod shows_unknown_values;
mod tells_errors_apart;
mod tests_without_network;

use generated::the_auth_api::Client;
use toolsmith_testkit::fake_truto::FakeTruto;

/// Starts the fake server and creates a client of it, as the digest says.
fn connect() -> (FakeTruto, Client) {
    let server = FakeTruto::start().unwrap();
    let client = Client::builder()
        .token(server.token())
        .account(server.account_id())
        .base_url(server.base_url())
        .build()
        .unwrap();
    (server, client)
}
