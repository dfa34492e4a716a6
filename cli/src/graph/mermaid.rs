//! The picture as Mermaid, which many places that show Markdown draw.

use std::collections::BTreeMap;
use std::fmt::Write;

use toolsmith_codegen::report::Report;

/// A flow chart: from the tool that gives an identifier to each tool that takes it, solid where
/// the tool cannot be called without it.
pub(super) fn render(report: &Report) -> String {
    let mut text = String::from("flowchart LR\n");
    let numbers: BTreeMap<&str, usize> = report
        .tools
        .iter()
        .enumerate()
        .map(|(number, tool)| (tool.name.as_str(), number))
        .collect();
    for (name, number) in &numbers {
        line(&mut text, &format!("  t{number}[\"{}\"]", escape(name)));
    }
    for tool in &report.tools {
        let mut drawn: Vec<(usize, &str)> = Vec::new();
        for taken in &tool.takes {
            let mut kinds = report.identifiers.iter();
            let kind = kinds.find(|kind| kind.name == taken.name);
            let givers = kind.into_iter().flat_map(|kind| &kind.sources);
            let giver = givers
                .filter(|giver| **giver != tool.name)
                .find_map(|giver| numbers.get(giver.as_str()));
            let (Some(giver), Some(number)) = (giver, numbers.get(tool.name.as_str())) else {
                continue;
            };
            if drawn.contains(&(*giver, &taken.name)) {
                continue;
            }
            drawn.push((*giver, &taken.name));
            let arrow = if taken.is_required { "-->" } else { "-.->" };
            let name = escape(&taken.name);
            line(&mut text, &format!("  t{giver} {arrow}|{name}| t{number}"));
        }
    }
    text
}

fn escape(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        letter if letter.is_alphanumeric() || " _-./".contains(letter) => letter.to_string(),
        letter => format!("#{};", u32::from(letter)),
    });
    letters.collect()
}

fn line(text: &mut String, what: &str) {
    // Writing to a string does not fail.
    let _infallible = writeln!(text, "{what}");
}
