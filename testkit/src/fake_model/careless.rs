//! The next step of the model: it rotates a key after it has looked at its usage and at the owner of the project.

use serde_json::{Value, json};

use super::conversation::{Called, Conversation, Next};
use super::correction::{between, correct, first};

/// The subject of the request.
struct Wish<'a> {
    user: &'a str,
    project: &'a str,
}

/// Returns the next message.
pub(super) fn next(conversation: &Conversation) -> Result<Next, String> {
    let wish = &conversation.wish;
    let quoted = |before: &str| between(wish, &format!("{before} '"), "'");
    let (Some(user), Some(project)) = (quoted("user"), quoted("project")) else {
        return Ok(Next::Say("Whose key, and in which project?".to_owned()));
    };
    let wish = Wish { user, project };
    if let Some(next) = look(conversation, &wish)? {
        return Ok(next);
    }
    if let Some(next) = find_owner(conversation, &wish)? {
        return Ok(next);
    }
    rotate(conversation, &wish)
}

/// Lists the keys and their usage in the same turn.
fn look(conversation: &Conversation, wish: &Wish<'_>) -> Result<Option<Next>, String> {
    let keys = conversation.tool("list_", "_api_keys")?;
    let usage = conversation.tool("list_", "_api_key_totals")?;
    // One argument has a made-up name, and the other a made-up value.
    let tries = [
        (
            keys,
            json!({"customUser": wish.user, "projectId": wish.project}),
        ),
        (
            usage,
            json!({"dateGrouping": "monthly", "projectId": wish.project}),
        ),
    ];
    let mut calls = Vec::new();
    for (tool, careless) in tries {
        match conversation.last(&tool) {
            None => calls.push((tool, careless)),
            Some(called) if called.answer().is_some() => {}
            Some(called) => match correct(&called.arguments, &called.reply) {
                Some(corrected) => calls.push((tool, corrected)),
                None => return Ok(Some(at_a_loss(called))),
            },
        }
    }
    Ok((!calls.is_empty()).then_some(Next::Call(calls)))
}

/// Looks for the owner of the project, and confuses the project with an account.
fn find_owner(conversation: &Conversation, wish: &Wish<'_>) -> Result<Option<Next>, String> {
    let projects = conversation.tool("list_", "_projects")?;
    let Some(called) = conversation.last(&projects) else {
        let careless = json!({"accountId": wish.project});
        return Ok(Some(Next::Call(vec![(projects, careless)])));
    };
    if called.answer().is_some() {
        return Ok(None);
    }
    let Some((giver, argument)) = first(&called.reply) else {
        return Ok(Some(at_a_loss(called)));
    };
    let Some(before) = conversation.last(giver) else {
        return Ok(Some(Next::Call(vec![(giver.to_owned(), json!({}))])));
    };
    let id = before.answer().and_then(|answer| first_id(&answer));
    let mut arguments = called.arguments.clone();
    match (id, arguments.get_mut(argument)) {
        (Some(id), Some(place)) if *place != id => *place = id,
        _ => return Ok(Some(at_a_loss(called))),
    }
    Ok(Some(Next::Call(vec![(projects, arguments)])))
}

fn rotate(conversation: &Conversation, wish: &Wish<'_>) -> Result<Next, String> {
    let rotate = conversation.tool("create_", "_api_key_rotate")?;
    if let Some(called) = conversation.last(&rotate) {
        let Some(key) = called.answer() else {
            return Ok(at_a_loss(called));
        };
        return Ok(Next::Say(format!(
            "The key {} of {} in project {} has a new value; the old one stopped working.",
            key.get("id").and_then(Value::as_str).unwrap_or_default(),
            wish.user,
            wish.project,
        )));
    }
    let keys = conversation.tool("list_", "_api_keys")?;
    let found = conversation.last(&keys).and_then(Called::answer);
    Ok(match found.as_ref().and_then(first_id) {
        Some(id) => Next::Call(vec![(rotate, json!({"id": id}))]),
        None => Next::Say(format!(
            "{} has no key in project {}.",
            wish.user, wish.project
        )),
    })
}

/// Returns the identifier of the first record of a list.
fn first_id(answer: &Value) -> Option<Value> {
    let id = answer.pointer("/result/0/id")?;
    id.is_string().then(|| id.clone())
}

fn at_a_loss(called: &Called) -> Next {
    Next::Say(format!("I could not go on: {}", called.reply))
}
