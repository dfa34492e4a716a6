//! Columns that stand under each other, and sentences that fit their line.

use std::fmt::Write;

use anstyle::Style;

use super::style::paint;

/// How wide a line is at most, where there is a choice.
pub(crate) const WIDTH: usize = 100;

/// A text in a column, with the style that it is shown in.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A text in a style.
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            style,
        }
    }

    /// A text as it is.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(Style::new(), text)
    }

    /// How wide it is.
    pub(crate) fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// The widths of the columns of some rows.
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

/// One row, behind an indentation, without spaces at its end.
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

/// The first sentence of a text, cut at a word where it does not fit `width`.
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
    fn columns_stand_under_each_other() {
        let rows = [
            vec![Cell::plain("a"), Cell::plain("b")],
            vec![Cell::plain("long"), Cell::plain("")],
        ];
        let widths = widths(rows.iter().map(Vec::as_slice));
        assert_eq!(render_row(&rows[0], &widths, 2), "  a     b\n");
        assert_eq!(render_row(&rows[1], &widths, 2), "  long\n");
    }

    #[test]
    fn a_sentence_ends_where_it_ends_or_at_a_word() {
        assert_eq!(first_sentence("One thing. Another.", 50), "One thing.");
        assert_eq!(
            first_sentence("version 1.5 is meant", 50),
            "version 1.5 is meant"
        );
        assert_eq!(first_sentence("some words too many", 13), "some words…");
    }
}
