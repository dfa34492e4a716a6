//! The capabilities of an account or integration: its state and its methods, without schemas.

use serde_json::Value;
use toolsmith_mcp::single_line;

use super::account::{Account, Subject};
use super::request::Connection;

/// The capabilities, as far as the platform gives them.
pub(super) enum CapabilitiesFound {
    /// The platform gives them.
    Given(Capabilities),
    /// The platform has none.
    Absent,
    /// They could not be read this time.
    Unread(String),
}

/// The capabilities. The parts that the platform leaves out are empty.
#[derive(Debug, Default)]
pub(super) struct Capabilities {
    /// The names of the integration, as they occur in the names of tools.
    pub(super) slugs: Vec<String>,
    /// The methods of its resources.
    pub(super) methods: Vec<Method>,
    status: Option<String>,
    is_blocked: bool,
}

/// One method of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Method {
    /// The resource, as in the request path.
    pub(super) resource: String,
    /// The method itself.
    pub(super) name: String,
    /// The platform's name for the resource and the method.
    pub(super) label: Option<String>,
    /// `true` if the platform deprecates it.
    pub(super) is_deprecated: bool,
}

impl CapabilitiesFound {
    /// Reads the capabilities. A fetch succeeds without them.
    pub(super) fn read(connection: &Connection<'_>, account: &Account) -> Self {
        let received = match connection.get_spare(account.below(&["capabilities"])) {
            Ok(received) => received,
            Err(problem) => return Self::Unread(problem.what().to_owned()),
        };
        match received.status.as_u16() {
            200..=299 => match Capabilities::parse(&received.body) {
                Some(capabilities) => Self::Given(capabilities),
                None => Self::Unread("the response is something else".to_owned()),
            },
            // Not on this platform, or not with this token.
            403 | 404 | 405 | 410 | 501 => Self::Absent,
            status => Self::Unread(format!("status {status}")),
        }
    }
}

impl Capabilities {
    /// Reads a response. Returns `None` if it is something else: the page of a proxy, for example.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(body).ok()?;
        let wrapped = document.get("result").filter(|value| value.is_object());
        let document = wrapped.unwrap_or(&document).as_object()?;
        let account = document.get("account");
        let text = |value: Option<&Value>, key: &str| Some(value?.get(key)?.as_str()?.to_owned());
        let integration = document.get("integration");
        let resources = document
            .get("proxy")
            .and_then(|proxy| proxy.get("resources"));
        if account.is_none() && integration.is_none() && resources.is_none() {
            return None;
        }
        let slugs = ["slug", "name"].iter().filter_map(|key| {
            let name = text(integration, key)?.to_lowercase();
            Some(name.replace(['-', ' '], "_"))
        });
        Some(Self {
            slugs: slugs.collect(),
            methods: resources.map(methods).unwrap_or_default(),
            status: text(account, "status"),
            is_blocked: account
                .and_then(|account| account.get("is_blocked")?.as_bool())
                .unwrap_or_default(),
        })
    }

    /// Returns the method of a resource.
    pub(super) fn find(&self, resource: &str, method: &str) -> Option<&Method> {
        let mut methods = self.methods.iter();
        methods.find(|found| found.resource == resource && found.name == method)
    }

    /// Returns a note if calls of the account fail in its present state, with the remedy.
    pub(super) fn note(&self, subject: &Subject) -> Option<String> {
        let Subject::Account { id, .. } = subject else {
            return None;
        };
        let who = subject.describe();
        if self.is_blocked {
            return Some(format!(
                "{who} is blocked: its calls fail; unblock it on the platform"
            ));
        }
        match self.status.as_deref() {
            None | Some("active") => None,
            Some("needs_reauth") => Some(format!(
                "{who} has to be reconnected (status needs_reauth): its calls fail until then; reconnect it \
                 on the platform, or open the link of POST /link-token with {{\"integrated_account_id\": \
                 \"{id}\", \"persist_previous_context\": true}}"
            )),
            Some("connecting") => Some(format!(
                "{who} is not connected yet (status connecting): its calls may fail; try again later"
            )),
            Some(status) => Some(format!(
                "{who} has the status {}: its calls may fail; check the account on the platform",
                single_line(status)
            )),
        }
    }
}

fn methods(resources: &Value) -> Vec<Method> {
    let mut methods = Vec::new();
    for resource in resources.as_array().into_iter().flatten() {
        let Some(name) = resource.get("name").and_then(Value::as_str) else {
            continue;
        };
        let listed = resource.get("methods").and_then(Value::as_array);
        for method in listed.into_iter().flatten() {
            let text = |key: &str| Some(method.get(key)?.as_str()?.to_owned());
            let Some(found) = text("method") else {
                continue;
            };
            methods.push(Method {
                resource: name.to_owned(),
                name: found,
                label: text("name"),
                is_deprecated: method.get("deprecated").and_then(Value::as_bool) == Some(true),
            });
        }
    }
    methods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_each_state_in_which_calls_fail() {
        let subject = Subject::Account {
            id: "ia_1".to_owned(),
            variable: "ACCOUNT".to_owned(),
        };
        for (account, expected) in [
            (r#"{"status": "active"}"#, None),
            ("{}", None),
            (r#"{"status": 5}"#, None),
            (
                r#"{"status": "active", "is_blocked": true}"#,
                Some("is blocked"),
            ),
            (
                r#"{"status": "needs_reauth"}"#,
                Some(
                    r#"POST /link-token with {"integrated_account_id": "ia_1", "persist_previous_context": true}"#,
                ),
            ),
            (r#"{"status": "connecting"}"#, Some("not connected yet")),
            (
                r#"{"status": "odd\nstatus"}"#,
                Some("has the status odd status"),
            ),
        ] {
            let body = format!(r#"{{"account": {account}}}"#);
            let note = Capabilities::parse(body.as_bytes()).unwrap().note(&subject);
            match expected {
                None => assert_eq!(note, None, "{account}"),
                Some(part) => assert!(
                    note.as_ref().is_some_and(|note| note.contains(part)),
                    "{note:?}"
                ),
            }
        }
    }

    #[test]
    fn skips_what_it_cannot_read() {
        assert!(Capabilities::parse(b"<html>").is_none());
        assert!(Capabilities::parse(b"[]").is_none());
        assert!(Capabilities::parse(br#"{"message": "no"}"#).is_none());
        let body = br#"{"result": {"integration": {"slug": "the-auth-api"}, "proxy": {"resources": [
            7, {"name": "keys"}, {"name": "keys", "methods": [{}, {"method": "list", "deprecated": "x"},
            {"method": "get", "deprecated": true}]}]}}}"#;
        let found = Capabilities::parse(body).unwrap();
        assert_eq!(found.slugs, ["the_auth_api"]);
        assert_eq!(found.methods.len(), 2);
        assert!(!found.find("keys", "list").unwrap().is_deprecated);
        assert!(found.find("keys", "get").unwrap().is_deprecated);
    }
}
