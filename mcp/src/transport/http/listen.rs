//! The stream on which a server of the older era sends its own requests.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::HeaderMap;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::Connection;
use super::sse::Events;
use crate::message::{self, Message};
use crate::transport::parts::MAX_MESSAGE_SIZE;

/// The wait before a stream that ended is opened again.
const WAIT: Duration = Duration::from_secs(1);

/// The number of times that the stream is opened again without a message in between.
const MAX_FAILURES: u32 = 5;

/// Listens until the task is aborted, or the server offers no stream. Sends to `opened` when the stream
/// is open.
pub(super) fn start(connection: Arc<Connection>, opened: oneshot::Sender<()>) -> AbortHandle {
    let mut opened = Some(opened);
    let listening = tokio::spawn(async move {
        let mut failures = 0;
        while failures < MAX_FAILURES {
            let Some(response) = connection.open_stream(HeaderMap::new()).await else {
                return;
            };
            if let Some(opened) = opened.take() {
                // The session may be closed already.
                let _received = opened.send(()).is_ok();
            }
            failures += 1;
            if listen(&connection, response).await {
                failures = 0;
            }
            tokio::time::sleep(WAIT).await;
        }
    });
    listening.abort_handle()
}

/// Answers the requests of a stream, and ends the requests to which it has responses. Returns `true` if
/// there was a message.
async fn listen(connection: &Arc<Connection>, mut response: Response) -> bool {
    let mut events = Events::default();
    let mut has_message = false;
    while let Ok(Some(chunk)) = response.chunk().await {
        for event in events.push(&chunk) {
            has_message = true;
            for message in message::read(&event.data) {
                match message {
                    Message::Request(request) => {
                        let answerer = Arc::clone(connection);
                        let id = request.id.clone();
                        let answer = async move { answerer.answer(request, None).await };
                        let answering = tokio::spawn(answer);
                        connection.answers.add(id, answering.abort_handle());
                    }
                    Message::Withdrawal(id) => connection.answers.cancel(&id),
                    // Some servers continue a stream that broke on the next one that is opened.
                    Message::Response(response) => connection.answer_elsewhere(response),
                    Message::Unreadable(_) | Message::Notification => {}
                }
            }
        }
        if events.size() > MAX_MESSAGE_SIZE {
            break;
        }
    }
    has_message
}
