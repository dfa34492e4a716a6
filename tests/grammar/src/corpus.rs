//! The tools of the corpus, with their schemas in the order of their authors.

use std::collections::BTreeMap;
use std::path::Path;

use toolsmith_runtime::dialect::{Definition, OrderedJson};

/// A tool of the corpus.
pub struct Tool {
    /// The source and the name.
    pub place: String,
    pub name: String,
    pub schema: OrderedJson,
}

impl Tool {
    pub fn definition(&self) -> Definition<'_> {
        Definition::new(&self.name, "A tool.", self.schema.clone())
    }
}

/// Reads all tools by source; `None` if there is no corpus.
pub fn read() -> Option<BTreeMap<String, Vec<Tool>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("skipped: there is no corpus next to the workspace");
        return None;
    };
    let mut sources = BTreeMap::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let source = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // This package has `preserve_order`, so the value is in the order of the file.
        let text = std::fs::read_to_string(&path).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let listed = document["tools"].as_array().unwrap();
        let tools = listed.iter().enumerate().map(|(index, tool)| {
            let tool = tool.get("function").unwrap_or(tool);
            let keys = ["inputSchema", "input_schema", "parameters"];
            let schema = keys.iter().find_map(|key| tool.get(*key)).cloned();
            let name = format!("{}_{index}", tool["name"].as_str().unwrap_or("tool"));
            Tool {
                place: format!("{source}/{name}"),
                name,
                schema: schema
                    .unwrap_or_else(|| serde_json::json!({"type": "object"}))
                    .into(),
            }
        });
        let tools: Vec<Tool> = tools.collect();
        sources.insert(source, tools);
    }
    Some(sources)
}
