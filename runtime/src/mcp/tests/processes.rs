//! Servers that end.
#![cfg(unix)]

use serde_json::json;

use super::TOOL;
use crate::error::{Error, TransportErrorKind};
use crate::mcp::{Client, Endpoint, SessionBuilder};
use crate::tests::secrets::{Log, listen};
use crate::tests::shop;

/// A server that ends during its first call. `$1` is a file that it makes.
const SERVER: &str = r#"
[ -e "$1" ] && first=no || first=yes
touch "$1"
[ $first = no ] && rm "$1"
echo "key is $KEY" >&2
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/^{\("jsonrpc":"2.0",\)*"id":\([0-9]*\).*/\2/')
  case "$line" in
    *server/discover*) echo '{"id":'$id',"result":{"supportedVersions":["2026-07-28"]}}' ;;
    *tools/call*) [ $first = yes ] && exit 9
      echo '{"id":'$id',"result":{"content":[]}}' ;;
  esac
done
"#;

#[tokio::test]
async fn a_server_that_ends_is_started_again_for_the_next_call() {
    listen();
    let log = Log::new();
    let guard = tracing::subscriber::set_default(log.clone());
    let file = std::env::temp_dir().join(format!("toolsmith-{}", std::process::id()));
    let endpoint = Endpoint::command("sh")
        .args(["-c", SERVER, "server", file.to_str().unwrap()])
        .variable("KEY", "s3cr3t-canary".to_owned());
    let client = Client::connect(shop::CATALOG, endpoint).await.unwrap();
    let call = || client.call_tool(TOOL, json!({"id": "p"}));
    let error = call().await.unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::Broken);
    let text = error.to_string();
    assert!(
        text.contains("exit status: 9") && text.contains("key is ["),
        "{text}"
    );
    assert!(!text.contains("canary"), "{text}");
    assert!(
        error.is_retryable(),
        "the next call starts the server again"
    );
    call().await.unwrap();
    drop(guard);
    assert!(log.take().contains("toolsmith.mcp.reconnect"));
}

#[tokio::test]
async fn a_session_that_cannot_be_opened_again_is_not_worth_a_retry() {
    let (here, there) = tokio::io::duplex(1 << 12);
    let (lines, mut answers) = tokio::io::split(there);
    tokio::spawn(async move {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
        let mut lines = tokio::io::BufReader::new(lines).lines();
        let first = lines.next_line().await.unwrap().unwrap();
        let first: crate::Json = serde_json::from_str(&first).unwrap();
        let answer = json!({"id": first["id"], "result": {"supportedVersions": ["2026-07-28"]}});
        answers
            .write_all(format!("{answer}\n").as_bytes())
            .await
            .unwrap();
    });
    let (read, write) = tokio::io::split(here);
    let session = SessionBuilder::over(read, write).open().await.unwrap();
    let client = Client::with_session(shop::CATALOG, session);
    // The connection ends at once, and is known to have ended soon after.
    let call = || client.call_tool(TOOL, json!({"id": "p"}));
    let mut error = call().await.unwrap_err();
    for _ in 0..50 {
        if !error.is_retryable() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        error = call().await.unwrap_err();
    }
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::Closed);
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    let reply = client.toolbox().call(TOOL, json!({"id": "p"})).await;
    assert!(reply.to_string().contains("nothing was sent"), "{reply}");
}
