//! A `for` loop over a listing that was not sent.

use generated::the_auth_api::{Client, ListApiKeys};

fn print(client: &Client) {
    for key in client.api_keys().list(ListApiKeys::new()) {
        println!("{key:?}");
    }
}

fn main() {}
