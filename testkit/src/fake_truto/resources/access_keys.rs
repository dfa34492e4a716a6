//! Access keys, which programs use to manage an account.

use serde_json::json;

use super::{Arguments, Reply};
use crate::fake_truto::responses::Refusal;
use crate::fake_truto::store::{Store, record};

pub(super) fn list(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let fields = ["accountId", "projectId", "isActive"];
    let keys = store.access_keys.matching(&fields, &arguments.query);
    Ok(Reply::List(keys))
}

pub(super) fn create(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let account = super::account_of(store, arguments)?;
    let id = store.next_id(store.access_keys.prefix());
    let mut key = store.audit();
    key.extend(record(json!({
        "id": id,
        "key": store.next_key_value("access"),
        "name": arguments.body_text("name"),
        "accountId": account,
        "projectId": arguments.body_text("projectId"),
    })));
    Ok(Reply::Record(store.access_keys.insert(key)))
}

pub(super) fn update(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let mut changes = store.audit_change();
    changes.extend(arguments.body.clone());
    let key = store.access_keys.change(arguments.id(), changes)?;
    Ok(Reply::Record(key))
}

pub(super) fn deactivate(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let mut changes = store.audit_change();
    changes.insert("isActive".to_owned(), false.into());
    store.access_keys.change(arguments.id(), changes)?;
    Ok(Reply::Deleted(arguments.id().to_owned()))
}

pub(super) fn reactivate(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let mut changes = store.audit_change();
    changes.insert("isActive".to_owned(), true.into());
    let key = store.access_keys.change(arguments.id(), changes)?;
    Ok(Reply::Record(key))
}
