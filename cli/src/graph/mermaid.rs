//! The graph as Mermaid, which many Markdown viewers support.

use std::collections::BTreeMap;
use toolsmith_codegen::report::Report;

use crate::screen::lines::push_line;

/// Renders a flow chart: an arrow from the tool that returns an identifier to each tool that takes it,
/// solid if the tool requires it.
pub(super) fn render(report: &Report) -> String {
    let mut text = String::from("flowchart LR\n");
    let numbers: BTreeMap<&str, usize> = report
        .tools
        .iter()
        .enumerate()
        .map(|(number, tool)| (tool.name.as_str(), number))
        .collect();
    for (name, number) in &numbers {
        push_line(&mut text, &format!("  t{number}[\"{}\"]", escape(name)));
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
            push_line(&mut text, &format!("  t{giver} {arrow}|{name}| t{number}"));
        }
    }
    text
}

fn escape(text: &str) -> String {
    let escaped = text.chars().map(|char| match char {
        char if char.is_alphanumeric() || " _-./".contains(char) => char.to_string(),
        char => format!("#{};", u32::from(char)),
    });
    escaped.collect()
}
