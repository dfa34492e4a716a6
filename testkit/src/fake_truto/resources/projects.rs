//! Projects, which own API keys.

use serde_json::json;

use super::{Arguments, Reply};
use crate::fake_truto::responses::Refusal;
use crate::fake_truto::store::{Store, record};

pub(super) fn list(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let projects = store.projects.matching(&["accountId"], &arguments.query);
    Ok(Reply::List(projects))
}

pub(super) fn get(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let project = store.projects.get(arguments.id())?;
    Ok(Reply::Record(project.clone().into()))
}

pub(super) fn create(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let account = super::account_of(store, arguments)?;
    let id = store.next_id(store.projects.prefix());
    let mut project = store.audit();
    project.extend(record(json!({
        "id": id,
        "accountId": account,
        "name": arguments.body_text("name"),
        "env": arguments.body_text("env"),
    })));
    Ok(Reply::Record(store.projects.insert(project)))
}

pub(super) fn update(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let mut changes = store.audit_change();
    changes.extend(arguments.body.clone());
    let project = store.projects.change(arguments.id(), changes)?;
    Ok(Reply::Record(project))
}

pub(super) fn delete(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    store.projects.get(arguments.id())?;
    remove_with_belongings(store, arguments.id());
    Ok(Reply::Deleted(arguments.id().to_owned()))
}

/// Removes a project with its keys, webhooks and roles.
pub(super) fn remove_with_belongings(store: &mut Store, project: &str) {
    store.api_keys.remove_where("projectId", project);
    store.access_keys.remove_where("projectId", project);
    store.webhooks.remove_where("projectId", project);
    store.roles.remove_where("projectId", project);
    store.projects.remove_where("id", project);
}
