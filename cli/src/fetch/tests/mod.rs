//! Helpers of the tests of fetching.

mod account_server;
mod platform;
mod responses;
mod truto;
mod variables;

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use toolsmith_codegen::Diagnostics;
use toolsmith_testkit::fake_truto::{FakeTruto, RecordedRequest};

use super::*;
use crate::config::{Config, ConfiguredSource};
use crate::system::environment::Environment;

const CONFIG: &str = r#"
[catalog.the_auth_api]
kind = "truto"
account = { env = "ACCOUNT" }
"#;

/// A watcher that records waits.
#[derive(Default)]
struct Waits(RefCell<Vec<Duration>>);

impl Watcher for Waits {
    fn received(&self, _: u64) {}

    fn waits(&self, wait: Duration) {
        self.0.borrow_mut().push(wait);
    }
}

fn new_account(config: &str, variables: &[(&str, &str)]) -> Result<Account, Diagnostics> {
    let config = Config::parse(config).unwrap();
    let [catalog] = config.catalogs.as_slice() else {
        panic!("one catalog");
    };
    let ConfiguredSource::Truto {
        settings,
        integration,
        filter,
    } = &catalog.source
    else {
        panic!("an account");
    };
    let environment = Environment::of(variables);
    let integration = integration.as_deref();
    let found = Account::find(&catalog.name, settings, integration, filter, &environment)?;
    Ok(found.unwrap_or_else(|missing| panic!("{missing:?}")))
}

/// Returns a valid account of a fake server.
fn account_of(server: &FakeTruto) -> Account {
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("ACCOUNT", server.account_id()),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    new_account(CONFIG, &variables).unwrap()
}

fn get(account: &Account) -> Result<SourceText> {
    get_after(account, None).map(|fetched| fetched.document)
}

/// Fetches a catalog that has a snapshot.
fn get_after(account: &Account, before: Option<&SourceText>) -> Result<Fetched> {
    fetch_account(account, before, Limits::default(), &Waits::default())
}

/// Returns the requests for tools.
fn listings(server: &FakeTruto) -> Vec<RecordedRequest> {
    let mut requests = server.requests();
    requests.retain(|request| request.path().ends_with("/tools"));
    requests
}

/// Returns the message of a fetch that fails, and checks that it does not contain a secret.
#[track_caller]
fn failure(account: &Account) -> String {
    let text = get(account).expect_err("a failure").to_string();
    assert!(
        !text.contains("s3cr3t-canary") && !text.contains("s3cret"),
        "{text}"
    );
    assert!(text.contains(problem::UNCHANGED), "{text}");
    assert_eq!(text.matches("error: ").count(), 1, "{text}");
    text
}

#[track_caller]
fn check(account: &Account, expected: &[&str]) {
    let text = failure(account);
    for part in expected {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

/// Starts a server that sends one raw response per connection, in order.
fn raw(answers: Vec<Vec<u8>>) -> (Account, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let serve = |answer: Vec<u8>| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).unwrap();
            let _gone = stream.write_all(&answer);
            String::from_utf8_lossy(&request[..length]).into_owned()
        };
        answers.into_iter().map(serve).collect()
    });
    let variables = [
        ("TRUTO_API_KEY", "s3cret"),
        ("ACCOUNT", "ia_1"),
        ("TRUTO_API_BASE_URL", &base_url),
    ];
    (new_account(CONFIG, &variables).unwrap(), served)
}

fn json(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
