//! The state of the service, and its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use examples::Session;
use examples::model::{Api, Model, Problem};
use generated::the_auth_api::Client;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use toolsmith_runtime::agent::{Approvals, JsonLines};
use toolsmith_testkit::fake_model::Manner;

use super::conversation::Conversation;
use super::customers::{Customer, Customers};
use super::storage::{CONVERSATIONS, Storage};

/// The time that calls in flight have to finish after Ctrl-C.
const DRAIN_TIME: Duration = Duration::from_secs(30);

pub(crate) struct Service {
    /// The client of all customers.
    pub(crate) client: Client,
    pub(crate) model: Model,
    pub(crate) storage: Storage,
    pub(crate) audit: JsonLines,
    pub(crate) approvals: Approvals,
    pub(crate) customers: Customers,
    conversations: Mutex<BTreeMap<String, Arc<Conversation>>>,
    /// The turns and the approved calls.
    tasks: Mutex<JoinSet<()>>,
    is_draining: watch::Sender<bool>,
    is_closed: watch::Sender<bool>,
}

impl Service {
    /// Starts the service, and continues the turns that the last process did not end.
    pub(crate) async fn start(
        session: &Session,
        customers: Customers,
        folder: &Path,
    ) -> Result<Arc<Self>, Problem> {
        let client = examples::builder(session.server.as_ref()).build()?;
        let storage = Storage::open(folder)?;
        let service = Arc::new(Self {
            client,
            model: Model::connect(Api::from_env(), Manner::Careful).await?,
            audit: storage.audit()?,
            approvals: storage.approvals()?,
            storage,
            customers,
            conversations: Mutex::default(),
            tasks: Mutex::default(),
            is_draining: watch::Sender::new(false),
            is_closed: watch::Sender::new(false),
        });
        for (id, entry) in service.storage.all(CONVERSATIONS)? {
            let text = |name: &str| entry[name].as_str().unwrap_or_default();
            let customer = service.customers.find(text("customer"), text("user"));
            let Some(customer) = customer else { continue };
            let items = entry["items"].as_array().cloned().unwrap_or_default();
            let conversation = service.begin(&Arc::clone(customer), id, items)?;
            if conversation.is_open().await {
                service.answer(conversation, None);
            }
        }
        Ok(service)
    }

    /// Begins or continues a conversation.
    pub(crate) fn begin(
        &self,
        customer: &Arc<Customer>,
        id: String,
        items: Vec<Value>,
    ) -> Result<Arc<Conversation>, Problem> {
        let conversation = Conversation::new(self, customer, id.clone(), items)?;
        let conversation = Arc::new(conversation);
        lock(&self.conversations).insert(id, Arc::clone(&conversation));
        Ok(conversation)
    }

    /// Returns a conversation, of any customer.
    pub(crate) fn conversation(&self, id: &str) -> Option<Arc<Conversation>> {
        lock(&self.conversations).get(id).cloned()
    }

    /// Lets the model answer in the background.
    pub(crate) fn answer(self: &Arc<Self>, conversation: Arc<Conversation>, said: Option<String>) {
        let service = Arc::clone(self);
        self.spawn(async move { conversation.answer(&service, said).await });
    }

    /// Runs a task that the end of the service waits for, also if the client has gone.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Waits for the tasks, and for those that they spawn.
    async fn join(&self) {
        loop {
            let tasks = std::mem::take(&mut *lock(&self.tasks));
            if tasks.is_empty() {
                return;
            }
            tasks.join_all().await;
        }
    }

    pub(crate) fn is_draining(&self) -> bool {
        *self.is_draining.borrow()
    }

    /// Waits until the service is being stopped.
    pub(crate) async fn draining(&self) {
        let mut is_draining = self.is_draining.subscribe();
        // The sender is in `self`, so it cannot be gone.
        let _gone = is_draining.wait_for(|is_draining| *is_draining).await;
    }

    /// Returns the signal that ends the streams of events.
    pub(crate) fn closed(&self) -> watch::Receiver<bool> {
        self.is_closed.subscribe()
    }

    /// Ends the service: calls that were sent end, and those that wait are cancelled.
    pub(crate) async fn drain(&self) -> String {
        self.is_draining.send_replace(true);
        let drained = self.client.drain(DRAIN_TIME).await;
        let ended = tokio::time::timeout(DRAIN_TIME, self.join()).await;
        self.is_closed.send_replace(true);
        format!(
            "Stopped: {} calls ended, {} were cancelled, {} did not end.{}",
            drained.finished,
            drained.cancelled,
            drained.unfinished,
            if ended.is_ok() {
                ""
            } else {
                " Turns did not end."
            },
        )
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
