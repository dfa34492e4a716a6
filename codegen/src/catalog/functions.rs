//! Tools without resources: function definitions for models, and the tools of MCP servers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::embedded_schema::{EmbeddedSchema, parse_embedded_schema};
use super::mcp::{
    annotated_title, declares_effect, effect_of, has_next_page, invalid_headers, repetition_of,
};
use super::provider::{NotAFunction, empty_entry, entries_beside, provider_entry};
use super::raw::{
    LoadedTools, RawTool, UnusableEntry, load_name, name_of, name_of_error, not_an_object,
};
use super::tool::{Tool, ToolOverlay};
use super::wrapped::{
    Entries, FoundSchema, group, input_schema, is_definition, output_schema, wrapped,
};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::CatalogKind;
use crate::report::SkippedEntry;
use crate::source::{Json, Members, child, quoted};

/// The keys of a document that may have the list of functions.
const LIST_KEYS: [&str; 2] = ["tools", "functions"];

/// Finds the functions of a document.
pub(super) fn load_functions<'json>(
    kind: CatalogKind,
    file: &str,
    json: &'json Json,
) -> LoadedTools<'json> {
    let mut loaded = LoadedTools::default();
    let place = |pointer: &str| SourceLocation {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        tool: None,
    };
    let mut entries = Entries::default();
    match find_list(json) {
        Some(List::Of(pointer, list)) => entries.add(&pointer, list),
        Some(List::One) => entries.list.push((String::new(), json)),
        None => {
            loaded.problems.push(no_list(kind, place(""), json));
            return loaded;
        }
    }
    if has_next_page(json) {
        let remark = Diagnostic::new(place(""), "this is one page of a longer list")
            .because("`nextCursor` refers to another page")
            .help("merge the tools of all pages into one list");
        loaded.remarks.push(remark);
    }
    let mut known = BTreeMap::new();
    for (index, (pointer, entry)) in entries.list.into_iter().enumerate() {
        let tool = match load_function(kind, index, place(&pointer), entry, &known, &mut loaded) {
            Ok(Some(tool)) => tool,
            Ok(None) => continue,
            Err(problems) => {
                loaded.unusable.push(UnusableEntry {
                    pointer,
                    name: name_of(entry),
                    json: entry,
                    problems,
                });
                continue;
            }
        };
        match known.entry(tool.name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(loaded.tools.len());
                loaded.tools.push(tool);
            }
            Entry::Occupied(entry) => {
                if let Some(first) = loaded.tools.get(*entry.get())
                    // A page may repeat a tool of the page before.
                    && first.members != tool.members
                {
                    let remark = named_twice(place(&pointer), first);
                    loaded.remarks.push(remark);
                }
            }
        }
    }
    let whole = json.as_object().filter(|members| group(members).is_some());
    let groups = entries.groups.into_iter();
    for (pointer, members) in groups.chain(whole.map(|members| (String::new(), members))) {
        for (key, entry) in entries_beside(members) {
            leave_out(child(&pointer, key), entry, &mut loaded);
        }
    }
    remark_not_functions(&place, &mut loaded);
    loaded
}

fn leave_out(pointer: String, entry: NotAFunction, loaded: &mut LoadedTools<'_>) {
    loaded.not_functions.push(SkippedEntry {
        pointer,
        name: entry.label,
        reason: entry.reason,
    });
}

/// Remarks on the entries that are not functions, all at once. If no function remains, that is an
/// error.
fn remark_not_functions(place: &impl Fn(&str) -> SourceLocation, loaded: &mut LoadedTools<'_>) {
    let label = |entry: &SkippedEntry| match entry.name.as_str() {
        "" => format!("`{}`", entry.pointer),
        name => format!("`{name}`"),
    };
    let names: Vec<String> = loaded.not_functions.iter().map(label).collect();
    let (what, first) = match loaded.not_functions.as_slice() {
        [] => return,
        [only] => (format!("{} is not a function", label(only)), only),
        [first, ..] => {
            let what = format!(
                "{} entries are not functions: {}",
                names.len(),
                names.join(", ")
            );
            (what, first)
        }
    };
    let diagnostic = Diagnostic::new(place(&first.pointer), what).because(match names.len() {
        1 => first.reason.clone(),
        _ => format!("of the first, {}", first.reason),
    });
    if loaded.tools.is_empty() && loaded.unusable.is_empty() {
        let problem = Diagnostic {
            what: format!("the list contains no function; {}", diagnostic.what),
            ..diagnostic
        };
        let help = "list the functions that your program runs, each with a name and a schema of its arguments";
        loaded.problems.push(problem.help(help));
    } else {
        let help = match names.len() {
            1 => "nothing is generated for it",
            _ => "nothing is generated for them",
        };
        loaded.remarks.push(diagnostic.help(help));
    }
}

/// The functions of a document.
enum List<'json> {
    /// A list at this pointer.
    Of(String, &'json [Json]),
    /// The document itself is one function.
    One,
}

fn find_list(json: &Json) -> Option<List<'_>> {
    let members = match json {
        Json::Array(list) => return Some(List::Of(String::new(), list)),
        json => json.as_object()?,
    };
    for key in LIST_KEYS {
        if let Some(list) = members.get(key).and_then(Json::as_array) {
            return Some(List::Of(child("", key), list));
        }
    }
    // The whole response of a server: `{"jsonrpc": "2.0", "id": 1, "result": {"tools": […]}}`.
    let result = members.get("result").and_then(Json::as_object);
    if let Some(list) = result.and_then(|result| result.get("tools")?.as_array()) {
        return Some(List::Of("/result/tools".to_owned(), list));
    }
    if let Some((key, list)) = group(members) {
        return Some(List::Of(child("", key), list));
    }
    is_definition(members).then_some(List::One)
}

/// Returns the error for a document that does not list functions.
fn no_list(kind: CatalogKind, place: SourceLocation, json: &Json) -> Diagnostic {
    if let Some(problem) = json
        .as_object()
        .and_then(|members| name_of_error(&place, members))
    {
        return problem;
    }
    let (what, help) = match kind {
        CatalogKind::Mcp => (
            "this is not the tool list of an MCP server",
            "write `{\"tools\": [{\"name\": …, \"inputSchema\": …}]}`, or the bare list",
        ),
        CatalogKind::Functions | CatalogKind::Truto => (
            "this is not a list of function definitions",
            "write `[{\"name\": …, \"parameters\": {…}}]`",
        ),
    };
    Diagnostic::new(place, what)
        .because(format!("it is {}", json.kind()))
        .help(help)
}

/// Returns one function, or `None` if the entry is not a function.
///
/// # Errors
/// Returns an error if the entry is meant as a function and cannot be called.
fn load_function<'json>(
    kind: CatalogKind,
    index: usize,
    place: SourceLocation,
    entry: &'json Json,
    known: &BTreeMap<Cow<'json, str>, usize>,
    loaded: &mut LoadedTools<'json>,
) -> Result<Option<RawTool<'json>>, Diagnostics> {
    let Some(outer) = entry.as_object() else {
        return Err(not_an_object(place, entry).into());
    };
    let (place, members) = match wrapped(outer) {
        Some((key, inner)) => {
            let pointer = child(&place.pointer, key);
            (SourceLocation { pointer, ..place }, inner)
        }
        None => (place, outer),
    };
    // A list of functions may contain anything; a server lists tools alone.
    let empty = || match kind {
        CatalogKind::Functions => empty_entry(outer, members),
        CatalogKind::Mcp | CatalogKind::Truto => None,
    };
    if let Some(entry) = provider_entry(outer, members).or_else(empty) {
        leave_out(place.pointer, entry, loaded);
        return Ok(None);
    }
    let name = match load_name(&place, members) {
        Ok(name) => Cow::Borrowed(name),
        Err(_) if kind == CatalogKind::Functions && !members.contains_key("name") => {
            let name = derive_name(members, index, known);
            let remark = Diagnostic::new(place.clone(), "the function has no name")
                .help(format!("it is named {}", quoted(&name)));
            loaded.remarks.push(remark);
            Cow::Owned(name)
        }
        Err(found) => return Err(found),
    };
    let file = place.file;
    let tool = RawTool {
        pointer: place.pointer,
        name,
        members,
    };
    if kind == CatalogKind::Mcp {
        loaded.remarks.extend(header_remarks(&file, &tool));
    }
    Ok(Some(tool))
}

/// Returns the remarks on arguments that the protocol does not allow in headers.
fn header_remarks(file: &str, tool: &RawTool<'_>) -> Vec<Diagnostic> {
    let Some(schema) = input_schema(&tool.pointer, tool.members) else {
        return Vec::new();
    };
    let invalid = invalid_headers(schema.json).into_iter();
    invalid
        .map(|header| {
            let place = SourceLocation {
                file: file.to_owned(),
                pointer: format!("{}/{}{}", tool.pointer, schema.pointer, header.pointer),
                tool: Some(tool.name.clone().into_owned()),
            };
            Diagnostic::new(place, "the `x-mcp-header` of this property is invalid")
                .because(header.reason)
                .help("no header is sent for it, and a server over HTTP may refuse the call")
        })
        .collect()
}

/// Returns the remark on a function with the name of an earlier one.
fn named_twice(place: SourceLocation, first: &RawTool<'_>) -> Diagnostic {
    let what = format!("another function is named {}", quoted(&first.name));
    Diagnostic::new(place, what)
        .because("a call by name can reach only one of the two")
        .help(format!("the first one is used, at `{}`", first.pointer))
}

/// Derives a name from the title, or else from the position in the list.
fn derive_name(members: &Members, index: usize, known: &BTreeMap<Cow<'_, str>, usize>) -> String {
    let title = members.get("title").and_then(Json::as_str);
    let words: Vec<String> = title
        .unwrap_or_default()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let name = words.join("_");
    if name.is_empty() || known.contains_key(name.as_str()) {
        format!("function_{}", index + 1)
    } else {
        name
    }
}

/// Parses one function.
///
/// # Errors
/// Returns an error if a schema is invalid.
pub(super) fn parse_function(file: &str, raw: &RawTool<'_>) -> Result<Tool, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut part = |found: Option<FoundSchema<'_>>| {
        let Some(FoundSchema { pointer, json, .. }) = found else {
            return EmbeddedSchema::default();
        };
        let place = SourceLocation {
            file: file.to_owned(),
            pointer: format!("{}/{pointer}", raw.pointer),
            tool: Some(raw.name.clone().into_owned()),
        };
        parse_embedded_schema(&place, Some(json)).unwrap_or_else(|found| {
            problems.extend(found);
            EmbeddedSchema::default()
        })
    };
    let body = part(input_schema(&raw.pointer, raw.members));
    let response = part(output_schema(raw.members));
    problems.finish()?;
    let text = |key: &str| {
        let text = raw.members.get(key).and_then(Json::as_str);
        text.filter(|text| !text.trim().is_empty())
    };
    Ok(Tool {
        pointer: raw.pointer.clone(),
        name: raw.name.clone().into_owned(),
        title: text("title")
            .or_else(|| annotated_title(raw.members))
            .map(str::to_owned),
        description: text("description")
            .or(text("title"))
            .unwrap_or_default()
            .to_owned(),
        resource: String::new(),
        method: raw.name.clone().into_owned(),
        tags: Vec::new(),
        required: Vec::new(),
        query: EmbeddedSchema::default(),
        body,
        response,
        effect: effect_of(raw.members),
        deprecated: None,
        is_effect_assumed: !declares_effect(raw.members),
        repetition: repetition_of(raw.members),
        overlay: ToolOverlay::default(),
        removed_since: None,
    })
}
