//! Text becomes the identifier that the constructor asks for.

use generated::the_auth_api::{Client, ListProjects, Project};

fn main() {
    let _ = ListProjects::new("acc_8923");
}

pub async fn first_project(client: &Client) -> Result<Option<Project>, generated::runtime::Error> {
    let page = client.projects().list(ListProjects::new("acc_8923").limit(1)).await?;
    Ok(page.items.into_iter().next())
}
