//! The corrections of an overlay as a list.

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use super::content::Correction;

/// Keys that are not actions.
const PLAIN_KEYS: [&str; 5] = ["tool", "resource", "at", "reason", "link"];

/// Reads the corrections of an overlay, in the order of the file.
///
/// # Errors
///
/// Returns an error if the text is not TOML. The generator checks everything else.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Correction>> {
    let table: Table = text
        .parse()
        .with_context(|| format!("cannot read {file}"))?;
    let changes = table.get("change").and_then(Value::as_array);
    let changes = changes.into_iter().flatten().filter_map(Value::as_table);
    Ok(changes.map(correction).collect())
}

fn correction(change: &Table) -> Correction {
    let text = |key: &str| {
        let value = change.get(key).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let actions = change
        .iter()
        .filter(|(key, _)| !PLAIN_KEYS.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), shown(value)));
    Correction {
        tool: text("tool"),
        resource: text("resource"),
        at: text("at"),
        actions: actions.collect(),
        reason: text("reason"),
        link: text("link"),
    }
}

/// Returns a string without quotes, and other values in TOML.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_action_with_its_value() {
        let text = "[[change]]\ntool = \"t\"\nat = \"/a\"\nmove = \"x.y\"\naudit = [\"b\"]\nhide = true\nreason = \"r\"\nlink = \"l\"\n";
        let [found] = read("x.toml", text).unwrap().try_into().unwrap();
        let actions: Vec<String> = found
            .actions
            .iter()
            .map(|(key, value)| format!("{key} {value}"))
            .collect();
        assert_eq!(actions, ["audit [\"b\"]", "hide true", "move x.y"]);
        assert_eq!(
            [found.tool, found.at, found.reason, found.link],
            ["t", "/a", "r", "l"]
        );
        assert_eq!(read("x.toml", "# empty\n").unwrap(), []);
    }
}
