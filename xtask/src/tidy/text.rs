//! What every text file keeps to: an opening sentence, the header of what is generated, no spaces at
//! the end of a line, no paths of one machine.

use syn::{AttrStyle, Meta};

use super::Finding;
use super::rules::{GENERATED, HEADER, MACHINE_ROOTS};
use super::sources::{SourceFile, Sources};

/// Checks every file.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    for file in &sources.files {
        if file.is_rust() {
            check_opening(file, findings);
        }
        if file.path.starts_with(GENERATED) && !file.text.starts_with(HEADER) {
            let message = format!("a generated file begins with `{HEADER}`");
            findings.push(file.finding(1, message));
        }
        check_lines(file, findings);
    }
}

fn check_opening(file: &SourceFile, findings: &mut Vec<Finding>) {
    let Some(rust) = &file.rust else {
        findings.push(file.finding(1, "this file cannot be parsed"));
        return;
    };
    let is_described = rust.attrs.iter().any(|attribute| {
        let is_inner = matches!(attribute.style, AttrStyle::Inner(_));
        is_inner && matches!(&attribute.meta, Meta::NameValue(pair) if pair.path.is_ident("doc"))
    });
    if !is_described {
        findings.push(file.finding(1, "a file begins with `//!` and what it is for"));
    }
}

fn check_lines(file: &SourceFile, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.split('\n').enumerate() {
        if line.ends_with(char::is_whitespace) {
            findings.push(file.finding(index + 1, "spaces at the end of the line"));
        }
        if let Some(path) = machine_path(line) {
            let message = format!("`{path}` is a path of one machine");
            findings.push(file.finding(index + 1, message));
        }
    }
}

/// The beginning of a path that exists on one machine only.
fn machine_path(line: &str) -> Option<String> {
    MACHINE_ROOTS.iter().find_map(|root| {
        let wanted = format!("/{root}/");
        let mut places = line.match_indices(&wanted);
        // In the middle of another path or address it is no root.
        let stands_alone = |at: usize| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| !before.is_alphanumeric() && !"_.-~*}>)]".contains(before))
        };
        places.any(|(at, _)| stands_alone(at)).then_some(wanted)
    })
}
