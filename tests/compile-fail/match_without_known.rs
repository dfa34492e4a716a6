//! A pattern that misses the unknown values.

use generated::the_auth_api::{Env, Project};

fn is_live(project: &Project) -> bool {
    match project.env {
        Env::Live => true,
        _ => false,
    }
}

fn main() {}
