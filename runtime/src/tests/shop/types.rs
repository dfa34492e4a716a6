//! Types that several resources share.

use toolsmith_runtime::codegen::{
    Choice, Extra, Object, Open, Shape, Slots, Value, choices, ids, objects, slots_of,
};

ids! {
    /// Identifies an account.
    AccountId
    /// Identifies an order.
    OrderId
    /// Identifies a project.
    ProjectId
}

/// Where a project runs.
#[derive(Debug, Clone, Copy)]
pub enum Env {
    /// `live`
    Live,
    /// `test`
    Test,
}

impl Choice for Env {
    type Wire = &'static str;
    const VALUES: &'static [(Self, &'static str)] = &[(Self::Live, "live"), (Self::Test, "test")];
}

choices!(Env);

/// A project.
#[non_exhaustive]
pub struct Project {
    /// Identifies it.
    pub id: ProjectId,
    /// The name.
    pub name: String,
    /// Where it runs.
    pub env: Option<Open<Env>>,
    /// A note.
    pub note: Option<String>,
    /// What the catalog does not name.
    pub extra: Extra,
}

impl Object for Project {
    const SHAPE: Shape = Shape {
        name: "Project",
        required: &["id", "name"],
        optional: &["env", "note"],
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            id: Value::blank(),
            name: Value::blank(),
            env: None,
            note: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([
            &mut self.id,
            &mut self.name,
            &mut self.env,
            &mut self.note,
            &mut self.extra,
        ])
    }
}

objects!(Project(id, name, env, note, extra));
