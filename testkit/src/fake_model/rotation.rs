//! The next step of the model: it rotates a key after it has looked at its usage and at the owner of the project.

use serde_json::{Value, json};

use super::conversation::{Ask, Called, Conversation, Next, subject};
use super::correction::{correct, first};

/// The manner of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It makes typical mistakes: it invents a value, misspells an argument, confuses the identifiers of two kinds of
    /// things, writes arguments that are not JSON, calls a tool that was removed, and calls one twice under one
    /// identifier.
    Careless,
    /// It makes no mistake.
    Careful,
}

/// The name of a tool that an older version of the catalog had.
const REMOVED: &str = "update_a_the_auth_api_api_key_rotate_by_id";

/// The subject of the request.
struct Wish<'a> {
    user: &'a str,
    project: &'a str,
}

/// Returns the next message.
pub(super) fn next(conversation: &Conversation, manner: Manner) -> Result<Next, String> {
    let Some((user, project)) = subject(&conversation.wish) else {
        return Ok(Next::Say("Whose key, and in which project?".to_owned()));
    };
    let wish = Wish { user, project };
    let is_careless = manner == Manner::Careless;
    if let Some(next) = look(conversation, &wish, is_careless)? {
        return Ok(next);
    }
    if is_careless && let Some(next) = find_owner(conversation, &wish)? {
        return Ok(next);
    }
    rotate(conversation, &wish, is_careless)
}

/// Lists the keys and their usage in the same turn.
fn look(
    conversation: &Conversation,
    wish: &Wish<'_>,
    is_careless: bool,
) -> Result<Option<Next>, String> {
    let keys = conversation.tool("list_", "_api_keys")?;
    let usage = conversation.tool("list_", "_api_key_totals")?;
    let (keys_first, usage_first, usage_second) = if is_careless {
        // One argument has a made-up name, one call is cut off, and then its value is made up.
        let cut_off = format!(
            r#"{{"projectId": "{}", "dateGrouping": "monthly"#,
            wish.project
        );
        (
            json!({"customUser": wish.user, "projectId": wish.project}).to_string(),
            cut_off,
            json!({"projectId": wish.project, "dateGrouping": "monthly"}),
        )
    } else {
        let usage = json!({"projectId": wish.project, "dateGrouping": "month"});
        let keys = json!({"customUserId": wish.user, "projectId": wish.project});
        (keys.to_string(), usage.to_string(), usage)
    };
    let mut calls = Vec::new();
    for (tool, arguments) in [(keys, keys_first), (usage, usage_first)] {
        match conversation.last(&tool) {
            None => calls.push(Ask::written(tool, arguments)),
            Some(called) if called.answer().is_some() => {}
            Some(called) if called.reply.contains("not valid JSON") => {
                calls.push(Ask::new(tool, &usage_second));
            }
            Some(called) => match correct(&called.arguments, &called.reply) {
                Some(corrected) => calls.push(Ask::new(tool, &corrected)),
                None => return Ok(Some(at_a_loss(called))),
            },
        }
    }
    Ok((!calls.is_empty()).then_some(Next::Call(calls)))
}

/// Looks for the owner of the project, and confuses the project with an account.
fn find_owner(conversation: &Conversation, wish: &Wish<'_>) -> Result<Option<Next>, String> {
    let call = |tool: String, arguments: &Value| Next::Call(vec![Ask::new(tool, arguments)]);
    let projects = conversation.tool("list_", "_projects")?;
    let Some(called) = conversation.last(&projects) else {
        let careless = json!({"accountId": wish.project});
        return Ok(Some(call(projects, &careless)));
    };
    if called.answer().is_some() {
        return Ok(None);
    }
    let Some((giver, argument)) = first(&called.reply) else {
        return Ok(Some(at_a_loss(called)));
    };
    let Some(before) = conversation.last(giver) else {
        return Ok(Some(call(giver.to_owned(), &json!({}))));
    };
    let id = before.answer().and_then(|answer| first_id(&answer));
    let mut arguments = called.arguments.clone();
    match (id, arguments.get_mut(argument)) {
        (Some(id), Some(place)) if *place != id => *place = id,
        _ => return Ok(Some(at_a_loss(called))),
    }
    Ok(Some(call(projects, &arguments)))
}

fn rotate(conversation: &Conversation, wish: &Wish<'_>, is_careless: bool) -> Result<Next, String> {
    let rotate = conversation.tool("create_", "_api_key_rotate")?;
    if let Some(called) = conversation.last(&rotate) {
        return Ok(tell(conversation, called, wish));
    }
    let keys = conversation.tool("list_", "_api_keys")?;
    let found = conversation.last(&keys).and_then(Called::answer);
    let Some(id) = found.as_ref().and_then(first_id) else {
        let (user, project) = (wish.user, wish.project);
        return Ok(Next::Say(format!(
            "{user} has no key in project {project}."
        )));
    };
    let arguments = json!({ "id": id });
    if !is_careless {
        return Ok(Next::Call(vec![Ask::new(rotate, &arguments)]));
    }
    match conversation.last(REMOVED) {
        None => Ok(Next::Call(vec![Ask::new(REMOVED, &arguments)])),
        // The reply names the tools that there are.
        Some(called) if called.reply.contains(&rotate) => {
            let again = Ask {
                repeats_id: true,
                ..Ask::new(rotate.as_str(), &arguments)
            };
            Ok(Next::Call(vec![Ask::new(rotate, &arguments), again]))
        }
        Some(called) => Ok(at_a_loss(called)),
    }
}

/// Says what became of the rotation, which a person may have to approve.
fn tell(conversation: &Conversation, called: &Called, wish: &Wish<'_>) -> Next {
    let decided = conversation.news.iter().rev();
    let mut decided = decided.flat_map(|news| news.lines());
    let answer = called
        .answer()
        .or_else(|| decided.find_map(|line| serde_json::from_str(line).ok()));
    let is_declined = |news: &String| news.contains("declined");
    Next::Say(match answer {
        Some(key) => format!(
            "The key {} of {} in project {} has a new value; the old one stopped working.",
            key.get("id").and_then(Value::as_str).unwrap_or_default(),
            wish.user,
            wish.project,
        ),
        None if conversation.news.iter().any(is_declined) => "The key was not rotated.".to_owned(),
        None if called.reply.contains("waiting for a person's approval") => {
            "The rotation is waiting for your approval.".to_owned()
        }
        None => return at_a_loss(called),
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
