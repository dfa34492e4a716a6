//! A token for the builder itself.

use generated::runtime::Error;
use generated::the_auth_api::Client;

fn client() -> Result<Client, Error> {
    Client::builder("token").build()
}

fn main() {}
