//! A value for a field that may hold a new one.

use generated::the_auth_api::{Env, Project};

fn promote(project: &mut Project) {
    project.env = Env::Live;
}

fn main() {}
