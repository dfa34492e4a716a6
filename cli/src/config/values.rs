//! Parsing of single values.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;
use toolsmith_codegen::options::{
    CatalogKind, Identifiers, Layout, McpUrl, ToolPattern, is_reserved_catalog_name,
};
use url::Url;

use super::TOKEN_VARIABLE;
use super::reader::Reader;
use crate::text::nearest::{all_listed, listed, nearest};
use crate::workspace::CATALOGS;

/// Returns the remedy for a name that no catalog can have, with a similar name that one can have.
pub(crate) fn name_help(name: &str, layout: &Layout) -> String {
    let words = name.split(|char: char| !char.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let similar = Some(words.join("_")).filter(|similar| is_catalog_name(similar, layout));
    let example = similar.as_deref().unwrap_or("the_auth_api");
    format!(
        "use lower-case letters, digits and underscores, such as `{example}`; Rust keywords and names such as \
         `lib` and `std` are reserved"
    )
}

/// Returns `true` if a catalog can have this name, which becomes a module of the layout and a Cargo feature.
pub(crate) fn is_catalog_name(text: &str, layout: &Layout) -> bool {
    let is_word = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_')
        && !text.contains("__")
        && !text.ends_with('_');
    let is_keyword = syn::parse_str::<syn::Ident>(text).is_err();
    let is_taken = is_keyword || is_reserved_catalog_name(text, layout);
    is_word && !is_taken
}

/// Checks the name of a catalog.
pub(super) fn check_name(reader: &mut Reader<'_>, name: &Spanned<Cow<'_, str>>, layout: &Layout) {
    let text = name.get_ref().as_ref();
    if !is_catalog_name(text, layout) {
        let what = format!("`{text}` cannot be the name of a catalog");
        let diagnostic = reader
            .at(name.span(), what)
            .because("it becomes a Rust module and a Cargo feature")
            .help(name_help(text, layout));
        reader.report_as(diagnostic);
    }
}

/// Parses `kind`.
pub(super) fn kind(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<CatalogKind> {
    let text = reader.string("kind", value)?;
    let kind = CatalogKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == text);
    if kind.is_none() {
        let names = CatalogKind::ALL.map(CatalogKind::as_str);
        let help = match nearest(&text, names).as_slice() {
            [] => format!("the kinds are {}", all_listed(&names)),
            near => format!("did you mean {}?", listed(near)),
        };
        let diagnostic = reader.at(value.span(), format!("unknown kind `{text}`"));
        reader.report_as(diagnostic.help(help));
    }
    kind
}

/// Parses names of environment variables.
pub(super) fn variables(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Vec<String> {
    let names = reader.strings(key, value);
    if names.iter().any(|name| !is_variable(name)) {
        // A value that is not a name may be a secret, so it is not shown.
        let diagnostic = reader
            .at(
                value.span(),
                format!("`{key}` must list names of environment variables"),
            )
            .help(format!(
                "write {key} = [\"SERVICE_TOKEN\"], and set it where the command runs"
            ));
        reader.report_as(diagnostic);
    }
    names
}

/// Parses `{ env = "NAME" }`. Any other value may be a secret and is never shown.
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

/// Returns `true` if this can be the name of an environment variable.
pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name
            .chars()
            .all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
}

fn refuse_value(reader: &mut Reader<'_>, key: &str, value: &Spanned<DeValue<'_>>) {
    let example = match key {
        "token" => TOKEN_VARIABLE,
        "url" => "SERVICE_MCP_URL",
        _ => "THE_AUTH_API_ACCOUNT_ID",
    };
    let mut diagnostic = reader
        .at(
            value.span(),
            format!("`{key}` must name an environment variable, not contain the value"),
        )
        .help(format!(
            "write {key} = {{ env = \"{example}\" }} and set the variable where the command runs"
        ));
    if key == "token" {
        diagnostic = diagnostic.because(
            "this file is committed, and a token in it is in every clone; revoke a token that was committed",
        );
    }
    reader.report_as(diagnostic);
}

/// Parses `base_url`: https or http, without a query or a fragment.
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
                .help("write only the address: https://api.truto.one");
            reader.report_as(diagnostic);
            None
        }
    }
}

/// Parses `integration`: an identifier or a slug, which is one segment of a path.
pub(super) fn integration(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let text = reader.string(key, value)?;
    let is_segment = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    if text.chars().all(is_segment) && !matches!(text.as_str(), "." | "..") {
        return Some(text);
    }
    let diagnostic = reader
        .at(
            value.span(),
            format!("`{key}` is not the slug or the identifier of an integration"),
        )
        .help("write it as the platform shows it: integration = \"the_auth_api\"");
    reader.report_as(diagnostic);
    None
}

/// Parses `url`: an address, or `{ env = "NAME" }` if the address contains a secret.
pub(super) fn server_url(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<McpUrl> {
    if value.get_ref().as_table().is_some() {
        return variable(reader, key, value).map(McpUrl::Variable);
    }
    let text = reader.string(key, value)?;
    match address_problem(&format!("`{key}`"), &text) {
        None => Some(McpUrl::Literal(text)),
        Some(what) => {
            let diagnostic = reader.at(value.span(), what).help(
                "write only the address: https://mcp.example.com/mcp; if it contains a secret, set a \
                 variable to it and write url = { env = \"SERVICE_MCP_URL\" }",
            );
            reader.report_as(diagnostic);
            None
        }
    }
}

/// Returns the problem of an address without a scheme.
pub(crate) fn scheme_problem(key: &str, text: &str) -> Option<String> {
    (!text.contains("://")).then(|| {
        format!("{key} has no scheme; begin it with `https://`, or with `http://` for a server on this machine")
    })
}

/// Returns the problem of an address, if it has one.
pub(crate) fn address_problem(key: &str, text: &str) -> Option<String> {
    if let Some(problem) = scheme_problem(key, text) {
        return Some(problem);
    }
    match Url::parse(text) {
        Err(error) => Some(format!("{key} is not a URL: {error}")),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some(format!("{key} contains credentials; remove them"))
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            let help = match key {
                "url" => "; if it is a secret, set `url` to { env = \"NAME\" }",
                "--url" => "; if it is a secret, put the URL in a variable and pass --url-env",
                _ => "; remove it",
            };
            Some(format!("{key} contains a query or a fragment{help}"))
        }
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Some(format!(
            "{key} has the scheme `{}`, not `https`",
            url.scheme()
        )),
        Ok(_) => None,
    }
}

/// Parses `methods` and `tags`: names that can be joined by commas.
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
                .help("write one name per string");
            reader.report_as(diagnostic);
        }
    }
    names
}

/// Parses `include` and `exclude`: names of tools and resources, or patterns of them.
pub(super) fn patterns(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Vec<ToolPattern> {
    if value
        .get_ref()
        .as_array()
        .is_some_and(|items| items.is_empty())
    {
        let diagnostic = reader.at(value.span(), format!("`{key}` is empty"));
        reader.report_as(diagnostic.help("remove it to select all tools"));
    }
    let mut patterns = Vec::new();
    for text in reader.strings(key, value) {
        match ToolPattern::parse(&text) {
            Ok(pattern) => patterns.push(pattern),
            Err(error) => {
                let diagnostic = reader
                    .at(
                        value.span(),
                        format!("`{key}` has an invalid pattern: {error}"),
                    )
                    .help("`*` matches any characters, `?` one, and `[ab]` one of several");
                reader.report_as(diagnostic);
            }
        }
    }
    patterns
}

/// Parses `identifiers`.
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
                near => format!("did you mean {}?", listed(near)),
            };
            let diagnostic = reader
                .at(value.span(), format!("unknown value `{unknown}`"))
                .help(help);
            reader.report_as(diagnostic);
            Identifiers::default()
        }
    }
}

/// Parses a path from the root.
pub(super) fn file(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let path = reader.string(key, value)?;
    let leaves = path.split('/').any(|segment| segment == "..");
    if leaves || path.starts_with('/') || path.contains(['\\', ':']) {
        let example = match key {
            "crate" => "crates/tools",
            "module" => "src/tools",
            _ => "catalogs/the_auth_api.json",
        };
        let diagnostic = reader
            .at(
                value.span(),
                format!("`{key}` is not a path from the root of the project: `{path}`"),
            )
            .help(format!("write it with `/` and without `..`: {example}"));
        reader.report_as(diagnostic);
        return None;
    }
    Some(path)
}

/// Parses the path of a file that the generator writes. It must be in the directory of the catalogs,
/// so that a typo cannot overwrite other files.
pub(super) fn catalog_file(
    reader: &mut Reader<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Option<String> {
    let path = file(reader, key, value)?;
    if !path.starts_with(&format!("{CATALOGS}/")) {
        let diagnostic = reader
            .at(
                value.span(),
                format!("`{key}` is not in {CATALOGS}/: `{path}`"),
            )
            .help(format!(
                "choose a path such as {CATALOGS}/the_auth_api.json"
            ));
        reader.report_as(diagnostic);
        return None;
    }
    Some(path)
}
