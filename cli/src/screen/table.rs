//! Aligned columns, and sentences shortened to a line.

use std::fmt::Write;

use anstyle::Style;

use super::style::paint;

/// The preferred width of a line.
pub(crate) const WIDTH: usize = 100;

/// A cell of a table.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// Creates a cell with a style.
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            style,
        }
    }

    /// Creates a cell without a style.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(Style::new(), text)
    }

    /// Returns its width in characters.
    pub(crate) fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// Returns the widths of the columns of all rows.
pub(crate) fn widths<'a>(rows: impl IntoIterator<Item = &'a [Cell]>) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            match widths.get_mut(column) {
                Some(width) => *width = cell.width().max(*width),
                None => widths.push(cell.width()),
            }
        }
    }
    widths
}

/// Renders a row with an indentation and without trailing spaces.
pub(crate) fn render_row(row: &[Cell], widths: &[usize], indent: usize) -> String {
    let mut line = " ".repeat(indent);
    let mut gap = 0;
    for (cell, width) in row.iter().zip(widths) {
        if !cell.text.is_empty() {
            // Writing to a string does not fail.
            let _infallible = write!(line, "{:gap$}{}", "", paint(cell.style, &cell.text));
            gap = 0;
        }
        gap += width.saturating_sub(cell.width()) + 2;
    }
    line.push('\n');
    line
}

/// Returns the first sentence of a text, shortened at a word if it is wider than `width`.
pub(crate) fn first_sentence(text: &str, width: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |dot| dot + 1);
    let sentence = text.get(..end).unwrap_or(&text);
    if sentence.chars().count() <= width {
        return sentence.to_owned();
    }
    let mut cut = String::new();
    for word in sentence.split(' ') {
        if cut.chars().count() + word.chars().count() + 2 > width {
            break;
        }
        cut.push_str(word);
        cut.push(' ');
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_columns() {
        let rows = [
            vec![Cell::plain("a"), Cell::plain("b")],
            vec![Cell::plain("long"), Cell::plain("")],
        ];
        let widths = widths(rows.iter().map(Vec::as_slice));
        assert_eq!(render_row(&rows[0], &widths, 2), "  a     b\n");
        assert_eq!(render_row(&rows[1], &widths, 2), "  long\n");
    }

    #[test]
    fn shortens_at_the_end_of_a_sentence_or_a_word() {
        assert_eq!(first_sentence("One thing. Another.", 50), "One thing.");
        assert_eq!(
            first_sentence("version 1.5 is meant", 50),
            "version 1.5 is meant"
        );
        assert_eq!(first_sentence("some words too many", 13), "some words…");
    }
}
