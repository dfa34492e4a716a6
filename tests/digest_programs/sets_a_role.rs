//! Sets the role of a user from a word of the command line.

use std::error::Error;

use generated::the_auth_api::{Client, ListUserRoles, Role, UpdateUserRole};

async fn set_role(client: &Client, user: &str, word: &str) -> Result<String, Box<dyn Error>> {
    let role: Role = word.parse()?;
    let updated = client
        .user_roles()
        .update(UpdateUserRole::new(user, "acc_8923", role))
        .await?;
    Ok(updated.role.to_string())
}

#[tokio::test]
async fn sets_a_role_from_a_word() {
    let (_server, client) = crate::connect();
    let roles = client
        .user_roles()
        .list(ListUserRoles::new().account_id("acc_8923"));
    let user = roles.collect(1).await.unwrap().items[0].user_id.to_string();
    assert_eq!(set_role(&client, &user, "viewer").await.unwrap(), "viewer");
    let error = set_role(&client, &user, "Viewer!")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("\"viewer\""), "{error}");
}
