//! The event of a delivery.

use std::fmt;

use serde_json::Map;

use super::time::date_time;
use super::{EventKind, WebhookError};
use crate::DateTime;
use crate::client::AccountStatus;
use crate::codec::{Json, parse_json};
use crate::interrupt::NEVER;
use crate::redactor::RedactedJson;

/// An event.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The identifier, which stays the same if the event is delivered again.
    pub id: String,
    /// The kind.
    pub kind: EventKind,
    /// The data of the event; for most kinds, the resource after the change.
    pub payload: Json,
    /// The environment at Truto.
    pub environment_id: Option<String>,
    /// The webhook.
    pub webhook_id: Option<String>,
    /// The time of the event.
    pub created_at: Option<DateTime>,
}

/// The account of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventAccount {
    /// The identifier, for [`for_account`](crate::Client::for_account).
    pub id: String,
    /// The program's own identifier of the customer, as given when the account was connected.
    pub tenant_id: Option<String>,
    /// The status after the event.
    pub status: Option<AccountStatus>,
    /// The name of the integration.
    pub integration: Option<String>,
}

impl Event {
    pub(super) fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        let malformed = |problem: &str| WebhookError::MalformedBody(problem.to_owned());
        // Lenient, as for responses: an invalid character is replaced.
        let json = parse_json(body, &NEVER).map_err(|_| malformed(&syntax_problem(body)))?;
        let Json::Object(mut fields) = json else {
            return Err(malformed("it is not an object"));
        };
        let id = text(&mut fields, "id").ok_or_else(|| malformed("it has no `id`"))?;
        let kind = text(&mut fields, "event").ok_or_else(|| malformed("it has no `event`"))?;
        let created_at = match fields.remove("created_at") {
            None | Some(Json::Null) => None,
            Some(Json::String(time)) => Some(date_time(&time)),
            Some(_) => return Err(WebhookError::UnreadableTime),
        };
        Ok(Self {
            id,
            kind: EventKind::parse(&kind),
            payload: fields.remove("payload").unwrap_or_default(),
            environment_id: text(&mut fields, "environment_id"),
            webhook_id: text(&mut fields, "webhook_id"),
            created_at,
        })
    }

    /// Returns the account that an `integrated_account:…` event concerns.
    #[must_use]
    pub fn account(&self) -> Option<EventAccount> {
        if self.kind.entity() != "integrated_account" {
            return None;
        }
        let text = |json: &Json, name: &str| Some(json.get(name)?.as_str()?.to_owned());
        let integration = self.payload.get("integration");
        Some(EventAccount {
            id: text(&self.payload, "id")?,
            tenant_id: text(&self.payload, "tenant_id"),
            status: text(&self.payload, "status").map(|status| AccountStatus::parse(&status)),
            integration: integration.and_then(|integration| text(integration, "name")),
        })
    }
}

/// Returns the problem of a body that is not JSON.
fn syntax_problem(body: &[u8]) -> String {
    // Its message has a position, and nothing of the body.
    match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        Err(error) => format!("it is not JSON ({error})"),
        Ok(_) => "it is not JSON".to_owned(),
    }
}

fn text(fields: &mut Map<String, Json>, name: &str) -> Option<String> {
    match fields.remove(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("payload", &RedactedJson(&self.payload))
            .field("environment_id", &self.environment_id)
            .field("webhook_id", &self.webhook_id)
            .field("created_at", &self.created_at)
            .finish()
    }
}
