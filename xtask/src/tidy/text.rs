//! Rules of every text file: a module doc, the header of generated files, no trailing spaces, no
//! machine-specific paths.

use syn::{AttrStyle, Meta};

use super::finding::Finding;
use super::rules::{GENERATED, HEADER, MACHINE_ROOTS};
use super::sources::{SourceFile, Sources};

/// Checks every file.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    for file in &sources.files {
        if file.is_rust() {
            check_opening(file, findings);
        }
        if file.path.starts_with(GENERATED) && !file.text.starts_with(HEADER) {
            let message = format!("a generated file must begin with `{HEADER}`");
            findings.push(file.finding(1, message));
        }
        check_lines(file, findings);
    }
}

fn check_opening(file: &SourceFile, findings: &mut Vec<Finding>) {
    let Some(rust) = &file.rust else {
        findings.push(file.finding(1, "the file cannot be parsed"));
        return;
    };
    let is_described = rust.attrs.iter().any(|attribute| {
        let is_inner = matches!(attribute.style, AttrStyle::Inner(_));
        is_inner && matches!(&attribute.meta, Meta::NameValue(pair) if pair.path.is_ident("doc"))
    });
    if !is_described {
        findings.push(file.finding(
            1,
            "the module doc is missing: begin with `//!` and the purpose of the file",
        ));
    }
}

fn check_lines(file: &SourceFile, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.split('\n').enumerate() {
        if line.ends_with(char::is_whitespace) {
            findings.push(file.finding(index + 1, "trailing spaces"));
        }
        if let Some(path) = machine_path(line) {
            let message = format!("`{path}` is a machine-specific path");
            findings.push(file.finding(index + 1, message));
        }
    }
}

/// Returns the beginning of a machine-specific path in a line.
fn machine_path(line: &str) -> Option<String> {
    MACHINE_ROOTS.iter().find_map(|root| {
        let wanted = format!("/{root}/");
        let mut places = line.match_indices(&wanted);
        // In the middle of another path or URL, it is not a root.
        let is_root = |at: usize| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| !before.is_alphanumeric() && !"_.-~*}>)]".contains(before))
        };
        places.any(|(at, _)| is_root(at)).then_some(wanted)
    })
}
