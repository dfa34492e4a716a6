//! Calls that may have taken effect, and calls that certainly did not.

use std::time::Duration;

use super::calls::{arguments, project};
use crate::agent::ReplyOutcome;
use crate::context::CallContext;
use crate::error::TransportErrorKind as Kind;
use crate::tests::shop;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{Client, ClientBuilder, RetryPolicy};

const CREATE: &str = "create_a_shop_project";
const GET: &str = "get_single_shop_project_by_id";

const CHECK: &str =
    "The call may have taken effect anyway: check whether it did before you call it again";
const TELL_USER: &str = "You cannot fix this: tell the user";
const NOTHING: &str = "nothing was sent";

fn failing(kind: Kind) -> MockResponse {
    MockResponse::error(kind, "it failed")
}

fn refusing(status: u16, seconds: &str) -> MockResponse {
    let json = serde_json::json!({"message": "slow down"});
    MockResponse::json(status, &json).header("retry-after", seconds)
}

/// Advises against a retry.
fn last(reply: MockResponse) -> MockResponse {
    reply.header("x-should-retry", "false")
}

/// A case: the replies, the tool, a part of the text, and whether another call with the identifier gets the
/// same reply.
type Case = (Vec<MockResponse>, &'static str, String, bool);

#[allow(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    use Kind::{Broken, Closed, Connect, Layer, Request, Timeout, Tls, UrlTooLong};
    let failing = |kinds: &[Kind]| kinds.iter().copied().map(failing).collect::<Vec<_>>();
    let then = |kind: Kind, reply: MockResponse| vec![super::unknown_effect::failing(kind), reply];
    let lost = format!("the connection was lost and cannot be established again. {CHECK}");
    vec![
        (failing(&[Timeout, Connect, Connect, Connect]), CREATE, lost.clone(), true),
        (failing(&[Connect, Broken, Connect, Connect]), CREATE, lost.clone(), true),
        (failing(&[Broken, Tls]), CREATE, lost, true),
        (
            failing(&[Timeout, Connect, Connect, Connect]),
            GET,
            "cannot be established again. Try again in a few seconds".to_owned(),
            true,
        ),
        (failing(&[Connect; 4]), CREATE, format!("cannot connect to the API; {NOTHING}"), false),
        (failing(&[Tls]), CREATE, "a secure connection to the API cannot be established".to_owned(), false),
        (
            failing(&[Request]),
            CREATE,
            format!("the request could not be sent. {TELL_USER}"),
            false,
        ),
        (
            failing(&[Broken, Request]),
            CREATE,
            format!("an earlier attempt failed, and the request could not be sent again. {CHECK}"),
            true,
        ),
        (
            failing(&[UrlTooLong]),
            CREATE,
            format!("too long; {NOTHING}. Shorten them"),
            false,
        ),
        (
            failing(&[Layer]),
            CREATE,
            format!("a layer of this client failed. {TELL_USER}. {CHECK}"),
            true,
        ),
        (
            failing(&[Layer]),
            GET,
            format!("a layer of this client failed. {TELL_USER}"),
            true,
        ),
        (failing(&[Closed]), CREATE, NOTHING.to_owned(), false),
        (
            then(Timeout, refusing(429, "3600")),
            CREATE,
            format!("the rate limit is exhausted. {CHECK}"),
            true,
        ),
        (
            then(Timeout, refusing(429, "3600")),
            GET,
            "the rate limit is exhausted; try again in 3600 s".to_owned(),
            true,
        ),
        (
            then(Connect, refusing(429, "3600")),
            CREATE,
            "the rate limit is exhausted; try again in 3600 s".to_owned(),
            false,
        ),
        // Refusals of a rate limit with another status.
        (
            vec![refusing(403, "3600")],
            GET,
            "the API is temporarily refusing calls (status 403); the API says: \"slow down\"; try again in 3600 s".to_owned(),
            true,
        ),
        (
            vec![refusing(503, "3600")],
            CREATE,
            CHECK.to_owned(),
            true,
        ),
        (
            vec![refusing(529, "3600")],
            GET,
            "(status 529); the API says: \"slow down\"; try again in 3600 s".to_owned(),
            true,
        ),
        (then(Timeout, refusing(503, "3600")), CREATE, CHECK.to_owned(), true),
        (
            vec![MockResponse::new(403)],
            CREATE,
            "the account does not have permission".to_owned(),
            true,
        ),
        (
            vec![refusing(403, "0")],
            CREATE,
            "the account does not have permission".to_owned(),
            true,
        ),
        (vec![MockResponse::new(503)], CREATE, "the account is blocked, or the API is down".to_owned(), true),
        // The server says that the same call fails again.
        (
            vec![last(refusing(429, "60"))],
            GET,
            format!("the rate limit is exhausted. {TELL_USER}"),
            false,
        ),
        (
            vec![last(refusing(429, "60"))],
            CREATE,
            format!("the rate limit is exhausted. {TELL_USER}"),
            false,
        ),
        (
            then(Timeout, last(refusing(429, "60"))),
            CREATE,
            format!("the rate limit is exhausted. {CHECK}"),
            true,
        ),
        (
            vec![last(refusing(403, "60"))],
            GET,
            format!("(status 403); the API says: \"slow down\". {TELL_USER}"),
            true,
        ),
        (
            vec![last(MockResponse::new(500))],
            GET,
            format!("the API failed with status 500. {TELL_USER}"),
            true,
        ),
        (
            vec![last(MockResponse::new(500))],
            CREATE,
            format!("the API failed with status 500. {CHECK}"),
            true,
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_call_that_may_have_taken_effect_is_not_made_again() {
    for (index, (replies, tool, expected, is_repeated)) in cases().into_iter().enumerate() {
        let count = replies.len();
        let transport = MemoryTransport::script(replies);
        let client: Client = ClientBuilder::new(shop::CATALOG)
            .token("shop-token")
            .account("acc_551")
            .retry(RetryPolicy::default())
            .transport(transport.clone())
            .build()
            .unwrap();
        let arguments = || match tool {
            CREATE => arguments(),
            _ => serde_json::json!({"id": "prj_1"}),
        };
        let tools = client.toolbox();
        let context = || CallContext::new().call_id("call_1");
        let reply = tools.call_in(context(), tool, arguments()).await;
        let ReplyOutcome::Failed(error) = reply.outcome() else {
            panic!("case {index}: {reply}");
        };
        assert!(reply.text().contains(&expected), "case {index}: {reply}");
        assert_eq!(transport.requests().len(), count, "case {index}: {reply}");
        assert_eq!(
            error.is_connect(),
            expected.contains("cannot connect"),
            "case {index}: {error}"
        );
        if expected.contains("try again in 3600 s") {
            assert!(error.to_string().contains("try again in 3600 s"), "{error}");
        }
        if !error.is_retryable() {
            for text in [reply.text(), &error.to_string()] {
                assert!(!text.contains("ry again in"), "case {index}: {text}");
            }
        }
        let again = tools.call_in(context(), tool, arguments()).await;
        assert_eq!(again.is_repeated(), is_repeated, "case {index}: {again}");
    }
}

/// Returns the text of a call whose attempts end so.
async fn text_after(replies: Vec<MockResponse>, tool: &str) -> String {
    let transport = MemoryTransport::script(replies);
    let client: Client = ClientBuilder::new(shop::CATALOG)
        .token("shop-token")
        .account("acc_551")
        .retry(RetryPolicy::default())
        .transport(transport.clone())
        .build()
        .unwrap();
    let arguments = match tool {
        CREATE => arguments(),
        _ => serde_json::json!({"id": "prj_1"}),
    };
    client
        .toolbox()
        .call(tool, arguments)
        .await
        .text()
        .to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_an_attempt_that_may_have_taken_effect_says_so() {
    const DELETE: &str = "delete_a_shop_project_by_id";
    let message = serde_json::json!({"message": "no", "truto_is_remote_error": false});
    let status = |status: u16| MockResponse::json(status, &message);
    let advice = [
        "Correct the arguments",
        "call list_",
        "Do not repeat",
        "Send less",
    ];
    let firsts: [&dyn Fn() -> MockResponse; 3] =
        [&|| status(502), &|| failing(Kind::Broken), &|| {
            failing(Kind::Timeout)
        }];
    for first in firsts {
        for last in [400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 503] {
            for tool in [CREATE, DELETE] {
                let text = text_after(vec![first(), status(last)], tool).await;
                assert_eq!(text.matches(CHECK).count(), 1, "{last}: {text}");
                assert!(
                    !advice.iter().any(|advice| text.contains(advice)),
                    "{last}: {text}"
                );
            }
            let text = text_after(vec![first(), status(last)], GET).await;
            assert!(!text.contains("may have taken effect"), "{last}: {text}");
        }
    }
    // An attempt that was surely not carried out.
    let firsts: [&dyn Fn() -> MockResponse; 2] = [&|| failing(Kind::Connect), &|| {
        MockResponse::new(429).header("retry-after", "0.01")
    }];
    for first in firsts {
        for last in [400, 404, 422] {
            let text = text_after(vec![first(), status(last)], CREATE).await;
            assert!(!text.contains("may have taken effect"), "{last}: {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_response_cannot_be_read_was_carried_out() {
    for (kind, tool, expected) in [
        (
            Kind::Compressed,
            CREATE,
            "the call was carried out, but its response is compressed",
        ),
        (
            Kind::Compressed,
            GET,
            "the response is compressed in an unsupported way. You cannot fix this",
        ),
        (
            Kind::TooLarge,
            CREATE,
            "the call was carried out, but its response exceeds the size limit",
        ),
        (
            Kind::TooLarge,
            GET,
            "the response exceeds the size limit. Ask for less",
        ),
    ] {
        let text = text_after(vec![failing(kind)], tool).await;
        assert!(text.contains(expected), "{text}");
        assert_eq!(text.contains("Do not repeat it"), tool == CREATE, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_drained_client_and_one_without_a_token_send_nothing() {
    let transport = MemoryTransport::respond_with(|_| MockResponse::json(200, &project()));
    let sealed = || async { Err::<String, _>(std::io::Error::other("sealed")) };
    let waiting = || async {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        Ok::<_, std::io::Error>("late".to_owned())
    };
    let builder = || {
        ClientBuilder::new(shop::CATALOG)
            .account("acc_551")
            .timeout(Duration::from_secs(5))
            .transport(transport.clone())
    };
    let drained: Client = builder().token("shop-token").build().unwrap();
    drained.drain(Duration::ZERO).await;
    let clients: [Client; 3] = [
        drained,
        builder().token_provider(sealed).build().unwrap(),
        builder().token_provider(waiting).build().unwrap(),
    ];
    for client in clients {
        let tools = client.toolbox();
        for _ in 0..2 {
            let context = CallContext::new().call_id("call_1");
            let reply = tools.call_in(context, CREATE, arguments()).await;
            assert_eq!(reply.outcome().as_str(), "failed", "{reply}");
            assert!(!reply.is_repeated(), "{reply}");
            assert!(!reply.text().contains("may have taken effect"), "{reply}");
        }
    }
    assert!(transport.requests().is_empty());
}
