//! Text becomes the identifier that the constructor asks for.

use generated::the_auth_api::{AccountId, Client, ListProjects, Project};

#[test]
fn text_becomes_the_identifier_that_is_asked_for() {
    assert_eq!(
        ListProjects::new("acc_8923").account_id,
        AccountId::from("acc_8923")
    );
}

#[expect(dead_code, reason = "that it compiles is what is tested")]
async fn first_project(client: &Client) -> Result<Option<Project>, generated::runtime::Error> {
    let page = client
        .projects()
        .list(ListProjects::new("acc_8923").limit(1))
        .await?;
    Ok(page.items.into_iter().next())
}
