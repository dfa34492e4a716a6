//! Parsing of overlays.

use std::ops::Range;

use toml_edit::{Document as Toml, Item, Table, Value};

use super::action::{ACTIONS, ActionSyntax, ActionValue, Target};
use super::change::{Action, Change, SERVER_PLACE};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::SourceText;
use crate::source::{Json, quoted, shortened};

/// Parses an overlay.
///
/// # Errors
/// Returns an error if the text is not TOML, and one with its line for each invalid change.
pub(super) fn parse_overlay(document: &SourceText) -> Result<Vec<Change>, Diagnostics> {
    let reader = Reader { document };
    let toml = Toml::parse(document.text.as_str()).map_err(|error| {
        let what = format!("invalid TOML: {}", error.message().replace('\n', ", "));
        let problem = Diagnostic::new(reader.place(error.span()), what);
        problem.help("correct the syntax; each change begins with `[[change]]`")
    })?;
    let mut problems = Diagnostics::default();
    let mut changes = Vec::new();
    for (key, item) in toml.as_table() {
        let tables = item.as_array_of_tables();
        let Some(tables) = tables.filter(|_| key == "change") else {
            let place = reader.place(key_span(toml.as_table(), key).or(item.span()));
            let what = format!("{} is not a list of changes", quoted(key));
            problems.push(Diagnostic::new(place, what).help("begin each change with `[[change]]`"));
            continue;
        };
        for table in tables {
            match reader.parse_change(table) {
                Ok(change) => changes.push(change),
                Err(found) => problems.extend(found),
            }
        }
    }
    problems.finish()?;
    Ok(changes)
}

/// The keys of a change that are not actions.
const PLAIN_KEYS: [&str; 5] = ["tool", "resource", "at", "reason", "link"];

/// A parser of changes that knows their lines.
struct Reader<'text> {
    document: &'text SourceText,
}

impl Reader<'_> {
    /// Returns the line at which a span begins.
    fn place(&self, span: Option<Range<usize>>) -> SourceLocation {
        let before = span.and_then(|span| self.document.text.get(..span.start));
        let line = before.map(|text| text.matches('\n').count() + 1);
        SourceLocation {
            file: self.document.file.clone(),
            pointer: line.map(|line| format!("line {line}")).unwrap_or_default(),
            tool: None,
        }
    }

    fn parse_change(&self, table: &Table) -> Result<Change, Diagnostics> {
        let mut location = self.place(table.span());
        location.tool = table.get("tool").and_then(Item::as_str).map(str::to_owned);
        let mut problems = Diagnostics::default();
        let mut texts = [const { None::<String> }; PLAIN_KEYS.len()];
        let mut actions = Vec::new();
        for (key, item) in table {
            let place = SourceLocation {
                tool: location.tool.clone(),
                ..self.place(key_span(table, key))
            };
            let plain = PLAIN_KEYS.iter().position(|plain| *plain == key);
            if let Some(slot) = plain.and_then(|index| texts.get_mut(index)) {
                match parse_text(place, key, item) {
                    Ok(text) => *slot = Some(text.to_owned()),
                    Err(found) => problems.extend(found),
                }
                continue;
            }
            match parse_action(place, key, item, table) {
                Ok(action) => actions.push(action),
                Err(found) => problems.extend(found),
            }
        }
        let [tool, resource, at, reason, link] = texts;
        for problem in check_whole(table, &location, &actions, problems.is_empty()) {
            problems.push(problem);
        }
        problems.finish()?;
        let mut reason = reason.unwrap_or_default();
        if let Some(link) = link {
            reason = format!("{reason} ({link})");
        }
        Ok(Change {
            location,
            tool: tool.unwrap_or_default(),
            resource,
            at,
            reason,
            actions,
        })
    }
}

fn key_span(table: &Table, key: &str) -> Option<Range<usize>> {
    table.get_key_value(key).and_then(|(key, _)| key.span())
}

fn parse_text<'item>(
    place: SourceLocation,
    key: &str,
    item: &'item Item,
) -> Result<&'item str, Diagnostics> {
    match item.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text),
        Some(_) => Err(Diagnostic::new(place, format!("`{key}` is empty"))
            .help("add a value, or remove the key")
            .into()),
        None => {
            let what = format!(
                "`{key}` must be a string, but it is of type {}",
                item.type_name()
            );
            Err(Diagnostic::new(place, what).help("put it in quotes").into())
        }
    }
}

fn parse_action(
    place: SourceLocation,
    key: &str,
    item: &Item,
    table: &Table,
) -> Result<Action, Diagnostics> {
    let Some(written) = ACTIONS.iter().find(|written| written.key == key) else {
        let problem = Diagnostic::new(place, format!("unknown key {} in a change", quoted(key)));
        let known = ACTIONS.iter().map(|written| written.key).chain(PLAIN_KEYS);
        return Err(problem.suggest(key, known, known_keys()).into());
    };
    check_target(&place, written, table)?;
    let (expected, shown) = match &written.takes {
        ActionValue::Text(parse) => {
            let text = parse_text(place.clone(), key, item)?;
            match parse(text) {
                Ok(action) => return Ok(action),
                Err(expected) => (expected, quoted(&shortened(text))),
            }
        }
        ActionValue::Value(parse) => match to_json(item).map(parse) {
            Some(Ok(action)) => return Ok(action),
            Some(Err(expected)) => (expected, item.type_name().to_owned()),
            None => ("a value that JSON supports", item.type_name().to_owned()),
        },
    };
    let problem = Diagnostic::new(place, format!("invalid `{key}`: {shown}"));
    Err(problem.help(format!("write {expected}")).into())
}

/// Checks that the target of a change fits its action.
fn check_target(
    place: &SourceLocation,
    written: &ActionSyntax,
    table: &Table,
) -> Result<(), Diagnostics> {
    let key = written.key;
    let (what, help) = match (written.target, table.contains_key("at")) {
        _ if table.contains_key("resource") && key != "rename" => (
            format!("`{key}` does not apply to a resource"),
            "name the `tool` instead",
        ),
        (Target::Place, false) => (
            format!("`{key}` needs a place"),
            "add `at`, a JSON pointer into the tool",
        ),
        (Target::Tool, true) => (
            format!("`{key}` applies to the tool, not to a place in it"),
            "move it to a separate change without `at`",
        ),
        _ => return Ok(()),
    };
    Err(Diagnostic::new(place.clone(), what).help(help).into())
}

/// Converts TOML to JSON. Returns `None` for dates and for numbers that are not finite.
fn to_json(item: &Item) -> Option<Json> {
    match item {
        Item::Value(value) => value_to_json(value),
        Item::Table(table) => {
            let member = |(key, item): (&str, &Item)| Some((key.to_owned(), to_json(item)?));
            table
                .iter()
                .map(member)
                .collect::<Option<_>>()
                .map(Json::Object)
        }
        Item::None | Item::ArrayOfTables(_) => None,
    }
}

fn value_to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(text) => Json::String(text.value().clone()),
        Value::Integer(number) => Json::Number((*number.value()).into()),
        Value::Float(number) => Json::Number(serde_json::Number::from_f64(*number.value())?),
        Value::Boolean(value) => Json::Bool(*value.value()),
        Value::Datetime(_) => return None,
        Value::Array(elements) => {
            Json::Array(elements.iter().map(value_to_json).collect::<Option<_>>()?)
        }
        Value::InlineTable(members) => {
            let member =
                |(key, value): (&str, &Value)| Some((key.to_owned(), value_to_json(value)?));
            Json::Object(members.iter().map(member).collect::<Option<_>>()?)
        }
    })
}

fn known_keys() -> String {
    let actions: Vec<&str> = ACTIONS.iter().map(|written| written.key).collect();
    format!(
        "valid keys are {} and {}",
        PLAIN_KEYS.join(", "),
        actions.join(", ")
    )
}

/// Returns the errors of a change as a whole.
fn check_whole(
    table: &Table,
    location: &SourceLocation,
    actions: &[Action],
    are_keys_sound: bool,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let is_of_resource = table.contains_key("resource");
    let is_general =
        |action: &Action| matches!(action, Action::Allow(_) | Action::Set(_) | Action::Remove);
    let is_of_server = table.get("at").and_then(Item::as_str) == Some(SERVER_PLACE)
        && actions.iter().all(is_general);
    let is_text = |value: &Json| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let is_odd = |action: &Action| matches!(action, Action::Set(value) if !is_text(value));
    if is_of_server && !table.contains_key("tool") && actions.iter().any(is_odd) {
        let problem = Diagnostic::new(location.clone(), "the instructions of a server are a text");
        problems.push(problem.help("write a string that is not empty, or `remove = true`"));
    }
    if is_of_resource && table.contains_key("tool") {
        let problem = Diagnostic::new(location.clone(), "the change names a tool and a resource");
        problems.push(problem.help("split it into two changes"));
    }
    for (key, help) in [
        ("tool", "add the name of the tool"),
        ("reason", "explain why the snapshot is wrong"),
    ] {
        let is_needed = key != "tool" || !(is_of_resource || is_of_server);
        if is_needed && !table.contains_key(key) {
            let problem = Diagnostic::new(location.clone(), format!("the change has no `{key}`"));
            problems.push(problem.help(help));
        }
    }
    if actions.is_empty() && are_keys_sound {
        let problem = Diagnostic::new(location.clone(), "the change has no action");
        problems.push(problem.help(known_keys()));
    }
    problems
}
