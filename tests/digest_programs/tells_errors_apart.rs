//! Says what to do about an error.

use generated::runtime::Error;
use generated::the_auth_api::{Client, CreateApiKey, GetApiKey, Role, RotateApiKey};
use toolsmith_testkit::fake_truto::{Fault, FaultKind};

fn advice(error: &Error) -> &'static str {
    match error {
        Error::Arguments { .. } => "correct the arguments",
        error if error.needs_reauthorization() => "connect the account again",
        error if error.is_token_rejected() => "correct the token",
        error if error.is_account_not_found() => "correct the account",
        error if error.is_record_not_found() => "no such key",
        Error::RateLimited(_) => "try later",
        error if error.is_timeout() => "give it more time",
        error if error.is_retryable() => "try again",
        _ => "report it",
    }
}

async fn read(client: &Client, id: &str) -> &'static str {
    match client.api_keys().get(GetApiKey::new(id)).await {
        Ok(_) => "fine",
        Err(error) => advice(&error),
    }
}

#[tokio::test]
async fn tells_the_cases_apart() {
    let (server, client) = crate::connect();
    assert_eq!(read(&client, "key_101").await, "fine");
    assert_eq!(read(&client, "key_0").await, "no such key");
    let wrong = client
        .api_keys()
        .create(CreateApiKey::new("", "prj_4411"))
        .await;
    assert_eq!(advice(&wrong.unwrap_err()), "correct the arguments");

    for id in ["", "key_0"] {
        let request = RotateApiKey::new(id);
        let error = client.api_keys().rotate(request).await.unwrap_err();
        let expected = if id.is_empty() {
            "correct the arguments"
        } else {
            "no such key"
        };
        assert_eq!(advice(&error), expected, "{error}");
    }
    let word = "boss".parse::<Role>().unwrap_err().to_string();
    assert!(word.starts_with("expected one of"), "{word}");

    let stranger = |token: &str, account: &str| {
        let builder = Client::builder().token(token).account(account);
        builder.base_url(server.base_url()).build().unwrap()
    };
    let token = stranger("wrong", server.account_id());
    assert_eq!(read(&token, "key_101").await, "correct the token");
    let account = stranger(server.token(), "acc_0");
    assert_eq!(read(&account, "key_101").await, "correct the account");

    server.set_fault(Fault::new(FaultKind::RemoteError(401)));
    assert_eq!(read(&client, "key_101").await, "connect the account again");
}
