//! The version of the runtime, which is that of the generator.

use anyhow::Result;
use toml_edit::{DocumentMut, Item, Value};
use toolsmith_codegen::Diagnostics;
use toolsmith_codegen::write::FileTree;

use crate::config::{Config, RuntimeSource};
use crate::context::Context;
use crate::edit::keep_line_ends;
use crate::project::pin::VERSION;
use crate::project::target::{Target, package_folder};
use crate::project::{CargoProject, RUNTIME, RUNTIME_CRATE};

/// Moves the version of the runtime in the configuration.
///
/// # Errors
///
/// Returns every error in the configuration.
pub(super) fn configuration(text: String) -> Result<(String, Config)> {
    let config = Config::parse(&text)?;
    if !matches!(config.project.runtime, Some(RuntimeSource::Version(_))) {
        return Ok((text, config));
    }
    let text = keep_line_ends(&text, |text| set_version(text, &["runtime"]))?;
    let config: Result<Config, Diagnostics> = Config::parse(&text);
    Ok((text, config?))
}

/// Moves the version of the runtime in the manifest of the package with the generated code, or in
/// that of its workspace. Returns what is left to the user.
///
/// # Errors
///
/// Returns an error if a manifest cannot be read.
pub(super) fn manifests(
    config: &Config,
    pending: &mut FileTree,
    context: &Context,
) -> Result<Vec<String>> {
    let target = Target::find(config, pending, context)?;
    let text = target.manifest_text();
    let mut edited = text.to_owned();
    for name in [RUNTIME, RUNTIME_CRATE] {
        edited = keep_line_ends(&edited, |text| set_version(text, &["dependencies", name]))?;
    }
    let is_inherited = is_inherited(text)?;
    if edited != text {
        pending.0.insert(target.manifest(), edited);
    }
    let directory = match package_folder(&config.project.target).as_str() {
        "" => context.root().to_owned(),
        package => context.workspace.path(package),
    };
    let cargo = CargoProject::find(&directory)?;
    let Some(workspace) = cargo
        .and_then(|cargo| cargo.workspace)
        .filter(|_| is_inherited)
    else {
        return Ok(Vec::new());
    };
    let path = &["workspace", "dependencies", RUNTIME];
    let edited = keep_line_ends(&workspace.text, |text| set_version(text, path))?;
    if edited == workspace.text {
        return Ok(Vec::new());
    }
    let is_here = std::path::absolute(context.root()).is_ok_and(|it| it == workspace.directory);
    if is_here {
        pending.0.insert("Cargo.toml".to_owned(), edited);
        return Ok(Vec::new());
    }
    Ok(vec![format!(
        "set {RUNTIME} to {VERSION} in [workspace.dependencies] of {}",
        workspace.directory.join("Cargo.toml").display()
    )])
}

fn is_inherited(manifest: &str) -> Result<bool> {
    let document: DocumentMut = manifest.parse()?;
    let dependency = document.get("dependencies").and_then(|it| it.get(RUNTIME));
    let workspace = dependency.and_then(|dependency| dependency.get("workspace"));
    Ok(workspace.and_then(Item::as_bool) == Some(true))
}

/// Sets the version of a dependency that has one: a string, or a table with the key `version`.
fn set_version(text: &str, path: &[&str]) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let mut item = Some(document.as_item_mut());
    for key in path {
        item = item.and_then(|item| item.get_mut(key));
    }
    match item {
        Some(Item::Value(Value::InlineTable(table))) => {
            if let Some(version) = table.get_mut("version") {
                replace(version);
            }
        }
        Some(Item::Table(table)) => {
            if let Some(Item::Value(version)) = table.get_mut("version") {
                replace(version);
            }
        }
        Some(Item::Value(version)) if version.is_str() => replace(version),
        _ => {}
    }
    Ok(document.to_string())
}

/// Replaces a version and keeps the space and the comments around it.
fn replace(version: &mut Value) {
    if version.as_str() != Some(VERSION) {
        let decor = version.decor().clone();
        *version = Value::from(VERSION);
        *version.decor_mut() = decor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_versions_and_nothing_else() {
        for (text, expected) in [
            (
                "[dependencies]\ntoolsmith-runtime = \"0.0.1\" # r\n",
                Some("\"V\" # r"),
            ),
            (
                "[dependencies]\ntoolsmith-runtime = { version = \"0.0.1\", features = [] }\n",
                Some("{ version = \"V\", features = [] }"),
            ),
            (
                "[dependencies.toolsmith-runtime]\nversion = \"0.0.1\"\n",
                Some("version = \"V\""),
            ),
            (
                "[dependencies]\ntoolsmith-runtime = { path = \"../r\" }\n",
                None,
            ),
            ("[dependencies]\ntoolsmith-runtime.workspace = true\n", None),
            ("[dependencies]\nserde = \"1\"\n", None),
        ] {
            let edited = set_version(text, &["dependencies", RUNTIME]).unwrap();
            match expected {
                Some(expected) => {
                    let expected = expected.replace('V', VERSION);
                    assert!(edited.contains(&expected), "{edited}");
                }
                None => assert_eq!(edited, text),
            }
        }
    }
}
