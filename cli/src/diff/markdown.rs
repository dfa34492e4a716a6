//! Changes as Markdown, for a pull request or a changelog.

use toolsmith_codegen::diff::Grade;

use super::describe::describe;
use super::group::{Group, group_changes, meaning};
use super::result::{CatalogDiff, ChangeResult, DiffResult};
use super::text::is_text;
use super::visible::visible;
use super::words::{Run, compare_words};

/// Renders the changes of all catalogs for the text of a pull request.
pub(crate) fn render_markdown(result: &DiffResult) -> String {
    let mut text = String::from("## Changes of the catalogs\n\n");
    if result
        .catalogs
        .iter()
        .all(|catalog| catalog.changes.is_empty())
    {
        text.push_str("No changes.\n");
        return text;
    }
    text.push_str(&render_totals(result));
    for catalog in &result.catalogs {
        if !catalog.changes.is_empty() {
            text.extend([format!("\n### {}\n", code(&catalog.name))]);
            text.push_str(&render_texts(&catalog.changes));
            text.push_str(&render_grades(catalog));
        }
    }
    text
}

fn render_totals(result: &DiffResult) -> String {
    let mut text = String::from("| grade | changes | meaning |\n|:------|--------:|:--------|\n");
    for grade in Grade::ALL.into_iter().rev() {
        let changes = result.changes();
        let number = changes.filter(|(_, change)| change.grade == grade).count();
        if number > 0 {
            text.extend([format!("| {grade} | {number} | {} |\n", meaning(grade))]);
        }
    }
    let reviewed = result.changes();
    let reviewed = reviewed.filter(|(_, change)| change.reviewed_text).count();
    if reviewed > 0 {
        let line = "\nChanges to review, because a model reads them or a policy relies on them: ";
        text.extend([format!("{line}**{reviewed}**.\n")]);
    }
    if let Some(advice) = result.semver.words(result.version.as_deref()) {
        text.extend([format!("\nThe generated crate needs {advice}.\n")]);
    }
    text
}

fn render_texts(changes: &[ChangeResult]) -> String {
    let groups = group_changes(changes.iter().filter(|change| is_text(change)), Grade::Docs);
    if groups.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n#### Review: text that a model reads\n\n");
    for group in &groups {
        let place = describe(group.change).place;
        let place = if place.is_empty() {
            place
        } else {
            format!(", {}", code(&place))
        };
        let tools = code(&group.tools());
        text.extend([format!(
            "- {} in {tools}{place}: {}\n",
            group.change.id,
            words(group.change)
        )]);
    }
    text
}

fn words(change: &ChangeResult) -> String {
    let before = change.before.as_deref().unwrap_or_default();
    let after = change.after.as_deref().unwrap_or_default();
    compare_words(&visible(before), &visible(after))
        .iter()
        .map(|run| match run {
            Run::Same(text) => verbatim(text),
            Run::Removed(text) => format!("<del>{}</del>", verbatim(text)),
            Run::Added(text) => format!("<ins>{}</ins>", verbatim(text)),
        })
        .collect()
}

fn render_grades(catalog: &CatalogDiff) -> String {
    let mut text = String::new();
    for grade in Grade::ALL.into_iter().rev() {
        let changes = catalog.changes.iter().filter(|change| !is_text(change));
        let groups = group_changes(changes, grade);
        if groups.is_empty() {
            continue;
        }
        text.extend([format!("\n#### {grade}: {}\n\n", meaning(grade))]);
        text.push_str("| change | tool | place | value | Rust |\n|:--|:--|:--|:--|:--|\n");
        for group in &groups {
            text.push_str(&render_row(group));
        }
    }
    text
}

fn render_row(group: &Group<'_>) -> String {
    let line = describe(group.change);
    let mut change = group.change.id.to_owned();
    if group.change.silent {
        change.push_str(" (silent)");
    }
    if group.change.reviewed_text {
        change.push_str(" (review)");
    }
    if let Some(reason) = &group.change.accepted {
        change.extend([format!(" (accepted: {})", verbatim(&visible(reason)))]);
    }
    let cells = [
        change,
        code(&group.tools()),
        code(&line.place),
        code(&line.values),
        code(&line.code),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// Renders an entry of a changelog.
pub(crate) fn render_changelog(result: &DiffResult) -> String {
    let mut text = String::new();
    for (heading, grades) in [
        ("Breaking", &[Grade::Compile, Grade::Wire][..]),
        ("Changed", &[Grade::Behaviour]),
        ("Added", &[Grade::Additive]),
        ("Documentation", &[Grade::Docs]),
    ] {
        let mut lines = String::new();
        for catalog in &result.catalogs {
            for grade in grades {
                for group in group_changes(catalog.changes.iter(), *grade) {
                    lines.push_str(&render_entry(&group));
                }
            }
        }
        if !lines.is_empty() {
            text.extend([format!("### {heading}\n\n{lines}\n")]);
        }
    }
    text
}

fn render_entry(group: &Group<'_>) -> String {
    let line = describe(group.change);
    let detail = [&line.code, &line.values]
        .into_iter()
        .find(|part| !part.is_empty());
    let place = if line.place.is_empty() {
        String::new()
    } else {
        format!(", {}", code(&line.place))
    };
    let detail = detail.map_or_else(String::new, |detail| format!(": {}", code(detail)));
    format!(
        "- {} {}{place}{detail}\n",
        group.change.id,
        code(&group.tools())
    )
}

/// Returns text as inline code. Text that would end the code, or the cell of a table, is written as HTML.
fn code(text: &str) -> String {
    let text = visible(text);
    match text.as_str() {
        "" => String::new(),
        text if text.contains(['`', '|', '\\', '\r', '\n']) || text.trim() != text => {
            verbatim(text)
        }
        text => format!("`{text}`"),
    }
}

/// Returns text from a catalog as code in HTML. Nothing in it is markup, a link, a mention or a reference
/// to an issue.
fn verbatim(text: &str) -> String {
    let mut html = String::from("<code>");
    let mut before = String::new();
    for letter in text.chars() {
        // `www.` begins a link.
        let is_dot_of_link = letter == '.' && before.eq_ignore_ascii_case("www");
        match letter {
            '\r' | '\n' | '\t' => html.push(' '),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' | '\'' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '@' | '!' | '$'
            | ':' => {
                html.extend([format!("&#{};", u32::from(letter))]);
            }
            '.' if is_dot_of_link => html.push_str("&#46;"),
            _ => html.push(letter),
        }
        if letter.is_ascii_alphanumeric() {
            before.push(letter);
        } else {
            before.clear();
        }
    }
    html.push_str("</code>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_catalog_is_never_markup() {
        for (text, html) in [
            (
                "see https://x.example",
                "<code>see https&#58;//x.example</code>",
            ),
            ("WWW.x.example", "<code>WWW&#46;x.example</code>"),
            (
                "Closes GH-12 #12 @team",
                "<code>Closes GH-12 &#35;12 &#64;team</code>",
            ),
            ("</code><b>&", "<code>&lt;/code&gt;&lt;b&gt;&amp;</code>"),
            (
                "a|b`c\n[x](y)",
                "<code>a&#124;b&#96;c &#91;x&#93;(y)</code>",
            ),
        ] {
            assert_eq!(verbatim(text), html);
        }
    }

    #[test]
    fn code_stays_in_its_cell() {
        for (text, expected) in [
            ("", ""),
            ("new(name: String)", "`new(name: String)`"),
            ("a|b", "<code>a&#124;b</code>"),
            ("a`b", "<code>a&#96;b</code>"),
            ("a\u{1b}b", "<code>a&#92;u{1b}b</code>"),
        ] {
            assert_eq!(code(text), expected);
        }
    }
}
