//! Calls in a context: identifiers, idempotency keys, traces.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::agent::{Audit, AuditEntry, Reply, ReplyOutcome, Toolbox};
use crate::context::{CallContext, IdempotencyKey, TraceContext, current};
use crate::functions::{self, FunctionHandler, HandlerError};
use crate::tests::secrets::{Log, listen};
use crate::tests::shop;
use crate::tools::Full;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder, Error};

pub(super) const CREATE: &str = "create_a_shop_project";
pub(super) const GET: &str = "get_single_shop_project_by_id";

pub(super) fn client(transport: &MemoryTransport, account: &str) -> Client {
    listen();
    let builder = ClientBuilder::new(shop::CATALOG).token("shop-token");
    builder
        .account(account)
        .transport(transport.clone())
        .build()
        .unwrap()
}

pub(super) fn project() -> Json {
    json!({"id": "prj_1", "name": "A", "env": "live"})
}

pub(super) fn arguments() -> Json {
    json!({"name": "A", "accountId": "acc_1"})
}

/// Returns the tools of the shop, which answers after a moment, and its requests.
fn toolbox() -> (Toolbox, MemoryTransport) {
    let respond = |_: &_| MockResponse::json(200, &project()).after(Duration::from_millis(20));
    let transport = MemoryTransport::respond_with(respond);
    (client(&transport, "acc_551").toolbox(), transport)
}

/// Returns the idempotency keys of the requests.
pub(super) fn keys(transport: &MemoryTransport) -> Vec<Option<String>> {
    let requests = transport.requests();
    let key = |request: &crate::transport::RecordedRequest| {
        request.header("idempotency-key").map(str::to_owned)
    };
    requests.iter().map(key).collect()
}

/// Keeps entries as JSON.
#[derive(Clone, Default)]
pub(super) struct Entries(Arc<Mutex<Vec<Json>>>);

impl Entries {
    pub(super) fn take(&self) -> Vec<Json> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Audit for Entries {
    fn record(&self, entry: &AuditEntry<'_>) -> std::io::Result<()> {
        self.0.lock().unwrap().push(serde_json::to_value(entry)?);
        Ok(())
    }
}

pub(super) fn call_id(id: &str) -> CallContext {
    CallContext::new().call_id(id)
}

fn succeeded(reply: &Reply) -> bool {
    matches!(reply.outcome(), ReplyOutcome::Succeeded(_))
}

#[tokio::test]
async fn two_calls_with_one_identifier_are_one_call() {
    let (tools, transport) = toolbox();
    let entries = Arc::new(Entries::default());
    let tools = tools.audit(Arc::clone(&entries));
    let call = || tools.call_in(call_id("call_1"), CREATE, arguments());
    // The second waits for the first.
    let (first, second) = tokio::join!(call(), call());
    let reordered = r#"{"accountId": "acc_1", "name": "A"}"#;
    let third = tools.call_in(call_id("call_1"), CREATE, reordered).await;
    for reply in [&first, &second, &third] {
        assert!(succeeded(reply), "{reply}");
        assert_eq!(reply.text(), first.text());
    }
    let repeated = [&first, &second, &third].map(Reply::is_repeated);
    assert_eq!(repeated, [false, true, true]);
    assert_eq!(transport.requests().len(), 1);

    for (name, arguments) in [
        (CREATE, json!({"name": "B", "accountId": "acc_1"})),
        (GET, json!({"id": "prj_1"})),
    ] {
        let reply = tools.call_in(call_id("call_1"), name, arguments).await;
        assert_eq!(reply.outcome().as_str(), "denied", "{reply}");
        assert!(reply.text().contains("another call"), "{reply}");
    }
    assert_eq!(transport.requests().len(), 1);
    let decisions = entries.take();
    let decisions: Vec<_> = decisions
        .iter()
        .map(|entry| entry["decision"].as_str().unwrap())
        .collect();
    assert_eq!(
        decisions,
        [
            "allowed", "allowed", "repeated", "repeated", "denied", "denied"
        ]
    );
}

#[tokio::test]
async fn only_the_same_identifier_of_the_same_principal_and_session_is_the_same_call() {
    let (tools, transport) = toolbox();
    let contexts = [
        CallContext::new(),
        CallContext::new(),
        call_id(""),
        call_id("call_1"),
        call_id("call_2"),
        call_id("call_1").principal("ann"),
        call_id("call_1").principal("bob"),
        call_id("call_1").principal("bob").session("s"),
    ];
    for context in &contexts {
        let reply = tools.call_in(context.clone(), CREATE, arguments()).await;
        assert!(succeeded(&reply) && !reply.is_repeated(), "{context:?}");
    }
    assert_eq!(transport.requests().len(), contexts.len());
    let keys: std::collections::BTreeSet<_> = keys(&transport).into_iter().flatten().collect();
    assert_eq!(keys.len(), contexts.len(), "each call has its own key");
    let other = tools.clone().context(CallContext::new().principal("ann"));
    let reply = other.call_in(call_id("call_1"), CREATE, arguments()).await;
    assert!(
        reply.is_repeated(),
        "clones share the calls, and the toolbox has the principal"
    );
}

#[tokio::test]
async fn a_call_that_was_not_carried_out_is_made_again() {
    for failure in [
        MockResponse::error(crate::error::TransportErrorKind::Connect, "no"),
        MockResponse::new(429).header("retry-after", "0.02"),
    ] {
        let transport = MemoryTransport::script([failure, MockResponse::json(200, &project())]);
        let client: Client = ClientBuilder::new(shop::CATALOG)
            .token("shop-token")
            .account("acc_551")
            .retry(crate::RetryPolicy::never())
            .transport(transport.clone())
            .build()
            .unwrap();
        let tools = client.toolbox();
        let call = || tools.call_in(call_id("call_1"), CREATE, arguments());
        assert_eq!(call().await.outcome().as_str(), "failed");
        assert!(succeeded(&call().await));
        assert!(call().await.is_repeated());
        let keys = keys(&transport);
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]);
    }
}

#[tokio::test]
async fn a_cancelled_call_is_made_again_under_its_key() {
    let (tools, transport) = toolbox();
    let call = || tools.call_in(call_id("call_1"), CREATE, arguments());
    let cancelled = tokio::time::timeout(Duration::from_millis(5), call()).await;
    assert!(cancelled.is_err());
    // Of two that wait, one takes the place of a cancelled one.
    let mut first = Box::pin(call());
    let started = tokio::time::timeout(Duration::from_millis(5), &mut first).await;
    assert!(started.is_err());
    let waiting = async {
        tokio::time::sleep(Duration::from_millis(2)).await;
        drop(first);
    };
    let (reply, ()) = tokio::join!(call(), waiting);
    assert!(succeeded(&reply));
    let keys = keys(&transport);
    assert_eq!(keys.len(), 3);
    assert!(
        keys[0].is_some() && keys.iter().all(|key| *key == keys[0]),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_cancelled_call_is_made_again_with_its_own_arguments_only() {
    let (tools, transport) = toolbox();
    let call = |arguments| tools.call_in(call_id("call_1"), CREATE, arguments);
    let other = || json!({"name": "B", "accountId": "acc_1"});
    let cancelled = tokio::time::timeout(Duration::from_millis(5), call(arguments())).await;
    assert!(cancelled.is_err());
    for refused in [
        call(other()).await,
        tools
            .call_in(call_id("call_1"), GET, json!({"id": "p"}))
            .await,
    ] {
        assert_eq!(refused.outcome().as_str(), "denied", "{refused}");
        assert!(refused.text().contains("another call"), "{refused}");
    }
    assert_eq!(transport.requests().len(), 1);
    assert!(succeeded(&call(arguments()).await));
    assert_eq!(call(other()).await.outcome().as_str(), "denied");
    let keys = keys(&transport);
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
}

#[tokio::test]
async fn the_key_of_a_write_is_derived_from_its_run() {
    let (tools, transport) = toolbox();
    let (resumed, other_transport) = toolbox();
    let run = |tools: &Toolbox| tools.clone().run("run-1");
    for tools in [run(&tools), run(&resumed), resumed.clone()] {
        let reply = tools.call_in(call_id("call_1"), CREATE, arguments()).await;
        assert!(!reply.text().contains("idempotency"), "{reply}");
    }
    tools
        .call_in(call_id("call_2"), GET, json!({"id": "prj_1"}))
        .await;
    let expected = IdempotencyKey::derive("run-1", "call_1", CREATE, &arguments());
    assert_eq!(
        keys(&transport),
        [Some(expected.to_string()), None],
        "a read has none"
    );
    // The second toolbox remembers the call, so its own run is tried on a new one.
    assert_eq!(keys(&other_transport), [Some(expected.to_string())]);
    resumed
        .call_in(call_id("call_2"), CREATE, arguments())
        .await;
    let own = &keys(&other_transport)[1];
    assert!(
        own.is_some() && *own != Some(expected.to_string()),
        "{own:?}"
    );
    let given = call_id("call_3").idempotency_key(IdempotencyKey::new("mine").unwrap());
    resumed.call_in(given, CREATE, arguments()).await;
    assert_eq!(keys(&other_transport)[2].as_deref(), Some("mine"));
}

#[tokio::test]
async fn a_context_is_in_headers_spans_audits_and_errors() {
    let transport = MemoryTransport::respond_with(|_| {
        MockResponse::json(
            404,
            &json!({"truto_is_remote_error": true, "message": "gone"}),
        )
    });
    let client = client(&transport, "acc_551");
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let trace = TraceContext::new(parent)
        .unwrap()
        .with_state("a=1")
        .unwrap();
    let context = call_id("call_9")
        .principal("ann")
        .session("chat-7")
        .trace(trace);
    let log = Log::new();
    let guard = tracing::subscriber::set_default(log.clone());
    let entries = Entries::default();
    let tools = client
        .toolbox()
        .context(context.clone())
        .audit(entries.clone());
    let reply = tools.call(CREATE, arguments()).await;
    let typed = client.call_tool(GET, json!({"id": "prj_1"}));
    let error: Error = typed.context(context).await.unwrap_err();
    drop(guard);
    let ReplyOutcome::Failed(failed) = reply.outcome() else {
        panic!("{reply:?}");
    };
    for error in [failed, &error] {
        let context = error.context().unwrap();
        assert_eq!(context.call_id.as_deref(), Some("call_9"));
        assert_eq!(context.principal.as_deref(), Some("ann"));
    }
    for request in transport.requests() {
        assert_eq!(request.header("traceparent"), Some(parent));
        assert_eq!(request.header("tracestate"), Some("a=1"));
    }
    let text = log.take();
    for part in ["call_9", "chat-7", "acc_551"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for entry in entries.take() {
        assert_eq!(entry["account"], "acc_551", "{entry}");
        assert_eq!(entry["call_id"], "call_9");
        assert_eq!(entry["principal"], "ann");
        assert_eq!(entry["session"], "chat-7");
        assert_eq!(entry["arguments"], arguments());
        let key = entry["idempotency_key"].as_str();
        assert_eq!(key, keys(&transport)[0].as_deref(), "{entry}");
    }
    for hidden in ["call_9", "ann", "chat-7", parent] {
        assert!(!reply.text().contains(hidden), "{reply}");
    }
}

/// Returns its context.
struct Contexts;

impl FunctionHandler for Contexts {
    async fn call(&self, _name: &str, _arguments: Json) -> Result<Json, HandlerError> {
        tokio::task::yield_now().await;
        let context = current();
        let key = context.idempotency_key.as_ref().map(ToString::to_string);
        Ok(json!({"call": context.call_id, "user": context.principal, "derived": key}))
    }
}

#[tokio::test]
async fn a_function_gets_the_context_of_its_call() {
    let client: functions::Client<Full> = functions::Client::new(&super::tools::CATALOG, Contexts);
    let tools = client.toolbox().run("run-1");
    let call = |id: &str| {
        tools.call_in(
            call_id(id).principal("ann"),
            "label_all",
            json!({"ids": ["a"]}),
        )
    };
    let (one, other) = tokio::join!(call("call_1"), call("call_2"));
    for (reply, id) in [(one, "call_1"), (other, "call_2")] {
        let ReplyOutcome::Succeeded(context) = reply.outcome() else {
            panic!("{reply}");
        };
        let of_ann = call_id(id).principal("ann");
        let arguments = json!({"ids": ["a"]});
        let key = IdempotencyKey::derive_in("run-1", &of_ann, "label_all", &arguments).unwrap();
        assert_eq!(context["call"], id);
        assert_eq!(context["user"], "ann");
        assert_eq!(context["derived"], key.as_str());
    }
    assert_eq!(current(), CallContext::new());
}

#[tokio::test]
async fn a_forgotten_reply_is_not_made_again() {
    let text = "x".repeat(3 * 1024 * 1024);
    let transport = MemoryTransport::respond_with(move |_| {
        let mut project = project();
        project["name"] = text.as_str().into();
        MockResponse::json(200, &project)
    });
    let tools = client(&transport, "acc_551").toolbox();
    for id in ["call_1", "call_2"] {
        let reply = tools.call_in(call_id(id), CREATE, arguments()).await;
        assert!(succeeded(&reply), "{id}");
    }
    let again = tools.call_in(call_id("call_1"), CREATE, arguments()).await;
    assert_eq!(again.outcome().as_str(), "denied");
    assert!(
        again.text().contains("its reply is no longer available"),
        "{again}"
    );
    let last = tools.call_in(call_id("call_2"), CREATE, arguments()).await;
    assert!(succeeded(&last) && last.is_repeated());
    assert_eq!(transport.requests().len(), 2);
}
