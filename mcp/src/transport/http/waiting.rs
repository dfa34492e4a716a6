//! The requests that wait for a response, which may come on any stream of the session.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::sync::oneshot;

use crate::error::RequestError;
use crate::transport::Reply;
use crate::transport::progress::{CallProgress, OpenQuestion};

type RequestResult = Result<String, RequestError>;

/// The requests that wait.
#[derive(Default)]
pub(super) struct WaitingRequests(Mutex<BTreeMap<u64, Request>>);

/// A request that waits.
struct Request {
    end: oneshot::Sender<RequestResult>,
    progress: CallProgress,
}

impl WaitingRequests {
    /// Waits for the end of a request: its reply, or a response to it on another stream.
    pub(super) async fn end(
        &self,
        id: u64,
        progress: &CallProgress,
        reply: impl Future<Output = Reply>,
    ) -> Reply {
        let (end, mut elsewhere) = oneshot::channel();
        let progress = progress.clone();
        self.lock().insert(id, Request { end, progress });
        let _waiting = Waiting { requests: self, id };
        let mut reply = pin!(reply);
        poll_fn(|context| {
            if let Poll::Ready(reply) = reply.as_mut().poll(context) {
                return Poll::Ready(reply);
            }
            match pin!(&mut elsewhere).poll(context) {
                Poll::Ready(Ok(outcome)) => Poll::Ready(outcome.into()),
                // The sender is dropped with the request alone.
                Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// Ends a request with a response that came on another stream. Returns `false` if it does not wait.
    pub(super) fn answer(&self, id: u64, outcome: RequestResult) -> bool {
        let request = self.lock().remove(&id);
        request.is_some_and(|request| request.end.send(outcome).is_ok())
    }

    /// Begins a question of the server during the request `about`; during all requests if it names none.
    pub(super) fn question(&self, about: Option<u64>) -> Vec<OpenQuestion> {
        let requests = self.lock();
        let asking = requests
            .iter()
            .filter(|(id, _)| about.is_none_or(|about| **id == about));
        asking
            .map(|(_, request)| request.progress.question())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Request>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that waits until this is dropped.
struct Waiting<'a> {
    requests: &'a WaitingRequests,
    id: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.requests.lock().remove(&self.id);
    }
}
