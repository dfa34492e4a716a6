//! A `for` loop over a stream of records.

use generated::the_auth_api::{Client, ListApiKeys};

fn print(client: &Client) {
    for key in client.api_keys().list(ListApiKeys::new()).items() {
        println!("{key:?}");
    }
}

fn main() {}
