//! A string becomes the identifier that the constructor takes.

use generated::the_auth_api::{AccountId, Client, ListProjects, Project};

#[test]
fn a_string_becomes_the_expected_identifier() {
    assert_eq!(
        ListProjects::new("acc_8923").account_id,
        AccountId::from("acc_8923")
    );
}

#[expect(dead_code, reason = "the test is that it compiles")]
async fn first_project(client: &Client) -> Result<Option<Project>, generated::runtime::Error> {
    let page = client
        .projects()
        .list(ListProjects::new("acc_8923").limit(1))
        .await?;
    Ok(page.items.into_iter().next())
}
