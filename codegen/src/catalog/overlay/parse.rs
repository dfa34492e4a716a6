//! From TOML to changes, each with its line.

use std::ops::Range;

use toml_edit::{Document as Toml, Item, Table};

use super::action::{ACTIONS, Target};
use super::{Action, Change, with_nearest};
use crate::diag::{Diagnostic, Diagnostics, Location};
use crate::options::Document;
use crate::source::{quoted, shortened};

/// Reads an overlay.
///
/// # Errors
///
/// Text that is not TOML; every change that is not one, with its line.
pub(in crate::catalog) fn parse_overlay(document: &Document) -> Result<Vec<Change>, Diagnostics> {
    let reader = Reader { document };
    let toml = Toml::parse(document.text.as_str()).map_err(|error| {
        let what = format!("this is not TOML: {}", error.message().replace('\n', ", "));
        let problem = Diagnostic::new(reader.place(error.span()), what);
        problem.help("correct it; each correction begins with `[[change]]`")
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

/// The keys of a change that are no action.
const PLAIN_KEYS: [&str; 4] = ["tool", "at", "reason", "link"];

/// Reads changes and knows where they stand.
struct Reader<'text> {
    document: &'text Document,
}

impl Reader<'_> {
    /// The line at which a span begins.
    fn place(&self, span: Option<Range<usize>>) -> Location {
        let before = span.and_then(|span| self.document.text.get(..span.start));
        let line = before.map(|text| text.matches('\n').count() + 1);
        Location {
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
            let place = Location {
                tool: location.tool.clone(),
                ..self.place(key_span(table, key))
            };
            let text = match parse_text(place.clone(), key, item) {
                Ok(text) => text,
                Err(found) => {
                    problems.extend(found);
                    continue;
                }
            };
            let plain = PLAIN_KEYS.iter().position(|plain| *plain == key);
            if let Some(slot) = plain.and_then(|index| texts.get_mut(index)) {
                *slot = Some(text.to_owned());
                continue;
            }
            match parse_action(place, key, text, table.contains_key("at")) {
                Ok(action) => actions.push(action),
                Err(found) => problems.extend(found),
            }
        }
        let [tool, at, reason, link] = texts;
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
    place: Location,
    key: &str,
    item: &'item Item,
) -> Result<&'item str, Diagnostics> {
    match item.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text),
        Some(_) => Err(Diagnostic::new(place, format!("`{key}` is empty"))
            .help("say it, or remove the key")
            .into()),
        None => {
            let what = format!(
                "`{key}` must be text, but it is of type {}",
                item.type_name()
            );
            Err(Diagnostic::new(place, what).help("put it in quotes").into())
        }
    }
}

fn parse_action(
    place: Location,
    key: &str,
    text: &str,
    has_at: bool,
) -> Result<Action, Diagnostics> {
    let Some(written) = ACTIONS.iter().find(|written| written.key == key) else {
        let problem = Diagnostic::new(place, format!("a change has no key {}", quoted(key)));
        let known = ACTIONS.iter().map(|written| written.key).chain(PLAIN_KEYS);
        return Err(with_nearest(problem, key, known, &known_keys()).into());
    };
    let is_at_place = written.target == Target::Place;
    match (is_at_place, has_at) {
        (true, false) => {
            let problem = Diagnostic::new(place, format!("`{key}` does not say where"));
            return Err(problem
                .help("add `at`, a JSON pointer into the tool")
                .into());
        }
        (false, true) => {
            let problem = Diagnostic::new(
                place,
                format!("`{key}` acts on the tool, not on a place in it"),
            );
            return Err(problem
                .help("make it a change of its own, without `at`")
                .into());
        }
        _ => {}
    }
    (written.parse)(text).map_err(|expected| {
        let what = format!("`{key}` is {}", quoted(&shortened(text)));
        let problem = Diagnostic::new(place, what).help(format!("write {expected}"));
        problem.into()
    })
}

fn known_keys() -> String {
    let actions: Vec<&str> = ACTIONS.iter().map(|written| written.key).collect();
    format!(
        "it has {} and {}",
        PLAIN_KEYS.join(", "),
        actions.join(", ")
    )
}

/// What a change lacks as a whole.
fn check_whole(
    table: &Table,
    location: &Location,
    actions: &[Action],
    are_keys_sound: bool,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (key, help) in [
        ("tool", "name the tool that it corrects"),
        ("reason", "say why the snapshot is not right as it is"),
    ] {
        if !table.contains_key(key) {
            let problem = Diagnostic::new(location.clone(), format!("the change has no `{key}`"));
            problems.push(problem.help(help));
        }
    }
    if actions.is_empty() && are_keys_sound {
        let problem = Diagnostic::new(location.clone(), "the change says nothing to do");
        problems.push(problem.help(known_keys()));
    }
    problems
}
