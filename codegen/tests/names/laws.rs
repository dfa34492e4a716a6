//! The laws that every generation obeys.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use toolsmith_codegen::options::{
    AccountSettings, CatalogKind, Identifiers, Selection, UnreadableTools,
};
use toolsmith_codegen::snapshot::canonicalize;
use toolsmith_codegen::{
    CatalogInput, CatalogSource, Diagnostics, GeneratedCrate, Options, SourceText,
};

use crate::edits::Catalog;

/// Generates a catalog with a lock.
pub(crate) fn generate(
    catalog: &Catalog,
    lock: Option<&str>,
) -> Result<GeneratedCrate, Diagnostics> {
    let document = |file: &str, text: String| SourceText {
        file: file.to_owned(),
        text,
    };
    let kind = if catalog.is_truto {
        CatalogKind::Truto
    } else {
        CatalogKind::Functions
    };
    let snapshot = canonicalize(kind, &document("demo.json", catalog.document()))?.text;
    let again = canonicalize(kind, &document("demo.json", snapshot.clone()))?.text;
    assert_eq!(snapshot, again);
    let input = CatalogInput {
        name: "demo".to_owned(),
        snapshot: document("demo.json", snapshot),
        overlay: None,
        lock: lock.map(|lock| document("demo.lock.toml", lock.to_owned())),
        source: if catalog.is_truto {
            CatalogSource::Truto(AccountSettings::default())
        } else {
            CatalogSource::Functions
        },
        tombstones: None,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    };
    toolsmith_codegen::generate(&[input], &Options::default())
}

/// A catalog, and the lock after its generation.
#[derive(Debug)]
pub(crate) struct State {
    tools: BTreeMap<String, Json>,
    /// The types of the places that the last generation used.
    places: BTreeMap<String, String>,
    /// The types of variants with tags, by union and tag.
    variants: BTreeMap<(String, String), String>,
    lock: String,
    names: toml::Table,
}

impl State {
    /// Generates a catalog for the first time.
    pub(crate) fn first(catalog: &Catalog) -> Self {
        Self::generate(catalog, None, "first generation")
    }

    /// Generates an edited catalog, and checks it against this state.
    pub(crate) fn next(&self, catalog: &Catalog, context: &str) -> Self {
        let next = Self::generate(catalog, Some(&self.lock), context);
        self.check_types(&next, context);
        self.check_tools(&next, context);
        self.check_unchanged_tools(&next, context);
        self.check_variants(&next, context);
        next
    }

    /// Generates twice, and checks that the second generation changes nothing.
    fn generate(catalog: &Catalog, lock: Option<&str>, context: &str) -> Self {
        let run = |lock: Option<&str>| {
            generate(catalog, lock).unwrap_or_else(|problems| panic!("{context}: {problems}"))
        };
        let output = run(lock);
        let lock = output.locks[0].clone();
        let again = run(Some(&lock));
        assert_eq!(lock, again.locks[0], "{context}: the lock changes again");
        for (path, text) in &output.files.0 {
            let again = again.files.0.get(path).map_or("", String::as_str);
            let mut lines = text.lines().zip(again.lines());
            let differing = lines.find(|(one, other)| one != other);
            assert!(
                text == again,
                "{context}: {path} changes again: {differing:#?}"
            );
        }
        assert_eq!(output.files.0.len(), again.files.0.len(), "{context}");
        assert_eq!(again.reports[0].splits, [], "{context}");
        let names: toml::Table = lock.parse().unwrap();
        let tools = catalog.tools.iter();
        let tools = tools.map(|tool| (tool["name"].as_str().unwrap().to_owned(), tool.clone()));
        let owners = owners(&names, context);
        let mut places = BTreeMap::new();
        for tool in &output.reports[0].tools {
            for place in &tool.places {
                let place = format!("{}#{}", tool.name, place.pointer);
                if let Some(name) = owners.get(&place) {
                    places.insert(place, name.clone());
                }
            }
        }
        let variants = catalog.variants().into_iter().filter_map(|(key, place)| {
            let name = places.get(&place)?;
            Some((key, name.clone()))
        });
        Self {
            tools: tools.collect(),
            variants: variants.collect(),
            places,
            lock,
            names,
        }
    }

    /// A name keeps at least one of its places, takes none of another name, and keeps the names of
    /// its members.
    fn check_types(&self, next: &Self, context: &str) {
        let before = owners(&self.names, context);
        let after = owners(&next.names, context);
        for (name, entry) in types(&self.names) {
            let now = types(&next.names).find(|(known, _)| *known == name);
            let Some((_, now)) = now else {
                panic!("{context}: the name {name} is gone");
            };
            // A variant is found by its tag, not by its index.
            let is_live = |place: &&String| {
                !is_in_union(place)
                    && self.places.get(*place) == Some(name)
                    && next.places.contains_key(*place)
            };
            let live: Vec<&String> = before.keys().filter(is_live).collect();
            let keeps_one = next.places.values().any(|known| known == name);
            assert!(
                live.is_empty() || keeps_one,
                "{context}: {name} left all its places {live:?} to {:?}",
                live.iter()
                    .map(|place| after.get(*place))
                    .collect::<Vec<_>>()
            );
            for place in places(now).iter().filter(|place| !is_in_union(place)) {
                let owner = before.get(place);
                assert!(
                    owner.is_none_or(|owner| owner == name || is_split(self, next, owner)),
                    "{context}: {name} took {place} from {owner:?}"
                );
            }
            let (old, new) = (members(entry), members(now));
            let has_capital = |name: &str| name.starts_with(|first: char| first.is_uppercase());
            let form = |members: &BTreeMap<String, String>| {
                members.values().next().map(|name| has_capital(name))
            };
            for (wire, member) in &old {
                let is_other_form = form(&old) != form(&new);
                let is_inherited =
                    !new.contains_key(wire) && new.values().any(|name| name == member);
                assert!(
                    is_other_form || is_inherited || new.get(wire) == Some(member),
                    "{context}: {name} calls {wire} {:?}, not {member}",
                    new.get(wire)
                );
            }
        }
    }

    /// A tool keeps its method, its request and the names of its fields. A tool or a field with another
    /// name inherits those of the one that is gone.
    fn check_tools(&self, next: &Self, context: &str) {
        for (tool, entry) in table(&self.names, "tools") {
            let tools = table(&next.names, "tools");
            let heir = || {
                let known = table(&self.names, "tools");
                let mut new = tools.iter().filter(|(name, _)| !known.contains_key(*name));
                new.find(|(_, now)| now["request"] == entry["request"])
            };
            let now = tools.get(tool).or_else(|| heir().map(|(_, now)| now));
            let now = now.unwrap_or_else(|| panic!("{context}: {tool} has no entry"));
            assert_eq!(entry["request"], now["request"], "{context}: {tool}");
            let is_live = self.tools.contains_key(tool) && next.tools.contains_key(tool);
            if is_live && entry["resource"] == now["resource"] {
                assert_eq!(entry["method"], now["method"], "{context}: {tool}");
            }
            let fields = |entry: &toml::Value| entry.get("fields").cloned();
            let (old, new) = (fields(entry), fields(now));
            for (wire, field) in old.iter().flat_map(|old| old.as_table().unwrap()) {
                let new = new.as_ref().and_then(toml::Value::as_table);
                let kept = new.and_then(|new| new.get(wire));
                let is_inherited =
                    kept.is_none() && new.is_some_and(|new| new.values().any(|name| name == field));
                assert!(
                    is_inherited || kept == Some(field),
                    "{context}: {tool}: {wire}"
                );
            }
        }
        for section in ["resources", "identifiers"] {
            for (key, entry) in table(&self.names, section) {
                let now = table(&next.names, section);
                assert_eq!(now.get(key), Some(entry), "{context}: {key}");
            }
        }
    }

    /// A variant keeps its type at any index.
    fn check_variants(&self, next: &Self, context: &str) {
        for (key, name) in &self.variants {
            let places = self.places.values().filter(|known| *known == name);
            if let (Some(now), 1) = (next.variants.get(key), places.count()) {
                assert_eq!(now, name, "{context}: {key:?}");
            }
        }
    }

    /// The places of a tool that did not change keep their types.
    fn check_unchanged_tools(&self, next: &Self, context: &str) {
        for (place, name) in &self.places {
            let tool = place.split('#').next().unwrap();
            let is_same = self.tools.get(tool) == next.tools.get(tool);
            if is_same && self.tools.contains_key(tool) {
                let now = next.places.get(place);
                assert!(
                    now == Some(name),
                    "{context}: {place} did not change, was {name} and is {now:?}"
                );
            }
        }
    }
}

fn is_in_union(place: &str) -> bool {
    place.contains("/oneOf/") || place.contains("/anyOf/")
}

/// Returns `true` if a name lost some of its places to other types, and still has others.
fn is_split(before: &State, after: &State, name: &str) -> bool {
    let has = |state: &State| state.places.values().filter(|known| *known == name).count();
    has(after) > 0 && has(before) > 1
}

fn table<'t>(names: &'t toml::Table, section: &str) -> &'t toml::Table {
    static EMPTY: std::sync::LazyLock<toml::Table> = std::sync::LazyLock::new(toml::Table::new);
    let found = names.get(section).and_then(toml::Value::as_table);
    found.unwrap_or(&EMPTY)
}

fn types(names: &toml::Table) -> impl Iterator<Item = (&String, &toml::Value)> {
    table(names, "types").iter()
}

fn places(entry: &toml::Value) -> Vec<String> {
    let places = entry["places"].as_array().unwrap().iter();
    places
        .map(|place| place.as_str().unwrap().to_owned())
        .collect()
}

fn members(entry: &toml::Value) -> BTreeMap<String, String> {
    let names = entry.get("names").and_then(toml::Value::as_table);
    let names = names.into_iter().flatten();
    names
        .map(|(wire, name)| (wire.clone(), name.as_str().unwrap().to_owned()))
        .collect()
}

/// Returns the type of each place, and checks that a place is in one entry only.
fn owners(names: &toml::Table, context: &str) -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (name, entry) in types(names) {
        for place in places(entry) {
            assert!(
                seen.insert(place.clone()),
                "{context}: {place} is twice in the lock"
            );
            owners.insert(place, name.clone());
        }
    }
    owners
}
