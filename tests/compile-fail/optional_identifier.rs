//! An optional identifier for a setter.

use generated::the_auth_api::{ListApiKeys, ProjectId};

fn of_project(project: Option<ProjectId>) -> ListApiKeys {
    ListApiKeys::new().project_id(project)
}

fn main() {}
