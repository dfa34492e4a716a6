//! The control routes. The parent module documents them.

use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::received::Received;
use super::responses::{Answer, Refusal, bad_request};
use super::world::World;

/// The routes, for the error message of an unknown route.
const ROUTES: &str = "POST /control/reset, GET /control/requests, GET, POST and DELETE /control/faults, \
    PATCH /control/catalog, POST /control/settings, POST /control/account";

/// Handles a control request.
pub(crate) fn answer(world: &mut World, received: &Received) -> Answer {
    control(world, received).unwrap_or_else(Answer::from)
}

fn control(world: &mut World, received: &Received) -> Result<Answer, Refusal> {
    match (&received.method, received.path.as_str()) {
        (&Method::POST, "/control/reset") => world.reset(),
        (&Method::GET, "/control/requests") => {
            return Ok(Answer::ok(json!({ "result": world.log })));
        }
        (&Method::GET, "/control/faults") => {
            return Ok(Answer::ok(json!({ "result": world.faults.waiting() })));
        }
        (&Method::POST, "/control/faults") => {
            for fault in one_or_many(received)? {
                world.faults.set(fault);
            }
        }
        (&Method::DELETE, "/control/faults") => world.faults.clear(),
        (&Method::PATCH, "/control/catalog") => {
            let changes: Vec<_> = one_or_many(received)?;
            let outcome = world.catalog.change(&changes);
            outcome.map_err(|problem| bad_request(&problem))?;
        }
        (&Method::POST, "/control/account") => world.account = read(body(received)?)?,
        (&Method::POST, "/control/settings") => world.set(read(body(received)?)?),
        _ => {
            let message = format!("There is no such control route; there are {ROUTES}.");
            return Err(Refusal::new(StatusCode::NOT_FOUND, message));
        }
    }
    Ok(Answer::new(StatusCode::NO_CONTENT, None))
}

fn body(received: &Received) -> Result<Value, Refusal> {
    serde_json::from_slice(&received.body)
        .map_err(|error| bad_request(&format!("The body is not JSON: {error}.")))
}

fn one_or_many<T: DeserializeOwned>(received: &Received) -> Result<Vec<T>, Refusal> {
    match body(received)? {
        Value::Array(items) => items.into_iter().map(read).collect(),
        item => Ok(vec![read(item)?]),
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value)
        .map_err(|error| bad_request(&format!("The body is not understood: {error}.")))
}
