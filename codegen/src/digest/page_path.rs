//! Paths of pages, relative to the index.

/// Returns the path of a resource's page.
pub(super) fn resource(module: &str) -> String {
    format!("resources/{module}.md")
}

/// Returns the path of the page of a tool without a resource.
pub(super) fn tool(module: &str) -> String {
    format!("tools/{module}.md")
}
