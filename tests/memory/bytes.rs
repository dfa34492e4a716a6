//! Downloads and uploads that are larger than the memory they take, over HTTP.

use std::io::{Read, Write};
use std::net::TcpListener;

use bytes::Bytes;
use futures_util::stream;
use generated::the_auth_api::{Client, CreateAccount, GetAccount};
use toolsmith_runtime::transport::Body;

const PIECE: usize = 64 * 1024;
const PIECES: usize = 256;
const SIZE: usize = PIECE * PIECES;

/// Serves one request with a response of `answer` bytes. It runs on its own thread, so that its memory
/// does not count. Returns the number of bytes in the body of the request, and `true` if all were
/// correct.
fn serve_once(answer: usize) -> (String, std::thread::JoinHandle<(usize, bool)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut buffer = vec![0; PIECE];
        let (mut head, mut count, mut is_right) = (Vec::new(), 0, true);
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let is_chunked = String::from_utf8_lossy(&head).contains("transfer-encoding: chunked");
        let mut tail = Vec::new();
        while is_chunked && !tail.ends_with(b"0\r\n\r\n") {
            let read = socket.read(&mut buffer).unwrap();
            let is_content = |byte: &u8| usize::from(*byte == 0xff);
            count += buffer[..read].iter().map(is_content).sum::<usize>();
            is_right &= read > 0;
            tail.extend_from_slice(&buffer[read.saturating_sub(8)..read]);
            tail.drain(..tail.len().saturating_sub(8));
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n\
             content-length: {answer}\r\nconnection: close\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).unwrap();
        buffer.fill(0xfe);
        for _ in 0..answer / PIECE {
            socket.write_all(&buffer).unwrap();
        }
        (count, is_right)
    });
    (address, serving)
}

/// Returns the peak memory of this thread during `work`.
fn held(address: &str, work: impl AsyncFnOnce(Client)) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = Client::builder()
        .token("s3cr3t-canary")
        .account("ia_551")
        .base_url(address)
        .build()
        .unwrap();
    allocation_counter::measure(|| runtime.block_on(work(client))).bytes_max
}

#[test]
fn a_download_is_not_buffered() {
    let (address, serving) = serve_once(SIZE);
    let mut received = 0;
    let held = held(&address, async |client| {
        let call = client.accounts().get(GetAccount::new("acc_1")).download();
        let mut download = call.await.unwrap();
        while let Some(chunk) = download.chunk().await {
            let chunk = chunk.unwrap();
            assert!(chunk.iter().all(|byte| *byte == 0xfe));
            received += chunk.len();
        }
    });
    serving.join().unwrap();
    assert_eq!(received, SIZE);
    assert!(held < SIZE as u64 / 8, "{held} of {SIZE} bytes at once");
}

#[test]
fn an_upload_is_not_buffered() {
    let (address, serving) = serve_once(0);
    let held = held(&address, async |client| {
        let pieces = stream::iter((0..PIECES).map(|_| Ok(Bytes::from(vec![0xff; PIECE]))));
        let call = client.accounts().create(CreateAccount::new("Shop"));
        let call = call
            .upload("application/pdf", Body::from_stream(pieces))
            .raw();
        assert_eq!(call.await.unwrap().status(), 200);
    });
    assert_eq!(serving.join().unwrap(), (SIZE, true));
    assert!(held < SIZE as u64 / 8, "{held} of {SIZE} bytes at once");
}
