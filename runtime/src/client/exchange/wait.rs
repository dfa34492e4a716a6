//! The waits of a call between its attempts: for the rate limit, for a token, and after a failure.

use std::pin::pin;
use std::time::Duration;

use super::Exchange;
use crate::client::classify;
use crate::client::drain::InFlight;
use crate::client::observe;
use crate::client::token::TokenNumber;
use crate::clock::within;
use crate::error::{Error, TimeoutPhase};
use crate::progress::{self, Step};

/// The end of a call that waits.
pub(super) enum Ended {
    /// The rate limit would take too long.
    TooLong(Error),
    /// No attempt may begin: the client is drained, or there is no token.
    Refused(Error),
}

impl Ended {
    /// Returns the error of the call, whose last attempt ended with `last`.
    pub(super) fn into_error(self, last: Option<Error>) -> Error {
        match self {
            Self::TooLong(error) => classify::wait_error(last, error),
            Self::Refused(error) => error,
        }
    }
}

impl Exchange<'_> {
    /// Waits for the permit of the next attempt.
    pub(super) async fn enter(&mut self) -> Result<InFlight, Ended> {
        let account = self.account;
        let shared = self.shared;
        let arrived = match self.attempt_count {
            0 => self.began,
            _ => shared.clock.elapsed(),
        };
        let left = self.time_to_send(arrived)?;
        let patience = match self.attempt_count {
            0 => left,
            // The bound on waits between attempts applies here, too.
            _ => left.min(
                shared
                    .retry(self.options)
                    .patience(arrived.saturating_sub(self.first_attempt)),
            ),
        };
        let patience = patience.min(shared.rate_limit_timeout);
        self.report_wait();
        let entered = {
            // Pinned here, because a future has room for its arguments as well.
            let entering = pin!(account.gate.enter(&mut self.turn, patience));
            shared.drain.or(entering).await
        };
        let mut permit = match entered {
            Ok(Ok(permit)) => permit,
            Ok(Err(too_long)) => {
                observe::wait_too_long(self.call.spec, too_long);
                let timeout = self.timeout().min(shared.rate_limit_timeout);
                let error = self.classifier().wait_too_long(too_long, timeout);
                return Err(Ended::TooLong(error));
            }
            Err(_) => return Err(Ended::Refused(self.classifier().draining())),
        };
        self.last_attempt = if permit.has_waited() {
            // The token may have expired meanwhile.
            self.renew_token(None).await.map_err(Ended::Refused)?;
            let now = shared.clock.elapsed();
            self.time_to_send(now)?;
            now
        } else {
            arrived
        };
        let Ok(in_flight) = shared.drain.begin() else {
            return Err(Ended::Refused(self.classifier().draining()));
        };
        self.waited = self.last_attempt.saturating_sub(arrived);
        self.attempt_count += 1;
        if self.attempt_count == 1 {
            self.first_attempt = self.last_attempt;
        }
        observe::waited(self.subject(), self.attempt_count, self.waited);
        progress::report(Step::Sending {
            attempt: self.attempt_count,
        });
        permit.mark_sent();
        self.permit = Some(permit);
        Ok(in_flight)
    }

    /// Returns the time that the call has left at `now`.
    ///
    /// # Errors
    ///
    /// An attempt has no time, so nothing is sent.
    fn time_to_send(&self, now: Duration) -> Result<Duration, Ended> {
        let left = self.left(now);
        let limit = match self.attempt_timeout() {
            limit if limit.is_zero() => limit,
            _ if left.is_zero() => self.timeout(),
            _ => return Ok(left),
        };
        let error = self.classifier().timed_out(limit, TimeoutPhase::Sending);
        Err(Ended::TooLong(error))
    }

    /// Reports the expected wait to a watcher of the call.
    fn report_wait(&self) {
        if progress::is_watched() {
            let wait = self.account.rate_limiter().status().wait;
            if wait >= Duration::from_millis(1) {
                progress::report(Step::WaitingForRateLimit { wait });
            }
        }
    }

    /// Waits before the next attempt.
    pub(super) async fn back_off(&self, wait: Duration) -> Result<(), Error> {
        progress::report(Step::Retrying { wait });
        let slept = self.shared.drain.or(self.shared.clock.sleep(wait));
        slept.await.map_err(|_| self.classifier().draining())
    }

    /// Waits for a token, if there is none or the server has `refused` it. A token that holds is used until its
    /// renewal has ended.
    pub(super) async fn renew_token(&self, refused: Option<TokenNumber>) -> Result<(), Error> {
        let credentials = &self.shared.credentials;
        let Some(mut renewal) = credentials.due_renewal(refused) else {
            return Ok(());
        };
        if renewal.is_early && renewal.is_pending() {
            return Ok(());
        }
        let clock = &*self.shared.clock;
        let renewed = pin!(within(clock, self.time_left(), renewal));
        let renewed = self.shared.drain.or(renewed).await;
        match renewed.map_err(|_| self.classifier().draining())? {
            Some(Ok(())) => Ok(()),
            // The token is about to expire, and still holds.
            Some(Err(_)) if credentials.has_token() => Ok(()),
            Some(Err(failure)) => Err(self.classifier().no_token(failure)),
            None => {
                let timeout = self.timeout();
                Err(self.classifier().timed_out(timeout, TimeoutPhase::Token))
            }
        }
    }
}
