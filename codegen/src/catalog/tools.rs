//! Finds the tools in a document, and reads each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::functions::{load_functions, parse_function};
use super::part::parse_part;
use super::{Effect, Part, Repetition, Tool, ToolOverlay};
use crate::diag::{Diagnostic, Diagnostics, Location};
use crate::options::Kind;
use crate::source::{Json, Members, child, quoted, shortened};

/// A tool as it stands in the document: an object with a name of its own.
#[derive(Debug, Clone)]
pub(super) struct RawTool<'json> {
    /// Its pointer.
    pub(super) pointer: String,
    /// Its name.
    pub(super) name: Cow<'json, str>,
    /// All of it.
    pub(super) members: &'json Members,
}

/// What a document holds.
#[derive(Debug, Default)]
pub(super) struct Loaded<'json> {
    /// The tools, in the order of the document.
    pub(super) tools: Vec<RawTool<'json>>,
    /// What is wrong with the list.
    pub(super) problems: Diagnostics,
    /// What was read otherwise than it stands there.
    pub(super) remarks: Vec<Diagnostic>,
}

/// Finds the tools.
pub(super) fn load_tools<'json>(kind: Kind, file: &str, json: &'json Json) -> Loaded<'json> {
    match kind {
        Kind::Truto => load_account_tools(file, json),
        Kind::Mcp | Kind::Functions => load_functions(kind, file, json),
    }
}

/// Reads one tool.
///
/// # Errors
///
/// Everything that makes it impossible to call.
pub(super) fn parse_tool(kind: Kind, file: &str, raw: &RawTool<'_>) -> Result<Tool, Diagnostics> {
    match kind {
        Kind::Truto => parse_account_tool(file, raw),
        Kind::Mcp | Kind::Functions => parse_function(file, raw),
    }
}

/// Finds the tools of a connected account.
fn load_account_tools<'json>(file: &str, json: &'json Json) -> Loaded<'json> {
    let place = |pointer: &str| Location {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        tool: None,
    };
    let mut loaded = Loaded::default();
    let (pointer, list) = match json {
        Json::Array(list) => ("", list),
        Json::Object(members) => match members.get("result") {
            Some(Json::Array(list)) => ("/result", list),
            found => {
                loaded.problems.push(no_list(place(""), members, found));
                return loaded;
            }
        },
        other => {
            let what = format!("a catalog lists tools, but this is {}", other.kind());
            let problem = Diagnostic::new(place(""), what).help("write `{\"result\": [tools…]}`");
            loaded.problems.push(problem);
            return loaded;
        }
    };
    let mut known: BTreeMap<&str, String> = BTreeMap::new();
    for (index, json) in list.iter().enumerate() {
        let pointer = child(pointer, &index.to_string());
        let found = load_tool(&place(&pointer), json).and_then(|(name, members)| {
            match known.insert(name, pointer.clone()) {
                Some(first) => Err(named_twice(place(&pointer), name, &first).into()),
                None => Ok((name, members)),
            }
        });
        match found {
            Ok((name, members)) => loaded.tools.push(RawTool {
                pointer,
                name: Cow::Borrowed(name),
                members,
            }),
            Err(found) => loaded.problems.extend(found),
        }
    }
    loaded
}

/// The problem of a document that is the error of a server.
pub(super) fn name_of_error(place: &Location, members: &Members) -> Option<Diagnostic> {
    let text =
        |members: &Members, key: &str| members.get(key).and_then(Json::as_str).map(str::to_owned);
    let inner = members.get("error").and_then(Json::as_object);
    let message = text(members, "message")
        .or(text(members, "error"))
        .or(inner.and_then(|inner| text(inner, "message")))?;
    let what = format!(
        "this is an error, not a catalog: {}",
        quoted(&shortened(&message))
    );
    let problem = Diagnostic::new(place.clone(), what);
    Some(problem.help("correct what it says, and fetch the catalog again"))
}

/// What the document is if it is no list of tools.
fn no_list(place: Location, members: &Members, found: Option<&Json>) -> Diagnostic {
    if let (None, Some(problem)) = (found, name_of_error(&place, members)) {
        return problem;
    }
    let what = match found {
        Some(value) => format!(
            "`result` must be the list of tools, but it is {}",
            value.kind()
        ),
        None => "the catalog has no `result`".to_owned(),
    };
    Diagnostic::new(place, what).help("write `{\"result\": [tools…]}`, or the bare list")
}

fn named_twice(place: Location, name: &str, first: &str) -> Diagnostic {
    let location = Location {
        tool: Some(name.to_owned()),
        ..place
    };
    Diagnostic::new(location, format!("two tools are named `{name}`"))
        .because(format!(
            "the first one is at `{first}`, and a model calls a tool by its name"
        ))
        .help("rename one of the two, or remove it")
}

/// What stands in a list of tools and is none.
pub(super) fn no_object(place: Location, json: &Json) -> Diagnostic {
    let what = format!("a tool must be an object, but this is {}", json.kind());
    Diagnostic::new(place, what).help("remove it from the list")
}

fn load_tool<'json>(
    place: &Location,
    json: &'json Json,
) -> Result<(&'json str, &'json Members), Diagnostics> {
    let Some(members) = json.as_object() else {
        return Err(no_object(place.clone(), json).into());
    };
    Ok((load_name(place, members)?, members))
}

/// The name of a tool.
pub(super) fn load_name<'json>(
    place: &Location,
    members: &'json Members,
) -> Result<&'json str, Diagnostics> {
    load_text(place.clone(), members, "name")
}

/// The text of a key that every tool has.
fn load_text<'json>(
    place: Location,
    members: &'json Members,
    key: &str,
) -> Result<&'json str, Diagnostics> {
    let what = match members.get(key) {
        Some(Json::String(text)) if !text.trim().is_empty() => return Ok(text),
        Some(Json::String(_)) => format!("the {key} of the tool is empty"),
        None | Some(Json::Null) => format!("the tool has no {key}"),
        Some(other) => format!(
            "the {key} of the tool must be text, but it is {}",
            other.kind()
        ),
    };
    let location = match members.get(key) {
        Some(_) => Location {
            pointer: child(&place.pointer, key),
            ..place
        },
        None => place,
    };
    Err(Diagnostic::new(location, what)
        .help(format!("give the tool a {key}"))
        .into())
}

/// Reads one tool of a connected account.
fn parse_account_tool(file: &str, raw: &RawTool<'_>) -> Result<Tool, Diagnostics> {
    let mut problems = Diagnostics::default();
    let place = |key: &str| Location {
        file: file.to_owned(),
        pointer: if key.is_empty() {
            raw.pointer.clone()
        } else {
            child(&raw.pointer, key)
        },
        tool: Some(raw.name.clone().into_owned()),
    };
    let mut segment = |key: &str| {
        let text = load_text(place(""), raw.members, key);
        let text = text.and_then(|text| check_segment(place(key), key, text));
        text.unwrap_or_else(|found| {
            problems.extend(found);
            String::new()
        })
    };
    let (resource, method) = (segment("resource"), segment("method"));
    let mut part = |key: &str| {
        let part = parse_part(&place(key), raw.members.get(key));
        part.unwrap_or_else(|found| {
            problems.extend(found);
            Part::default()
        })
    };
    let (query, body) = (part("query_schema"), part("body_schema"));
    let response = part("response_schema");
    let required = parse_required(place("required"), raw.members.get("required"));
    let required = required.unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    problems.finish()?;
    let description = raw.members.get("description").and_then(Json::as_str);
    let effect = effect_of(&method);
    let repetition = repetition_of(&method);
    Ok(Tool {
        pointer: raw.pointer.clone(),
        name: raw.name.clone().into_owned(),
        title: None,
        description: description.unwrap_or_default().to_owned(),
        resource,
        method,
        tags: parse_tags(raw.members.get("tags")),
        required,
        query,
        body,
        response,
        effect,
        repetition,
        overlay: ToolOverlay::default(),
    })
}

/// What a method does to the account. Of a custom one that is unknown, so it may change something.
fn effect_of(method: &str) -> Effect {
    match method {
        "list" | "get" => Effect::Reads,
        "delete" => Effect::Destroys,
        _ => Effect::Writes,
    }
}

/// What calling a method twice does: `update` and `delete` name what they act on.
fn repetition_of(method: &str) -> Repetition {
    match method {
        "list" | "get" | "update" | "delete" => Repetition::Harmless,
        _ => Repetition::Unknown,
    }
}

/// Checks that a part of the path stays one segment of it.
fn check_segment(place: Location, key: &str, text: &str) -> Result<String, Diagnostics> {
    let is_unsafe = |letter: char| {
        letter.is_control()
            || letter.is_whitespace()
            || is_invisible(letter)
            || "/\\?#%".contains(letter)
    };
    let what = match text.chars().find(|letter| is_unsafe(*letter)) {
        Some(letter) => format!(
            "the {key} {} holds `{}`",
            quoted(&shortened(text)),
            letter.escape_default()
        ),
        None if matches!(text, "." | "..") => format!("the {key} is `{text}`"),
        None => return Ok(text.to_owned()),
    };
    Err(Diagnostic::new(place, what)
        .because("it is one segment of the path of each call, and this would lead to another path")
        .help(format!(
            "correct the {key} where the tool is defined, and fetch the catalog again"
        ))
        .into())
}

/// Whether a character shows nothing and may reorder what stands around it.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The names that the tool itself requires.
fn parse_required(place: Location, value: Option<&Json>) -> Result<Vec<String>, Diagnostics> {
    let list = match value {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::Array(list)) => list,
        Some(other) => {
            let what = format!(
                "`required` must be a list of names, but it is {}",
                other.kind()
            );
            return Err(Diagnostic::new(place, what)
                .help("write `[\"name\"]`, or `[]` for none")
                .into());
        }
    };
    let mut known = BTreeSet::new();
    let mut names = Vec::new();
    for name in list {
        let Some(name) = name.as_str() else {
            let what = format!(
                "`required` must be a list of names, but it holds {}",
                name.kind()
            );
            return Err(Diagnostic::new(place, what)
                .help("write each name in quotes")
                .into());
        };
        if known.insert(name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// The tags; they only describe, so what is no text is left out.
fn parse_tags(value: Option<&Json>) -> Vec<String> {
    let tags = match value {
        Some(Json::Array(tags)) => tags.as_slice(),
        Some(tag) => std::slice::from_ref(tag),
        None => &[],
    };
    let texts = tags.iter().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}
