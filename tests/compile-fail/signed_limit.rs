//! A signed number for a limit.

use generated::the_auth_api::ListApiKeys;

fn of_size(size: i32) -> ListApiKeys {
    ListApiKeys::new().limit(size)
}

fn main() {}
