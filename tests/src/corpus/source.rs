//! The files of the corpus, as catalogs.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use toolsmith_codegen::options::{Identifiers, Layout, Selection, UnreadableTools};
use toolsmith_codegen::{
    CatalogInput, CatalogSource, GeneratedCrate, Options, SourceText, generate,
};

/// A file of the corpus.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name, without an extension.
    pub name: String,
    /// The tools, with unique names.
    pub tools: Vec<Json>,
}

/// Returns the folder of the corpus, if it exists: `TOOLSMITH_CORPUS`, or the one next to the workspace.
#[must_use]
pub fn corpus_folder() -> Option<PathBuf> {
    let given = std::env::var_os("TOOLSMITH_CORPUS").map(PathBuf::from);
    let folder =
        given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"));
    folder.is_dir().then_some(folder)
}

/// Reads every source of the corpus, sorted by name.
///
/// # Errors
///
/// A file cannot be read.
pub fn sources(folder: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        if let (Some(name), Some("json")) = (name, path.extension().and_then(|end| end.to_str())) {
            let text = std::fs::read(&path)?;
            let document: Json = serde_json::from_slice(&text)?;
            sources.push(Source::new(name, &document));
        }
    }
    sources.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(sources)
}

impl Source {
    /// Reads the tools of `document`.
    #[must_use]
    pub fn new(name: &str, document: &Json) -> Self {
        let listed = document["tools"].as_array().cloned().unwrap_or_default();
        let names: Vec<&str> = listed
            .iter()
            .map(|tool| tool["name"].as_str().unwrap_or(""))
            .collect();
        let unique = |index: usize, name: &str| {
            if names.iter().take(index).any(|known| *known == name) {
                format!("{name}_{index}")
            } else {
                name.to_owned()
            }
        };
        let tools = listed.iter().enumerate().map(|(index, tool)| {
            let mut tool = tool.clone();
            tool["name"] = json!(unique(index, tool["name"].as_str().unwrap_or("tool")));
            tool
        });
        Self {
            name: name.to_owned(),
            tools: tools.collect(),
        }
    }

    /// Returns the name of the tool at `index`, or an empty string.
    #[must_use]
    pub fn tool_name(&self, index: usize) -> &str {
        let tool = self.tools.get(index);
        tool.and_then(|tool| tool["name"].as_str())
            .unwrap_or_default()
    }

    /// Returns the source with some of its tools.
    #[must_use]
    pub fn only(&self, indices: &[usize]) -> Self {
        let tools = indices.iter().filter_map(|index| self.tools.get(*index));
        Self {
            name: self.name.clone(),
            tools: tools.cloned().collect(),
        }
    }

    /// Returns the source with the schema of the arguments of each tool as the schema of its record.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        for tool in &mut self.tools {
            tool["outputSchema"] = tool["inputSchema"].clone();
        }
        self
    }

    /// Returns the source as input of the generator.
    #[must_use]
    pub fn input(&self) -> CatalogInput {
        let document = SourceText {
            file: format!("{}.json", self.name),
            text: json!({"tools": self.tools}).to_string(),
        };
        CatalogInput {
            name: self.name.replace(['-', '.'], "_"),
            snapshot: document,
            overlay: None,
            lock: None,
            tombstones: None,
            source: CatalogSource::Functions,
            identifiers: Identifiers::Typed,
            unreadable: UnreadableTools::Refused,
            selection: Selection::default(),
        }
    }

    /// Generates a crate from it.
    ///
    /// # Errors
    ///
    /// The catalog is invalid; the error lists the problems.
    pub fn generate(&self) -> Result<GeneratedCrate, String> {
        generate_crate(self.input())
    }

    /// Generates a crate from it if every tool has hidden characters.
    ///
    /// # Errors
    ///
    /// The catalog is invalid; the error lists the problems.
    pub fn generate_with_hidden_characters(&self) -> Result<GeneratedCrate, String> {
        self.generate_allowing(|_| true)
    }

    /// Generates a crate from it if the tools for which `has_hidden` is true have hidden characters, and no others.
    ///
    /// # Errors
    ///
    /// The catalog is invalid; the error lists the problems.
    pub fn generate_allowing(
        &self,
        has_hidden: impl Fn(&Json) -> bool,
    ) -> Result<GeneratedCrate, String> {
        let hidden = self.tools.iter().filter(|tool| has_hidden(tool));
        let changes = hidden.map(|tool| {
            // A string of JSON is a string of TOML.
            let name = &tool["name"];
            format!("[[change]]\ntool = {name}\nallow = [\"text-hidden-characters\"]\nreason = \"a test\"\n")
        });
        let mut input = self.input();
        input.overlay = Some(SourceText {
            file: format!("{}.overlay.toml", self.name),
            text: changes.collect(),
        });
        generate_crate(input)
    }
}

fn generate_crate(input: CatalogInput) -> Result<GeneratedCrate, String> {
    let options = Options {
        command: "corpus".to_owned(),
        crate_name: "sdk".to_owned(),
        layout: Layout::Root,
        ..Options::default()
    };
    generate(&[input], &options).map_err(|problems| problems.to_string())
}
