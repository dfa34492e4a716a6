//! The token of a client: one for its whole life, or one that a provider renews.

mod provider;
mod renewal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;

pub use provider::{AccessToken, TokenFuture, TokenProvider};
use renewal::Renewal;
pub(super) use renewal::{DueRenewal, RenewalFailure};

use crate::caught::Caught;
use crate::clock::Clock;
use crate::http::Token;
use crate::scrubber::Scrubber;

/// The time before the end of a token at which it is renewed: a minute, or a tenth of its life.
const MAX_LEAD: Duration = Duration::from_secs(60);

/// The time after which a renewal counts as lost, so that the next call starts another one.
const MAX_RENEWAL: Duration = Duration::from_secs(60);

/// The credentials of a client.
pub(super) enum Credentials {
    Fixed(Token),
    Renewed(Arc<RenewedToken>),
}

/// The number of a token: each renewal gives the next one.
pub(super) type TokenNumber = u64;

impl Credentials {
    /// Creates the credentials of a provider. A `first` token is used until it is refused.
    pub(super) fn of_provider(
        provider: Arc<dyn TokenProvider>,
        first: Option<Token>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let renewed = RenewedToken {
            provider,
            clock,
            scrubber: Scrubber::of_renewed_token(),
            state: Mutex::default(),
        };
        if let Some(token) = first {
            renewed.store(&token, None, 0);
        }
        Self::Renewed(Arc::new(renewed))
    }

    /// Returns the scrubber, which removes the tokens from what the server sends.
    pub(super) fn scrubber(&self) -> &Scrubber {
        match self {
            Self::Fixed(token) => token.scrubber(),
            Self::Renewed(renewed) => &renewed.scrubber,
        }
    }

    /// Returns the header of a token that changes, and its number.
    pub(super) fn changing_header(&self) -> Option<(HeaderValue, TokenNumber)> {
        match self {
            Self::Fixed(_) => None,
            Self::Renewed(renewed) => {
                let state = renewed.state();
                let current = state.current.as_ref()?;
                Some((current.header.clone(), current.number))
            }
        }
    }

    /// Returns the renewal that the next attempt has to wait for, because there is no token, or it
    /// is about to expire, or the server has `refused` it.
    pub(super) fn due_renewal(&self, refused: Option<TokenNumber>) -> Option<DueRenewal> {
        match self {
            Self::Fixed(_) => None,
            Self::Renewed(renewed) => renewed.due_renewal(refused),
        }
    }

    /// Notes that the server has refused a token, so that the next call renews it.
    pub(super) fn refuse(&self, number: Option<TokenNumber>) {
        if let Self::Renewed(renewed) = self {
            let mut state = renewed.state();
            state.refused = state.refused.max(number);
        }
    }

    /// Returns `true` if a refused token can be renewed.
    pub(super) fn are_renewed(&self) -> bool {
        matches!(self, Self::Renewed(_))
    }

    /// Returns `true` if there is a token that the server has not refused.
    pub(super) fn has_token(&self) -> bool {
        match self {
            Self::Fixed(_) => true,
            Self::Renewed(renewed) => {
                let state = renewed.state();
                let refused = state.refused;
                let current = state.current.as_ref();
                current.is_some_and(|current| Some(current.number) > refused)
            }
        }
    }
}

/// A token that a provider renews.
pub(super) struct RenewedToken {
    provider: Arc<dyn TokenProvider>,
    clock: Arc<dyn Clock>,
    scrubber: Scrubber,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    /// The number of the last token that the server refused.
    refused: Option<TokenNumber>,
    /// The renewal in progress, which all calls share.
    renewal: Option<Renewal>,
    /// The time at which it was started.
    renewing_since: Duration,
    /// The number of renewals that were started.
    renewal_count: u64,
    /// The number of the renewal that gave the current token.
    renewed_by: u64,
}

struct Current {
    header: HeaderValue,
    number: TokenNumber,
    renew_at: Option<Duration>,
    expires_at: Option<Duration>,
}

impl RenewedToken {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn due_renewal(self: &Arc<Self>, refused: Option<TokenNumber>) -> Option<DueRenewal> {
        let now = self.clock.elapsed();
        let mut state = self.state();
        state.refused = state.refused.max(refused);
        let current = state.current.as_ref();
        let current = current.filter(|current| Some(current.number) > state.refused);
        let is_before = |end: Option<Duration>| end.is_none_or(|end| now < end);
        if current.is_some_and(|current| is_before(current.renew_at)) {
            return None;
        }
        let holds = current.is_some_and(|current| is_before(current.expires_at));
        let is_lost = now >= state.renewing_since.saturating_add(MAX_RENEWAL);
        let in_progress = state.renewal.take();
        let in_progress = in_progress.filter(|renewal| !renewal.is_done() && !is_lost);
        let renewal = in_progress.unwrap_or_else(|| {
            state.renewing_since = now;
            state.renewal_count += 1;
            self.start(state.renewal_count)
        });
        state.renewal = Some(renewal.clone());
        Some(DueRenewal {
            is_early: holds && renewal.has_task(),
            renewal,
        })
    }

    /// Starts a renewal. A separate task drives it where there is a runtime, so that a caller who is
    /// cancelled does not lose the token.
    fn start(self: &Arc<Self>, number: u64) -> Renewal {
        let provider = Arc::clone(&self.provider);
        let token = Arc::downgrade(self);
        let renewal = Renewal::new(async move {
            // Inside the future, so that a panic of either is an error.
            let renewed = Caught(Box::pin(async { provider.renew().await })).await;
            match token.upgrade() {
                Some(token) => token.receive(renewed.map_err(RenewalFailure::panicked)?, number),
                None => Ok(()),
            }
        });
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            renewal.set_task();
            runtime.spawn(renewal.clone());
        }
        renewal
    }

    fn receive(
        &self,
        renewed: Result<AccessToken, provider::ProviderError>,
        number: u64,
    ) -> Result<(), RenewalFailure> {
        let renewed = renewed.map_err(RenewalFailure::of_provider)?;
        let expires_in = renewed.lifetime();
        let token = Token::new(renewed.into_secret()).ok_or_else(RenewalFailure::invalid)?;
        self.store(&token, expires_in, number);
        Ok(())
    }

    /// Stores the token of a renewal, unless a later one gave another token.
    fn store(&self, token: &Token, expires_in: Option<Duration>, renewal: u64) {
        self.scrubber.remember(token.secret().clone());
        let now = self.clock.elapsed();
        let mut state = self.state();
        if renewal < state.renewed_by {
            return;
        }
        state.renewed_by = renewal;
        let last = state.current.as_ref().map(|current| current.number);
        state.current = Some(Current {
            header: token.header(),
            number: last.map_or(0, |last| last + 1),
            expires_at: expires_in.map(|life| now.saturating_add(life)),
            renew_at: expires_in.map(|life| {
                let lead = MAX_LEAD.min(life / 10);
                now.saturating_add(life.saturating_sub(lead))
            }),
        });
    }
}
