//! TLS that cannot be trusted: the error of the caller, and that nothing is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use generated::the_auth_api::CATALOG;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use toolsmith_runtime::error::TransportErrorKind;
use toolsmith_runtime::{Client, ClientBuilder, Error, Json, RetryPolicy};

const GOOD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\
    connection: close\r\n\r\n{\"id\":\"acc_shopco\"}";

/// A server with a self-signed certificate.
struct Server {
    address: String,
    certificate: CertificateDer<'static>,
    /// The number of connections, and the number of them over which a request arrived.
    came: Arc<(AtomicUsize, AtomicUsize)>,
}

impl Server {
    /// Starts a server at `localhost` with a certificate for these names.
    async fn start(names: &[&str], expired: bool) -> Server {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = CertificateParams::new(names).unwrap();
        if expired {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let came: Arc<(AtomicUsize, AtomicUsize)> = Arc::default();
        let counts = Arc::clone(&came);
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                counts.0.fetch_add(1, Ordering::SeqCst);
                let Ok(mut socket) = acceptor.accept(socket).await else {
                    continue;
                };
                let mut buffer = [0; 4096];
                if matches!(socket.read(&mut buffer).await, Ok(count) if count > 0) {
                    counts.1.fetch_add(1, Ordering::SeqCst);
                    socket.write_all(GOOD).await.unwrap();
                    let _ = socket.shutdown().await;
                }
            }
        });
        let address = format!("https://localhost:{port}");
        Server {
            address,
            certificate,
            came,
        }
    }

    fn client(&self) -> ClientBuilder<Client> {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        Client::builder(CATALOG)
            .token("s3cr3t-canary")
            .account("ia_551")
            .base_url(&self.address)
            .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
    }

    /// Creates a client that trusts the certificate of this server.
    fn trusting(&self) -> Client {
        let root = reqwest::Certificate::from_der(&self.certificate).unwrap();
        let http = reqwest::Client::builder().tls_certs_only([root]);
        self.client()
            .http_client(http.build().unwrap())
            .build()
            .unwrap()
    }
}

async fn read(client: &Client) -> Result<Json, Error> {
    let arguments = json!({"id": "acc_shopco"});
    client
        .call_tool("get_single_the_auth_api_account_by_id", arguments)
        .await
}

async fn check_refused(server: &Server, client: &Client, cause: &str) {
    let error = read(client).await.unwrap_err();
    let Error::Transport {
        source, attempts, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(source.kind(), TransportErrorKind::Tls, "{error}");
    let text = error.to_string();
    assert!(text.contains("no trusted connection to the API"), "{text}");
    assert!(text.contains(cause), "{cause} in {text}");
    assert!(!text.contains('\n') && !error.is_retryable(), "{text}");
    assert_eq!(attempts.len(), 1, "another try would end the same way");
    assert_eq!(server.came.0.load(Ordering::SeqCst), 1, "{cause}");
    assert_eq!(server.came.1.load(Ordering::SeqCst), 0, "nothing was sent");
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted() {
    let server = Server::start(&["localhost"], false).await;
    let answer = read(&server.trusting()).await.unwrap();
    assert_eq!(answer, json!({"id": "acc_shopco"}));
    assert_eq!(server.came.1.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused() {
    let server = Server::start(&["localhost"], false).await;
    // The default transport.
    let client = server.client().build().unwrap();
    check_refused(&server, &client, "invalid peer certificate").await;
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let server = Server::start(&["api.example.test"], false).await;
    check_refused(&server, &server.trusting(), "not valid for name").await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let server = Server::start(&["localhost"], true).await;
    check_refused(&server, &server.trusting(), "expired").await;
}
