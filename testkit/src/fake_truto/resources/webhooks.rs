//! Webhooks, their topics, and the ping that tests an address.

use serde_json::{Value, json};

use super::{Arguments, Reply};
use crate::fake_truto::ping::Ping;
use crate::fake_truto::responses::Refusal;
use crate::fake_truto::store::{Store, record};

/// The topics and their descriptions.
const TOPICS: [(&str, &str); 10] = [
    ("api-key.created", "An API key was created."),
    ("api-key.updated", "An API key was changed or rotated."),
    ("api-key.deleted", "An API key was deactivated."),
    (
        "api-key.first-used",
        "An API key was used for the first time.",
    ),
    ("access-key.created", "An access key was created."),
    ("access-key.updated", "An access key was changed."),
    ("access-key.deleted", "An access key was deactivated."),
    ("project.updated", "A project was changed."),
    ("account.updated", "An account was changed."),
    ("user.signup", "A user signed up."),
];

pub(super) fn list(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let topic = arguments.query.get("topic");
    let listens = |webhook: &Value| {
        let topics = webhook.get("topics").and_then(Value::as_array);
        topics
            .zip(topic)
            .is_none_or(|(topics, topic)| topics.contains(topic))
    };
    let fields = ["accountId", "projectId"];
    let mut webhooks = store.webhooks.matching(&fields, &arguments.query);
    webhooks.retain(listens);
    Ok(Reply::List(webhooks))
}

pub(super) fn get(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let webhook = store.webhooks.get(arguments.id())?;
    Ok(Reply::Record(webhook.clone().into()))
}

pub(super) fn create(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let account = super::account_of(store, arguments)?;
    let id = store.next_id(store.webhooks.prefix());
    let mut webhook = store.audit();
    webhook.extend(record(json!({
        "id": id,
        "projectId": null,
        "customHeaders": {},
        "status": "live",
    })));
    webhook.extend(arguments.body.clone());
    webhook.insert("accountId".to_owned(), account.into());
    Ok(Reply::Record(store.webhooks.insert(webhook)))
}

pub(super) fn update(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let mut changes = store.audit_change();
    changes.extend(arguments.body.clone());
    let webhook = store.webhooks.change(arguments.id(), changes)?;
    Ok(Reply::Record(webhook))
}

pub(super) fn delete(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    store.webhooks.get(arguments.id())?;
    store.webhooks.remove_where("id", arguments.id());
    Ok(Reply::Deleted(arguments.id().to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]
pub(super) fn ping(_store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    Ok(Reply::Ping(Ping::read(&arguments.body)))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]
pub(super) fn topics(_store: &mut Store, _arguments: &Arguments) -> Result<Reply, Refusal> {
    let records =
        TOPICS.map(|(topic, description)| json!({ "topic": topic, "description": description }));
    Ok(Reply::List(records.to_vec()))
}
