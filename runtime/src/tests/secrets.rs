//! The token appears in no output of any kind.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::shop::{Client, CreateProject, GetProject, ListProjects};
use super::{CANARY, client, project};
use crate::error::TransportErrorKind;
use crate::transport::{MemoryTransport, MockResponse};

/// Captures everything that a subscriber can see.
#[derive(Clone)]
pub(crate) enum Log {
    Text(Arc<Mutex<String>>),
    File(Arc<File>),
    Nothing,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self::Text(Arc::default())
    }

    /// Returns what was captured since the last time.
    pub(crate) fn take(&self) -> String {
        match self {
            Self::Text(text) => std::mem::take(&mut text.lock().unwrap()),
            _ => String::new(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.lock().unwrap().clone(),
            _ => String::new(),
        }
    }

    fn push(&self, line: &str) {
        match self {
            Self::Text(text) => text.lock().unwrap().push_str(line),
            Self::File(file) => (&**file).write_all(line.as_bytes()).unwrap(),
            Self::Nothing => {}
        }
    }
}

/// If `TOOLSMITH_TEST_LOG` names a folder, all tests write their logs there, so that they can be
/// searched for the token.
///
/// A subscriber is always installed, because a callsite that is first reached without one may stay
/// disabled for a test that starts at the same time.
pub(crate) fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let log = match std::env::var_os("TOOLSMITH_TEST_LOG") {
            Some(folder) => {
                let name = format!("{}.log", std::process::id());
                Log::File(Arc::new(
                    File::create(Path::new(&folder).join(name)).unwrap(),
                ))
            }
            None => Log::Nothing,
        };
        tracing::subscriber::set_global_default(log).unwrap();
    });
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.push(&format!("{field}={value:?}\n"));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.push(attributes.metadata().name());
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// Makes calls that end in every way, and returns everything that they print.
async fn everything_printed() -> String {
    let replies = [
        MockResponse::json(200, &project("p")).header("set-cookie", "session-4711"),
        MockResponse::json(200, &project("p")),
        MockResponse::new(401).body("no"),
        MockResponse::new(500),
        MockResponse::error(TransportErrorKind::Broken, "the connection broke"),
        MockResponse::new(429).header("retry-after", "9999"),
        MockResponse::new(200).body("<html>"),
    ];
    let transport = MemoryTransport::script(replies);
    let client = client(&transport);
    let mut printed = String::new();
    let raw = client.projects().get(GetProject::new("p")).raw().await;
    write!(printed, "{raw:?}").unwrap();
    for _ in 0..6 {
        let call = client.projects().get(GetProject::new("p"));
        write!(printed, "{call:?}").unwrap();
        match call.await {
            Ok(answer) => write!(printed, "{answer:?}").unwrap(),
            Err(error) => write!(printed, "{error} {error:?}").unwrap(),
        }
    }
    let builder = Client::builder().token(CANARY);
    let list = client.projects().list(ListProjects::new("a"));
    write!(printed, "{client:?} {builder:?} {list:?} {transport:?}").unwrap();
    let wrong = Client::builder()
        .token(format!("{CANARY}\n"))
        .account("a")
        .build();
    write!(printed, "{wrong:?}").unwrap();
    printed
}

#[tokio::test(start_paused = true)]
async fn prints_the_token_nowhere() {
    listen();
    let log = Log::new();
    let guard = tracing::subscriber::set_default(log.clone());
    let printed = everything_printed().await;
    drop(guard);
    assert!(!printed.contains(CANARY), "{printed}");
    assert!(!printed.contains("session-4711"), "{printed}");
    assert!(!log.text().contains(CANARY), "{}", log.text());
    assert!(
        printed.contains("Sensitive"),
        "the header was there, and hidden"
    );
}

#[tokio::test(start_paused = true)]
async fn spans_contain_the_call_but_no_arguments() {
    listen();
    let log = Log::new();
    let guard = tracing::subscriber::set_default(log.clone());
    let transport = MemoryTransport::script([
        MockResponse::new(500),
        MockResponse::json(200, &project("p")),
    ]);
    let call = client(&transport)
        .projects()
        .create(CreateProject::new("private", "acc_private"));
    call.await.unwrap();
    drop(guard);
    let text = log.text();
    for expected in [
        "execute_tool",
        "gen_ai.tool.name=\"create_a_shop_project\"",
        "http.response.status_code=200",
        "toolsmith.attempts=2",
        "url.template=",
        "message=retrying",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("private"), "{text}");
}
