//! A request built as a struct.

use generated::the_auth_api::{ApiKeyId, GetApiKey};

fn main() {
    let id = ApiKeyId::from("key_9001");
    let _ = GetApiKey { id };
}
