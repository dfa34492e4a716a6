//! Generated code in the crates of adopters: strict lints, features for resources, modules.

mod features;
mod lints;

use std::path::Path;

use toolsmith_codegen::options::{
    AccountSettings, CatalogKind, Identifiers, Selection, UnreadableTools,
};
use toolsmith_codegen::snapshot::recognize;
use toolsmith_codegen::{
    CatalogInput, CatalogSource, GeneratedCrate, Options, SourceText, generate,
};

use crate::artifacts;
use crate::scratch::Scratch;

/// An MCP server whose tools need no resource.
const SERVER: &str = r#"{"tools": [
    {"name": "read_file", "description": "Reads a file.", "annotations": {"readOnlyHint": true},
     "inputSchema": {"type": "object", "properties": {
        "path": {"type": "string"}, "mode": {"enum": ["text", "bytes"]},
        "range": {"type": "object", "properties": {"from": {"type": "integer"}}}}, "required": ["path"]}},
    {"name": "write_file", "description": "Writes a file.",
     "inputSchema": {"type": "object", "properties": {
        "path": {"type": "string"}, "mode": {"enum": ["text", "bytes"]}, "content": {"type": "string"}},
        "required": ["path", "content"], "additionalProperties": true}}
]}"#;

/// Returns catalogs of every kind, sorted by name.
fn catalogs() -> Vec<CatalogInput> {
    let root = artifacts::root();
    let golden = |name: &str| {
        let folder = root.join("tests/golden").join(name);
        let overlay = std::fs::read_to_string(folder.join("catalog.overlay.toml"));
        let text = std::fs::read_to_string(folder.join("catalog.json")).unwrap();
        catalog(name, &text, overlay.ok())
    };
    let first = std::fs::read_to_string(root.join("catalogs/the_auth_api.json")).unwrap();
    let overlay = std::fs::read_to_string(root.join("catalogs/the_auth_api.overlay.toml"));
    vec![
        catalog("files", SERVER, None),
        golden("places"),
        golden("shapes"),
        golden("shared"),
        golden("shop"),
        golden("strict"),
        catalog("the_auth_api", &first, overlay.ok()),
    ]
}

fn catalog(name: &str, text: &str, overlay: Option<String>) -> CatalogInput {
    let document = |text: String| SourceText {
        file: name.to_owned(),
        text,
    };
    let snapshot = document(text.to_owned());
    CatalogInput {
        name: name.to_owned(),
        source: match recognize(&snapshot).unwrap() {
            CatalogKind::Truto => CatalogSource::Truto(AccountSettings {
                base_url: "https://api.truto.one".to_owned(),
                ..AccountSettings::default()
            }),
            CatalogKind::Mcp => CatalogSource::Mcp(None),
            CatalogKind::Functions => CatalogSource::Functions,
        },
        snapshot,
        overlay: overlay.map(document),
        lock: None,
        tombstones: None,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

/// Generates code and writes it below `path`.
fn write(
    scratch: &Scratch,
    path: &str,
    inputs: &[CatalogInput],
    options: &Options,
) -> GeneratedCrate {
    let output = generate(inputs, options).unwrap_or_else(|problems| panic!("{problems}"));
    for (file, text) in &output.files.0 {
        scratch.put(&format!("{path}/{file}"), text);
    }
    output
}

/// Returns the dependency on the runtime of this workspace.
fn runtime() -> String {
    let path = artifacts::root().join("runtime");
    let path = Path::new(&path).canonicalize().unwrap();
    format!(
        "toolsmith-runtime = {{ path = '{}', default-features = false }}",
        path.display()
    )
}

/// Returns the `[features]` of generated code.
fn features(output: &GeneratedCrate) -> String {
    let mut lines = vec!["[features]".to_owned()];
    for feature in output.features.iter().flatten() {
        let mut enables = feature.enables.clone();
        if feature.name == "files-client" || (feature.name == "files" && enables.is_empty()) {
            enables.push("toolsmith-runtime/mcp-client".to_owned());
        }
        lines.push(format!("{} = {enables:?}", feature.name));
    }
    lines.join("\n")
}
