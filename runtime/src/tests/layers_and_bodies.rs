//! Layers, recordings, bodies that are not JSON, and tracing.

use std::time::Duration;

use bytes::Bytes;

use super::shop::{Client, CreateProject, GetProject};
use super::{CANARY, project, scripted};
use crate::Error;
use crate::codegen::ClientBuilder;
use crate::transport::{
    Body, MemoryTransport, MockResponse, Recorder, Replayer, Transport, TransportFuture,
};

fn builder() -> ClientBuilder<Client> {
    Client::builder().token(CANARY).account("acc_551")
}

/// Appends its name to a header.
struct Named<T>(T, &'static str);

impl<T: Transport> Transport for Named<T> {
    fn send(&self, mut request: http::Request<Body>) -> TransportFuture<'_> {
        let value = http::HeaderValue::from_static(self.1);
        request.headers_mut().append("x-layer", value);
        self.0.send(request)
    }
}

#[tokio::test]
async fn the_last_layer_is_the_outermost() {
    let transport = MemoryTransport::script([MockResponse::json(200, &project("p"))]);
    let client = builder()
        .layer(|transport| Named(transport, "inner"))
        .transport(transport.clone())
        .layer(|transport| Named(transport, "outer"))
        .build()
        .unwrap();
    client.projects().get(GetProject::new("p")).await.unwrap();
    let received = &transport.requests()[0];
    let names: Vec<_> = received.headers.get_all("x-layer").iter().collect();
    assert_eq!(names, ["outer", "inner"]);
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn wraps_the_transport_in_a_tower_layer() {
    use std::task::{Context, Poll};

    /// Responds itself if configured.
    #[derive(Clone)]
    struct Cache<S>(S);

    impl<S: tower_service::Service<http::Request<Body>, Response = http::Response<Body>>>
        tower_service::Service<http::Request<Body>> for Cache<S>
    {
        type Response = http::Response<Body>;
        type Error = S::Error;
        type Future = S::Future;

        fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
            self.0.poll_ready(context)
        }

        fn call(&mut self, mut request: http::Request<Body>) -> S::Future {
            let value = http::HeaderValue::from_static("tower");
            request.headers_mut().insert("x-layer", value);
            self.0.call(request)
        }
    }

    struct Caching;

    impl<S> tower_layer::Layer<S> for Caching {
        type Service = Cache<S>;

        fn layer(&self, service: S) -> Cache<S> {
            Cache(service)
        }
    }

    let transport = MemoryTransport::script([MockResponse::json(200, &project("p"))]);
    let client = builder()
        .transport(transport.clone())
        .tower_layer(Caching)
        .build()
        .unwrap();
    client.projects().get(GetProject::new("p")).await.unwrap();
    assert_eq!(transport.requests()[0].header("x-layer"), Some("tower"));
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn the_error_of_a_tower_layer_says_whether_the_call_may_have_been_sent() {
    use std::io;
    use std::task::{Context, Poll};

    use crate::error::TransportErrorKind;
    use crate::http::TowerTransport;

    /// Fails before it takes a request, or with it.
    #[derive(Clone)]
    struct Failing {
        is_ready: bool,
    }

    impl tower_service::Service<http::Request<Body>> for Failing {
        type Response = http::Response<Body>;
        type Error = io::Error;
        type Future = std::future::Ready<Result<http::Response<Body>, io::Error>>;

        fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
            let busy = || Err(io::Error::other("busy"));
            Poll::Ready(if self.is_ready { Ok(()) } else { busy() })
        }

        fn call(&mut self, _request: http::Request<Body>) -> Self::Future {
            std::future::ready(Err(io::Error::other("too slow")))
        }
    }

    for (is_ready, expected, message) in [
        (
            false,
            TransportErrorKind::Request,
            "a layer around the transport refused the request: busy",
        ),
        (
            true,
            TransportErrorKind::Layer,
            "a layer around the transport failed: too slow",
        ),
    ] {
        let client = builder()
            .transport(TowerTransport::new(Failing { is_ready }))
            .build()
            .unwrap();
        let created = client.projects().create(CreateProject::new("a", "acc_1"));
        let error = created.await.unwrap_err();
        let crate::Error::Transport { source, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!((source.kind(), &*source.to_string()), (expected, message));
        assert_eq!(error.may_have_taken_effect(), is_ready, "{error}");
    }
}

#[tokio::test]
async fn replays_a_recording_without_a_network() {
    let recorder = Recorder::new().redact("acc_551");
    let mut repeating = project("p");
    repeating["name"] = CANARY.into();
    let wrapping = recorder.clone();
    let replies = [
        // A server that echoes the token, in the request and in a response.
        MockResponse::json(200, &repeating)
            .header("set-cookie", "session=1")
            .header("location", CANARY)
            .header("x-ratelimit-remaining", "7"),
        MockResponse::json(201, &project("q")),
    ];
    let client = builder()
        .transport(MemoryTransport::script(replies))
        .layer(move |transport| wrapping.around(transport))
        .build()
        .unwrap();
    client.projects().get(GetProject::new("p")).await.unwrap();
    client
        .projects()
        .create(CreateProject::new("a", "acc_1"))
        .await
        .unwrap();
    let tape = recorder.tape();
    for secret in [CANARY, "session", "acc_551"] {
        assert!(!tape.contains(secret), "{secret} in {tape}");
    }
    assert!(tape.contains("x-ratelimit-remaining"), "{tape}");

    let player = Replayer::from_tape(&tape).unwrap();
    let client = Client::builder()
        .token("another")
        .account("[hidden]")
        .transport(player.clone())
        .build()
        .unwrap();
    for _ in 0..2 {
        client.projects().get(GetProject::new("p")).await.unwrap();
    }
    assert_eq!(player.unplayed(), 1);
    let error = client
        .projects()
        .get(GetProject::new("other"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_single_shop_project_by_id: `GET \
         /proxy/projects/other?integrated_account_id=[hidden]` is not on the tape; the nearest one \
         is `GET /proxy/projects/p?integrated_account_id=[hidden]`"
    );
    let wrong = Replayer::from_tape("{}").unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "line 1 of the tape is not a call: /request/method is missing"
    );
}

fn pieces(pieces: &'static [&'static str]) -> Body {
    let mut left = pieces.iter();
    Body::from_stream(futures_util::stream::poll_fn(move |_| {
        let next = left
            .next()
            .map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
        std::task::Poll::Ready(next)
    }))
}

#[tokio::test]
async fn downloads_a_response_that_is_not_json() {
    let reply = || {
        MockResponse::new(200)
            .header("content-type", "application/pdf")
            .stream(pieces(&["one", "two"]))
    };
    let (client, transport) = scripted([reply(), reply(), MockResponse::new(404)]);
    let read = || client.projects().get(GetProject::new("p")).download();
    let mut download = read().await.unwrap();
    assert_eq!(download.content_type(), Some("application/pdf"));
    assert_eq!(download.chunk().await.unwrap().unwrap(), "one");
    assert_eq!(download.chunk().await.unwrap().unwrap(), "two");
    assert!(download.chunk().await.is_none());
    let error = read().await.unwrap().collect(5).await.unwrap_err();
    assert!(error.to_string().contains("larger than 5 bytes"), "{error}");
    assert_eq!(read().await.unwrap_err().status().unwrap(), 404);
    assert_eq!(transport.requests()[0].header("accept"), Some("*/*"));
}

#[tokio::test(start_paused = true)]
async fn uploads_bytes_unchanged_and_a_stream_once() {
    let good = || MockResponse::json(200, &project("p"));
    let (client, transport) = scripted([MockResponse::new(500), good(), MockResponse::new(500)]);
    let create = || client.projects().create(CreateProject::new("a", "acc_1"));
    create()
        .upload("image/png", Bytes::from_static(b"\x89PNG"))
        .await
        .unwrap();
    let call = create().upload("image/png", pieces(&["a", "b"]));
    assert_eq!(call.await.unwrap_err().attempts().len(), 1);
    let received = transport.requests();
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(received[1].body.as_ref(), b"\x89PNG");
    assert_eq!(received[2].body.as_ref(), b"ab");
    assert_eq!(received[0].header("content-type"), Some("image/png"));
    let passed = ("truto_body_passthrough".to_owned(), "true".to_owned());
    assert!(received[0].query_pairs().contains(&passed));

    let wrong = create().upload("a\nb", Bytes::new()).await.unwrap_err();
    assert!(matches!(wrong, Error::Config { .. }), "{wrong}");
    let read = client.projects().get(GetProject::new("p"));
    let wrong = read.upload("image/png", Bytes::new()).await.unwrap_err();
    assert!(
        wrong.to_string().ends_with("this tool has no request body"),
        "{wrong}"
    );
}

#[tokio::test(start_paused = true)]
async fn shares_a_rate_limiter_between_transports() {
    let spent = MockResponse::json(200, &project("p"))
        .header("ratelimit-remaining", "0")
        .header("ratelimit-reset", "30");
    let first = builder().transport(MemoryTransport::script([spent]));
    let first = first.build().unwrap();
    let limiter = first.rate_limiter();
    // The clock of the second client begins an hour later.
    tokio::time::advance(Duration::from_secs(3600)).await;
    let transport = MemoryTransport::script([MockResponse::json(200, &project("p"))]);
    let second = builder().transport(transport).rate_limiter(&limiter);
    let second = second.build().unwrap();
    first.projects().get(GetProject::new("p")).await.unwrap();
    assert_eq!(limiter.status().wait, Duration::from_secs(30));
    let call = || second.projects().get(GetProject::new("p"));
    let too_short = call().timeout(Duration::from_secs(29)).await.unwrap_err();
    assert!(
        matches!(too_short, Error::RateLimited(_)),
        "{too_short}: the wait is longer than the call has time"
    );
    let begun = tokio::time::Instant::now();
    call().timeout(Duration::from_secs(31)).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(30));
}
