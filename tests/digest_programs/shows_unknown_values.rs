//! Prints what the catalog does not know: new values of enums, and new fields.

use generated::runtime::{Error, Open};
use generated::the_auth_api::{Client, ListProjects, Project};

fn unknown(project: &Project) -> Vec<String> {
    let mut lines = Vec::new();
    if let Open::Unknown(word) = &project.env {
        lines.push(format!("env {word}"));
    }
    if let Some(Open::Unknown(word)) = &project.created_by_type {
        lines.push(format!("created by {word}"));
    }
    for (name, value) in project.extra.iter() {
        lines.push(format!("{name} {value}"));
    }
    lines
}

async fn print(client: &Client) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let mut projects = client
        .projects()
        .list(ListProjects::new("acc_8923"))
        .items();
    while let Some(project) = projects.next().await {
        lines.extend(unknown(&project?));
    }
    Ok(lines)
}

#[tokio::test]
async fn shows_only_what_is_new() {
    let (_server, client) = crate::connect();
    assert_eq!(print(&client).await.unwrap(), Vec::<String>::new());
    let json = serde_json::json!({
        "id": "prj_1", "name": "x", "accountId": "acc_1", "env": "staging", "isActive": true,
        "createdBy": null, "region": null, "tier": 2
    });
    let project: Project = serde_json::from_value(json).unwrap();
    assert_eq!(unknown(&project), ["env staging", "region null", "tier 2"]);
    assert_eq!(project.extra.nulls().collect::<Vec<_>>(), ["createdBy"]);
}
