//! The tables of the catalogs.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toolsmith_codegen::{Identifiers, Kind};

use super::reader::Reader;
use super::{CatalogConfig, Filter, TOKEN_FALLBACK, TOKEN_VARIABLE, values};
use crate::workspace::CRATE;

/// The keys of a catalog's table.
const KEYS: [&str; 11] = [
    "kind",
    "account",
    "token",
    "base_url",
    "methods",
    "tags",
    "has_description",
    "identifiers",
    "snapshot",
    "overlay",
    "lock",
];

/// What stands where a catalog says nothing.
const BASE_URL: &str = "https://api.truto.one";

/// What was said of a catalog so far.
#[derive(Default)]
struct Draft {
    kind: Option<Kind>,
    account: Option<String>,
    token: Option<String>,
    base_url: Option<String>,
    filter: Filter,
    identifiers: Identifiers,
    snapshot: Option<String>,
    overlay: Option<String>,
    lock: Option<String>,
}

/// Reads every `[catalog.<name>]`.
pub(super) fn parse_catalogs(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Vec<CatalogConfig> {
    let mut catalogs = Vec::new();
    for (key, value) in root {
        if key.get_ref() != "catalog" {
            reader.unknown_key(key.span(), key.get_ref(), &["catalog"]);
            continue;
        }
        let Some(tables) = value.get_ref().as_table() else {
            reader.wrong_type("catalog", value, "a table of catalogs: [catalog.<name>]");
            continue;
        };
        for (name, value) in tables {
            catalogs.extend(parse_catalog(reader, name, value));
        }
    }
    if root.is_empty() {
        let diagnostic = reader
            .at(0..0, "no catalog is named")
            .help("add one: [catalog.the_auth_api], with `kind` and `account`");
        reader.report_as(diagnostic);
    }
    catalogs.sort_by(|left, right| left.name.cmp(&right.name));
    catalogs
}

fn parse_catalog(
    reader: &mut Reader<'_>,
    name: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Option<CatalogConfig> {
    values::check_name(reader, name);
    let Some(table) = value.get_ref().as_table() else {
        reader.wrong_type(name.get_ref(), value, "a table");
        return None;
    };
    let mut draft = Draft::default();
    for (key, value) in table {
        read_key(reader, &mut draft, key, value);
    }
    let given = |key: &str| table.iter().any(|(given, _)| given.get_ref() == key);
    let missing = |key: &str| !given(key);
    require(reader, name, missing("kind"), "kind", "kind = \"truto\"");
    let account = format!(
        "account = {{ env = \"{}_ACCOUNT_ID\" }}",
        name.get_ref().to_uppercase()
    );
    require(reader, name, missing("account"), "account", &account);
    finish(name.get_ref(), draft)
}

fn read_key(
    reader: &mut Reader<'_>,
    draft: &mut Draft,
    key: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) {
    let key_name = key.get_ref().as_ref();
    match key_name {
        "kind" => draft.kind = values::kind(reader, value),
        "account" => draft.account = values::variable(reader, "account", value),
        "token" => draft.token = values::variable(reader, "token", value),
        "base_url" => draft.base_url = values::base_url(reader, value),
        "methods" => draft.filter.methods = values::names(reader, key_name, value),
        "tags" => draft.filter.tags = values::names(reader, key_name, value),
        "has_description" => match value.get_ref().as_bool() {
            None => reader.wrong_type(key_name, value, "true or false"),
            said => draft.filter.has_description = said,
        },
        "identifiers" => draft.identifiers = values::identifiers(reader, value),
        "snapshot" => draft.snapshot = values::file_in_crate(reader, key_name, value),
        "overlay" => draft.overlay = values::file(reader, key_name, value),
        "lock" => draft.lock = values::file_in_crate(reader, key_name, value),
        unknown => reader.unknown_key(key.span(), unknown, &KEYS),
    }
}

fn require(
    reader: &mut Reader<'_>,
    name: &Spanned<Cow<'_, str>>,
    is_missing: bool,
    key: &str,
    example: &str,
) {
    if is_missing {
        let span: Range<usize> = name.span();
        let diagnostic = reader
            .at(span, format!("catalog `{}` has no `{key}`", name.get_ref()))
            .help(format!("add {example}"));
        reader.report_as(diagnostic);
    }
}

/// What was said, with what holds where nothing was. `None` means that a problem was reported.
fn finish(name: &str, draft: Draft) -> Option<CatalogConfig> {
    let file = |said: Option<String>, extension: &str| {
        said.unwrap_or_else(|| format!("{CRATE}/catalogs/{name}.{extension}"))
    };
    let token = draft.token.unwrap_or_else(|| TOKEN_VARIABLE.to_owned());
    // A catalog with a token of its own must not be called with the token of another.
    let fallback = (token == TOKEN_VARIABLE).then(|| TOKEN_FALLBACK.to_owned());
    Some(CatalogConfig {
        name: name.to_owned(),
        kind: draft.kind?,
        account_variable: draft.account?,
        token_variables: [token].into_iter().chain(fallback).collect(),
        base_url: draft.base_url.unwrap_or_else(|| BASE_URL.to_owned()),
        filter: draft.filter,
        identifiers: draft.identifiers,
        snapshot: file(draft.snapshot, "json"),
        overlay: file(draft.overlay, "overlay.toml"),
        lock: file(draft.lock, "lock.toml"),
    })
}
