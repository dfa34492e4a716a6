//! Approval in both eras.

mod responses;
mod states;
mod waiting;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::stdio::Peer;
use super::{Decisions, Server, project};
use crate::agent::{Policy, Toolbox};
use crate::clock::{Clock, Sleep, SystemClock};
use crate::codec::Json;
use crate::tests::shop;
use crate::tools::ToolFilter;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder};

/// A clock whose time of day tests move.
#[derive(Clone, Default)]
struct MovedClock {
    ahead: Arc<Mutex<Duration>>,
    system: SystemClock,
}

impl MovedClock {
    fn advance(&self, time: Duration) {
        *self.ahead.lock().unwrap() += time;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + *self.ahead.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.system.sleep(duration)
    }
}

/// The tools of the shop, all of which need approval.
struct Shop {
    toolbox: Toolbox,
    transport: MemoryTransport,
    clock: MovedClock,
    decisions: Decisions,
}

impl Shop {
    fn new() -> Self {
        let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project()));
        let clock = MovedClock::default();
        let client: Client = ClientBuilder::new(shop::CATALOG)
            .token("shop-token")
            .account("acc_551")
            .clock(clock.clone())
            .transport(transport.clone())
            .build()
            .unwrap();
        let decisions = Decisions::default();
        let policy = Policy::new().require_approval(ToolFilter::all());
        Self {
            toolbox: client.toolbox().policy(policy).audit(decisions.clone()),
            transport,
            clock,
            decisions,
        }
    }

    fn server(&self) -> Server {
        Server::new(self.toolbox.clone())
    }

    fn sent(&self) -> usize {
        self.transport.requests().len()
    }
}

fn forms() -> Json {
    json!({"elicitation": {"form": {}}})
}

fn create() -> Json {
    json!({"name": "create_a_shop_project", "arguments": {"name": "A", "accountId": "acc_1"}})
}

/// Returns a call again, with an answer and a state.
fn again(call: &Json, action: &str, state: &Json) -> Json {
    let mut call = call.clone();
    call["inputResponses"] = json!({"approval": {"action": action, "content": {}}});
    call["requestState"] = state.clone();
    call
}

/// Makes a call and returns the state of its question.
async fn question(peer: &mut Peer, call: &Json) -> Json {
    let response = peer.ask(1, "tools/call", call.clone()).await;
    let result = &response["result"];
    assert_eq!(result["resultType"], "input_required", "{response}");
    result["requestState"].clone()
}
