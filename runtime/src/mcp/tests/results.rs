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
async fn bytes_are_read_in_every_form_of_base64() {
    for (data, right) in [
        ("+/8=", Some(&[0xfb, 0xff][..])),
        ("+/8", Some(&[0xfb, 0xff])),
        ("-_8", Some(&[0xfb, 0xff])),
        ("+/\r\n8=\n", Some(&[0xfb, 0xff])),
        ("", Some(&[])),
        ("data:image/png;base64,+/8=", None),
        ("not base64!", None),
    ] {
        let image = json!({"type": "image", "data": data, "mimeType": "image/png"});
        let result = call(json!({"content": [image]})).await.unwrap();
        match (&result.content[0], right) {
            (Content::Image { data: read, .. }, Some(right)) => assert_eq!(read, right, "{data}"),
            (Content::Other(json), None) => assert_eq!(*json, image),
            (other, _) => panic!("{data}: {other:?}"),
        }
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

/// Returns what a model gets of a result.
async fn to_model(content: &Json, structured: &Json) -> Json {
    let result = json!({"content": content, "structuredContent": structured});
    let (client, _) = open(Reaction::Respond(json!({"result": result}))).await;
    let result = client.call_tool(TOOL, json!({"id": "p"})).await;
    result.unwrap().to_model()
}

#[tokio::test]
async fn a_model_gets_all_content() {
    let resource = json!({"type": "resource", "resource": {"uri": "x:1", "text": "the ticket 42"}});
    let blob = json!({"type": "resource", "resource": {"uri": "x:2", "mimeType": "application/pdf", "blob": "AQID"}});
    let link = json!({"type": "resource_link", "uri": "file:///t", "name": "ticket", "description": "seat 7"});
    let image = json!({"type": "image", "data": "AQID", "mimeType": "image/png"});
    let audio = json!({"type": "audio", "data": "AQIDBA==", "mimeType": "audio/wav"});
    for (content, expected) in [
        (json!([resource]), "[the resource x:1]\nthe ticket 42"),
        (
            json!([{"type": "text", "text": "see:"}, resource]),
            "see:\n[the resource x:1]\nthe ticket 42",
        ),
        (
            json!([blob]),
            "[the resource x:2 (application/pdf, 3 bytes) that cannot be shown as text]",
        ),
        (
            json!([link]),
            "[link to the resource file:///t, ticket, seat 7]",
        ),
        (
            json!([image, audio]),
            "[an image (image/png, 3 bytes) that cannot be shown as text]\n\
             [audio (audio/wav, 4 bytes) that cannot be shown as text]",
        ),
        (json!([]), ""),
    ] {
        assert_eq!(to_model(&content, &Json::Null).await, expected);
        let expected = if expected.is_empty() {
            json!({})
        } else {
            json!(expected)
        };
        assert_eq!(to_model(&content, &json!({})).await, expected);
    }
}

#[tokio::test]
async fn structured_content_comes_first_unless_it_is_empty() {
    for (text, structured, expected) in [
        ("booked seat 7", json!({}), json!("booked seat 7")),
        ("booked seat 7", json!([]), json!("booked seat 7")),
        ("booked seat 7", json!(""), json!("booked seat 7")),
        ("7", json!({"seat": 7}), json!({"seat": 7})),
        ("none", json!(0), json!(0)),
        ("none", json!(false), json!(false)),
        (r#"{"seat":7}"#, Json::Null, json!({"seat": 7})),
        (" ", json!([]), json!([])),
    ] {
        let content = json!([{"type": "text", "text": text}]);
        assert_eq!(to_model(&content, &structured).await, expected, "{text}");
    }
}

#[tokio::test]
async fn an_error_of_a_tool_says_what_the_tool_says() {
    let resource = json!({"type": "resource", "resource": {"uri": "x:1", "text": "no seats left"}});
    for (content, structured, expected) in [
        (
            json!([]),
            json!({"error": "no seats left, try 2"}),
            "no seats left, try 2",
        ),
        (
            json!([]),
            json!({"message": "no seats left"}),
            "no seats left",
        ),
        (json!([]), json!("no seats left"), "no seats left"),
        (
            json!([{"type": "text", "text": " "}]),
            json!({"code": 7, "error": "full"}),
            r#"{"code":7,"error":"full"}"#,
        ),
        (
            json!([resource]),
            Json::Null,
            "[the resource x:1]\nno seats left",
        ),
        (
            json!([{"type": "text", "text": "failed:"}, resource]),
            json!({"code": 7}),
            "failed:\n[the resource x:1]\nno seats left",
        ),
        (
            json!([{"type": "problem", "title": "full"}]),
            Json::Null,
            r#"{"title":"full","type":"problem"}"#,
        ),
        (json!([]), json!({}), ""),
        (json!([]), Json::Null, ""),
    ] {
        let result = json!({"content": content, "structuredContent": structured, "isError": true});
        let (client, _) = open(Reaction::Respond(json!({"result": result}))).await;
        let error = client
            .call_tool(TOOL, json!({"id": "p"}))
            .await
            .unwrap_err();
        let Error::Tool(error) = error else {
            panic!("{error:?}")
        };
        let same = |json: &str| serde_json::from_str::<Json>(json).ok();
        let is_same = same(expected).is_some_and(|expected| same(&error.message) == Some(expected));
        assert!(
            is_same || error.message == expected,
            "{result}: {}",
            error.message
        );
    }
}
