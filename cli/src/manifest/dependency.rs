//! The dependency on the runtime.

use anyhow::{Result, bail};
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value, value};

use super::{runtime_feature, strings};
use crate::config::RuntimeSource;

/// The package of the runtime.
const PACKAGE: &str = "toolsmith-runtime";

/// The key that names the source, for messages.
const CONFIG_KEY: &str = "`runtime` in toolsmith.toml";

/// The keys of a dependency that name its source.
const SOURCE_KEYS: [&str; 10] = [
    "version",
    "path",
    "git",
    "branch",
    "tag",
    "rev",
    "registry",
    "registry-index",
    "base",
    "workspace",
];

/// The dependency on the runtime that a crate needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency<'a> {
    /// The source, or `None` to keep that of the manifest.
    pub(crate) source: Option<&'a RuntimeSource>,
    /// The number of folders between the root of the project, from which a path starts, and the
    /// manifest.
    pub(crate) depth: usize,
    /// The features of the runtime that no feature of the crate enables.
    pub(crate) features: &'a [&'a str],
    /// `true` if the manifest may be edited for `features`.
    pub(crate) adds_features: bool,
}

/// Updates the dependency on the runtime. `path` is that of the manifest, for messages.
///
/// # Errors
///
/// Returns an error if the manifest has no such dependency and the configuration does not name its
/// source, or if a feature is missing.
pub(crate) fn update_dependency(
    document: &mut DocumentMut,
    dependency: &Dependency<'_>,
    path: &str,
) -> Result<()> {
    let name = if find(document, "toolsmith_runtime").is_some() {
        "toolsmith_runtime"
    } else {
        PACKAGE
    };
    match (find(document, name), dependency.source) {
        (None, None) if has_target_dependency(document) => return Ok(()),
        (None, None) => bail!(
            "{path} does not depend on {PACKAGE}; add `{PACKAGE} = \"{}\"` to its dependencies, or set {CONFIG_KEY}",
            env!("CARGO_PKG_VERSION")
        ),
        (found, Some(source)) => {
            let wanted = wanted(source, dependency.depth);
            let is_same = found.is_some_and(|found| source_of(found) == as_strings(&wanted));
            if !is_same {
                replace(document, name, wanted)?;
            }
        }
        (Some(_), None) => {}
    }
    update_runtime_features(document, name, dependency, path)
}

fn find<'d>(document: &'d DocumentMut, name: &str) -> Option<&'d Item> {
    document.get("dependencies")?.get(name)
}

/// Returns `true` if a target-specific dependency exists.
fn has_target_dependency(document: &DocumentMut) -> bool {
    let targets = document.get("target").and_then(Item::as_table_like);
    targets.is_some_and(|targets| {
        targets.iter().any(|(_, target)| {
            let found = target
                .get("dependencies")
                .and_then(|table| table.get(PACKAGE));
            found.is_some()
        })
    })
}

/// Returns the keys of a dependency that name its source, with their values.
fn source_of(item: &Item) -> Vec<(String, String)> {
    let shown = |value: &Value| match value {
        Value::String(text) => text.value().clone(),
        Value::Boolean(flag) => flag.value().to_string(),
        other => other.to_string(),
    };
    if let Some(text) = item.as_str() {
        return vec![("version".to_owned(), text.to_owned())];
    }
    let table = item.as_table_like();
    let keys = SOURCE_KEYS.into_iter().filter_map(|key| {
        let value = table?.get(key)?.as_value()?;
        Some((key.to_owned(), shown(value)))
    });
    keys.collect()
}

/// Returns the keys of a source, in the order of [`SOURCE_KEYS`].
fn wanted(source: &RuntimeSource, depth: usize) -> Vec<(&'static str, Value)> {
    let mut keys = Vec::new();
    let add_version = |keys: &mut Vec<(&'static str, Value)>, version: &Option<String>| {
        keys.extend(version.iter().map(|version| ("version", version.into())));
    };
    match source {
        RuntimeSource::Version(version) => keys.push(("version", version.into())),
        RuntimeSource::Path { path, version } => {
            add_version(&mut keys, version);
            keys.push(("path", from_package(path, depth).into()));
        }
        RuntimeSource::Git {
            url,
            reference,
            version,
        } => {
            add_version(&mut keys, version);
            keys.push(("git", url.into()));
            let reference = reference.iter();
            keys.extend(reference.map(|reference| (reference.key, (&reference.name).into())));
        }
        RuntimeSource::Workspace => keys.push(("workspace", true.into())),
    }
    keys
}

fn as_strings(keys: &[(&str, Value)]) -> Vec<(String, String)> {
    let text = |value: &Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    let keys = keys.iter();
    keys.map(|(key, value)| ((*key).to_owned(), text(value)))
        .collect()
}

/// Returns a path from the root of the project as a path from the package.
fn from_package(path: &str, depth: usize) -> String {
    let is_absolute = path.starts_with('/') || path.get(1..2) == Some(":");
    if is_absolute {
        return path.to_owned();
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    format!("{}{path}", "../".repeat(depth))
}

/// Writes the source of a dependency. Its other keys stay.
fn replace(document: &mut DocumentMut, name: &str, wanted: Vec<(&str, Value)>) -> Result<()> {
    let dependencies = document
        .entry("dependencies")
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(dependencies) = dependencies.as_table_like_mut() else {
        bail!("`dependencies` is not a table");
    };
    let found = dependencies.get_mut(name).and_then(Item::as_table_like_mut);
    if let Some(table) = found {
        for key in SOURCE_KEYS {
            table.remove(key);
        }
        for (key, value) in wanted {
            table.insert(key, Item::Value(value));
        }
        table.fmt();
        return Ok(());
    }
    if let [("version", version)] = wanted.as_slice() {
        dependencies.insert(name, value(version.clone()));
        return Ok(());
    }
    let mut table = InlineTable::new();
    for (key, value) in wanted {
        table.insert(key, value);
    }
    dependencies.insert(name, value(table));
    Ok(())
}

/// Adds the features of the runtime that the code needs, or checks them.
fn update_runtime_features(
    document: &mut DocumentMut,
    name: &str,
    dependency: &Dependency<'_>,
    path: &str,
) -> Result<()> {
    let found = find(document, name);
    let listed = found.map_or_else(Vec::new, |found| strings(found.get("features")));
    let missing: Vec<&str> = dependency
        .features
        .iter()
        .copied()
        .filter(|feature| !listed.contains(feature))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !dependency.adds_features {
        bail!(
            "{path} depends on {PACKAGE} without the feature `{}`, which the catalogs of MCP servers need; add it, or set {CONFIG_KEY}",
            missing.join("`, `")
        );
    }
    let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
    let item = document
        .get_mut("dependencies")
        .and_then(|table| table.get_mut(name));
    if let Some(item) = item {
        for feature in &missing {
            runtime_feature::add(item, feature);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::GitReference;

    fn update(line: &str, source: Option<&RuntimeSource>, features: &[&str]) -> Result<String> {
        let manifest = format!("[package]\nname = \"a\"\n\n[dependencies]\n{line}# The end.\n");
        let mut document: DocumentMut = manifest.parse().unwrap();
        let dependency = Dependency {
            source,
            depth: 2,
            features,
            adds_features: source.is_some(),
        };
        update_dependency(&mut document, &dependency, "crates/a/Cargo.toml")?;
        let updated = document.to_string();
        update_dependency(&mut document, &dependency, "crates/a/Cargo.toml").unwrap();
        assert_eq!(document.to_string(), updated, "a second update");
        let start = "[package]\nname = \"a\"\n\n[dependencies]\n";
        let updated = updated.strip_prefix(start).unwrap();
        Ok(updated.replace("# The end.\n", ""))
    }

    #[track_caller]
    fn check(line: &str, source: &RuntimeSource, expected: &str) {
        assert_eq!(update(line, Some(source), &[]).unwrap(), expected);
    }

    #[test]
    fn writes_the_source_that_the_configuration_names() {
        let version = RuntimeSource::Version("0.1".to_owned());
        let path = RuntimeSource::Path {
            path: "../toolsmith/runtime".to_owned(),
            version: None,
        };
        let git = RuntimeSource::Git {
            url: "https://x.y/z".to_owned(),
            reference: Some(GitReference {
                key: "tag",
                name: "v1".to_owned(),
            }),
            version: None,
        };
        let workspace = RuntimeSource::Workspace;
        check("", &version, "toolsmith-runtime = \"0.1\"\n");
        check(
            "",
            &path,
            "toolsmith-runtime = { path = \"../../../toolsmith/runtime\" }\n",
        );
        check(
            "",
            &git,
            "toolsmith-runtime = { git = \"https://x.y/z\", tag = \"v1\" }\n",
        );
        check("", &workspace, "toolsmith-runtime = { workspace = true }\n");
        let other = "toolsmith-runtime = { version = \"9\", features = [\"gzip\"] }\n";
        check(
            other,
            &path,
            "toolsmith-runtime = { features = [\"gzip\"], path = \"../../../toolsmith/runtime\" }\n",
        );
        check(
            other,
            &workspace,
            "toolsmith-runtime = { features = [\"gzip\"], workspace = true }\n",
        );
    }

    #[test]
    fn keeps_the_form_of_a_source_that_is_right() {
        let version = RuntimeSource::Version("0.1".to_owned());
        for line in [
            "toolsmith-runtime = '0.1'   # pinned\n",
            "toolsmith-runtime = {version=\"0.1\"}\n",
            "toolsmith-runtime.version = \"0.1\"\n",
            "toolsmith_runtime = \"0.1\"\n",
        ] {
            check(line, &version, line);
        }
        check(
            "toolsmith-runtime.workspace = true\n",
            &RuntimeSource::Workspace,
            "toolsmith-runtime.workspace = true\n",
        );
    }

    #[test]
    fn keeps_the_source_of_the_manifest_without_a_key() {
        let line = "toolsmith-runtime = { path = \"x\" }\n";
        assert_eq!(update(line, None, &[]).unwrap(), line);
        let problem = update("", None, &[]).unwrap_err().to_string();
        assert!(
            problem.contains("crates/a/Cargo.toml does not depend on toolsmith-runtime"),
            "{problem}"
        );
        assert!(
            problem.contains("set `runtime` in toolsmith.toml"),
            "{problem}"
        );
    }

    #[test]
    fn adds_or_demands_the_features_that_the_code_needs() {
        let version = RuntimeSource::Version("0.1".to_owned());
        let line = "toolsmith-runtime = \"0.1\"\n";
        assert_eq!(
            update(line, Some(&version), &["mcp-client"]).unwrap(),
            "toolsmith-runtime = { version = \"0.1\", features = [\"mcp-client\"] } # toolsmith added `features` to the version\n"
        );
        let problem = update(line, None, &["mcp-client"]).unwrap_err().to_string();
        assert!(
            problem.contains("without the feature `mcp-client`"),
            "{problem}"
        );
        let listed = "toolsmith-runtime = { version = \"0.1\", features = [\"mcp-client\"] }\n";
        assert_eq!(update(listed, None, &["mcp-client"]).unwrap(), listed);
    }
}
