//! Changes of texts that models read and that are not of one tool's model: findings, and the
//! instructions of an MCP server.

use super::change::{Change, ChangePlace, ToolPart};
use super::kind::ChangeKind;
use crate::lower::ComparedCatalog;
use crate::report::{TextFinding, TextFindingKind};
use crate::source::{child, tokens};
use crate::text::TextFindings;

/// Compares the texts of two catalogs.
pub(super) fn compare_texts(before: &ComparedCatalog, after: &ComparedCatalog) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.instructions != after.instructions {
        let change = Change::new(ChangeKind::ServerTextChanged, "", ChangePlace::TOOL);
        changes.push(change.values(before.instructions.clone(), after.instructions.clone()));
    }
    let only_in = |one: &ComparedCatalog, other: &ComparedCatalog| -> Vec<TextFinding> {
        let found = one.texts.found.iter();
        // Both are sorted.
        found
            .filter(|finding| other.texts.found.binary_search(finding).is_err())
            .cloned()
            .collect()
    };
    for finding in only_in(after, before) {
        changes.push(change_of(&finding, true));
    }
    for finding in only_in(before, after) {
        changes.push(change_of(&finding, false));
    }
    changes
}

/// Returns the findings of a catalog that only one side has.
pub(super) fn findings(texts: &TextFindings, is_new: bool) -> impl Iterator<Item = Change> {
    let found = texts.found.iter();
    found.map(move |finding| change_of(finding, is_new))
}

fn change_of(finding: &TextFinding, is_new: bool) -> Change {
    let kind = match finding.kind {
        TextFindingKind::HiddenCharacters => ChangeKind::TextHiddenCharacters,
        TextFindingKind::NameConfusable => ChangeKind::NameConfusable,
        TextFindingKind::Instructs => ChangeKind::TextInstructs,
        TextFindingKind::ContradictsEffect => ChangeKind::TextContradictsEffect,
    };
    let text = Some(format!("{}: {}", finding.cause, finding.excerpt));
    let change = Change::new(kind, &finding.tool, place_of(&finding.pointer));
    if is_new {
        change.values(None, text)
    } else {
        change.values(text, None)
    }
}

/// Returns the place of a pointer into a tool: `/inputSchema/properties/city/description` is the argument
/// `/city`.
fn place_of(pointer: &str) -> ChangePlace {
    let mut tokens = tokens(pointer);
    let part = match tokens.next().as_deref() {
        Some("response_schema" | "outputSchema") => ToolPart::Response,
        Some("query_schema" | "body_schema" | "inputSchema") => ToolPart::Arguments,
        _ => return ChangePlace::TOOL,
    };
    let mut place = String::new();
    while let Some(token) = tokens.next() {
        match &*token {
            "properties" => {
                if let Some(name) = tokens.next() {
                    place = child(&place, &name);
                }
            }
            "items" | "additionalProperties" => place = child(&place, "*"),
            _ => {}
        }
    }
    ChangePlace {
        part,
        pointer: place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_arguments() {
        for (pointer, place) in [
            ("/description", "tool"),
            ("/inputSchema/properties/city/description", "argument /city"),
            (
                "/query_schema/properties/a/items/anyOf/0/properties/b/enum/1",
                "argument /a/*/b",
            ),
            ("/outputSchema/properties/id", "field /id"),
            ("/inputSchema/$defs/A", "arguments"),
        ] {
            assert_eq!(place_of(pointer).to_string(), place);
        }
    }
}
