//! The token of a client: one for its whole life, or one that a provider renews.

mod provider;
mod renewal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;

pub use provider::{AccessToken, TokenFuture, TokenProvider};
pub(super) use renewal::{Failure, Renewal};

use crate::clock::Clock;
use crate::http::Token;
use crate::scrubber::Scrubber;

/// The time before the end of a token at which it is renewed: a minute, or a tenth of its life.
const MAX_LEAD: Duration = Duration::from_secs(60);

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
            renewed.store(&token, None);
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
    pub(super) fn due_renewal(&self, refused: Option<TokenNumber>) -> Option<Renewal> {
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
}

struct Current {
    header: HeaderValue,
    number: TokenNumber,
    renew_at: Option<Duration>,
}

impl RenewedToken {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn due_renewal(self: &Arc<Self>, refused: Option<TokenNumber>) -> Option<Renewal> {
        let now = self.clock.elapsed();
        let mut state = self.state();
        state.refused = state.refused.max(refused);
        let is_good = state.current.as_ref().is_some_and(|current| {
            let is_fresh = current.renew_at.is_none_or(|at| now < at);
            is_fresh && Some(current.number) > state.refused
        });
        if is_good {
            return None;
        }
        let in_progress = state.renewal.take().filter(|renewal| !renewal.is_done());
        let renewal = in_progress.unwrap_or_else(|| self.start());
        state.renewal = Some(renewal.clone());
        Some(renewal)
    }

    /// Starts a renewal. A separate task drives it where there is a runtime, so that a caller who is
    /// cancelled does not lose the token.
    fn start(self: &Arc<Self>) -> Renewal {
        let provider = Arc::clone(&self.provider);
        let token = Arc::downgrade(self);
        let renewal = Renewal::new(async move {
            let renewed = provider.renew().await;
            match token.upgrade() {
                Some(token) => token.receive(renewed),
                None => Ok(()),
            }
        });
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(renewal.clone());
        }
        renewal
    }

    fn receive(
        &self,
        renewed: Result<AccessToken, provider::ProviderError>,
    ) -> Result<(), Failure> {
        let renewed = renewed.map_err(Failure::of_provider)?;
        let expires_in = renewed.lifetime();
        let token = Token::new(renewed.into_secret()).ok_or_else(Failure::invalid)?;
        self.store(&token, expires_in);
        Ok(())
    }

    fn store(&self, token: &Token, expires_in: Option<Duration>) {
        self.scrubber.remember(token.secret().clone());
        let now = self.clock.elapsed();
        let mut state = self.state();
        let last = state.current.as_ref().map(|current| current.number);
        state.current = Some(Current {
            header: token.header(),
            number: last.map_or(0, |last| last + 1),
            renew_at: expires_in.map(|life| {
                let lead = MAX_LEAD.min(life / 10);
                now.saturating_add(life.saturating_sub(lead))
            }),
        });
    }
}
