//! Projects: what orders belong to.

use toolsmith_runtime::codegen::{
    ArgumentLocation, Call, CanDestroy, CanWrite, Check, Deleted, Effect, Listing, Nullable,
    Object, Resource, Shape, Slots, ToolSpec, Value, check_as, objects, slots_of,
};

use super::types::{AccountId, Env, Project, ProjectId};

/// Operations on projects.
#[derive(Debug)]
pub struct Projects<'a, Access>(pub(super) Resource<'a, Access>);

impl<Access> Projects<'_, Access> {
    /// Lists the projects of one account.
    pub fn list(&self, request: ListProjects) -> Listing<Project> {
        self.0.list(&LIST_PROJECTS, request)
    }

    /// Gets one project.
    pub fn get(&self, request: GetProject) -> Call<Project> {
        self.0.call(&GET_PROJECT, request)
    }

    /// Creates a project.
    pub fn create(&self, request: CreateProject) -> Call<Project>
    where
        Access: CanWrite,
    {
        self.0.call(&CREATE_PROJECT, request)
    }

    /// Changes a project.
    pub fn update(&self, request: UpdateProject) -> Call<Project>
    where
        Access: CanWrite,
    {
        self.0.call(&UPDATE_PROJECT, request)
    }

    /// Removes a project.
    pub fn delete(&self, request: DeleteProject) -> Call<Deleted>
    where
        Access: CanDestroy,
    {
        self.0.call(&DELETE_PROJECT, request)
    }
}

/// Arguments of [`Projects::list`].
#[non_exhaustive]
pub struct ListProjects {
    /// The account.
    pub account_id: AccountId,
    /// At most so many.
    pub limit: Option<i64>,
    /// Where the page begins.
    pub next_cursor: Option<String>,
}

impl ListProjects {
    /// The required arguments.
    pub fn new(account_id: impl Into<AccountId>) -> Self {
        Self {
            account_id: account_id.into(),
            ..Self::empty()
        }
    }

    /// At most so many.
    #[must_use]
    pub fn limit(mut self, limit: i64) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl Object for ListProjects {
    const SHAPE: Shape = Shape {
        name: "ListProjects",
        required: &["accountId"],
        optional: &["limit", "next_cursor"],
        field_checks: &[("limit", &[Check::Minimum(1.0), Check::Maximum(100.0)])],
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self {
            account_id: Value::blank(),
            limit: None,
            next_cursor: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.account_id, &mut self.limit, &mut self.next_cursor])
    }
}

/// The tool of [`ListProjects`].
pub static LIST_PROJECTS: ToolSpec = ToolSpec {
    title: "List all shop projects",
    description: "Lists the projects of one account.",
    resource: "projects",
    method: "list",
    tags: &["projects"],
    is_idempotent: true,
    request: "shop::ListProjects",
    ..ToolSpec::new(
        "list_all_shop_projects",
        Effect::Reads,
        &ListProjects::SHAPE,
        check_as::<ListProjects>,
    )
};

/// Arguments of [`Projects::get`].
#[non_exhaustive]
pub struct GetProject {
    /// The project.
    pub id: ProjectId,
}

impl GetProject {
    /// The required arguments.
    pub fn new(id: impl Into<ProjectId>) -> Self {
        Self { id: id.into() }
    }
}

impl Object for GetProject {
    const SHAPE: Shape = Shape {
        name: "GetProject",
        required: &["id"],
        other_locations: &[("id", ArgumentLocation::Path)],
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self { id: Value::blank() }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.id])
    }
}

/// The tool of [`GetProject`].
pub static GET_PROJECT: ToolSpec = ToolSpec {
    title: "Get single shop project by id",
    description: "Gets one project.",
    resource: "projects",
    method: "get",
    tags: &["projects"],
    is_idempotent: true,
    request: "shop::GetProject",
    ..ToolSpec::new(
        "get_single_shop_project_by_id",
        Effect::Reads,
        &GetProject::SHAPE,
        check_as::<GetProject>,
    )
};

/// Arguments of [`Projects::create`].
#[non_exhaustive]
pub struct CreateProject {
    /// The name.
    pub name: String,
    /// The account.
    pub account_id: AccountId,
    /// Where it runs.
    pub env: Option<Env>,
    /// A note, or null for none.
    pub note: Nullable<String>,
}

impl CreateProject {
    /// The required arguments.
    pub fn new(name: impl Into<String>, account_id: impl Into<AccountId>) -> Self {
        Self {
            name: name.into(),
            account_id: account_id.into(),
            ..Self::empty()
        }
    }

    /// Where it runs.
    #[must_use]
    pub fn env(mut self, env: Env) -> Self {
        self.env = Some(env);
        self
    }

    /// A note, or null for none.
    #[must_use]
    pub fn note(mut self, note: impl Into<Nullable<String>>) -> Self {
        self.note = note.into();
        self
    }
}

impl Object for CreateProject {
    const SHAPE: Shape = Shape {
        name: "CreateProject",
        required: &["name", "accountId"],
        optional: &["env", "note"],
        nullable: &["note"],
        field_checks: &[("name", &[Check::MinLength(1)])],
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {
            name: Value::blank(),
            account_id: Value::blank(),
            env: None,
            note: Nullable::Absent,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([
            &mut self.name,
            &mut self.account_id,
            &mut self.env,
            &mut self.note,
        ])
    }
}

/// The tool of [`CreateProject`].
pub static CREATE_PROJECT: ToolSpec = ToolSpec {
    title: "Create a shop project",
    description: "Creates a project.",
    resource: "projects",
    method: "create",
    tags: &["projects"],
    request: "shop::CreateProject",
    ..ToolSpec::new(
        "create_a_shop_project",
        Effect::Writes,
        &CreateProject::SHAPE,
        check_as::<CreateProject>,
    )
};

/// Arguments of [`Projects::update`].
#[non_exhaustive]
pub struct UpdateProject {
    /// The project.
    pub id: ProjectId,
    /// The name.
    pub name: Option<String>,
}

impl UpdateProject {
    /// The required arguments.
    pub fn new(id: impl Into<ProjectId>) -> Self {
        Self {
            id: id.into(),
            name: None,
        }
    }

    /// The name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl Object for UpdateProject {
    const SHAPE: Shape = Shape {
        name: "UpdateProject",
        required: &["id"],
        optional: &["name"],
        other_locations: &[("id", ArgumentLocation::Path)],
        ..Shape::IN_BODY
    };

    fn empty() -> Self {
        Self {
            id: Value::blank(),
            name: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.id, &mut self.name])
    }
}

/// The tool of [`UpdateProject`].
pub static UPDATE_PROJECT: ToolSpec = ToolSpec {
    title: "Update a shop project by id",
    description: "Changes a project.",
    resource: "projects",
    method: "update",
    tags: &["projects"],
    request: "shop::UpdateProject",
    ..ToolSpec::new(
        "update_a_shop_project_by_id",
        Effect::Writes,
        &UpdateProject::SHAPE,
        check_as::<UpdateProject>,
    )
};

/// Arguments of [`Projects::delete`].
#[non_exhaustive]
pub struct DeleteProject {
    /// The project.
    pub id: ProjectId,
}

impl DeleteProject {
    /// The required arguments.
    pub fn new(id: impl Into<ProjectId>) -> Self {
        Self { id: id.into() }
    }
}

impl Object for DeleteProject {
    const SHAPE: Shape = Shape {
        name: "DeleteProject",
        required: &["id"],
        other_locations: &[("id", ArgumentLocation::Path)],
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self { id: Value::blank() }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.id])
    }
}

/// The tool of [`DeleteProject`].
pub static DELETE_PROJECT: ToolSpec = ToolSpec {
    title: "Delete a shop project by id",
    description: "Removes a project.",
    resource: "projects",
    method: "delete",
    tags: &["projects"],
    is_idempotent: true,
    request: "shop::DeleteProject",
    ..ToolSpec::new(
        "delete_a_shop_project_by_id",
        Effect::Destroys,
        &DeleteProject::SHAPE,
        check_as::<DeleteProject>,
    )
};

objects!(
    CreateProject(name, account_id, env, note),
    DeleteProject(id),
    GetProject(id),
    ListProjects(account_id, limit, next_cursor),
    UpdateProject(id, name)
);
