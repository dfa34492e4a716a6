//! A demonstration: two customers talk to the service over HTTP, and it is stopped and started in between.

use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use examples::Session;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use sse_stream::SseStream;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use toolsmith_runtime::transport::HttpTransport;
use toolsmith_runtime::transport::reqwest::{Client, Response};

use super::customers::Customers;
use super::routes;
use super::service::Service;

const WISH: &str = "rotate the API key for custom user 'service_worker_v2' in project 'prj_4411'";

/// Runs the demonstration in a folder that is removed after it.
pub(crate) async fn run(session: &Session) -> Result<(), Box<dyn Error>> {
    if session.server.is_none() {
        return Err("the demonstration is for made-up data; add `-- serve`".into());
    }
    let folder = Folder::new()?;
    let running = Running::start(session, &folder.0).await?;
    let ann = running.user("ann of acme", "token-of-ann")?;
    println!("ann of acme says: {WISH}");
    let conversation = ann.say(WISH).await?;
    ann.print_events(&conversation, None).await?;

    println!("\nThe service is stopped, and started again.");
    println!("  {}", running.stop().await?);
    let running = Running::start(session, &folder.0).await?;
    let ann = running.user("ann of acme", "token-of-ann")?;
    let bob = running.user("bob of globex", "token-of-bob")?;
    let (approval, question) = ann.open_approval().await?;
    println!("  Waits: {question}");

    println!("\nAnn decides later, and Bob cannot decide for her.");
    bob.decide(&approval, true, "").await?;
    ann.decide(&approval, true, "it has leaked").await?;
    ann.print_events(&conversation, None).await?;
    ann.decide(&approval, true, "again").await?;

    println!("\nbob of globex says: {WISH}");
    let conversation = bob.say(WISH).await?;
    let last = bob.print_events(&conversation, None).await?;
    let (approval, _) = bob.open_approval().await?;
    bob.decide(&approval, false, "not before Monday").await?;
    bob.print_events(&conversation, Some(last)).await?;
    running.stop().await?;

    let requests = session
        .server
        .iter()
        .flat_map(toolsmith_testkit::fake_truto::FakeTruto::requests);
    let is_rotation = |path: &str| path.contains("rotate");
    let rotations = requests
        .filter(|request| is_rotation(request.path()))
        .count();
    println!("\nThe server has seen {rotations} rotation. The audit of the changes:");
    print_audit(&folder.0)
}

/// The service, on a free port.
struct Running {
    address: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<String>>,
}

impl Running {
    async fn start(session: &Session, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let service = Service::start(session, Customers::read(session)?, folder);
        let service = service.await.map_err(|problem| problem.to_string())?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _dropped = stopped.await;
        };
        let served = tokio::spawn(routes::serve(service, listener, stopped));
        Ok(Self {
            address,
            stop,
            served,
        })
    }

    async fn stop(self) -> Result<String, Box<dyn Error>> {
        let _ended = self.stop.send(());
        Ok(self.served.await??)
    }

    fn user(&self, name: &'static str, token: &'static str) -> Result<User, Box<dyn Error>> {
        Ok(User {
            name,
            token,
            address: self.address.clone(),
            http: HttpTransport::client_builder().build()?,
        })
    }
}

/// A user, as the page of a browser would talk to the service.
struct User {
    name: &'static str,
    token: &'static str,
    address: String,
    http: Client,
}

impl User {
    async fn post(&self, path: &str, body: &Value) -> Result<Response, Box<dyn Error>> {
        let request = self.http.post(format!("{}{path}", self.address));
        let request = request
            .header("content-type", "application/json")
            .bearer_auth(self.token);
        Ok(request.body(body.to_string()).send().await?)
    }

    /// Says something in a new conversation, and returns its identifier.
    async fn say(&self, text: &str) -> Result<String, Box<dyn Error>> {
        let begun = json(self.post("/conversations", &json!({})).await?).await?;
        let id = begun["id"].as_str().ok_or("no identifier")?.to_owned();
        let path = format!("/conversations/{id}/messages");
        self.post(&path, &json!({ "text": text }))
            .await?
            .error_for_status()?;
        Ok(id)
    }

    /// Prints the events until the model has answered, and returns the identifier of the last one.
    async fn print_events(
        &self,
        conversation: &str,
        after: Option<String>,
    ) -> Result<String, Box<dyn Error>> {
        let request = self.http.get(format!(
            "{}/conversations/{conversation}/events",
            self.address
        ));
        let mut request = request.bearer_auth(self.token);
        if let Some(id) = after {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await?.error_for_status()?;
        let mut events = SseStream::from_bytes_stream(response.bytes_stream());
        let mut is_in_text = false;
        while let Some(event) = events.next().await.transpose()? {
            let (Some(name), Some(data)) = (event.event, event.data) else {
                continue;
            };
            let data: Value = serde_json::from_str(&data)?;
            let text = |key: &str| data[key].as_str().unwrap_or_default();
            if is_in_text && name != "text" {
                println!();
                is_in_text = false;
            }
            match name.as_str() {
                "text" => {
                    print!(
                        "{}{}",
                        if is_in_text { "" } else { "  model: " },
                        text("text")
                    );
                    io::stdout().flush()?;
                    is_in_text = true;
                }
                "call" => println!("  {}: {}", text("tool"), text("outcome")),
                "approval" => println!("  approval: {}", text("question")),
                "problem" => return Err(text("message").into()),
                _ => {
                    return event
                        .id
                        .ok_or_else(|| "an event without an identifier".into());
                }
            }
        }
        Err("the events ended before the answer".into())
    }

    /// Returns the identifier and the question of the call that waits for an approval.
    async fn open_approval(&self) -> Result<(String, String), Box<dyn Error>> {
        let request = self.http.get(format!("{}/approvals", self.address));
        let open = json(request.bearer_auth(self.token).send().await?).await?;
        let text = |key: &str| open[0][key].as_str().map(str::to_owned);
        text("id")
            .zip(text("question"))
            .ok_or_else(|| "no call waits for an approval".into())
    }

    /// Decides about a call, and prints the response.
    async fn decide(&self, id: &str, granted: bool, reason: &str) -> Result<(), Box<dyn Error>> {
        let decision = json!({"granted": granted, "reason": reason});
        let response = self.post(&format!("/approvals/{id}"), &decision).await?;
        let word = if granted { "grants" } else { "denies" };
        let status = response.status();
        println!(
            "  {} {word} it: {status} {}",
            self.name,
            response.text().await?
        );
        Ok(())
    }
}

async fn json(response: Response) -> Result<Value, Box<dyn Error>> {
    let text = response.error_for_status()?.text().await?;
    Ok(serde_json::from_str(&text)?)
}

/// Prints the audit of calls that change something.
fn print_audit(folder: &Path) -> Result<(), Box<dyn Error>> {
    for line in fs::read_to_string(folder.join("audit.jsonl"))?.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let text = |key: &str| entry[key].as_str().unwrap_or("-");
        if text("effect") != "reads" {
            const FIELDS: [&str; 6] = [
                "customer",
                "account",
                "principal",
                "stage",
                "decision",
                "outcome",
            ];
            let fields = FIELDS.map(text).join(" ");
            let reason = entry["reason"].as_str();
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            println!("  {fields}, by {}{reason}", text("by"));
        }
    }
    Ok(())
}

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("chat-service-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _in_use = fs::remove_dir_all(&self.0);
    }
}
