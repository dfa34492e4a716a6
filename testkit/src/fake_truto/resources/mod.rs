//! The Auth API: a file for each family of resources, and the table of handlers.

mod access_keys;
mod accounts;
mod analytics;
mod api_keys;
mod people;
mod projects;
mod webhooks;

use serde_json::Value;

use super::ping::Ping;
use super::responses::{Record, Refusal};
use super::store::{Store, text};

/// The arguments of a call, validated against the tool's schemas.
pub(crate) struct Arguments {
    /// The query, and the identifier of the path as `id`.
    pub(crate) query: Record,
    pub(crate) body: Record,
}

impl Arguments {
    /// Returns the identifier in the path.
    fn id(&self) -> &str {
        text(&self.query, "id").unwrap_or_default()
    }

    /// Returns a string parameter of the query.
    fn query_text(&self, name: &str) -> Option<&str> {
        text(&self.query, name)
    }

    /// Returns a string field of the body.
    fn body_text(&self, name: &str) -> Option<&str> {
        text(&self.body, name)
    }
}

/// The result of a handler.
pub(crate) enum Reply {
    /// All records, of which the caller returns a page.
    List(Vec<Value>),
    Record(Value),
    /// A record in `{"result": …}`, as custom methods return it.
    Wrapped(Value),
    Deleted(String),
    Nothing,
    /// A call of an address, whose outcome becomes the record.
    Ping(Ping),
}

/// A function that carries out a tool.
pub(crate) type Handler = fn(&mut Store, &Arguments) -> Result<Reply, Refusal>;

/// Returns the handler of a tool.
pub(crate) fn handler(resource: &str, method: &str) -> Option<Handler> {
    let handler: Handler = match (resource, method) {
        ("accounts", "list") => accounts::list,
        ("accounts", "get") => accounts::get,
        ("accounts", "create") => accounts::create,
        ("accounts", "update") => accounts::update,
        ("accounts", "delete") => accounts::delete,
        ("account_users", "create") => people::create_account_user,
        ("projects", "list") => projects::list,
        ("projects", "get") => projects::get,
        ("projects", "create") => projects::create,
        ("projects", "update") => projects::update,
        ("projects", "delete") => projects::delete,
        ("access_keys", "list") => access_keys::list,
        ("access_keys", "create") => access_keys::create,
        ("access_keys", "update") => access_keys::update,
        ("access_keys", "delete") => access_keys::deactivate,
        ("access_key_reactivate", "update") => access_keys::reactivate,
        ("api_keys", "list") => api_keys::list,
        ("api_keys", "get") => api_keys::get,
        ("api_keys", "create") => api_keys::create,
        ("api_keys", "update") => api_keys::update,
        ("api_keys", "delete") => api_keys::deactivate,
        ("api_keys", "authenticate_key") => api_keys::authenticate,
        ("api_keys", "authenticate_key_legacy") => api_keys::authenticate_legacy,
        ("api_key_reactivate", "update") => api_keys::reactivate,
        ("api_key_rotate", "create") => api_keys::rotate,
        ("analytics_api_key_totals", "list") => analytics::api_key_totals,
        ("analytics_project_totals", "list") => analytics::project_totals,
        ("webhooks", "list") => webhooks::list,
        ("webhooks", "get") => webhooks::get,
        ("webhooks", "create") => webhooks::create,
        ("webhooks", "update") => webhooks::update,
        ("webhooks", "delete") => webhooks::delete,
        ("webhooks_ping", "create") => webhooks::ping,
        ("webhooks_topics", "list") => webhooks::topics,
        ("user_roles", "list") => people::list_roles,
        ("user_roles", "update") => people::update_role,
        ("user_roles", "delete") => people::delete_role,
        ("users", "update") => people::update_user,
        ("teammates", "list") => people::list_teammates,
        ("invitations", "list") => people::list_invitations,
        ("invitations" | "invitation_infos", "get") => people::get_invitation,
        ("invitations", "create") => people::create_invitation,
        ("invitations", "update") => people::update_invitation,
        ("invitations", "delete") => people::cancel_invitation,
        ("invitation_accept", "create") => people::accept_invitation,
        _ => return None,
    };
    Some(handler)
}

/// Returns the account of a new record: the given account, that of the given project, or that of the credentials.
fn account_of(store: &Store, arguments: &Arguments) -> Result<String, Refusal> {
    let named = arguments.body_text("accountId");
    let project = match arguments.body_text("projectId") {
        None => None,
        Some(id) => Some(store.projects.referenced("projectId", id)?),
    };
    let of_project = project.and_then(|project| text(project, "accountId"));
    match (named, of_project) {
        (Some(named), Some(of_project)) if named != of_project => {
            let message = format!("projectId: the project does not belong to account {named:?}.");
            Err(Refusal::unprocessable(message))
        }
        (Some(id), _) | (None, Some(id)) => {
            store.accounts.referenced("accountId", id)?;
            Ok(id.to_owned())
        }
        (None, None) => Ok(super::seed::HOME_ACCOUNT.to_owned()),
    }
}

/// Rejects a query with an account or project that does not exist.
fn check_owners(store: &Store, arguments: &Arguments) -> Result<(), Refusal> {
    if let Some(id) = arguments.query_text("accountId") {
        store.accounts.get(id)?;
    }
    if let Some(id) = arguments.query_text("projectId") {
        store.projects.get(id)?;
    }
    Ok(())
}
