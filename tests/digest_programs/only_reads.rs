//! A function that cannot change anything, because its client only reads.

use generated::runtime::{Error, ReadOnly};
use generated::the_auth_api::{Client, ListAccounts};

/// Restricts a client with any access.
fn restrict<Access>(client: &Client<Access>) -> Client<ReadOnly> {
    client.read_only()
}

async fn names(client: &Client<ReadOnly>) -> Result<Vec<String>, Error> {
    let accounts = client
        .accounts()
        .list(ListAccounts::new())
        .collect(100)
        .await?;
    Ok(accounts
        .items
        .into_iter()
        .map(|account| account.name)
        .collect())
}

#[tokio::test]
async fn reads_with_a_client_that_only_reads() {
    let (_server, client) = crate::connect();
    let reading = restrict(&restrict(&client));
    assert_eq!(names(&reading).await.unwrap().len(), 2);
    // By name, a write is refused at run time.
    let refused = reading
        .call_tool(
            "create_a_the_auth_api_account",
            serde_json::json!({"name": "x"}),
        )
        .await;
    assert!(matches!(refused, Err(Error::AccessDenied { .. })));
}
