//! The values that a catalog's table may hold, one by one.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;
use toolsmith_codegen::CatalogKind;
use toolsmith_codegen::options::Identifiers;
use url::Url;

use super::TOKEN_VARIABLE;
use super::reader::Reader;
use crate::nearest::{listed, nearest};
use crate::workspace::CRATE;

/// A catalog's name becomes a module and a cargo feature.
pub(super) fn check_name(reader: &mut Reader<'_>, name: &Spanned<Cow<'_, str>>) {
    let text = name.get_ref().as_ref();
    let is_word = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_')
        && !text.contains("__")
        && !text.ends_with('_');
    // `gen` is reserved in edition 2024, which syn does not know.
    let is_taken = ["default", "gen", "runtime"].contains(&text)
        || syn::parse_str::<syn::Ident>(text).is_err();
    if !is_word || is_taken {
        let what = format!("`{text}` cannot be the name of a catalog");
        let diagnostic = reader
            .at(name.span(), what)
            .because("it becomes a Rust module and a cargo feature")
            .help("use lower-case letters, digits and underscores, and no keyword: the_auth_api");
        reader.report_as(diagnostic);
    }
}

/// `kind`.
pub(super) fn kind(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<CatalogKind> {
    let text = reader.string("kind", value)?;
    let kind = CatalogKind::ALL.into_iter().find(|kind| kind.name() == text);
    if kind.is_none() {
        let names = CatalogKind::ALL.map(CatalogKind::name);
        let help = match nearest(&text, names).as_slice() {
            [] => format!("the kinds are {}", listed(&names)),
            near => format!("is {} meant?", listed(near)),
        };
        let diagnostic = reader.at(value.span(), format!("unknown kind `{text}`"));
        reader.report_as(diagnostic.help(help));
    }
    kind
}

/// Names of environment variables.
pub(super) fn variables(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Vec<String> {
    let names = reader.strings(key, value);
    if names.iter().any(|name| !is_variable(name)) {
        // What stands here instead of a name may be a secret.
        let diagnostic = reader
            .at(
                value.span(),
                format!("`{key}` is to name environment variables"),
            )
            .help(format!(
                "write {key} = [\"SERVICE_TOKEN\"], and set it where the command runs"
            ));
        reader.report_as(diagnostic);
    }
    names
}

/// `{ env = "NAME" }`. Whatever else stands here may be a secret, and is never shown.
pub(super) fn variable(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let Some(table) = value.get_ref().as_table() else {
        refuse_value(reader, key, value);
        return None;
    };
    let mut variable = None;
    for (inner, value) in table {
        if inner.get_ref() != "env" {
            let what = format!("{key}.{}", inner.get_ref());
            reader.unknown_key(inner.span(), &what, &["env"]);
            continue;
        }
        match value.get_ref().as_str() {
            Some(name) if is_variable(name) => variable = Some(name.to_owned()),
            _ => refuse_value(reader, key, value),
        }
    }
    if table.is_empty() {
        refuse_value(reader, key, value);
    }
    variable
}

/// Whether this may be the name of an environment variable.
pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name
            .chars()
            .all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
}

fn refuse_value(reader: &mut Reader<'_>, key: &str, value: &Spanned<DeValue<'_>>) {
    let example = match key {
        "token" => TOKEN_VARIABLE,
        _ => "THE_AUTH_API_ACCOUNT_ID",
    };
    let mut diagnostic = reader
        .at(
            value.span(),
            format!("`{key}` is to name an environment variable, not to hold the value"),
        )
        .help(format!(
            "write {key} = {{ env = \"{example}\" }} and set the variable where the command runs"
        ));
    if key == "token" {
        diagnostic = diagnostic.because(
            "this file is checked in, and a token in it is a token in every clone; one that was committed is to be revoked",
        );
    }
    reader.report_as(diagnostic);
}

/// `base_url` and `url`: https or http, and nothing behind the path.
pub(super) fn address(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let text = reader.string(key, value)?;
    match address_problem(&format!("`{key}`"), &text) {
        None => Some(text),
        Some(what) => {
            let diagnostic = reader
                .at(value.span(), what)
                .help("write the address alone: https://api.truto.one");
            reader.report_as(diagnostic);
            None
        }
    }
}

/// What is wrong with an address, if anything is.
pub(crate) fn address_problem(key: &str, text: &str) -> Option<String> {
    match Url::parse(text) {
        Err(error) => Some(format!("{key} is not an address: {error}")),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => Some(format!(
            "{key} holds credentials, which do not belong there"
        )),
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            Some(format!("{key} ends in a query or a fragment"))
        }
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            Some(format!("{key} begins with `{}:`", url.scheme()))
        }
        Ok(_) => None,
    }
}

/// `methods` and `tags`: names that can be joined with commas.
pub(super) fn names(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Vec<String> {
    let names = reader.strings(key, value);
    for name in &names {
        if name.contains(',') {
            let diagnostic = reader
                .at(value.span(), format!("`{key}` has a comma in `{name}`"))
                .help("write one name for each string");
            reader.report_as(diagnostic);
        }
    }
    names
}

/// `identifiers`.
pub(super) fn identifiers(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Identifiers {
    let Some(text) = reader.string("identifiers", value) else {
        return Identifiers::default();
    };
    match text.as_str() {
        "typed" => Identifiers::Typed,
        "plain" => Identifiers::Plain,
        unknown => {
            let choices = ["typed", "plain"];
            let near = nearest(unknown, choices);
            let help = match near.as_slice() {
                [] => format!("write {}", listed(&choices)),
                near => format!("is {} meant?", listed(near)),
            };
            let diagnostic = reader
                .at(value.span(), format!("unknown choice `{unknown}`"))
                .help(help);
            reader.report_as(diagnostic);
            Identifiers::default()
        }
    }
}

/// A path from the root.
pub(super) fn file(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let path = reader.string(key, value)?;
    let leaves = path.split('/').any(|segment| segment == "..");
    if leaves || path.starts_with('/') || path.contains(['\\', ':']) {
        let diagnostic = reader
            .at(
                value.span(),
                format!("`{key}` is no path from the root of the project: `{path}`"),
            )
            .help("write it with `/` and without `..`: generated/catalogs/the_auth_api.json");
        reader.report_as(diagnostic);
        return None;
    }
    Some(path)
}

/// A path from the root of a file that is written: it belongs to the generated crate, so that all
/// that a run writes is planned as one.
pub(super) fn file_in_crate(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let path = file(reader, key, value)?;
    let is_inside = path.starts_with(&format!("{CRATE}/"));
    if !is_inside || path.starts_with(&format!("{CRATE}/src/")) {
        let diagnostic = reader
            .at(
                value.span(),
                format!("`{key}` lies outside {CRATE}/, or in its sources: `{path}`"),
            )
            .help(format!(
                "choose a path such as {CRATE}/catalogs/the_auth_api.json"
            ));
        reader.report_as(diagnostic);
        return None;
    }
    Some(path)
}
