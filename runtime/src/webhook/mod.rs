//! Webhooks of Truto: the check of their signature, and their events.
//!
//! ```
//! use toolsmith_runtime::SecretString;
//! use toolsmith_runtime::webhook::{self, EventKind};
//!
//! /// Returns the status of the response to a delivery, and the account that has to be reconnected.
//! fn receive(secret: &SecretString, headers: &http::HeaderMap, body: &[u8]) -> (u16, Option<String>) {
//!     let event = match webhook::verify(secret.clone(), headers, body) {
//!         Ok(event) => event,
//!         Err(error) => {
//!             eprintln!("refused a delivery: {error}");
//!             return (401, None);
//!         }
//!     };
//!     // Remember `event.id` to leave an event out that is delivered again.
//!     let account = event.account().filter(|_| {
//!         event.kind == EventKind::IntegratedAccountAuthenticationError
//!     });
//!     (200, account.map(|account| account.id))
//! }
//! ```

mod error;
mod event;
mod kind;
mod signature;
#[cfg(test)]
mod tests;
mod time;

use std::fmt;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use secrecy::SecretString;

pub use error::WebhookError;
pub use event::{Event, EventAccount};
pub use kind::EventKind;

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "x-truto-signature";

/// The age of an event from which it is refused, unless configured.
const MAX_AGE: Duration = Duration::from_secs(5 * 60);

/// Verifies a delivery with the secret of the webhook and returns its event. Events older than five minutes are
/// rejected; use a [`Verifier`] for other settings.
///
/// `body` is the body as received: JSON that is parsed and written again has another signature.
///
/// # Errors
///
/// Returns an error if the delivery is not one of Truto's for this secret, if it is too old, or if its
/// body is not an event.
pub fn verify(
    secret: impl Into<SecretString>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Event, WebhookError> {
    Verifier::new(secret).verify(headers, body)
}

/// Checks deliveries with a secret.
#[derive(Clone)]
#[must_use]
pub struct Verifier {
    secrets: Vec<SecretString>,
    max_age: Option<Duration>,
}

impl Verifier {
    /// Creates a verifier with the secret of a webhook.
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self {
            secrets: vec![secret.into()],
            max_age: Some(MAX_AGE),
        }
    }

    /// Also accepts this secret: that of another webhook, or of one that is being replaced.
    pub fn or_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Sets the age up to which an event is accepted, so that a recorded delivery cannot be repeated
    /// later. The default is five minutes; `None` accepts any age. Events equally far in the future are rejected too.
    /// Events without `created_at` are accepted.
    pub fn max_age(mut self, max_age: impl Into<Option<Duration>>) -> Self {
        self.max_age = max_age.into();
        self
    }

    /// Checks a delivery and returns its event.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, WebhookError> {
        self.verify_at(headers, body, SystemTime::now())
    }

    /// Checks a delivery that was received at this time.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify`].
    pub fn verify_at(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        received: SystemTime,
    ) -> Result<Event, WebhookError> {
        self.verify_signature(headers, body)?;
        let event = Event::parse(body)?;
        if let (Some(max_age), Some(created)) = (self.max_age, &event.created_at) {
            let created = created.to_system_time();
            let created = created.ok_or(WebhookError::UnreadableTime)?;
            let age = received.duration_since(created);
            if age.unwrap_or_else(|error| error.duration()) > max_age {
                return Err(WebhookError::Stale);
            }
        }
        Ok(event)
    }

    /// Checks the signature alone, for a delivery whose body is not JSON: files are delivered as
    /// `multipart/form-data`. The age is not checked.
    ///
    /// # Errors
    ///
    /// Returns an error if the signature is missing, malformed or wrong.
    pub fn verify_signature(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        signature::verify(&self.secrets, headers, body)
    }
}

/// Redacts the secrets.
impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Verifier")
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}
