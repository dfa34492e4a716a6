//! Parsing of the catalog tables.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toolsmith_codegen::options::{CatalogKind, Identifiers, Selection, UnreadableTools};

use super::reader::Reader;
use super::{CatalogConfig, TargetConfig, source, values};
use crate::text::nearest::{all_listed, nearest};
use crate::workspace::CATALOGS;

/// The keys of every catalog.
pub(super) const KEYS: [&str; 8] = [
    "kind",
    "identifiers",
    "skip_unreadable",
    "include",
    "exclude",
    "snapshot",
    "overlay",
    "lock",
];

/// The values of the keys that every catalog has.
#[derive(Default)]
struct Draft {
    identifiers: Identifiers,
    unreadable: UnreadableTools,
    selection: Selection,
    snapshot: Option<String>,
    overlay: Option<String>,
    lock: Option<String>,
}

/// Parses every `[catalog.<name>]`.
pub(super) fn parse_catalogs(
    reader: &mut Reader<'_>,
    root: &DeTable<'_>,
    target: &TargetConfig,
) -> Vec<CatalogConfig> {
    let layout = target.layout();
    let mut catalogs = Vec::new();
    for (key, value) in root {
        if key.get_ref() != "catalog" {
            continue;
        }
        let Some(tables) = value.get_ref().as_table() else {
            reader.wrong_type("catalog", value, "a table of catalogs: [catalog.<name>]");
            continue;
        };
        for (name, value) in tables {
            values::check_name(reader, name, &layout);
            catalogs.extend(parse_catalog(reader, name, value));
        }
    }
    catalogs.sort_by(|left, right| left.name.cmp(&right.name));
    catalogs
}

fn parse_catalog(
    reader: &mut Reader<'_>,
    name: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Option<CatalogConfig> {
    let Some(table) = value.get_ref().as_table() else {
        reader.wrong_type(name.get_ref(), value, "a table");
        return None;
    };
    let Some((_, kind)) = table.iter().find(|(key, _)| key.get_ref() == "kind") else {
        report_missing_kind(reader, name, table);
        return None;
    };
    let kind = values::kind(reader, kind)?;
    let mut draft = Draft::default();
    let mut source = source::Draft::default();
    let mut has_unknown_key = false;
    for (key, value) in table {
        let key_name = key.get_ref().as_ref();
        if source::keys(kind).contains(&key_name) {
            source.read(reader, key_name, value);
        } else if KEYS.contains(&key_name) {
            read_key(reader, &mut draft, key_name, value);
        } else {
            has_unknown_key |= !refuse_key(reader, key, kind);
        }
    }
    if has_unknown_key {
        // What is missing, and what cannot be used with what, may follow from a typo.
        return None;
    }
    let source = source.finish(reader, name, table, kind)?;
    let file = |path: Option<String>, extension: &str| {
        path.unwrap_or_else(|| format!("{CATALOGS}/{}.{extension}", name.get_ref()))
    };
    Some(CatalogConfig {
        name: name.get_ref().to_string(),
        source,
        identifiers: draft.identifiers,
        unreadable: draft.unreadable,
        selection: draft.selection,
        snapshot: file(draft.snapshot, "json"),
        is_overlay_named: draft.overlay.is_some(),
        overlay: file(draft.overlay, "overlay.toml"),
        lock: file(draft.lock, "lock.toml"),
        tombstones: None,
    })
}

fn read_key(reader: &mut Reader<'_>, draft: &mut Draft, key: &str, value: &Spanned<DeValue<'_>>) {
    match key {
        "identifiers" => draft.identifiers = values::identifiers(reader, value),
        "skip_unreadable" => match value.get_ref().as_bool() {
            None => reader.wrong_type(key, value, "true or false"),
            Some(true) => draft.unreadable = UnreadableTools::Skipped,
            Some(false) => draft.unreadable = UnreadableTools::Refused,
        },
        "include" => draft.selection.include = values::patterns(reader, key, value),
        "exclude" => draft.selection.exclude = values::patterns(reader, key, value),
        "snapshot" => draft.snapshot = values::catalog_file(reader, key, value),
        "overlay" => draft.overlay = values::file(reader, key, value),
        "lock" => draft.lock = values::catalog_file(reader, key, value),
        // `kind` was parsed first, because it determines the other keys.
        _ => {}
    }
}

/// Reports a table without `kind`: as a typo if a key resembles it, or else with the kind that has its keys.
fn report_missing_kind(reader: &mut Reader<'_>, name: &Spanned<Cow<'_, str>>, table: &DeTable<'_>) {
    let belongs_to = |kind: CatalogKind, key: &str| source::keys(kind).contains(&key);
    for (key, _) in table {
        let text = key.get_ref().as_ref();
        let is_known =
            KEYS.contains(&text) || CatalogKind::ALL.iter().any(|it| belongs_to(*it, text));
        if !is_known && !nearest(text, ["kind"]).is_empty() {
            reader.unknown_key(key.span(), text, &KEYS);
            return;
        }
    }
    let has_key_of = |kind: CatalogKind| {
        let is_telling = |key: &str| key != "token" && belongs_to(kind, key);
        table.iter().any(|(key, _)| is_telling(key.get_ref()))
    };
    let kinds = [CatalogKind::Mcp, CatalogKind::Functions];
    let kind = kinds.into_iter().find(|kind| has_key_of(*kind));
    let kind = kind.unwrap_or(CatalogKind::Truto).as_str();
    source::require(reader, name, "kind", &format!("kind = \"{kind}\""));
}

/// Reports a key that this kind of catalog does not have. Returns `true` if another kind has it.
fn refuse_key(reader: &mut Reader<'_>, key: &Spanned<Cow<'_, str>>, kind: CatalogKind) -> bool {
    let name = key.get_ref().as_ref();
    let other = CatalogKind::ALL
        .into_iter()
        .find(|other| source::keys(*other).contains(&name));
    let known: Vec<&str> = KEYS.iter().chain(source::keys(kind)).copied().collect();
    match other {
        None => reader.unknown_key(key.span(), name, &known),
        Some(other) => {
            let what = format!("`{name}` is not a key of kind `{}`", kind.as_str());
            let diagnostic = reader.at(key.span(), what).help(format!(
                "it belongs to kind `{}`; the keys of this kind are {}",
                other.as_str(),
                all_listed(source::keys(kind))
            ));
            reader.report_as(diagnostic);
        }
    }
    other.is_some()
}
