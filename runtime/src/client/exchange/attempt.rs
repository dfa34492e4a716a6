//! One attempt of a call: the request, and the response with its body.

use super::{Exchange, Reading};
use crate::client::download::OpenResponse;
use crate::client::drain::InFlight;
use crate::error::TransportError;
use crate::http::Body;
use crate::rate_limit::{LimitUpdate, RateLimitHeaders};

/// The maximum size of the body of a refusal, in which a message is looked for.
const MAX_REFUSAL_SIZE: usize = 1024 * 1024;

impl Exchange<'_> {
    pub(super) async fn attempt(
        &mut self,
        reading: Reading,
        in_flight: InFlight,
    ) -> Result<Box<OpenResponse>, TransportError> {
        // The permit belongs to this attempt and is released with it.
        let permit = self.permit.take();
        let (header, token) = self.shared.credentials.changing_header().unzip();
        self.token = token;
        let request = self.shared.request(&self.template, self.options, header)?;
        let response = self.shared.transport.send(request).await?;
        let (parts, body) = response.into_parts();
        let rate_limit = RateLimitHeaders::read(&parts.headers, &|| self.shared.clock.now());
        if let Some(permit) = permit {
            let verdict = permit.complete(&LimitUpdate::new(parts.status, rate_limit));
            if self.refusals.record(verdict) {
                self.account.gate.step_back(&mut self.turn);
            }
        }
        let is_left_open = reading == Reading::Head && parts.status.is_success();
        let body = if is_left_open {
            body
        } else {
            let max_size = match self.shared.max_response_size {
                // A larger refusal is not worth the time to read it.
                max_size if !parts.status.is_success() => max_size.min(MAX_REFUSAL_SIZE),
                max_size => max_size,
            };
            let body = body.collect_response(&parts.headers, max_size).await;
            match body {
                Ok(body) => Body::from(body),
                // A refusal is a refusal even if its body cannot be read.
                Err(_) if !parts.status.is_success() => Body::default(),
                Err(error) => return Err(error),
            }
        };
        // Boxed, because it is moved many times.
        Ok(Box::new(OpenResponse {
            parts,
            body,
            rate_limit,
            in_flight,
        }))
    }
}
