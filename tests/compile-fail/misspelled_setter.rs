//! A setter with a similar name.

use generated::the_auth_api::CreateApiKey;

fn main() {
    let _ = CreateApiKey::new("backend", "prj_4411").custom_data("gold");
}
