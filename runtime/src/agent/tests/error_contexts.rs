//! The context of the errors of calls.

use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::calls::{CREATE, GET, arguments, call_id, client, project};
use crate::Error;
use crate::agent::ReplyOutcome;
use crate::context::CallContext;
use crate::tests::shop;
use crate::transport::{MemoryTransport, MockResponse};

#[tokio::test]
async fn errors_of_calls_that_are_not_sent_have_the_context_and_the_tool() {
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project()));
    let client = client(&transport, "acc_551");
    let context = call_id("call_9").principal("ann");
    let at = |tool: &str, arguments: Json| client.call_tool(tool, arguments);
    let no_account = client.for_account("");
    let reader = client.read_only();
    let calls = [
        ("list_nothing", at("list_nothing", json!({}))),
        (GET, at(GET, json!({"project": 1}))),
        (GET, no_account.call_tool(GET, json!({"id": "prj_1"}))),
        (CREATE, reader.call_tool(CREATE, arguments())),
        (CREATE, at(CREATE, arguments()).idempotency_key(" ")),
        (
            CREATE,
            at(CREATE, arguments()).upload("\n", Bytes::from("x")),
        ),
        (
            GET,
            at(GET, json!({"id": "prj_1"})).upload("text/csv", Bytes::from("x")),
        ),
    ];
    for (tool, call) in calls {
        let error = call.context(context.clone()).await.unwrap_err();
        assert_eq!(error.context(), Some(&context), "{error}");
        assert_eq!(error.tool(), Some(tool), "{error}");
    }
    // An option after the context, and a download.
    let call = at(CREATE, arguments()).context(context.clone());
    let error = call.upload("\n", Bytes::from("x")).await.unwrap_err();
    assert_eq!(error.context(), Some(&context), "{error}");
    let call = no_account.call_tool(GET, json!({"id": "prj_1"}));
    let error = call.context(context.clone()).download().await.unwrap_err();
    assert_eq!(error.context(), Some(&context), "{error}");
    // A toolbox sets the context itself.
    let tools = no_account.toolbox().context(context.clone());
    let reply = tools.call(GET, json!({"id": "prj_1"})).await;
    let ReplyOutcome::Failed(error) = reply.outcome() else {
        panic!("{reply:?}");
    };
    assert_eq!(error.context(), Some(&context), "{error}");
    assert_eq!(transport.requests().len(), 0);
}

/// Checks that errors have a context, and print it once.
fn assert_context(errors: Vec<Error>, context: &CallContext) {
    for error in errors {
        assert_eq!(error.context(), Some(context), "{error}");
        let printed = format!("{error:?}");
        assert_eq!(printed.matches("call_9").count(), 1, "{printed}");
    }
}

#[tokio::test]
async fn errors_of_lists_have_the_context() {
    use futures_util::StreamExt as _;

    let context = call_id("call_9").principal("ann");
    let page = json!({"result": [{"id": 5}, project()], "next_cursor": "c"});
    let transport = MemoryTransport::respond_with(move |_| MockResponse::json(200, &page));
    let lists = shop::Client::builder()
        .token("shop-token")
        .account("acc_551")
        .transport(transport)
        .build()
        .unwrap();
    let list = || {
        let request = shop::ListProjects::new("acc_1");
        lists.projects().list(request).context(context.clone())
    };
    let mut errors: Vec<Error> = Vec::new();
    errors.push(list().await.unwrap().complete().unwrap_err());
    errors.push(
        list()
            .await
            .unwrap()
            .into_iter()
            .find_map(Result::err)
            .unwrap(),
    );
    errors.push(list().collect(100).await.unwrap_err());
    let items: Vec<_> = list().items().collect().await;
    errors.extend(items.into_iter().filter_map(Result::err));
    let pages: Vec<_> = list().pages().collect().await;
    errors.extend(pages.into_iter().filter_map(Result::err));
    assert!(
        errors
            .iter()
            .any(|error| matches!(error, Error::Incomplete(_)))
    );
    assert_context(errors, &context);
}

#[tokio::test]
async fn errors_of_bodies_have_the_context() {
    let context = call_id("call_9").principal("ann");
    // A body that breaks, and one that is not JSON.
    let text = || {
        MockResponse::new(200)
            .header("content-type", "text/plain")
            .body("x".repeat(99))
    };
    let transport = MemoryTransport::respond_with(move |_| text());
    let client = client(&transport, "acc_551");
    let call = || {
        let call = client.call_tool(GET, json!({"id": "prj_1"}));
        call.context(context.clone())
    };
    let mut errors: Vec<Error> = Vec::new();
    errors.push(call().await.unwrap_err());
    errors.push(call().raw().await.unwrap().json().unwrap_err());
    errors.push(
        call()
            .download()
            .await
            .unwrap()
            .collect(5)
            .await
            .unwrap_err(),
    );
    assert_context(errors, &context);
}
