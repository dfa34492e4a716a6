//! Accounts, which own everything else.

use serde_json::json;

use super::projects::remove_with_belongings;
use super::{Arguments, Reply};
use crate::fake_truto::responses::{Record, Refusal};
use crate::fake_truto::store::{Store, record, text};

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]
pub(super) fn list(store: &mut Store, _arguments: &Arguments) -> Result<Reply, Refusal> {
    Ok(Reply::List(store.accounts.matching(&[], &Record::new())))
}

pub(super) fn get(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let account = store.accounts.get(arguments.id())?;
    Ok(Reply::Record(account.clone().into()))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]
pub(super) fn create(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let id = store.next_id(store.accounts.prefix());
    let mut account = store.audit();
    account.extend(record(
        json!({ "id": id, "name": arguments.body_text("name") }),
    ));
    Ok(Reply::Record(store.accounts.insert(account)))
}

pub(super) fn update(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let mut changes = store.audit_change();
    changes.extend(arguments.body.clone());
    let account = store.accounts.change(arguments.id(), changes)?;
    Ok(Reply::Record(account))
}

pub(super) fn delete(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let id = arguments.id();
    store.accounts.get(id)?;
    let projects = store.projects.iter();
    let projects: Vec<String> = projects
        .filter(|project| text(project, "accountId") == Some(id))
        .filter_map(|project| text(project, "id").map(str::to_owned))
        .collect();
    for project in projects {
        remove_with_belongings(store, &project);
    }
    store.access_keys.remove_where("accountId", id);
    store.webhooks.remove_where("accountId", id);
    store.roles.remove_where("accountId", id);
    store.invitations.remove_where("accountId", id);
    store.accounts.remove_where("id", id);
    Ok(Reply::Deleted(id.to_owned()))
}
