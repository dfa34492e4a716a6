//! Changes of texts that models read and that are not of one tool's model: findings, and the
//! instructions of an MCP server.

use super::change::{Change, ChangePlace, ChangedPart};
use super::kind::ChangeKind;
use crate::lower::ComparedCatalog;
use crate::report::{TextFinding, TextFindingKind};
use crate::source::{SchemaStep, SchemaSteps, child, split_first};
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
    changes.extend(only_in(after, before).iter().map(added_finding));
    changes.extend(only_in(before, after).iter().map(removed_finding));
    changes
}

/// Returns the findings of a catalog that only the newer side has.
pub(super) fn added(texts: &TextFindings) -> impl Iterator<Item = Change> {
    texts.found.iter().map(added_finding)
}

/// Returns the findings of a catalog that only the older side has.
pub(super) fn removed(texts: &TextFindings) -> impl Iterator<Item = Change> {
    texts.found.iter().map(removed_finding)
}

fn added_finding(finding: &TextFinding) -> Change {
    change_of(finding).values(None, Some(text_of(finding)))
}

fn removed_finding(finding: &TextFinding) -> Change {
    change_of(finding).values(Some(text_of(finding)), None)
}

fn text_of(finding: &TextFinding) -> String {
    format!("{}: {}", finding.cause, finding.excerpt)
}

fn change_of(finding: &TextFinding) -> Change {
    let kind = match finding.kind {
        TextFindingKind::HiddenCharacters => ChangeKind::TextHiddenCharacters,
        TextFindingKind::NameConfusable => ChangeKind::NameConfusable,
        TextFindingKind::Instructs => ChangeKind::TextInstructs,
        TextFindingKind::ContradictsEffect => ChangeKind::TextContradictsEffect,
    };
    Change::new(kind, &finding.tool, place_of(&finding.pointer))
}

/// Returns the place of a pointer into a tool: `/inputSchema/properties/city/description` is the argument
/// `/city`.
fn place_of(pointer: &str) -> ChangePlace {
    let Some((key, pointer)) = split_first(pointer) else {
        return ChangePlace::TOOL;
    };
    let part = match &*key {
        "response_schema" | "outputSchema" => ChangedPart::Response,
        "query_schema" | "body_schema" | "inputSchema" => ChangedPart::Arguments,
        _ => return ChangePlace::TOOL,
    };
    let mut place = String::new();
    for step in SchemaSteps::new(pointer) {
        match step {
            SchemaStep::Property(name) => place = child(&place, &name),
            SchemaStep::Items | SchemaStep::Values | SchemaStep::Pattern(_) => {
                place = child(&place, "*");
            }
            SchemaStep::Index(index) => place = child(&place, &index.to_string()),
            // Any value may refer to a definition.
            SchemaStep::Definition(_) => {
                place.clear();
                break;
            }
            SchemaStep::Branch { .. } | SchemaStep::Other(_) => {}
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
            ("/inputSchema/$defs/A/properties/x", "arguments"),
            (
                "/inputSchema/properties/m/dependentSchemas/items/properties/y",
                "argument /m/y",
            ),
            (
                "/inputSchema/properties/items/patternProperties/properties/items/0",
                "argument /items/*/0",
            ),
            (
                "/inputSchema/properties/a~1b/properties/$defs/allOf/0/default/items",
                "argument /a~1b/$defs",
            ),
        ] {
            assert_eq!(place_of(pointer).to_string(), place);
        }
    }
}
