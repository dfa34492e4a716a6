//! The routes that list tools: of an account and of an integration.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::catalog::Filter;
use super::query;
use super::received::Received;
use super::responses::{Answer, Refusal, Window};
use super::world::World;

/// The identifier and the names of the only integration.
const INTEGRATIONS: [&str; 3] = ["int_the_auth_api", "the_auth_api", "theauthapi"];

/// The number of tools on a page if neither the request nor the settings limit it.
const DEFAULT_PAGE_SIZE: usize = 5000;

/// Handles `GET /integrated-account/{id}/tools`.
pub(crate) fn of_account(
    world: &World,
    received: &Received,
    account: &str,
) -> Result<Answer, Refusal> {
    known_account(world, account)?;
    list(world, received)
}

/// Handles `GET /integration/{id or slug}/tools`.
pub(crate) fn of_integration(
    world: &World,
    received: &Received,
    slug: &str,
) -> Result<Answer, Refusal> {
    known_integration(slug)?;
    list(world, received)
}

/// Rejects every integrated account except those that exist.
pub(crate) fn known_account(world: &World, account: &str) -> Result<(), Refusal> {
    if world.state_of(account).is_some() {
        return Ok(());
    }
    let message = format!("There is no integrated account {account:?}.");
    Err(Refusal::new(StatusCode::NOT_FOUND, message))
}

/// Rejects an integration that does not exist.
pub(crate) fn known_integration(slug: &str) -> Result<(), Refusal> {
    if INTEGRATIONS.contains(&slug) {
        return Ok(());
    }
    let message = format!("There is no integration {slug:?}.");
    Err(Refusal::new(StatusCode::NOT_FOUND, message))
}

/// Rejects a request with another method.
pub(crate) fn no_route<T>(received: &Received) -> Result<T, Refusal> {
    let message = format!("Cannot {} {}", received.method, received.path);
    Err(Refusal::new(StatusCode::NOT_FOUND, message))
}

fn list(world: &World, received: &Received) -> Result<Answer, Refusal> {
    if received.method != Method::GET {
        return no_route(received);
    }
    let query = query::decode(&received.query);
    let filter = Filter::read(&query)?;
    let window = Window::read(&query, Some(DEFAULT_PAGE_SIZE), world.page_size)?;
    let tools = world.catalog.list(&filter);
    let next_cursor = window.next_cursor(tools.len());
    let length = window.length();
    let texts = window.cut(world.catalog.list_written(&filter)).join(",");
    let text = format!(r#"{{"result":[{texts}],"next_cursor":{next_cursor},"limit":{length}}}"#);
    let body = json!({
        "result": window.cut(tools),
        "next_cursor": next_cursor,
        "limit": length,
    });
    Ok(Answer::ok(body).written(text))
}
