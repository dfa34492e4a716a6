//! Results with what the protocol does not foresee.

use serde_json::json;

use super::{Reaction, TOOL, open};
use crate::codec::Json;
use crate::error::Error;
use crate::mcp::{Content, ToolResult};

/// The structured content of every result. It is a project of the shop.
fn structured() -> Json {
    json!({"id": "p", "name": "T", "env": "live"})
}

async fn call(result: Json) -> Result<ToolResult<Json>, Error> {
    let (client, _) = open(Reaction::Respond(json!({"result": result}))).await;
    client.call_tool(TOOL, json!({"id": "p"})).raw().await
}

/// Returns how content is read, in short.
fn kind(content: &Content) -> String {
    match content {
        Content::Text(text) => format!("text {text}"),
        Content::Image { mime_type, .. } => format!("image {mime_type}"),
        Content::ResourceLink(link) => format!("link {} {:?}", link.uri, link.name),
        Content::Other(json) => format!("other {json}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn known_content_is_typed_and_the_rest_is_kept() {
    let video = json!({"type": "video", "data": "x", "mimeType": "video/mp4"});
    let audience = json!({"type": "text", "text": "hello", "annotations": {"audience": ["system"], "priority": "high"}});
    let cases = [
        (json!([video]), vec![format!("other {video}")]),
        (json!([audience]), vec!["text hello".to_owned()]),
        (json!("hello"), vec!["text hello".to_owned()]),
        (
            json!({"type": "text", "text": "one"}),
            vec!["text one".to_owned()],
        ),
        (
            json!([{"type": "resource_link", "uri": "file:///a"}]),
            vec!["link file:///a None".to_owned()],
        ),
        (
            json!([{"type": "image", "data": "AQID"}, {"type": "text", "text": null}, {"text": "x"}, 7, null]),
            vec![
                format!("other {}", json!({"type": "image", "data": "AQID"})),
                format!("other {}", json!({"type": "text", "text": null})),
                r#"other {"text":"x"}"#.to_owned(),
                "other 7".to_owned(),
                "other null".to_owned(),
            ],
        ),
        (
            json!([{"type": "resource", "resource": {}}]),
            vec![format!(
                "other {}",
                json!({"type": "resource", "resource": {}})
            )],
        ),
        (json!(null), vec![]),
        (json!([]), vec![]),
    ];
    for (content, right) in cases {
        let result = json!({"content": content, "structuredContent": structured()});
        let result = call(result).await.unwrap();
        let kinds: Vec<String> = result.content.iter().map(kind).collect();
        assert_eq!(kinds, right);
        assert_eq!(result.structured_json(), Some(&structured()));
        assert!(!result.is_error);
    }
}

#[tokio::test]
async fn structured_content_of_any_type_is_used_and_a_flag_of_any_type_is_read() {
    for structured in [json!([1, 2]), json!(7), json!("x"), json!(false)] {
        let result = call(json!({"structuredContent": structured}))
            .await
            .unwrap();
        assert_eq!(result.structured_json(), Some(&structured));
    }
    for (flag, is_error) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(1), true),
        (json!(false), false),
        (json!("false"), false),
        (json!(0), false),
        (json!(null), false),
        (json!({}), false),
    ] {
        let result = call(json!({"content": [], "isError": flag})).await.unwrap();
        assert_eq!(result.is_error, is_error, "{flag}");
    }
    assert!(call(json!({})).await.unwrap().content.is_empty());
}

#[tokio::test]
async fn a_model_learns_that_the_call_was_carried_out() {
    let video = json!([{"type": "video", "data": "x"}]);
    for (answer, is_success, part) in [
        (
            json!({"result": {"content": video, "structuredContent": structured()}}),
            true,
            "live",
        ),
        (json!({"result": {"content": video}}), true, "video"),
        (json!({"result": "done"}), false, "the call was carried out"),
        (json!({}), false, "the call was carried out"),
        (json!({"error": "no\nway"}), false, "no way"),
        (
            json!({"error": {"code": "E1", "message": "full"}}),
            false,
            "full",
        ),
        (
            json!({"result": {"resultType": "input_required", "inputRequests": {
                "q": {"method": "elicitation/create", "params": {"message": "Sure?"}},
            }}}),
            false,
            "Sure?",
        ),
    ] {
        let (client, messages) = open(Reaction::Respond(answer.clone())).await;
        let reply = client.toolbox().call(TOOL, json!({"id": "p"})).await;
        let text = reply.to_string();
        assert!(text.contains(part), "{answer}: {text}");
        assert_eq!(!reply.is_error(), is_success, "{answer}: {text}");
        for wrong in ["Shorten", "shorten", "nothing was sent", "try again"] {
            assert!(!text.contains(wrong), "{answer}: {text}");
        }
        let messages = messages.lock().unwrap();
        let calls = messages
            .iter()
            .filter(|message| message["method"] == "tools/call");
        assert_eq!(calls.count(), 1, "{answer}");
    }
}
