//! A table of the page about replies.

use std::fmt::Write as _;

/// A table of the page.
pub(super) struct Table {
    title: &'static str,
    text: &'static str,
    rows: String,
}

impl Table {
    pub(super) fn new(title: &'static str, text: &'static str) -> Self {
        let rows = String::new();
        Self { title, text, rows }
    }

    pub(super) fn add(&mut self, title: &str, tool: &str, arguments: &str, reply: &str) {
        assert_eq!(doubled_punctuation(reply), None, "{title}: {reply}");
        let cell = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            text.replace('|', "\\|")
                .replace('*', "\\*")
                .replace('\n', "<br>")
        };
        let (arguments, reply) = (cell(arguments), cell(reply));
        writeln!(self.rows, "| {title} | {tool} {arguments} | {reply} |").unwrap();
    }

    pub(super) fn write(&self, page: &mut String) {
        let text = match self.text {
            "" => String::new(),
            text => format!("\n{text}\n"),
        };
        let head = "| case | call | reply |\n|---|---|---|\n";
        write!(page, "\n## {}\n{text}\n{head}{}", self.title, self.rows).unwrap();
    }
}

/// Returns punctuation after the end of a sentence, which may be in quotation marks.
fn doubled_punctuation(reply: &str) -> Option<&str> {
    let marks = ["..", ".;", ".:", ".,", "?.", "?;", "?:", "!.", "!;", "!:"];
    let quoted = [".\".", ".\";", ".\":", "?\".", "?\";", "!\".", "!\";"];
    let ellipsis = reply.replace("...", "…");
    let mut marks = marks.into_iter().chain(quoted);
    marks.find(|mark| ellipsis.contains(mark))
}
