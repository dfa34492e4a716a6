//! Proxies of the environment. Each test runs itself again in a process with the variables set.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::CANARY;
use super::shop::{Client, GetProject};
use crate::RetryPolicy;

/// The variable with the base URL for the process that sends a call.
const ADDRESS: &str = "TOOLSMITH_TEST_ADDRESS";

/// Sends one call in a process with a proxy, and returns the number of connections to the proxy.
fn connections_through_proxy(address: &str) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = socket.unwrap().read(&mut [0; 1024]);
        }
    });
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "tests::proxies::sends_a_call", "--ignored"])
        .env(ADDRESS, address)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ] {
        child.env(name, &proxy);
    }
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    count.load(Ordering::SeqCst)
}

#[tokio::test]
#[ignore = "run by the other tests, with a proxy in its environment"]
async fn sends_a_call() {
    let Ok(address) = std::env::var(ADDRESS) else {
        return;
    };
    let client = Client::builder()
        .token(CANARY)
        .account("acc_551")
        .base_url(address)
        .allow_plain_http()
        .connect_timeout(Duration::from_millis(300))
        .retry(RetryPolicy::never())
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    client
        .projects()
        .get(GetProject::new("p"))
        .await
        .unwrap_err();
}

#[test]
fn the_token_goes_to_no_proxy_in_plain_text() {
    // Nothing listens there, and the first address belongs to no machine.
    for (address, is_proxied) in [
        ("http://192.0.2.1:9", false),
        ("http://127.0.0.1:9", false),
        ("http://localhost:9", false),
        ("https://localhost.:9", false),
        ("http://[::1]:9", false),
        ("https://127.0.0.1:9", false),
        ("https://localhost:9", false),
        // Here the proxy sees only the name of the host.
        ("https://192.0.2.1:9", true),
    ] {
        let connections = connections_through_proxy(address);
        assert_eq!(connections > 0, is_proxied, "{address}");
    }
}
