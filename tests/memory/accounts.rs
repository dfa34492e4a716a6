//! Ten thousand accounts on one client.

use bytes::Bytes;
use generated::the_auth_api::{Client, GetProject};
use serde_json::json;
use toolsmith_runtime::rate_limit::Quota;
use toolsmith_runtime::transport::{Body, Transport, TransportFuture};

const ACCOUNTS: usize = 10_000;

fn client() -> Client {
    let project = json!({"id": "prj_1", "name": "Checkout", "isActive": true, "accountId": "acc_1", "env": "live"});
    Client::builder()
        .token("s3cr3t-canary")
        .account("ia_551")
        .transport(Discarding(project.to_string().into()))
        .quota(Quota::truto().per_token(1_000_000, std::time::Duration::from_secs(10)))
        .build()
        .unwrap()
}

/// Responds to every request with the same, and records nothing.
struct Discarding(Bytes);

impl Transport for Discarding {
    fn reaches_server(&self) -> bool {
        false
    }

    fn send(&self, _request: http::Request<Body>) -> TransportFuture<'_> {
        let body = Body::from(self.0.clone());
        Box::pin(async move { Ok(http::Response::new(body)) })
    }
}

/// Returns the bytes that are held for each account after `work`.
fn held(work: impl FnOnce() -> Vec<Client>) -> (Vec<Client>, u64) {
    let mut clients = Vec::new();
    let measured = allocation_counter::measure(|| clients = work());
    let bytes = u64::try_from(measured.bytes_current.max(0)).unwrap();
    (clients, bytes / ACCOUNTS as u64)
}

fn id(number: usize) -> String {
    format!("4f7c1e9a-7b1d-4c58-9e0e-{number:012}")
}

#[test]
#[allow(clippy::print_stdout, reason = "a figure that is printed")]
fn an_account_takes_less_than_two_kilobytes() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let client = client();
    let call = |client: &Client| {
        let get = client.projects().get(GetProject::new("prj_1"));
        runtime.block_on(get).unwrap();
    };
    call(&client);
    let (clients, unused) = held(|| {
        (0..ACCOUNTS)
            .map(|number| client.for_account(id(number)))
            .collect()
    });
    let (kept, used) = held(|| {
        clients.iter().for_each(call);
        clients.clone()
    });
    let used = unused + used;
    println!("an account takes {unused} bytes, and {used} after a call");
    assert!(unused < 2000, "{unused} bytes");
    assert!(used < 2000, "{used} bytes after a call");
    // One lane of the token, and one for each account.
    assert_eq!(clients[7].rate_limiter().status().left, Some(49));
    assert_eq!(
        client.for_account("another").rate_limiter().status().left,
        Some(50)
    );
    drop((kept, clients));
}
