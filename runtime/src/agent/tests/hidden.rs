//! Hidden characters of responses, on their way to a model.

use serde_json::{Value as Json, json};

use super::calls::client;
use crate::agent::{HiddenCharacters, OutputLimit, Policy, Reply, ReplyOutcome};
use crate::transport::{MemoryTransport, MockResponse};

const GET: &str = "get_single_shop_project_by_id";

/// Calls a tool whose response is `body`.
async fn call(status: u16, body: Json, policy: Policy) -> Reply {
    let respond = move |_: &_| MockResponse::json(status, &body);
    let transport = MemoryTransport::respond_with(respond);
    let toolbox = client(&transport, "acc_551").toolbox().policy(policy);
    let toolbox = toolbox.output(OutputLimit::characters(1_000));
    toolbox.call(GET, json!({"id": "prj_1"})).await
}

fn project(name: &str) -> Json {
    json!({"id": "prj_1", "name": name, "env": "live"})
}

#[tokio::test]
async fn hidden_characters_of_responses_are_shown_as_the_policy_says() {
    for (text, escaped, stripped) in [
        // Tags that spell "HI", a zero-width space, a direction override, a selector without an emoji.
        ("a\u{e0048}\u{e0049}b", r"a\udb40\udc48\udb40\udc49b", "ab"),
        ("pay\u{200b}pal", r"pay\u200bpal", "paypal"),
        ("\u{202e}cod.exe", r"\u202ecod.exe", "cod.exe"),
        ("x\u{fe0f}\u{ad}y", r"x\ufe0f\u00ady", "xy"),
        ("\u{1b}[2J", r"\u001b[2J", "[2J"),
    ] {
        let policies = [
            (Policy::new(), stripped),
            (
                Policy::new().hidden_characters(HiddenCharacters::Escape),
                escaped,
            ),
            (
                Policy::new().hidden_characters(HiddenCharacters::Keep),
                text,
            ),
        ];
        for (policy, expected) in policies {
            let reply = call(200, project(text), policy).await;
            let ReplyOutcome::Succeeded(response) = reply.outcome() else {
                panic!("{reply}");
            };
            assert_eq!(response["name"], expected);
            assert_eq!(reply.text(), response.to_string());
        }
    }
}

#[tokio::test]
async fn text_that_scripts_and_emoji_need_is_unchanged() {
    for text in [
        "line\tone\r\nline two",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} \u{1f1e9}\u{1f1ea}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f}\u{200d}\u{1f525}",
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        "\u{915}\u{94d}\u{200d}\u{937}",
        "\u{200f}\u{5e9}\u{5dc}\u{5d5}\u{5dd} API",
    ] {
        for handling in [HiddenCharacters::Escape, HiddenCharacters::Strip] {
            let policy = Policy::new().hidden_characters(handling);
            let reply = call(200, project(text), policy).await;
            assert_eq!(reply.text(), project(text).to_string());
        }
    }
}

#[tokio::test]
async fn errors_and_long_responses_have_no_hidden_characters_either() {
    let hidden = "ask\u{e0049}\u{200b} twice ".repeat(2_000);
    let error = json!({"message": "closed\u{200b} by\u{e0041} the owner", "details": {"x\u{202e}": hidden}});
    for (status, body) in [
        (422, error),
        (200, project(&hidden)),
        (200, json!([hidden, {"x\u{ad}": hidden}])),
        (200, json!(hidden)),
    ] {
        for handling in [HiddenCharacters::Strip, HiddenCharacters::Escape] {
            let policy = Policy::new().hidden_characters(handling);
            let reply = call(status, body.clone(), policy).await;
            let text = reply.text();
            assert_eq!(toolsmith_pattern::hidden::find(text), [], "{text}");
            let is_escaped = handling == HiddenCharacters::Escape;
            assert_eq!(text.contains(r"\u200b"), is_escaped, "{text}");
            // An error quotes 300 characters of the API, each of which may become an escape.
            assert!(text.chars().count() < 5_000, "{text}");
        }
    }
}
