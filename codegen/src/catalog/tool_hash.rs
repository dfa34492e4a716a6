//! Hashes of tools as a server lists them, for the comparison of a live list with the compiled one.
//!
//! The runtime computes the same hashes of a live list: `dialect/src/tool_hash.rs` writes both.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use toolsmith_dialect::tool_hash::{ACCOUNT_KEYS, SERVER_KEYS, hash_tool, to_digits};

use super::load_tools;
use crate::options::CatalogKind;
use crate::source::Json;

/// The hashes of the parts of a tool, as hexadecimal digits: description, arguments, annotations, result.
pub(crate) type ToolHash = String;

/// Returns the names and hashes of all tools of a document that can be fetched, sorted by name.
pub(crate) fn hash_tools(kind: CatalogKind, file: &str, json: &Json) -> Vec<(String, ToolHash)> {
    let keys = match kind {
        CatalogKind::Mcp => SERVER_KEYS,
        CatalogKind::Truto => ACCOUNT_KEYS,
        CatalogKind::Functions => return Vec::new(),
    };
    let tools = load_tools(kind, file, json).tools;
    let mut hashes: Vec<(String, ToolHash)> = tools
        .par_iter()
        .map(|tool| {
            let hash = hash_tool(&keys, |key| tool.members.get(key));
            (tool.name.clone().into_owned(), to_digits(hash))
        })
        .collect();
    hashes.sort();
    hashes
}

toolsmith_dialect::impl_viewed!(Json);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse_json;

    fn hashes(text: &str) -> Vec<(String, ToolHash)> {
        let json = parse_json("tools.json", text).unwrap();
        hash_tools(CatalogKind::Mcp, "tools.json", &json)
    }

    fn part(hash: &str, index: usize) -> &str {
        &hash[index * 16..(index + 1) * 16]
    }

    #[test]
    fn depend_on_meaning_and_not_on_form() {
        let one = r#"{"tools": [{"name": "a", "description": "d",
            "inputSchema": {"type": "object", "required": ["x", "y"],
                "properties": {"x": {"type": ["string", "null"], "maximum": 1.50}, "y": {}}}}]}"#;
        let other = r#"{"tools": [{"inputSchema": {"properties": {"y": {}, "x":
            {"maximum": 15e-1, "type": ["null", "string"]}}, "required": ["y", "x"], "type": "object"},
            "description": "d", "title": null, "name": "a", "_meta": {"x": 1},
            "tags": [], "required": ["x"], "method": "get"}]}"#;
        assert_eq!(hashes(one), hashes(other));
        for (edit, changed) in [
            (one.replace("\"d\"", "\"e\""), [true, false, false, false]),
            (one.replace("1.50", "1.51"), [false, true, false, false]),
            (
                one.replace("\"description\"", "\"annotations\": {}, \"description\""),
                [false, false, true, false],
            ),
            (
                one.replace("\"description\"", "\"outputSchema\": {}, \"description\""),
                [false, false, false, true],
            ),
        ] {
            let (before, after) = (hashes(one), hashes(&edit));
            let differs: Vec<bool> = (0..4)
                .map(|index| part(&before[0].1, index) != part(&after[0].1, index))
                .collect();
            assert_eq!(differs, changed, "{edit}");
        }
    }
}
