//! A person at a page: projects to make pages of, and a browser that clicks and types.

mod browser;
mod project;

pub use browser::Visit;
pub use project::Project;
