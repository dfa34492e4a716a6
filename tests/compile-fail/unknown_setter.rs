//! A parameter that the tool does not have.

use generated::the_auth_api::ListApiKeys;

fn main() {
    let _ = ListApiKeys::new().owner("service_worker_v2");
}
