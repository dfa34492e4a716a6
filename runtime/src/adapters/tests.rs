//! Tests of the adapters on the catalog of the shop.

use serde_json::json;
use toolsmith_dialect::Dialect;

use super::DialectTools;
use crate::agent::{Policy, Repair, ReplyOutcome, Toolbox};
use crate::tests::shop;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder, Json, ToolFilter};

/// Returns the tools of the shop, whose calls all get this response, and the requests.
pub(super) fn toolbox(response: &Json) -> (Toolbox, MemoryTransport) {
    let response = response.clone();
    let transport = MemoryTransport::respond_with(move |_| MockResponse::json(200, &response));
    (toolbox_over(&transport), transport)
}

/// Returns the tools of the shop over a transport.
pub(super) fn toolbox_over(transport: &MemoryTransport) -> Toolbox {
    let client: Client = ClientBuilder::new(shop::CATALOG)
        .token("shop-token")
        .account("acc_551")
        .transport(transport.clone())
        .build()
        .unwrap();
    client.toolbox()
}

/// Returns a record of the shop.
fn project() -> Json {
    json!({"id": "prj_1", "name": "A", "env": "live"})
}

/// Returns a valid call of the shop.
pub(super) fn valid_call() -> (&'static str, Json) {
    ("get_single_shop_project_by_id", json!({"id": "prj_1"}))
}

#[tokio::test]
async fn every_dialect_leads_to_the_same_call() {
    let (name, arguments) = valid_call();
    for dialect in [
        Dialect::OpenAiChatStrict,
        Dialect::Anthropic,
        Dialect::Gemini,
        Dialect::Mcp,
    ] {
        let (toolbox, transport) = toolbox(&project());
        let tools = DialectTools::new(toolbox, dialect).unwrap();
        let listed_name = tools.list().name_of(name).unwrap().to_owned();
        let encoded = tools.list().encode(name, &arguments).unwrap();
        let reply = tools.call(&listed_name, &encoded).await;
        assert!(!reply.is_error(), "{dialect:?}: {reply}");
        let reply = tools.call(&listed_name, encoded.to_string()).await;
        assert!(!reply.is_error(), "{dialect:?}: {reply}");
        let sent = transport.requests();
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].path, sent[1].path);

        let broken = tools.call(&listed_name, "{\"id\": ").await;
        assert_eq!(broken.outcome().as_str(), "unreadable", "{dialect:?}");
        let unknown = tools
            .call("get_single_shop_projekt_by_id", &arguments)
            .await;
        assert_eq!(unknown.outcome().as_str(), "unknown", "{dialect:?}");
        assert!(unknown.text().contains(name), "{unknown}");
    }
}

#[tokio::test]
async fn an_approved_call_uses_the_same_arguments() {
    let (toolbox, transport) = toolbox(&project());
    let (name, _) = valid_call();
    let policy = Policy::new().require_approval(ToolFilter::all());
    let policy = policy.repair(Repair::Apply);
    let tools = DialectTools::new(toolbox.policy(policy), Dialect::OpenAiChat).unwrap();
    let text = r#"{"ID": "prj_1"}"#;
    let reply = tools.call(name, text).await;
    let ReplyOutcome::ApprovalRequired(request) = reply.outcome() else {
        panic!("{reply}");
    };
    assert_eq!(request.tool.name, name);
    assert_eq!(
        request.arguments,
        json!({"id": "prj_1"}),
        "as it would be sent"
    );
    let reply = tools.call_declined(name, text, "ann", "not today");
    assert!(reply.text().contains("not today"), "{reply}");
    assert!(transport.requests().is_empty());
    let reply = tools.call_approved(name, text, "ann").await;
    assert!(!reply.is_error(), "{reply}");
}

#[cfg(feature = "rig")]
#[tokio::test]
async fn a_tool_of_rig_returns_responses_and_refusals() {
    let (toolbox, _) = toolbox(&project());
    let (name, arguments) = valid_call();
    let tools = super::rig::tools(toolbox, Dialect::OpenAiChat).unwrap();
    let tool = tools.iter().find(|tool| tool.name().as_str() == name);
    let tool = tool.unwrap();
    let output = tool.execute(arguments).await.unwrap();
    let text = output.as_text().unwrap();
    assert_eq!(serde_json::from_str::<Json>(text).unwrap(), project());
    let error = tool
        .execute(json!({"projectId": "prj_1"}))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("refused"));
    let text = error.model_output().render();
    assert!(
        text.contains("/projectId: no such argument; did you mean `id`?"),
        "{text}"
    );
}

#[cfg(feature = "async-openai")]
#[tokio::test]
async fn tools_and_replies_have_the_types_of_openai() {
    use async_openai::types::chat::ChatCompletionMessageToolCalls;
    use async_openai::types::responses::FunctionToolCall;

    use super::openai::{ChatTools, ResponseTools};

    let (toolbox, _) = toolbox(&project());
    let (name, arguments) = valid_call();
    let chat = ChatTools::strict(toolbox.clone()).unwrap();
    let listed = serde_json::to_value(chat.tools()).unwrap();
    let list = Dialect::OpenAiChatStrict
        .list(&toolbox.tools().collect::<Vec<_>>())
        .unwrap();
    assert_eq!(listed, json!(list.definitions()));
    let function = json!({"name": name, "arguments": arguments.to_string()});
    let call = json!({"id": "call_1", "type": "function", "function": function});
    let call: ChatCompletionMessageToolCalls = serde_json::from_value(call).unwrap();
    let answer = serde_json::to_value(chat.reply(&[call]).await).unwrap();
    let content = project().to_string();
    let expected = json!([{"role": "tool", "tool_call_id": "call_1", "content": content}]);
    assert_eq!(answer, expected);

    let responses = ResponseTools::new(toolbox.clone()).unwrap();
    let listed = serde_json::to_value(responses.tools()).unwrap();
    let list = Dialect::OpenAiResponses
        .list(&toolbox.tools().collect::<Vec<_>>())
        .unwrap();
    assert_eq!(listed, json!(list.definitions()));
    let call = json!({"call_id": "call_2", "name": name, "arguments": "{}"});
    let call: FunctionToolCall = serde_json::from_value(call).unwrap();
    let answer = serde_json::to_value(responses.reply(&call).await).unwrap();
    let output = answer["output"].as_str().unwrap();
    assert!(output.contains("/id: required, but missing"), "{answer}");
    assert_eq!(answer["call_id"], "call_2");
}

/// A call as a provider writes it, with the identifier `call_1`.
fn written(dialect: Dialect, name: &str, arguments: &Json) -> Json {
    match dialect {
        Dialect::OpenAiChat => json!({
            "id": "call_1", "type": "function",
            "function": {"name": name, "arguments": arguments.to_string()},
        }),
        Dialect::OpenAiResponses => json!({
            "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name,
            "arguments": arguments.to_string(),
        }),
        Dialect::Anthropic => json!({
            "type": "tool_use", "id": "call_1", "name": name, "input": arguments,
        }),
        Dialect::Gemini => json!({
            "functionCall": {"id": "call_1", "name": name, "args": arguments},
        }),
        _ => json!({
            "name": name, "arguments": arguments, "_meta": {"toolsmith/call_id": "call_1"},
        }),
    }
}

#[tokio::test]
async fn a_call_of_any_provider_is_made_once_under_its_identifier() {
    for dialect in [
        Dialect::OpenAiChat,
        Dialect::OpenAiResponses,
        Dialect::Anthropic,
        Dialect::Gemini,
        Dialect::Mcp,
    ] {
        let (toolbox, transport) = toolbox(&project());
        let tools = DialectTools::new(toolbox, dialect).unwrap();
        let (name, arguments) = valid_call();
        let listed_name = tools.list().name_of(name).unwrap().to_owned();
        let encoded = tools.list().encode(name, &arguments).unwrap();
        let call = written(dialect, &listed_name, &encoded);
        for is_repeated in [false, true] {
            let reply = tools.call_json(&call).await;
            assert!(!reply.is_error(), "{dialect:?}: {reply}");
            assert_eq!(reply.is_repeated(), is_repeated, "{dialect:?}");
        }
        assert_eq!(transport.requests().len(), 1, "{dialect:?}");
        for odd in [
            json!({}),
            json!([]),
            json!(null),
            json!({"name": 5, "function": 7}),
        ] {
            let reply = tools.call_json(&odd).await;
            assert_eq!(reply.outcome().as_str(), "unknown", "{odd}");
        }
    }
}

#[cfg(feature = "async-openai")]
#[tokio::test]
async fn calls_of_async_openai_are_made_once_under_their_identifiers() {
    use super::openai::{ChatTools, ResponseTools};

    let (name, arguments) = valid_call();
    let (toolbox, transport) = toolbox(&project());
    let chat = written(Dialect::OpenAiChat, name, &arguments);
    let chat = serde_json::from_value(chat).unwrap();
    let tools = ChatTools::new(toolbox).unwrap();
    let answers = tools.reply(&[chat]).await;
    assert_eq!(answers.len(), 1);
    let chat = written(Dialect::OpenAiChat, name, &arguments);
    let again = tools.call(&serde_json::from_value(chat).unwrap()).await;
    assert!(again.is_repeated(), "{again}");

    let (toolbox, other_transport) = self::toolbox(&project());
    let tools = ResponseTools::new(toolbox).unwrap();
    let call = written(Dialect::OpenAiResponses, name, &arguments);
    let call = serde_json::from_value(call).unwrap();
    for is_repeated in [false, true] {
        let reply = tools.call(&call).await;
        assert_eq!(reply.is_repeated(), is_repeated, "{reply}");
    }
    assert_eq!(
        (transport.requests().len(), other_transport.requests().len()),
        (1, 1)
    );
}

#[cfg(feature = "rig")]
#[tokio::test]
async fn a_tool_of_rig_reads_its_context() {
    use rig_core::tool::ToolContext;

    use crate::context::CallContext;

    let mut context = ToolContext::new();
    let call = CallContext::new().call_id("call_1").principal("ann");
    context.insert(call.clone()).unwrap();
    assert_eq!(context.get::<CallContext>().unwrap(), Some(call));
}

#[cfg(feature = "own-functions")]
#[tokio::test]
async fn a_name_that_a_list_of_pairs_gives_twice_is_refused_with_its_place() {
    use std::convert::Infallible;

    use crate::agent::Tool;

    let schema = json!({
        "type": "object",
        "properties": {
            "size": {"type": "integer"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["size"],
        "additionalProperties": {},
    });
    let tool = Tool::from_json_fn("save", "Saves.", schema, |arguments| async move {
        Ok::<_, Infallible>(arguments)
    });
    let toolbox = Toolbox::of("own", [tool]).unwrap();
    let tools = DialectTools::new(toolbox, Dialect::OpenAiChatStrict).unwrap();
    let pair = |key: &str, value: Json| json!({"key": key, "value": value});
    let others = tools.list().encode("save", &json!({"size": 1, "a": "b"}));
    let others = others.unwrap();
    let call = |labels: Json, more: Json| {
        let mut arguments = others.clone();
        for (name, value) in arguments.as_object_mut().unwrap() {
            match name.as_str() {
                "size" => {}
                "labels" => *value = labels.clone(),
                _ => *value = more.clone(),
            }
        }
        arguments
    };
    let text = |value: &str| Json::from(serde_json::to_string(value).unwrap());
    let (x, y, b) = (
        pair("x", "1".into()),
        pair("y", "2".into()),
        pair("a", text("b")),
    );
    let reply = tools.call("save", call(json!([x, y]), json!([b]))).await;
    assert!(!reply.is_error(), "{reply}");
    for (arguments, place, name) in [
        (call(json!([x, x]), Json::Null), "/labels/1", "x"),
        (
            call(Json::Null, json!([b, pair("size", text("2"))])),
            "/additional_properties/1",
            "size",
        ),
        (
            call(Json::Null, json!([b, b])),
            "/additional_properties/1",
            "a",
        ),
    ] {
        let reply = tools.call("save", arguments.clone()).await;
        let expected =
            format!("{place}/key: expected a name that is not given twice, found \"{name}\"");
        assert!(reply.text().ends_with(&expected), "{arguments}: {reply}");
    }
}
