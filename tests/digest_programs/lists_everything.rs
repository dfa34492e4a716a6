//! Lists all API keys of all projects of all accounts.

use generated::runtime::Error;
use generated::the_auth_api::{Client, ListAccounts, ListApiKeys, ListProjects};

async fn list<A>(client: &Client<A>) -> Result<Vec<(String, String, String)>, Error> {
    let mut lines = Vec::new();
    let mut accounts = client.accounts().list(ListAccounts::new()).items();
    while let Some(account) = accounts.next().await {
        let account = account?;
        let mut projects = client
            .projects()
            .list(ListProjects::new(&account.id))
            .items();
        while let Some(project) = projects.next().await {
            let project = project?;
            // Small pages, so that there are several.
            let request = ListApiKeys::new().project_id(&project.id).limit(2);
            let mut keys = client.api_keys().list(request).items();
            while let Some(key) = keys.next().await {
                lines.push((account.name.clone(), project.name.clone(), key?.name));
            }
        }
    }
    Ok(lines)
}

#[tokio::test]
async fn lists_every_key_once() {
    let (_server, client) = crate::connect();
    let lines = list(&client).await.unwrap();
    let all = client
        .api_keys()
        .list(ListApiKeys::new())
        .collect(1000)
        .await
        .unwrap();
    assert!(all.is_complete);
    assert_eq!(lines.len(), all.items.len());
}
