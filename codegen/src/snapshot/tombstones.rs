//! The file of tombstones: the removed tools whose code stays for one release.
//!
//! It has the form of a snapshot. Each tool has a further member: `gone`, with the day on which the catalog did
//! not have it any more and the version of the generated crate on that day.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::canonical::{layout, list_key};
use crate::catalog::{LoadedTools, REMOVAL_KEY, RawTool, RemovalMark, load_tools, read_removal};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::{CatalogKind, SourceText};
use crate::source::{Json, Layout, Members, parse_json, pretty};

/// The update of a file of tombstones.
#[derive(Debug, Clone, Copy)]
pub struct TombstoneUpdate<'a> {
    /// The kind of the catalog.
    pub kind: CatalogKind,
    /// The tombstones so far.
    pub known: Option<&'a SourceText>,
    /// Snapshots in which removed tools are found, the newest first.
    pub before: &'a [SourceText],
    /// The snapshot.
    pub after: &'a SourceText,
    /// The tools whose code exists.
    pub generated: &'a BTreeSet<String>,
    /// The tools that the lock names.
    pub locked: &'a BTreeSet<String>,
    /// The tools of the snapshot that get code: those that the overlay does not hide or exclude.
    pub visible: &'a BTreeSet<String>,
    /// The day: `2026-11-30`.
    pub today: &'a str,
    /// The version of the generated crate.
    pub version: Option<&'a str>,
}

/// An updated file of tombstones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstones {
    /// The text of the file; `None` if there was no file and nothing has to be kept.
    pub text: Option<String>,
    /// The names of the removed tools that have no tombstone, because no snapshot before has them.
    pub lost: Vec<String>,
}

/// A tool of the file.
struct Tombstone<'json> {
    members: Cow<'json, Members>,
    since: &'json str,
    version: Option<&'json str>,
}

impl TombstoneUpdate<'_> {
    /// Adds the removed tools, and removes those that the catalog has again and those whose release is
    /// over.
    ///
    /// A tombstone stays until the generated crate has had one version that may break callers: one of a tool
    /// that went at 0.3.1 stays in every 0.3 and 0.4 and ends with 0.5.0, and one that went at 1.2.0 ends with
    /// 3.0.0.
    ///
    /// # Errors
    ///
    /// Returns an error if a file is not a list of tools.
    pub fn update(&self) -> Result<Tombstones, Diagnostics> {
        let after = parse_json(&self.after.file, &self.after.text)?;
        let after = load_tools(self.kind, &self.after.file, &after);
        let known = self.known.map(|known| parse_json(&known.file, &known.text));
        let known = known.transpose()?;
        let mut tombstones = self.keep(known.as_ref(), &after)?;
        let mut before = Vec::new();
        for snapshot in self.before {
            before.push((snapshot, parse_json(&snapshot.file, &snapshot.text)?));
        }
        let before: Vec<_> = before
            .iter()
            .map(|(snapshot, json)| load_tools(self.kind, &snapshot.file, json))
            .collect();
        let live = names(&after);
        let gone = self.generated.iter().map(String::as_str);
        let gone = gone.filter(|name| !live.contains(name));
        let (mut found, mut lost) = (Vec::new(), Vec::new());
        for name in gone.filter(|name| !tombstones.contains_key(*name)) {
            let mut tools = before.iter().flat_map(|loaded| &loaded.tools);
            match tools.find(|tool| tool.name == name) {
                Some(tool) => found.push(tool),
                None => lost.push(name.to_owned()),
            }
        }
        let earlier = before.iter().flat_map(names).collect();
        let new = self.new_routes(&after, &earlier);
        for tool in &found {
            let has_route = |other: &&&RawTool<'_>| route(other) == route(tool);
            let is_only = found.iter().filter(has_route).count() == 1;
            // One new tool has the route of a removed one, so it also has its names.
            let is_renamed = route(tool).is_some_and(|route| new.get(&route) == Some(&1));
            if is_only && is_renamed {
                continue;
            }
            let tombstone = Tombstone {
                members: Cow::Borrowed(tool.members),
                since: self.today,
                version: self.version,
            };
            tombstones.insert(tool.name.clone().into_owned(), tombstone);
        }
        let is_needed = self.known.is_some() || !tombstones.is_empty();
        Ok(Tombstones {
            text: is_needed.then(|| render(self.kind, &tombstones)),
            lost,
        })
    }

    /// Returns the tombstones that stay.
    fn keep<'json>(
        &self,
        known: Option<&'json Json>,
        after: &LoadedTools<'_>,
    ) -> Result<BTreeMap<String, Tombstone<'json>>, Diagnostics> {
        let mut tombstones = BTreeMap::new();
        let (Some(json), Some(document)) = (known, self.known) else {
            return Ok(tombstones);
        };
        let live = names(after);
        let loaded = load_tools(self.kind, &document.file, json);
        loaded.all_problems().finish()?;
        for raw in &loaded.tools {
            let RemovalMark { since, version } = read_removal(&document.file, raw)?;
            if live.contains(&*raw.name) || is_over(version, self.version) {
                continue;
            }
            let mut members = raw.members.clone();
            members.remove(REMOVAL_KEY);
            let tombstone = Tombstone {
                members: Cow::Owned(members),
                since,
                version,
            };
            tombstones.insert(raw.name.clone().into_owned(), tombstone);
        }
        Ok(tombstones)
    }

    /// Returns the number of new tools of each route: those that get code and that no earlier snapshot, no
    /// code and no lock names.
    fn new_routes<'json>(
        &self,
        after: &LoadedTools<'json>,
        earlier: &BTreeSet<&str>,
    ) -> BTreeMap<Route<'json>, usize> {
        let is_known = |name: &str| {
            earlier.contains(name) || self.generated.contains(name) || self.locked.contains(name)
        };
        let mut routes = BTreeMap::new();
        for tool in &after.tools {
            let is_new = self.visible.contains(&*tool.name) && !is_known(&tool.name);
            if let Some(route) = route(tool).filter(|_| is_new) {
                *routes.entry(route).or_default() += 1;
            }
        }
        routes
    }
}

/// Returns the tools that a lock names.
///
/// # Errors
///
/// Returns an error if the lock is not TOML.
pub fn locked_tools(lock: &SourceText) -> Result<BTreeSet<String>, Diagnostics> {
    let table: toml::Table = lock.text.parse().map_err(|error: toml::de::Error| {
        let location = SourceLocation {
            file: lock.file.clone(),
            ..SourceLocation::default()
        };
        let what = format!("this is not a lock: {}", error.message());
        Diagnostic::new(location, what)
            .help("the generator writes this file: restore it from version control")
    })?;
    let tools = table.get("tools").and_then(toml::Value::as_table);
    Ok(tools
        .into_iter()
        .flat_map(|tools| tools.keys().cloned())
        .collect())
}

/// The resource and the method of a tool.
type Route<'json> = (&'json str, &'json str);

fn names<'l>(loaded: &'l LoadedTools<'_>) -> BTreeSet<&'l str> {
    loaded.tools.iter().map(|tool| &*tool.name).collect()
}

/// Returns the resource and the method of a tool that has them.
fn route<'json>(tool: &RawTool<'json>) -> Option<Route<'json>> {
    let text = |key: &str| tool.members.get(key).and_then(Json::as_str);
    text("resource").zip(text("method"))
}

fn render(kind: CatalogKind, tombstones: &BTreeMap<String, Tombstone<'_>>) -> String {
    let raws: Vec<(RawTool<'_>, &Tombstone<'_>)> = tombstones
        .iter()
        .map(|(name, tombstone)| {
            let raw = RawTool {
                pointer: String::new(),
                name: Cow::Borrowed(name),
                members: &tombstone.members,
            };
            (raw, tombstone)
        })
        .collect();
    let list = raws.iter().map(|(raw, tombstone)| {
        let mut tool = match layout(kind, raw) {
            Layout::Map(members) => members,
            _ => Vec::new(),
        };
        let mut mark = vec![("since", Layout::Text(tombstone.since))];
        mark.extend(
            tombstone
                .version
                .map(|version| ("version", Layout::Text(version))),
        );
        tool.push((REMOVAL_KEY, Layout::Map(mark)));
        Layout::Map(tool)
    });
    pretty(&Layout::Map(vec![(
        list_key(kind),
        Layout::List(list.collect()),
    )]))
}

/// Returns `true` if there has been a version that may break callers after `gone`, and `now` is after it.
fn is_over(gone: Option<&str>, now: Option<&str>) -> bool {
    let (Some(gone), Some(now)) = (gone.and_then(numbers), now.and_then(numbers)) else {
        return false;
    };
    match (gone, now) {
        ([0, 0, gone], [0, 0, now]) | ([0, gone, _], [0, now, _]) | ([gone, ..], [now, ..]) => {
            now > gone + 1
        }
    }
}

/// Returns the numbers of a version, without a pre-release.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let release = version.split(['-', '+']).next()?;
    let mut numbers = release.split('.').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_ends_after_one_version_that_may_break_callers() {
        for (gone, stays, ends) in [
            (
                "0.3.1",
                ["0.3.1", "0.3.9", "0.4.7", "1.9.0"],
                ["0.5.0", "2.0.0"],
            ),
            (
                "1.2.0",
                ["1.2.0", "1.9.0", "2.9.9", "2.0.0-rc.1"],
                ["3.0.0", "4.1.0"],
            ),
            (
                "0.0.1",
                ["0.0.1", "0.0.2", "0.1.4", "1.0.0"],
                ["0.0.3", "0.2.0"],
            ),
        ] {
            for now in stays {
                assert!(!is_over(Some(gone), Some(now)), "{gone} -> {now}");
            }
            for now in ends {
                assert!(is_over(Some(gone), Some(now)), "{gone} -> {now}");
            }
        }
        // Without versions, a person ends it.
        assert!(!is_over(None, Some("9.0.0")));
        assert!(!is_over(Some("0.1.0"), None));
    }

    const BEFORE: &str = r#"{"tools": [
        {"name": "find_note", "description": "Finds.", "inputSchema": {"type": "object"}},
        {"name": "list_notes", "inputSchema": {"type": "object"}}]}"#;
    const AFTER: &str = r#"{"tools": [{"name": "list_notes", "inputSchema": {"type": "object"}}]}"#;

    fn updated(known: Option<&str>, before: &str, after: &str, version: &str) -> Tombstones {
        let text = |text: &str| SourceText::new("notes.json", text);
        let generated = ["find_note", "list_notes"].map(str::to_owned);
        let known = known.map(text);
        let update = TombstoneUpdate {
            kind: CatalogKind::Mcp,
            known: known.as_ref(),
            before: &[text(before)],
            after: &text(after),
            generated: &generated.into(),
            locked: &BTreeSet::new(),
            visible: &BTreeSet::new(),
            today: "2026-11-30",
            version: Some(version),
        };
        update.update().unwrap()
    }

    #[test]
    fn a_tool_stays_in_the_file_until_it_is_back_or_its_release_is_over() {
        let first = updated(None, BEFORE, AFTER, "0.3.0").text.unwrap();
        assert!(first.contains(r#""since": "2026-11-30""#), "{first}");
        assert!(first.contains(r#""version": "0.3.0""#), "{first}");
        assert!(
            first.contains("find_note") && !first.contains("list_notes"),
            "{first}"
        );
        // The file now has the definition: without the older snapshot the text stays the same.
        let second = updated(Some(&first), AFTER, AFTER, "0.4.0").text.unwrap();
        assert_eq!(first, second);
        let empty = "{\n  \"tools\": []\n}\n";
        assert_eq!(
            updated(Some(&first), BEFORE, BEFORE, "0.3.0")
                .text
                .as_deref(),
            Some(empty)
        );
        // The code of a tool whose release is over does not exist.
        let text = SourceText::new("t.json", &*first);
        let after = SourceText::new("notes.json", AFTER);
        let over = TombstoneUpdate {
            kind: CatalogKind::Mcp,
            known: Some(&text),
            before: &[],
            after: &after,
            generated: &["list_notes".to_owned()].into(),
            locked: &BTreeSet::new(),
            visible: &BTreeSet::new(),
            today: "2027-06-01",
            version: Some("0.5.0"),
        };
        assert_eq!(over.update().unwrap().text.as_deref(), Some(empty));
    }

    #[test]
    fn a_tool_without_a_definition_is_named() {
        let found = updated(None, AFTER, AFTER, "0.3.0");
        assert_eq!(found.lost, ["find_note"]);
        assert_eq!(found.text, None);
        assert_eq!(updated(None, BEFORE, BEFORE, "0.3.0").text, None);
    }

    #[test]
    fn only_one_new_tool_has_the_names_of_the_one_before() {
        let tools = |names: &str| {
            let tool =
                |name| format!(r#"{{"name": "{name}", "resource": "keys", "method": "list"}}"#);
            let tools: Vec<String> = names.split_whitespace().map(tool).collect();
            format!(r#"{{"result": [{}]}}"#, tools.join(","))
        };
        let set = |names: &str| names.split_whitespace().map(str::to_owned).collect();
        // The tools before, after, in the lock, and visible, and whether `list_keys` gets a tombstone.
        let cases = [
            ("list_keys", "all", "list_keys", "all", false),
            ("list_keys all", "all", "list_keys", "all", true),
            ("list_keys", "all", "list_keys all", "all", true),
            ("list_keys", "all", "list_keys", "", true),
            ("list_keys", "all some", "list_keys", "all some", true),
            ("list_keys", "all some", "list_keys", "all", false),
        ];
        for (before, after, locked, visible, has_tombstone) in cases {
            let update = TombstoneUpdate {
                kind: CatalogKind::Truto,
                known: None,
                before: &[SourceText::new("keys.json", tools(before))],
                after: &SourceText::new("keys.json", tools(after)),
                generated: &set("list_keys"),
                locked: &set(locked),
                visible: &set(visible),
                today: "2026-11-30",
                version: None,
            };
            let text = update.update().unwrap().text;
            assert_eq!(
                text.is_some(),
                has_tombstone,
                "{before:?} {after:?} {locked:?} {visible:?}"
            );
        }
    }
}
