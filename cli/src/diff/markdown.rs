//! Changes as Markdown, for a pull request or a changelog.

use toolsmith_codegen::diff::Grade;

use super::describe::describe;
use super::group::{Group, REFUSED, group_grade, group_refused, group_texts, meaning};
use super::result::{CatalogDiff, ChangeResult, DiffResult, RustResult};
use super::words::{Run, compare_words};
use crate::text::escaped::visible;

/// Maximum length in bytes. GitHub takes 65,536 characters, and a workflow adds more text.
const MAX_LENGTH: usize = 40_000;

/// A text of limited length.
#[derive(Default)]
struct Document {
    text: String,
    /// The lines that do not fit.
    left_out: usize,
}

impl Document {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds the line of a change, or counts it if the text is long.
    fn push_change(&mut self, line: &str) {
        if self.left_out > 0 || self.text.len() + line.len() > MAX_LENGTH {
            self.left_out += 1;
        } else {
            self.text.push_str(line);
        }
    }

    fn is_full(&self) -> bool {
        self.left_out > 0
    }
}

/// Renders the changes of all catalogs for the text of a pull request.
pub(crate) fn render_markdown(result: &DiffResult) -> String {
    let mut document = Document::default();
    document.push("## Changes of the catalogs\n\n");
    let mut changed = result.catalogs.iter();
    if changed.all(|catalog| catalog.changes.is_empty()) {
        document.push("No changes.\n");
    } else {
        document.push(&render_verdict(result));
        document.push(&render_totals(result));
    }
    document.push(&render_stale(result));
    for catalog in &result.catalogs {
        if !catalog.changes.is_empty() && !document.is_full() {
            document.push(&format!("\n### {}\n", code(&catalog.name)));
            let refused = group_refused(&catalog.changes);
            render_texts(&format!("Error: {REFUSED}"), &refused, &mut document);
            let texts = group_texts(&catalog.changes);
            render_texts("Review: text that a model reads", &texts, &mut document);
        }
        render_grades(catalog, &mut document);
    }
    if document.is_full() {
        let left_out = document.left_out;
        document.push(&format!(
            "\n**{left_out} more** are not shown here; `toolsmith diff` shows all.\n"
        ));
    }
    document.text
}

/// Renders the sentences on which a person decides.
fn render_verdict(result: &DiffResult) -> String {
    let number = |is_counted: &dyn Fn(&ChangeResult) -> bool| {
        result
            .changes()
            .filter(|(_, change)| is_counted(change))
            .count()
    };
    let mut lines = Vec::new();
    let refused = number(&ChangeResult::is_refused);
    match refused {
        0 => {}
        1 => lines.push(format!("**1 is an error**: {REFUSED}.")),
        refused => lines.push(format!("**{refused} are errors**: {REFUSED}.")),
    }
    match number(&|change| change.grade.is_breaking()) {
        0 if refused > 0 => {}
        0 => lines.push("Nothing breaks.".to_owned()),
        1 => lines.push("**1 change breaks callers.**".to_owned()),
        breaking => lines.push(format!("**{breaking} changes break callers.**")),
    }
    match number(&|change| change.silent) {
        0 => {}
        1 => lines.push("**1 is silent**: programs compile and send something else.".to_owned()),
        silent => lines.push(format!(
            "**{silent} are silent**: programs compile and send something else."
        )),
    }
    match number(&|change| change.reviewed_text) {
        0 => {}
        1 => lines.push(
            "**1 needs review**, because a model reads it or a policy relies on it.".to_owned(),
        ),
        reviewed => lines.push(format!(
            "**{reviewed} need review**, because a model reads them or a policy relies on them."
        )),
    }
    if let Some(advice) = result.semver.words(result.version.as_deref()) {
        lines.push(format!("The generated crate needs {advice}."));
    }
    format!("{}\n\n", lines.join(" "))
}

fn render_totals(result: &DiffResult) -> String {
    let mut text = String::from("| grade | changes | meaning |\n|:--|--:|:--|\n");
    for grade in Grade::ALL.into_iter().rev() {
        let changes = result.changes();
        let number = changes.filter(|(_, change)| change.grade == grade).count();
        if number > 0 {
            text.extend([format!("| {grade} | {number} | {} |\n", meaning(grade))]);
        }
    }
    text
}

fn render_stale(result: &DiffResult) -> String {
    if result.stale.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n### Accepted changes that no longer apply\n\n");
    for line in &result.stale {
        text.extend([format!("- {}\n", verbatim(&visible(line)))]);
    }
    text
}

fn render_texts(heading: &str, groups: &[Group<'_>], document: &mut Document) {
    if groups.is_empty() {
        return;
    }
    document.push(&format!("\n#### {heading}\n\n"));
    for group in groups {
        let change = group.change;
        let place = describe(change).place;
        let place = if place.is_empty() {
            place
        } else {
            format!(", {}", code(&place))
        };
        let (tools, id, words) = (group.tools_with(code), change.id, words(change));
        let accepted = accepted(change);
        document.push_change(&format!("- {id} in {tools}{place}{accepted}: {words}\n"));
    }
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

fn render_grades(catalog: &CatalogDiff, document: &mut Document) {
    for grade in Grade::ALL.into_iter().rev() {
        let groups = group_grade(&catalog.changes, grade);
        if groups.is_empty() {
            continue;
        }
        if !document.is_full() {
            document.push(&format!("\n#### {grade}: {}\n\n", meaning(grade)));
            document.push("| change | tool | place | value | Rust |\n|:--|:--|:--|:--|:--|\n");
        }
        for group in &groups {
            document.push_change(&render_row(group));
        }
    }
}

fn render_row(group: &Group<'_>) -> String {
    let line = describe(group.change);
    let mut change = group.change.id.to_owned();
    if group.change.silent {
        change.push_str(" **(silent)**");
    }
    if group.change.reviewed_text {
        change.push_str(" (review)");
    }
    change.push_str(&accepted(group.change));
    let rust = group.change.rust.as_ref();
    let cells = [
        change,
        group.tools_with(code),
        code(&line.place),
        code(&line.values),
        rust.map(render_rust).unwrap_or_default(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn accepted(change: &ChangeResult) -> String {
    match &change.accepted {
        Some(reason) => format!(" (accepted: {})", verbatim(&visible(reason))),
        None => String::new(),
    }
}

/// Renders the code before and after, one below the other.
fn render_rust(rust: &RustResult) -> String {
    let side = |sign: &str, side: &Option<String>| {
        let text = side.as_ref()?;
        Some(format!("<br>{sign} {}", code(text)))
    };
    let sides = [side("−", &rust.before), side("+", &rust.after)];
    let sides: String = sides.into_iter().flatten().collect();
    format!("{}{sides}", code(&rust.item.to_string()))
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
                let texts = group_refused(&catalog.changes).into_iter();
                let texts = texts.chain(group_texts(&catalog.changes));
                let texts = texts.filter(|group| group.change.grade == *grade);
                let others = group_grade(&catalog.changes, *grade);
                for group in others.into_iter().chain(texts) {
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
    let change = group.change;
    let line = describe(change);
    let place = if line.place.is_empty() {
        String::new()
    } else {
        format!(", {}", code(&line.place))
    };
    let mut details = [&line.code, &line.values].into_iter();
    // The words of a description are long, and the generated documentation has them.
    let detail = details.find(|part| !part.is_empty() && !change.is_text());
    let detail = detail.map_or_else(String::new, |detail| format!(": {}", code(detail)));
    let summary = change.kind.summary().split(". ").next().unwrap_or_default();
    let summary = summary.trim_end_matches('.');
    format!("- {}{place}: {summary}{detail}\n", group.tools_with(code))
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
