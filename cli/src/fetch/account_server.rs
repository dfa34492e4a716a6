//! The MCP server of a connected account, as the source of its tools when the platform lists them no
//! longer.

use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use toolsmith_codegen::options::{McpSettings, McpUrl};
use toolsmith_codegen::{Diagnostics, SourceText};

use super::capabilities::CapabilitiesFound;
use super::problem::{self, Problem};
use super::reassemble::reassemble;
use super::request::{Connection, Received};
use super::snapshot_tools::KnownTools;
use super::tool_text::ToolText;
use super::{Account, Limits, Server};
use crate::system::environment::Environment;

/// The name under which the URL of the server is passed on, so that it is treated as a secret.
const URL: &str = "TOOLSMITH_ACCOUNT_SERVER";

/// The name of the server on the platform.
const SERVER_NAME: &str = "toolsmith";

/// A server that was created on the platform.
struct AccountServer {
    id: Option<String>,
    /// Its path is a secret.
    url: SecretString,
}

/// Lists the tools of an account through a server that is created for it and then deleted. Returns the
/// tools in the form in which the platform listed them, the capabilities, and notes.
///
/// `gone` is the response of the platform's list.
pub(super) fn list(
    connection: &Connection<'_>,
    account: &Account,
    known: &KnownTools,
    gone: &Received,
    limits: Limits,
) -> Result<(Vec<ToolText>, CapabilitiesFound, Vec<String>), Diagnostics> {
    let status = gone.status;
    let server = create(connection, account, gone).map_err(|problem| problem.of(account))?;
    let listed = server.list_tools(account, limits);
    // It is deleted even if it could not be used.
    let left_over = server.delete(connection, account);
    let listed = listed?;
    let found = CapabilitiesFound::read(connection, account);
    let capabilities = match &found {
        CapabilitiesFound::Given(capabilities) => Some(capabilities),
        CapabilitiesFound::Absent | CapabilitiesFound::Unread(_) => None,
    };
    let reassembled = reassemble(&listed.text, known, capabilities, &account.filter)
        .map_err(|problem| problem.of(account))?;
    let mut notes = vec![format!(
        "the platform no longer lists tools at {} (status {}); they were listed by the MCP server of {}",
        account.below(&["tools"]).path(),
        status.as_u16(),
        account.subject.describe()
    )];
    notes.extend(reassembled.notes);
    notes.extend(left_over);
    Ok((reassembled.tools, found, notes))
}

fn create(
    connection: &Connection<'_>,
    account: &Account,
    gone: &Received,
) -> Result<AccountServer, Problem> {
    let mut config = serde_json::Map::new();
    for (key, names) in [
        ("methods", &account.filter.methods),
        ("tags", &account.filter.tags),
    ] {
        if !names.is_empty() {
            config.insert(key.to_owned(), json!(names));
        }
    }
    let body = json!({"name": SERVER_NAME, "config": config}).to_string();
    let created = connection.post(account.below(&["mcp"]), body)?;
    if !created.status.is_success() && gone.status == StatusCode::NOT_FOUND {
        // The account does not exist, rather than its list of tools.
        return Err(connection.refusal(gone));
    }
    let no_server = |refusal: Problem| problem::no_account_server(gone.status, refusal);
    let body = connection.accept(created).map_err(no_server)?;
    let document: Value = serde_json::from_slice(&body).unwrap_or_default();
    let wrapped = document.get("result").filter(|value| value.is_object());
    let document = wrapped.unwrap_or(&document);
    let text = |key: &str| document.get(key)?.as_str().map(str::to_owned);
    match text("url") {
        Some(url) => Ok(AccountServer {
            id: text("id"),
            url: url.into(),
        }),
        None => Err(no_server(problem::no_server_url())),
    }
}

impl AccountServer {
    fn list_tools(&self, account: &Account, limits: Limits) -> Result<SourceText, Diagnostics> {
        let endpoint = McpSettings::Http {
            url: McpUrl::Variable(URL.to_owned()),
            token_variable: None,
        };
        let environment = Environment::of(&[(URL, self.url.expose_secret())]);
        let server = Server {
            catalog: &account.catalog,
            endpoint: &endpoint,
            environment: &environment,
            login: None,
        };
        server.list_tools(limits)
    }

    /// Deletes the server. Returns a note if that fails.
    fn delete(&self, connection: &Connection<'_>, account: &Account) -> Option<String> {
        let id = self.id.as_deref()?;
        let deleted = connection.delete(account.below(&["mcp", id]));
        let why = match deleted {
            Ok(received) if received.status.is_success() => return None,
            // It was deleted already.
            Ok(received) if received.status == StatusCode::NOT_FOUND => return None,
            Ok(received) => format!("status {}", received.status.as_u16()),
            Err(problem) => problem.what().to_owned(),
        };
        Some(format!(
            "the MCP server `{SERVER_NAME}` of {} could not be deleted ({why}); delete it on the platform",
            account.subject.describe()
        ))
    }
}
