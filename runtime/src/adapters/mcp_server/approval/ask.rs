//! A question while the call waits, as up to 2025-11-25.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ClientResult, ElicitRequest, ServerRequest};
use rmcp::service::{Peer, PeerRequestOptions, RequestHandle};
use tokio::runtime::Handle;

use super::{Answer, form};
use crate::agent::ApprovalRequest;

/// The result of a question.
pub(in crate::adapters::mcp_server) enum Elicited {
    Answered(Answer),
    /// There was no answer in time.
    TimedOut,
    /// The client could not ask.
    Unavailable,
}

/// Asks the person at the client to approve a call. Dropping the future withdraws the question.
pub(in crate::adapters::mcp_server) async fn ask(
    peer: &Peer<RoleServer>,
    request: &ApprovalRequest,
    timeout: Duration,
) -> Elicited {
    let question = ServerRequest::ElicitRequest(ElicitRequest::new(form(request)));
    let options = PeerRequestOptions::no_options();
    let handle = match peer.send_request_with_option(question, options).await {
        Ok(handle) => handle,
        Err(error) => return unavailable(request, &error),
    };
    let mut question = OpenQuestion(Some(handle));
    let Ok(response) = tokio::time::timeout(timeout, question.response()).await else {
        return Elicited::TimedOut;
    };
    match response {
        Ok(Ok(ClientResult::ElicitResult(result))) => Elicited::Answered(result.action.into()),
        Ok(Ok(_)) => unavailable(request, &"the response is not an answer"),
        Ok(Err(error)) => unavailable(request, &error),
        Err(error) => unavailable(request, &error),
    }
}

fn unavailable(request: &ApprovalRequest, error: &dyn std::fmt::Display) -> Elicited {
    tracing::debug!(target: "toolsmith", %error, tool = request.tool.name, "the client could not be asked for approval");
    Elicited::Unavailable
}

/// A question that the client shows. Dropping it before the answer withdraws it.
struct OpenQuestion(Option<RequestHandle<RoleServer>>);

impl OpenQuestion {
    /// Waits for the response.
    async fn response(
        &mut self,
    ) -> Result<
        Result<ClientResult, rmcp::service::ServiceError>,
        tokio::sync::oneshot::error::RecvError,
    > {
        let Some(handle) = &mut self.0 else {
            return std::future::pending().await;
        };
        let response = (&mut handle.rx).await;
        self.0 = None;
        response
    }
}

impl Drop for OpenQuestion {
    fn drop(&mut self) {
        let (Some(handle), Ok(runtime)) = (self.0.take(), Handle::try_current()) else {
            return;
        };
        runtime.spawn(async move {
            let reason = "the call that needs the answer has ended".to_owned();
            if let Err(error) = handle.cancel(Some(reason)).await {
                tracing::debug!(target: "toolsmith", %error, "a question could not be withdrawn");
            }
        });
    }
}
