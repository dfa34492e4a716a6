//! Everything around the agent: the account, Restate, the desk, and the process that is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc as blocking;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use durable_agent::checkpoint::{PASS, PRINT, REACHED, STOP_AT, STOPPED};
use durable_agent::desk::{Decision, DeskServer, Question, Received};
use durable_agent::model::WISH;
use durable_agent::restate::{self, Restate, free_port};
use durable_agent::service::{self, Settings};
use durable_agent::settings;
use generated::the_auth_api::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;
use toolsmith_testkit::fake_truto::{FakeTruto, Fault, FaultKind, RecordedRequest, ResetForm};

/// The time that a run may take.
const RUN_TIME: Duration = Duration::from_secs(120);

/// The tool whose approval the person declines.
pub(crate) const DECLINED: &str = "delete_a_the_auth_api_project_by_id";

/// Everything around the agent.
pub(crate) struct World {
    pub(crate) account: FakeTruto,
    pub(crate) restate: Restate,
    desk: DeskServer,
    /// The tools about which the person was asked.
    asked: Arc<Mutex<Vec<String>>>,
    /// The gate at which the person waits with the next decision.
    gate: Arc<Mutex<Option<Gate>>>,
    pub(crate) settings: Settings,
    _data: TempDir,
}

/// The moments at which a run is killed.
#[derive(Debug, Clone)]
pub(crate) enum Kills {
    Never,
    /// At this place.
    At(String),
    /// At every place, one after the other.
    Everywhere,
    /// As soon as this number of different writes has arrived, while the response is on its way.
    AfterWrites(usize),
    /// At this place, together with the server of Restate.
    WithRestate(String),
    /// At this place, and started again after this number of vain attempts of Restate.
    Outage(String, u64),
    /// Not the agent, but Restate, from the first question until the decision was sent in vain.
    RestateAtDesk,
}

/// Holds the decision of the person.
struct Gate {
    asked: UnboundedSender<()>,
    go: blocking::Receiver<()>,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) invocation: String,
    /// The last words of the model, or the reason why the run has failed.
    pub(crate) result: Result<String, String>,
    /// The places that its processes reached, in order.
    pub(crate) reached: Vec<String>,
    pub(crate) kills: usize,
    /// The number of requests that the account refused or did not answer.
    pub(crate) faults: usize,
    pub(crate) writes: Vec<RecordedRequest>,
    /// The records of the account.
    pub(crate) state: Value,
    /// The questions that the desk received.
    pub(crate) questions: Vec<Received>,
    /// The tools about which the person was asked.
    pub(crate) asked: Vec<String>,
}

/// The process of the agent, and the lines that it prints.
struct Process {
    child: Child,
    lines: UnboundedReceiver<String>,
}

impl World {
    /// Starts everything, or returns the reason why Restate is not available here.
    pub(crate) async fn start() -> Result<Self, String> {
        let program = restate::program(&server_folder())?;
        let data = tempfile::tempdir().unwrap();
        let restate = Restate::start(&program, data.path()).await.unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let gate: Arc<Mutex<Option<Gate>>> = Arc::default();
        let person = {
            let (asked, gate) = (Arc::clone(&asked), Arc::clone(&gate));
            move |question: &Question| {
                asked.lock().unwrap().push(question.tool.clone());
                let gate = gate.lock().unwrap().take();
                if let Some(Gate { asked, go }) = gate {
                    asked.send(()).unwrap();
                    go.recv().unwrap();
                }
                Decision {
                    is_granted: question.tool != DECLINED,
                    by: "ann".to_owned(),
                    reason: "as agreed".to_owned(),
                }
            }
        };
        let desk = DeskServer::start(restate.client().ingress(), Arc::new(person)).await;
        let desk = desk.unwrap();
        let account = FakeTruto::start().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
        let settings = Settings {
            address,
            desk: desk.url(),
            key: "5a".repeat(32),
            variables: settings::variables(&account),
        };
        let world = Self {
            account,
            restate,
            desk,
            asked,
            gate,
            settings,
            _data: data,
        };
        world.register().await;
        Ok(world)
    }

    async fn register(&self) {
        let _process = Process::start(&self.settings, Vec::new());
        let url = format!("http://{}", self.settings.address);
        let client = self.restate.client();
        let registered = client.register_within(Duration::from_secs(5), &url).await;
        registered.unwrap();
    }

    /// Runs the agent on a fresh account, which refuses the first write for a second, or responds to writes slowly.
    pub(crate) async fn run(&mut self, kills: &Kills) -> Ended {
        let faults = if let Kills::AfterWrites(_) = kills {
            let slow = FaultKind::SlowHeaders(300);
            let slow = |method| Fault::new(slow.clone()).method(method).times(20);
            ["POST", "DELETE"].map(slow).into()
        } else {
            vec![Fault::new(rate_limited()).method("POST")]
        };
        self.run_with(kills, faults).await
    }

    /// Runs the agent on a fresh account with these faults.
    pub(crate) async fn run_with(&mut self, kills: &Kills, faults: Vec<Fault>) -> Ended {
        self.account.reset();
        let faults_set = faults.len();
        for fault in faults {
            self.account.set_fault(fault);
        }
        let (mut asked, decide) = self.hold_decision(kills);
        let mut process = Process::start(&self.settings, kills.stop(&[]));
        let client = self.restate.client().clone();
        let invocation = client.start_run(&unique_key(), WISH).await.unwrap();
        let mut result = Box::pin(client.result(&invocation));
        let mut reached = Vec::new();
        let mut count = 0;
        let deadline = Instant::now() + RUN_TIME;
        let result = loop {
            tokio::select! {
                result = &mut result => break result,
                line = process.lines.recv() => {
                    let line = line.expect("the process lives until it is killed");
                    if let Some(place) = line.strip_prefix(REACHED) {
                        reached.push(place.to_owned());
                    } else if let Some(place) = line.strip_prefix(STOPPED) {
                        reached.push(place.to_owned());
                        process.kill().await;
                        count += 1;
                        self.after_kill(kills, &invocation).await;
                        process = Process::start(&self.settings, kills.next_stop(&reached));
                    }
                }
                () = self.arrived(kills), if count == 0 => {
                    process.kill().await;
                    count += 1;
                    process = Process::start(&self.settings, Vec::new());
                }
                Some(()) = asked.recv() => {
                    self.restate.kill().await.unwrap();
                    decide.send(()).unwrap();
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    self.restate.restart().await.unwrap();
                }
                () = tokio::time::sleep_until(deadline) => {
                    panic!("{kills:?}: the run does not end; it reached {reached:?}");
                }
            }
        };
        process.kill().await;
        while let Some(line) = process.lines.recv().await {
            reached.extend(line.strip_prefix(REACHED).map(str::to_owned));
        }
        let is_write = |request: &RecordedRequest| request.method != "GET";
        let requests = self.account.requests();
        Ended {
            invocation,
            result,
            reached,
            kills: count,
            faults: faults_set,
            writes: requests.into_iter().filter(is_write).collect(),
            state: self.state().await,
            questions: self.desk.take(),
            asked: std::mem::take(&mut *self.asked.lock().unwrap()),
        }
    }

    /// Lets the person wait with the first decision, if Restate is to be killed then.
    fn hold_decision(&self, kills: &Kills) -> (UnboundedReceiver<()>, blocking::Sender<()>) {
        let (asked, is_asked) = mpsc::unbounded_channel();
        let (decide, go) = blocking::channel();
        if let Kills::RestateAtDesk = kills {
            *self.gate.lock().unwrap() = Some(Gate { asked, go });
        }
        (is_asked, decide)
    }

    /// Disturbs Restate between the death of a process and the start of the next one.
    async fn after_kill(&mut self, kills: &Kills, invocation: &str) {
        match kills {
            Kills::WithRestate(_) => {
                self.restate.kill().await.unwrap();
                self.restate.restart().await.unwrap();
            }
            Kills::Outage(_, attempts) => {
                let deadline = Instant::now() + RUN_TIME;
                let client = self.restate.client();
                while client.failed_attempts(invocation).await.unwrap() < *attempts {
                    assert!(Instant::now() < deadline, "Restate stopped the attempts");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            _ => {}
        }
    }

    /// Waits until the number of different writes has arrived after which the process is killed.
    async fn arrived(&self, kills: &Kills) {
        let Kills::AfterWrites(writes) = kills else {
            return std::future::pending().await;
        };
        loop {
            let requests = self.account.requests();
            let keys: BTreeSet<_> = requests
                .iter()
                .filter_map(|request| request.header("idempotency-key"))
                .collect();
            if keys.len() >= *writes {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Returns all projects and API keys of the account.
    async fn state(&self) -> Value {
        let client = Client::builder()
            .token(self.account.token())
            .account(self.account.account_id())
            .base_url(self.account.base_url())
            .build()
            .unwrap();
        let list = async |resource: &str, arguments: Value| {
            let tool = format!("list_all_the_auth_api_{resource}");
            let page = client.call_tool(&tool, arguments).await.unwrap();
            assert_eq!(page.get("next_cursor").filter(|next| !next.is_null()), None);
            page["result"].as_array().unwrap().clone()
        };
        let mut state = BTreeMap::new();
        for account in list("accounts", json!({})).await {
            let arguments = json!({"accountId": account["id"], "limit": 100});
            for project in list("projects", arguments).await {
                let arguments = json!({"projectId": project["id"], "limit": 100});
                let keys = list("api_keys", arguments).await;
                let id = project["id"].as_str().unwrap().to_owned();
                state.insert(id, json!({"project": project, "keys": keys}));
            }
        }
        json!(state)
    }
}

impl Kills {
    /// Returns the variables by which the first process stops, or a later one after these places.
    fn stop(&self, reached: &[String]) -> Vec<(&'static str, String)> {
        match self {
            Self::Never | Self::AfterWrites(_) | Self::RestateAtDesk => Vec::new(),
            Self::At(place) | Self::WithRestate(place) | Self::Outage(place, _) => {
                vec![(STOP_AT, place.clone())]
            }
            Self::Everywhere => vec![(PASS, reached.join(","))],
        }
    }

    /// Returns the variables by which the process after a kill stops.
    fn next_stop(&self, reached: &[String]) -> Vec<(&'static str, String)> {
        match self {
            Self::Everywhere => self.stop(reached),
            _ => Vec::new(),
        }
    }
}

impl Process {
    fn start(settings: &Settings, stop: Vec<(&'static str, String)>) -> Self {
        let mut settings = settings.clone();
        settings.variables.push((PRINT, "1".to_owned()));
        settings.variables.extend(stop);
        let program = PathBuf::from(env!("CARGO_BIN_EXE_durable-agent"));
        let mut child = service::spawn(&program, &settings, Stdio::piped()).unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut output = output.lines();
            while let Ok(Some(line)) = output.next_line().await {
                let _ended = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// Kills the process with `SIGKILL`.
    async fn kill(&mut self) {
        let _dead = self.child.kill().await;
    }
}

/// Returns the folder in which npm installs the server.
pub(crate) fn server_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../restate")
}

/// Returns the refusal of the rate limit for one second.
pub(crate) fn rate_limited() -> FaultKind {
    FaultKind::RateLimited {
        form: ResetForm::RetryAfter,
        seconds: 1.0,
    }
}

/// Returns a key for one run.
fn unique_key() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("run-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
