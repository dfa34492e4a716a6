//! The proxy routes: find the tool of a request, validate its arguments, and respond.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::account::connected;
use super::catalog::Tool;
use super::query;
use super::received::{Received, recorded};
use super::resources::{self, Arguments, Reply};
use super::responses::{Answer, Record, Refusal, Window, bad_request, page};
use super::schema::refuse_problems;
use super::store::text;
use super::tools::known_account;
use super::world::{Shared, World};

/// The query parameter of the integrated account.
const ACCOUNT: &str = "integrated_account_id";

/// The method of a tool, and the identifier in the path if there is one.
struct Target<'a> {
    method: &'a str,
    id: Option<&'a str>,
}

/// Handles `/proxy/{resource}` and `/proxy/{resource}/{segment}`.
pub(crate) async fn answer(
    world: &Shared,
    received: &Received,
    resource: &str,
    segment: Option<&str>,
) -> Result<Answer, Refusal> {
    let mut query = query::decode(&received.query);
    let account = query.remove(ACCOUNT);
    let answer = {
        let mut world = world.lock();
        let account = check_account(&world, account.as_ref())?;
        if let Some(answer) = world.meter.count() {
            return Ok(answer);
        }
        match connected(&world, account) {
            Err(refusal) => Err(refusal),
            Ok(()) => once_per_key(&mut world, received, |world| {
                let target = target(&received.method, segment)?;
                carry_out(world, received, resource, &target, query)
            }),
        }
    };
    let answer = match answer {
        // The state is unlocked during the call, because the address may be this server's own.
        Ok(Outcome::Ping(ping)) => Answer::ok(ping.call().await),
        Ok(Outcome::Answer(answer)) => answer,
        Err(refusal) => refusal.into(),
    };
    Ok(world.lock().meter.annotate(answer))
}

enum Outcome {
    Answer(Answer),
    Ping(super::ping::Ping),
}

fn check_account<'a>(world: &World, account: Option<&'a Value>) -> Result<&'a str, Refusal> {
    match account.and_then(Value::as_str) {
        None | Some("") => Err(bad_request(
            "integrated_account_id is missing in the query.",
        )),
        Some(account) => known_account(world, account).map(|()| account),
    }
}

/// Returns the first response again if a write is repeated with its idempotency key.
fn once_per_key(
    world: &mut World,
    received: &Received,
    carry_out: impl FnOnce(&mut World) -> Result<Outcome, Refusal>,
) -> Result<Outcome, Refusal> {
    let key = received.headers.get("idempotency-key");
    let key = key.and_then(|key| key.to_str().ok()).unwrap_or_default();
    if key.is_empty() {
        return carry_out(world);
    }
    let request = recorded(received);
    if let Some((first, answer)) = world.repeatable.get(key) {
        let same = (&first.method, &first.target, &first.body)
            == (&request.method, &request.target, &request.body);
        return if same {
            Ok(Outcome::Answer(answer.clone()))
        } else {
            let message = format!("Idempotency key {key:?} was used for another request.");
            Err(Refusal::new(StatusCode::CONFLICT, message))
        };
    }
    let outcome = carry_out(world)?;
    if let Outcome::Answer(answer) = &outcome {
        let entry = (request, answer.clone());
        world.repeatable.insert(key.to_owned(), entry);
    }
    Ok(outcome)
}

fn target<'a>(method: &Method, segment: Option<&'a str>) -> Result<Target<'a>, Refusal> {
    let (method, id) = match (method.as_str(), segment) {
        ("GET", None) => ("list", None),
        ("POST", None) => ("create", None),
        ("POST", Some(name)) => (name, None),
        ("GET", Some(id)) => ("get", Some(id)),
        ("PATCH", Some(id)) => ("update", Some(id)),
        ("DELETE", Some(id)) => ("delete", Some(id)),
        (method, _) => {
            let place = if segment.is_some() {
                "a record"
            } else {
                "a list"
            };
            let message = format!("{method} is not a way to call {place}.");
            return Err(Refusal::new(StatusCode::NOT_FOUND, message));
        }
    };
    if id == Some("") {
        return Err(bad_request("The identifier in the path is empty."));
    }
    Ok(Target { method, id })
}

fn carry_out(
    world: &mut World,
    received: &Received,
    resource: &str,
    target: &Target<'_>,
    query: Record,
) -> Result<Outcome, Refusal> {
    let tool = world.catalog.find(resource, target.method)?;
    let body = read_body(received)?;
    let arguments = check_arguments(tool, target.id, query, body)?;
    let window = Window::read(&arguments.query, None, world.page_size)?;
    let handler = resources::handler(resource, target.method).ok_or_else(|| {
        let message = format!("{} is in the catalog, but not in this server.", tool.name());
        Refusal::new(StatusCode::NOT_IMPLEMENTED, message)
    })?;
    if ["create", "update", "delete"].contains(&target.method) {
        world.store.tick();
    }
    let answer = match handler(&mut world.store, &arguments)? {
        Reply::List(records) => page(records, window),
        Reply::Record(record) => Answer::ok(record),
        Reply::Wrapped(record) => Answer::ok(json!({ "result": record })),
        Reply::Deleted(id) => Answer::ok(json!({ "id": id })),
        Reply::Nothing => Answer::new(StatusCode::NO_CONTENT, None),
        Reply::Ping(ping) => return Ok(Outcome::Ping(ping)),
    };
    Ok(Outcome::Answer(answer))
}

/// Reads the body: a JSON object for POST and PATCH, nothing for other methods.
fn read_body(received: &Received) -> Result<Record, Refusal> {
    let content_type = received.headers.get("content-type");
    let content_type = content_type.and_then(|value| value.to_str().ok());
    if ![Method::POST, Method::PATCH].contains(&received.method) {
        let bare = received.body.is_empty() && content_type.is_none();
        let message = format!(
            "{} takes neither a body nor a content type.",
            received.method
        );
        return if bare {
            Ok(Record::new())
        } else {
            Err(bad_request(&message))
        };
    }
    let essence = content_type.and_then(|value| value.split(';').next());
    if essence.map(str::trim) != Some("application/json") {
        let message = format!("{} needs content-type application/json.", received.method);
        return Err(bad_request(&message));
    }
    match serde_json::from_slice(&received.body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(bad_request("The body is JSON, but not an object.")),
        Err(error) => Err(bad_request(&format!("The body is not JSON: {error}."))),
    }
}

fn check_arguments(
    tool: &Tool,
    id: Option<&str>,
    mut query: Record,
    body: Record,
) -> Result<Arguments, Refusal> {
    if let Some(id) = id {
        // Truto's own client repeats the identifier in the query.
        if query.remove("id").is_some_and(|repeated| repeated != id) {
            return Err(bad_request(
                "The id in the query is not the one in the path.",
            ));
        }
        if tool.query.declares("id") {
            query.insert("id".to_owned(), Value::String(id.to_owned()));
        }
    }
    let mut query = tool.query.coerce(query);
    let mut problems = tool.query.problems(&query);
    problems.extend(tool.body.problems(&body));
    refuse_problems(tool.name(), problems)?;
    if let Some(id) = id {
        query.insert("id".to_owned(), Value::String(id.to_owned()));
    }
    // The first page may have an empty cursor, which handlers never see.
    if text(&query, "next_cursor") == Some("") {
        query.remove("next_cursor");
    }
    Ok(Arguments { query, body })
}
