//! Writes the measured crate from a catalog.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use toolsmith_codegen::options::{AccountSettings, Identifiers, Selection, UnreadableTools};
use toolsmith_codegen::{CatalogInput, CatalogSource, Options, SourceText, generate};

/// Writes the crate of a catalog.
pub(crate) fn write_crate(directory: &Path, catalog: &str) -> Result<(), Box<dyn Error>> {
    write_crate_with(directory, catalog, &Options::default())
}

/// Writes the crate of a catalog, generated with `options`.
pub(crate) fn write_crate_with(
    directory: &Path,
    catalog: &str,
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    let output = generate(&[input(catalog)], options)?;
    let features = output.features.iter().flatten();
    let features: Vec<String> = features
        .map(|feature| format!("{} = {:?}", feature.name, feature.enables))
        .collect();
    for (path, text) in &output.files.0 {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
        fs::write(path, text)?;
    }
    let runtime = workspace().join("runtime");
    let manifest = format!(
        "[package]\nname = \"generated\"\nedition = \"2024\"\n\n[features]\ndefault = [\"demo\"]\n\
         {}\n\n[dependencies]\ntoolsmith-runtime = {{ path = '{}' }}\n\n[workspace]\n",
        features.join("\n"),
        runtime.display()
    );
    fs::write(directory.join("Cargo.toml"), manifest)?;
    fs::copy(workspace().join("Cargo.lock"), directory.join("Cargo.lock"))?;
    Ok(())
}

/// Returns a catalog as input of the generator.
pub(crate) fn input(text: &str) -> CatalogInput {
    CatalogInput {
        name: "demo".to_owned(),
        snapshot: SourceText {
            file: "demo.json".to_owned(),
            text: text.to_owned(),
        },
        overlay: None,
        lock: None,
        tombstones: None,
        source: CatalogSource::Truto(AccountSettings {
            base_url: "https://api.truto.one".to_owned(),
            base_url_variable: "TRUTO_API_BASE_URL".to_owned(),
            token_variables: vec!["TRUTO_API_TOKEN".to_owned()],
            account_variable: "DEMO_ACCOUNT_ID".to_owned(),
        }),
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

/// Returns the root of the repository.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap_or_default()
}
