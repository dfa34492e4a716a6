//! The tools of an account connected through Truto.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use toolsmith_pattern::hidden;

use super::embedded_schema::{EmbeddedSchema, parse_embedded_schema};
use super::raw::{
    LoadedTools, RawTool, UnusableEntry, load_name, load_text, name_of, name_of_error,
    not_an_object,
};
use super::tool::{Tool, ToolOverlay};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::effect::{Effect, Repetition};
use crate::source::{Json, Members, child, quoted, shortened};

/// Finds the tools of a connected account.
pub(super) fn load_truto_tools<'json>(file: &str, json: &'json Json) -> LoadedTools<'json> {
    let place = |pointer: &str| SourceLocation {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        tool: None,
    };
    let mut loaded = LoadedTools::default();
    let (pointer, list) = match json {
        Json::Array(list) => ("", list.as_slice()),
        Json::Object(members) => {
            let Some(found) = find_list(members) else {
                loaded.problems.push(no_list(place(""), members));
                return loaded;
            };
            found
        }
        other => {
            let what = format!(
                "a catalog must be a list of tools, but this is {}",
                other.kind()
            );
            let problem = Diagnostic::new(place(""), what).help("write `{\"result\": [tools…]}`");
            loaded.problems.push(problem);
            return loaded;
        }
    };
    let mut known: BTreeMap<&str, String> = BTreeMap::new();
    for (index, json) in list.iter().enumerate() {
        let pointer = child(pointer, &index.to_string());
        let found =
            load_tool(&place(&pointer), json).and_then(|(name, members)| match known.entry(name) {
                Entry::Occupied(first) => {
                    Err(named_twice(place(&pointer), name, first.get()).into())
                }
                Entry::Vacant(entry) => {
                    entry.insert(pointer.clone());
                    Ok((name, members))
                }
            });
        match found {
            Ok((name, members)) => loaded.tools.push(RawTool {
                pointer,
                name: Cow::Borrowed(name),
                members,
            }),
            Err(problems) => loaded.unusable.push(UnusableEntry {
                name: name_of(json),
                pointer,
                json,
                problems,
            }),
        }
    }
    loaded
}

/// Returns the list of tools with its pointer. The platform names it in two ways.
fn find_list(members: &Members) -> Option<(&'static str, &[Json])> {
    [("result", "/result"), ("results", "/results")]
        .into_iter()
        .find_map(|(key, pointer)| Some((pointer, members.get(key)?.as_array()?)))
}

/// Returns the error for a document that is not a list of tools.
fn no_list(place: SourceLocation, members: &Members) -> Diagnostic {
    let found = ["result", "results"].map(|key| Some((key, members.get(key)?)));
    let found = found.into_iter().flatten().next();
    if let (None, Some(problem)) = (found, name_of_error(&place, members)) {
        return problem;
    }
    let what = match found {
        Some((key, value)) => format!(
            "`{key}` must be the list of tools, but it is {}",
            value.kind()
        ),
        None => "the catalog has no `result`".to_owned(),
    };
    Diagnostic::new(place, what).help("write `{\"result\": [tools…]}`, or the bare list")
}

fn named_twice(place: SourceLocation, name: &str, first: &str) -> Diagnostic {
    let location = SourceLocation {
        tool: Some(name.to_owned()),
        ..place
    };
    Diagnostic::new(location, format!("two tools are named `{name}`"))
        .because(format!(
            "the first one is at `{first}`, and tools are called by name"
        ))
        .help("rename one of the two, or remove it")
}

fn load_tool<'json>(
    place: &SourceLocation,
    json: &'json Json,
) -> Result<(&'json str, &'json Members), Diagnostics> {
    let Some(members) = json.as_object() else {
        return Err(not_an_object(place.clone(), json).into());
    };
    Ok((load_name(place, members)?, members))
}

/// Parses one tool of a connected account.
pub(super) fn parse_truto_tool(file: &str, raw: &RawTool<'_>) -> Result<Tool, Diagnostics> {
    let mut problems = Diagnostics::default();
    let place = |key: &str| SourceLocation {
        file: file.to_owned(),
        pointer: if key.is_empty() {
            raw.pointer.clone()
        } else {
            child(&raw.pointer, key)
        },
        tool: Some(raw.name.clone().into_owned()),
    };
    let mut segment = |key: &str| {
        let segment = load_text(place(""), raw.members, key)
            .and_then(|text| check_segment(place(key), key, text));
        segment.unwrap_or_else(|found| {
            problems.extend(found);
            String::new()
        })
    };
    let (resource, method) = (segment("resource"), segment("method"));
    let mut schema = |key: &str| {
        let schema = parse_embedded_schema(&place(key), raw.members.get(key));
        schema.unwrap_or_else(|found| {
            problems.extend(found);
            EmbeddedSchema::default()
        })
    };
    let (query, body) = (schema("query_schema"), schema("body_schema"));
    let response = schema("response_schema");
    let required =
        parse_required(place("required"), raw.members.get("required")).unwrap_or_else(|found| {
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
        deprecated: parse_deprecation(raw.members.get("deprecated")),
        required,
        query,
        body,
        response,
        effect,
        is_effect_assumed: false,
        repetition,
        overlay: ToolOverlay::default(),
        removed_since: None,
    })
}

/// Returns the effect of a method. A custom method may change something.
fn effect_of(method: &str) -> Effect {
    match method {
        "list" | "get" => Effect::Reads,
        "delete" => Effect::Destroys,
        _ => Effect::Writes,
    }
}

/// Returns the effect of calling a method again: `update` and `delete` address one record.
fn repetition_of(method: &str) -> Repetition {
    match method {
        "list" | "get" | "update" | "delete" => Repetition::Harmless,
        _ => Repetition::Unknown,
    }
}

/// Checks that a value stays a single segment of the request path.
fn check_segment(place: SourceLocation, key: &str, text: &str) -> Result<String, Diagnostics> {
    let is_unsafe = |character: char| {
        character.is_control()
            || character.is_whitespace()
            || hidden::is_invisible(character)
            || "/\\?#%".contains(character)
    };
    let what = match text.chars().find(|character| is_unsafe(*character)) {
        Some(character) => format!(
            "the {key} {} contains `{}`",
            quoted(&shortened(text)),
            character.escape_default()
        ),
        None if matches!(text, "." | "..") => format!("the {key} is `{text}`"),
        None => return Ok(text.to_owned()),
    };
    Err(Diagnostic::new(place, what)
        .because("it is a segment of the request path, and this would change the path")
        .help(format!(
            "correct the {key} where the tool is defined, and fetch the catalog again"
        ))
        .into())
}

/// Parses the required arguments of the tool.
fn parse_required(place: SourceLocation, value: Option<&Json>) -> Result<Vec<String>, Diagnostics> {
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
                "`required` must be a list of names, but it contains {}",
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

/// Returns the note on a deprecated tool. A text of the catalog is not repeated, because the compiler
/// and coding agents read the note.
fn parse_deprecation(value: Option<&Json>) -> Option<String> {
    let is_deprecated = match value {
        Some(Json::Bool(flag)) => *flag,
        Some(Json::String(note)) => !note.trim().is_empty(),
        _ => false,
    };
    is_deprecated.then(|| "the platform deprecates this method".to_owned())
}

/// Parses the tags. They are only descriptive, so values other than strings are ignored.
fn parse_tags(value: Option<&Json>) -> Vec<String> {
    let tags = match value {
        Some(Json::Array(tags)) => tags.as_slice(),
        Some(tag) => std::slice::from_ref(tag),
        None => &[],
    };
    let texts = tags.iter().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}
