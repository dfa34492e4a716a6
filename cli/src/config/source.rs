//! Parsing of the keys that describe the source of a catalog.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toolsmith_codegen::options::{AccountSettings, CatalogKind, McpSettings, McpUrl};

use super::reader::Reader;
use super::{
    BASE_URL, BASE_URL_VARIABLE, ConfiguredSource, Filter, TOKEN_FALLBACK, TOKEN_VARIABLE, values,
};

/// Returns the keys of a kind, in addition to those of every catalog.
pub(super) fn keys(kind: CatalogKind) -> &'static [&'static str] {
    match kind {
        CatalogKind::Truto => &[
            "account",
            "integration",
            "token",
            "base_url",
            "methods",
            "tags",
            "has_description",
        ],
        CatalogKind::Mcp => &["url", "token", "command", "args", "env"],
        CatalogKind::Functions => &["file"],
    }
}

/// The values of the keys of a source.
#[derive(Default)]
pub(super) struct Draft {
    account: Option<String>,
    integration: Option<String>,
    token: Option<String>,
    base_url: Option<String>,
    filter: Filter,
    url: Option<McpUrl>,
    command: Option<String>,
    arguments: Vec<String>,
    variables: Vec<String>,
    file: Option<String>,
}

impl Draft {
    /// Parses one of the [`keys`].
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) {
        match key {
            "account" => self.account = values::variable(reader, key, value),
            "integration" => self.integration = values::integration(reader, key, value),
            "token" => self.token = values::variable(reader, key, value),
            "base_url" => self.base_url = values::address(reader, key, value),
            "methods" => self.filter.methods = values::names(reader, key, value),
            "tags" => self.filter.tags = values::names(reader, key, value),
            "has_description" => match value.get_ref().as_bool() {
                None => reader.wrong_type(key, value, "true or false"),
                Some(wanted) => self.filter.has_description = wanted,
            },
            "url" => self.url = values::server_url(reader, key, value),
            "command" => self.command = reader.string(key, value),
            "args" => self.arguments = reader.strings(key, value),
            "env" => self.variables = values::variables(reader, key, value),
            _ => self.file = values::file(reader, key, value),
        }
    }

    /// Returns the source, or `None` if an error was reported.
    pub(super) fn finish(
        self,
        reader: &mut Reader<'_>,
        name: &Spanned<Cow<'_, str>>,
        table: &DeTable<'_>,
        kind: CatalogKind,
    ) -> Option<ConfiguredSource> {
        let given = |key: &str| table.iter().any(|(given, _)| given.get_ref() == key);
        let mut need = |key: &str, example: &str| {
            if !given(key) {
                require(reader, name, key, example);
            }
        };
        match kind {
            CatalogKind::Truto => {
                let variable = format!("{}_ACCOUNT_ID", name.get_ref().to_uppercase());
                if !given("integration") {
                    let example = format!(
                        "account = {{ env = \"{variable}\" }}, or integration = \"slug\" to list tools \
                         without an account"
                    );
                    need("account", &example);
                }
                self.into_truto(variable, given("integration"))
            }
            CatalogKind::Mcp if given("url") && given("command") => {
                let what = format!("catalog `{}` has `url` and `command`", name.get_ref());
                let diagnostic = reader.at(name.span(), what);
                reader.report_as(
                    diagnostic.help(
                        "keep `url` for a server over HTTP, or `command` for a server to start",
                    ),
                );
                None
            }
            CatalogKind::Mcp if given("command") => {
                refuse(
                    reader,
                    table,
                    "token",
                    "command",
                    "name its variable in `env`",
                );
                Some(ConfiguredSource::Mcp(McpSettings::Command {
                    program: self.command?,
                    arguments: self.arguments,
                    variables: self.variables,
                }))
            }
            CatalogKind::Mcp => {
                need(
                    "url",
                    "url = \"https://…/mcp\", or command = \"npx\" and args",
                );
                refuse(reader, table, "args", "url", "remove it");
                refuse(reader, table, "env", "url", "remove it");
                Some(ConfiguredSource::Mcp(McpSettings::Http {
                    url: self.url?,
                    token_variable: self.token,
                }))
            }
            CatalogKind::Functions => {
                need("file", "file = \"functions.json\"");
                Some(ConfiguredSource::Functions { file: self.file? })
            }
        }
    }

    /// Returns the source. Without an account, the generated client reads `variable`.
    fn into_truto(self, variable: String, has_integration: bool) -> Option<ConfiguredSource> {
        let account = match (self.account, &self.integration) {
            (None, Some(_)) => variable,
            // An invalid integration was reported.
            (_, None) if has_integration => return None,
            (account, _) => account?,
        };
        let token = self.token.unwrap_or_else(|| TOKEN_VARIABLE.to_owned());
        // A catalog with a separate token must not be called with another token.
        let fallback = (token == TOKEN_VARIABLE).then(|| TOKEN_FALLBACK.to_owned());
        let settings = AccountSettings {
            base_url: self.base_url.unwrap_or_else(|| BASE_URL.to_owned()),
            base_url_variable: BASE_URL_VARIABLE.to_owned(),
            token_variables: [token].into_iter().chain(fallback).collect(),
            account_variable: account,
        };
        Some(ConfiguredSource::Truto {
            settings,
            integration: self.integration,
            filter: self.filter,
        })
    }
}

/// Reports a missing key.
pub(super) fn require(
    reader: &mut Reader<'_>,
    name: &Spanned<Cow<'_, str>>,
    key: &str,
    example: &str,
) {
    let what = format!("catalog `{}` has no `{key}`", name.get_ref());
    let diagnostic = reader.at(name.span(), what);
    reader.report_as(diagnostic.help(format!("add {example}")));
}

/// Reports a key that cannot be used with another.
fn refuse(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str, other: &str, help: &str) {
    let found = table.iter().find(|(given, _)| given.get_ref() == key);
    if let Some((found, _)) = found {
        let what = format!("`{key}` cannot be used with `{other}`");
        let diagnostic = reader.at(found.span(), what);
        reader.report_as(diagnostic.help(help));
    }
}
