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
            let sources = kind.into_iter().flat_map(|kind| &kind.sources);
            let source = sources
                .filter(|source| **source != tool.name)
                .find_map(|source| numbers.get(source.as_str()));
            let (Some(source), Some(number)) = (source, numbers.get(tool.name.as_str())) else {
                continue;
            };
            if drawn.contains(&(*source, &taken.name)) {
                continue;
            }
            drawn.push((*source, &taken.name));
            let arrow = if taken.is_required { "-->" } else { "-.->" };
            let name = escape(&taken.name);
            push_line(&mut text, &format!("  t{source} {arrow}|{name}| t{number}"));
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
