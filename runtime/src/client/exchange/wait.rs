//! The waits of a call between its attempts: for the rate limit, for a token, and after a failure.

use std::pin::pin;
use std::time::Duration;

use super::Exchange;
use crate::client::drain::InFlight;
use crate::client::exchange::classify;
use crate::client::observe;
use crate::client::token::{DueRenewal, TokenNumber};
use crate::clock::within;
use crate::error::{Error, TimeoutPhase};
use crate::progress::{self, Step};
use crate::rate_limit::TooLong;

/// The end of a call that waits.
pub(super) enum Ended {
    /// The rate limit would take too long.
    TooLong(Error),
    /// No attempt may begin: the client is drained, or it has no token.
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
        // The retry policy has no say here: a call in the queue waits for others, whether or not it was
        // refused before.
        let patience = left.min(shared.rate_limit_timeout);
        self.report_wait();
        let end = arrived.saturating_add(patience);
        let mut now = arrived;
        let mut permit = loop {
            let entered = {
                let patience = end.saturating_sub(now);
                // Pinned here, because a future has room for its arguments as well.
                let entering = pin!(account.gate.enter(&mut self.turn, patience));
                shared.drain.or(entering).await
            };
            let permit = match entered {
                Ok(Ok(permit)) => permit,
                Ok(Err(too_long)) => return Err(self.waits_too_long(too_long)),
                Err(_) => return Err(Ended::Refused(self.classifier().draining())),
            };
            if !permit.has_waited() {
                break permit;
            }
            // The token may have expired meanwhile.
            let Some(renewal) = self.awaited_renewal(None) else {
                now = shared.clock.elapsed();
                self.time_to_send(now)?;
                break permit;
            };
            // The limits count a call when it is sent, and not before its token is renewed.
            drop(permit);
            self.await_renewal(renewal).await.map_err(Ended::Refused)?;
            now = shared.clock.elapsed();
        };
        self.last_attempt = now;
        let Ok(in_flight) = shared.drain.begin() else {
            return Err(Ended::Refused(self.classifier().draining()));
        };
        self.waited = self.last_attempt.saturating_sub(arrived);
        self.attempt_count += 1;
        observe::waited(self.subject(), self.attempt_count, self.waited);
        progress::report(Step::Sending {
            attempt: self.attempt_count,
        });
        permit.mark_sent();
        self.permit = Some(permit);
        Ok(in_flight)
    }

    /// Returns the end of a call whose wait for the rate limit is too long.
    fn waits_too_long(&self, too_long: TooLong) -> Ended {
        observe::wait_too_long(self.call.spec, too_long);
        let timeout = self.timeout().min(self.shared.rate_limit_timeout);
        Ended::TooLong(self.classifier().wait_too_long(too_long, timeout))
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
        match self.awaited_renewal(refused) {
            Some(renewal) => self.await_renewal(renewal).await,
            None => Ok(()),
        }
    }

    /// Returns the renewal that the call has to wait for.
    fn awaited_renewal(&self, refused: Option<TokenNumber>) -> Option<DueRenewal> {
        let mut renewal = self.shared.credentials.due_renewal(refused)?;
        (!renewal.is_early || !renewal.is_pending()).then_some(renewal)
    }

    async fn await_renewal(&self, renewal: DueRenewal) -> Result<(), Error> {
        let credentials = &self.shared.credentials;
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
