//! One attempt of a call: the request, and the response with its body.

use std::mem;

use bytes::Bytes;

use super::{Exchange, Reading};
use crate::client::download::OpenResponse;
use crate::client::drain::InFlight;
use crate::clock::boxed;
use crate::error::TransportError;
use crate::http::{Body, TransportFuture};
use crate::rate_limit::{LimitUpdate, RateLimitHeaders};
use crate::telemetry;

/// The maximum size of the body of a refusal, in which a message is looked for.
const MAX_REFUSAL_SIZE: usize = 1024 * 1024;

impl<'a> Exchange<'a> {
    /// Sends a request. Returns the response, or `None` for a refusal, which is in `self.refusal`.
    pub(super) async fn attempt(
        &mut self,
        reading: Reading,
        in_flight: InFlight,
    ) -> Result<Option<Box<OpenResponse>>, TransportError> {
        let response = self.send()?.await?;
        let mut response = self.received(response, in_flight);
        if !response.parts.status.is_success() {
            // In its own box, because few responses are refusals.
            boxed(|| self.read_refusal(response)).await;
            return Ok(None);
        }
        if reading == Reading::Whole {
            let max_size = self.shared.max_response_size;
            let body = mem::take(&mut response.body);
            let body = body.collect_response(&response.parts.headers, max_size);
            response.body = Body::from(body.await?);
        }
        Ok(Some(response))
    }

    /// Starts to send the request. What it is made of takes no place in the future of the attempt.
    fn send(&mut self) -> Result<TransportFuture<'a>, TransportError> {
        let (header, token) = self.shared.credentials.changing_header().unzip();
        self.token = token;
        // The attempt is polled inside its span.
        let trace = telemetry::outgoing_here(self.template.trace());
        let sent = (header, trace.as_ref());
        let request = self.shared.request(&self.template, self.options, sent)?;
        Ok(self.shared.transport.send(request))
    }

    /// Updates the rate limiter with the head of a response.
    fn received(
        &mut self,
        response: http::Response<Body>,
        in_flight: InFlight,
    ) -> Box<OpenResponse> {
        let (parts, body) = response.into_parts();
        let rate_limit = RateLimitHeaders::read(&parts.headers, &|| self.shared.clock.now());
        if let Some(permit) = self.permit.take() {
            let verdict = permit.complete(&LimitUpdate::new(parts.status, rate_limit));
            if self.refusals.record(verdict) {
                self.account.gate.step_back(&mut self.turn);
            }
        }
        // Boxed, because it is moved many times.
        Box::new(OpenResponse {
            parts,
            body,
            rate_limit,
            in_flight,
        })
    }

    /// Reads the body of a refusal. A refusal is a refusal even if its body cannot be read.
    ///
    /// Its status is in `self.refusal` before that, because the time of the attempt may end here.
    async fn read_refusal(&mut self, response: Box<OpenResponse>) {
        let OpenResponse {
            parts,
            body,
            rate_limit,
            in_flight,
        } = *response;
        let refusal = self.refusal.insert(Box::new(OpenResponse {
            parts,
            body: Bytes::new(),
            rate_limit,
            in_flight,
        }));
        // A larger refusal is not worth the time to read it.
        let max_size = self.shared.max_response_size.min(MAX_REFUSAL_SIZE);
        let body = body.collect_response(&refusal.parts.headers, max_size);
        refusal.body = body.await.unwrap_or_default();
    }
}
