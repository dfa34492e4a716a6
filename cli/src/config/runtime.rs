//! Parsing of `runtime`: the dependency of the generated code on its runtime.

use toml::Spanned;
use toml::de::DeValue;
use url::Url;

use super::reader::Reader;

/// The keys of the table.
const KEYS: [&str; 7] = [
    "version",
    "path",
    "git",
    "branch",
    "tag",
    "rev",
    "workspace",
];

/// The source of the runtime, as in a dependency of Cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RuntimeSource {
    /// A version from the registry.
    Version(String),
    /// A folder.
    Path {
        /// Its path from the root of the project, or an absolute path.
        path: String,
        /// The version that is required in addition.
        version: Option<String>,
    },
    /// A git repository.
    Git {
        /// Its URL.
        url: String,
        /// The branch, tag or revision; `None` for the default branch.
        reference: Option<GitReference>,
        /// The version that is required in addition.
        version: Option<String>,
    },
    /// The dependency of the same name in `[workspace.dependencies]`.
    Workspace,
}

/// A branch, tag or revision of a git repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GitReference {
    /// `branch`, `tag` or `rev`.
    pub(crate) key: &'static str,
    /// Its name.
    pub(crate) name: String,
}

/// The values of the keys.
#[derive(Default)]
struct Draft {
    version: Option<String>,
    path: Option<String>,
    git: Option<String>,
    references: Vec<GitReference>,
    workspace: bool,
}

/// Parses `runtime`: a table with the keys of a dependency, or a version.
pub(super) fn parse_runtime(
    reader: &mut Reader<'_>,
    value: &Spanned<DeValue<'_>>,
) -> Option<RuntimeSource> {
    if value.get_ref().as_str().is_some() {
        return reader.string("runtime", value).map(RuntimeSource::Version);
    }
    let Some(table) = value.get_ref().as_table() else {
        reader.wrong_type("runtime", value, "a version or a table");
        return None;
    };
    let mut draft = Draft::default();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(name) = KEYS.into_iter().find(|known| *known == name) else {
            reader.unknown_key(key.span(), &format!("runtime.{name}"), &KEYS);
            continue;
        };
        match name {
            "workspace" => match value.get_ref().as_bool() {
                Some(true) => draft.workspace = true,
                _ => reader.wrong_type("runtime.workspace", value, "true"),
            },
            "version" => draft.version = reader.string("runtime.version", value),
            "path" => draft.path = path(reader, value),
            "git" => draft.git = git(reader, value),
            key => draft.references.extend(
                reader
                    .string(&format!("runtime.{key}"), value)
                    .map(|name| GitReference { key, name }),
            ),
        }
    }
    let source = draft.finish();
    if source.is_none() {
        let diagnostic = reader
            .at(value.span(), "`runtime` does not name one source")
            .help(
                "write { version = \"…\" }, { path = \"…\" }, { git = \"…\" } with at most one of `branch`, `tag` and `rev`, or { workspace = true }",
            );
        reader.report_as(diagnostic);
    }
    source
}

/// Parses a path, which may leave the project.
fn path(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let path = reader.string("runtime.path", value)?;
    Some(path.trim_end_matches('/').replace('\\', "/"))
}

/// Parses the URL of a git repository.
fn git(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let url = reader.string("runtime.git", value)?;
    if let Err(problem) = parse_git_url(&url) {
        reader.report(value.span(), &format!("`runtime.git` is {problem}"));
    }
    Some(url)
}

/// Checks that Cargo can read the URL of a git repository.
///
/// # Errors
///
/// Returns the problem.
pub(crate) fn parse_git_url(url: &str) -> Result<String, String> {
    match Url::parse(url) {
        Ok(_) => Ok(url.to_owned()),
        Err(error) => Err(format!(
            "not a URL that Cargo can read: {error}; write https://HOST/PATH or ssh://git@HOST/PATH"
        )),
    }
}

impl Draft {
    /// Returns the source, if the keys name exactly one.
    fn finish(mut self) -> Option<RuntimeSource> {
        let reference = self.references.pop();
        let rest = (self.references.is_empty(), &reference);
        match (self.version, self.path, self.git, self.workspace, rest) {
            (None, None, None, true, (true, None)) => Some(RuntimeSource::Workspace),
            (version, Some(path), None, false, (true, None)) => {
                Some(RuntimeSource::Path { path, version })
            }
            (version, None, Some(url), false, (true, _)) => Some(RuntimeSource::Git {
                url,
                reference,
                version,
            }),
            (Some(version), None, None, false, (true, None)) => {
                Some(RuntimeSource::Version(version))
            }
            _ => None,
        }
    }
}
