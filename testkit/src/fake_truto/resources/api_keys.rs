//! API keys, which the customers of a project call it with.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Arguments, Reply};
use crate::fake_truto::calendar::Moment;
use crate::fake_truto::responses::{Record, Refusal};
use crate::fake_truto::store::{Store, record, text};

pub(super) fn list(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let fields = [
        "projectId",
        "name",
        "customAccountId",
        "customUserId",
        "isActive",
    ];
    let keys = store.api_keys.matching(&fields, &arguments.query);
    Ok(Reply::List(keys))
}

pub(super) fn get(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let key = store.api_keys.get(arguments.id())?;
    Ok(Reply::Record(key.clone().into()))
}

pub(super) fn create(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let project = arguments.body_text("projectId").unwrap_or_default();
    let project = store.projects.referenced("projectId", project)?;
    let env = text(project, "env").unwrap_or("live").to_owned();
    check_value_is_free(store, arguments, None)?;
    let mut key = record(json!({
        "id": store.next_id(store.api_keys.prefix()),
        "key": store.next_key_value(&env),
        "customMetaData": {},
        "customAccountId": null,
        "customUserId": null,
        "env": env,
        "isActive": true,
        "rateLimitConfigs": null,
        "expiry": null,
        "allowedDomains": null,
        "createdAt": store.now().to_string(),
        "updatedAt": store.now().to_string(),
    }));
    key.extend(kept_fields(&arguments.body));
    Ok(Reply::Record(store.api_keys.insert(key)))
}

pub(super) fn update(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    check_value_is_free(store, arguments, Some(arguments.id()))?;
    change(store, arguments.id(), kept_fields(&arguments.body))
}

pub(super) fn deactivate(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    change(store, arguments.id(), record(json!({ "isActive": false })))?;
    Ok(Reply::Deleted(arguments.id().to_owned()))
}

pub(super) fn reactivate(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    change(store, arguments.id(), record(json!({ "isActive": true })))
}

pub(super) fn rotate(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let key = store.api_keys.get(arguments.id())?;
    if key.get("isActive") == Some(&Value::Bool(false)) {
        let message = "The API key is not active: reactivate it before rotating it.";
        return Err(Refusal::unprocessable(message));
    }
    let env = text(key, "env").unwrap_or("live").to_owned();
    let value = store.next_key_value(&env);
    change(store, arguments.id(), record(json!({ "key": value })))
}

pub(super) fn authenticate(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let value = arguments.body_text("key").unwrap_or_default();
    find_usable(store, value).map(Reply::Wrapped)
}

pub(super) fn authenticate_legacy(
    store: &mut Store,
    arguments: &Arguments,
) -> Result<Reply, Refusal> {
    let value = arguments.query_text("key").unwrap_or_default();
    find_usable(store, value).map(Reply::Wrapped)
}

/// Returns the key with a value if it is active and not expired.
fn find_usable(store: &Store, value: &str) -> Result<Value, Refusal> {
    let mut keys = store.api_keys.iter();
    let key = keys.find(|key| text(key, "key") == Some(value));
    let refuse = |message: &str| Refusal::remote(StatusCode::NOT_FOUND, message);
    let key = key.ok_or_else(|| refuse("There is no API key with this value."))?;
    let expiry = text(key, "expiry").and_then(Moment::parse);
    if key.get("isActive") == Some(&Value::Bool(false)) {
        Err(refuse("The API key is not active."))
    } else if expiry.is_some_and(|expiry| expiry <= store.now()) {
        Err(refuse("The API key has expired."))
    } else {
        Ok(Value::Object(key.clone()))
    }
}

fn change(store: &mut Store, id: &str, mut changes: Record) -> Result<Reply, Refusal> {
    changes.insert("updatedAt".to_owned(), store.now().to_string().into());
    store.api_keys.change(id, changes).map(Reply::Record)
}

/// Returns the fields of a body that become part of the key. The client's address and agent are for the audit log only.
fn kept_fields(body: &Record) -> Record {
    let passing = ["clientIP", "clientUserAgent"];
    let fields = body
        .iter()
        .filter(|(name, _)| !passing.contains(&name.as_str()));
    fields
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn check_value_is_free(
    store: &Store,
    arguments: &Arguments,
    but: Option<&str>,
) -> Result<(), Refusal> {
    let Some(value) = arguments.body_text("key") else {
        return Ok(());
    };
    let mut keys = store.api_keys.iter().filter(|key| text(key, "id") != but);
    if keys.any(|key| text(key, "key") == Some(value)) {
        let message = "key: another API key has this value.";
        return Err(Refusal::remote(StatusCode::CONFLICT, message));
    }
    Ok(())
}
