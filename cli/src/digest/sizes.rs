//! The sizes of a digest, compared with the schemas and the generated code that it replaces.

use serde::Serialize;
use toolsmith_codegen::digest::Digest;

use crate::screen::style::{DIMMED, HEADING, NAME, paint};
use crate::screen::table::{Cell, render_row, widths};

/// The sizes of a digest, in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Sizes {
    catalog: String,
    pages: Vec<PageSizes>,
    characters: usize,
    schema_characters: usize,
    source_characters: usize,
}

/// The sizes of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct PageSizes {
    page: String,
    tools: usize,
    characters: usize,
    schema_characters: usize,
}

impl Sizes {
    /// Measures a digest. `source_characters` is the size of the generated code.
    pub(crate) fn of(digest: &Digest, source_characters: usize) -> Self {
        let pages = digest.pages.iter().map(|page| PageSizes {
            page: page.path.clone(),
            tools: page.tools,
            characters: page.text.chars().count(),
            schema_characters: page.schema_characters,
        });
        let pages: Vec<PageSizes> = pages.collect();
        Self {
            catalog: digest.catalog.clone(),
            characters: pages.iter().map(|page| page.characters).sum(),
            schema_characters: pages.iter().map(|page| page.schema_characters).sum(),
            pages,
            source_characters,
        }
    }
}

/// Renders a table of the sizes. Of many pages, it shows the largest.
pub(crate) fn render_sizes(sizes: &Sizes) -> String {
    const MAX_PAGES: usize = 40;
    let number = |number: usize| Cell::plain(format!("{:>9}", grouped(number)));
    let heading = |text: &str| Cell::new(DIMMED, format!("{text:>9}"));
    let mut pages: Vec<&PageSizes> = sizes.pages.iter().collect();
    let hidden = pages.len().saturating_sub(MAX_PAGES);
    if hidden > 0 {
        pages.sort_by_key(|page| std::cmp::Reverse(page.characters));
        pages.truncate(MAX_PAGES);
    }
    let mut rows = vec![vec![
        Cell::new(HEADING, &sizes.catalog),
        heading("tools"),
        heading("digest"),
        heading("schemas"),
    ]];
    rows.extend(pages.into_iter().map(|page| {
        vec![
            Cell::new(NAME, &page.page),
            number(page.tools),
            number(page.characters),
            number(page.schema_characters),
        ]
    }));
    if hidden > 0 {
        rows.push(vec![Cell::new(
            DIMMED,
            format!("and {hidden} smaller pages"),
        )]);
    }
    rows.push(vec![
        Cell::new(HEADING, "total"),
        number(sizes.pages.iter().map(|page| page.tools).sum()),
        number(sizes.characters),
        number(sizes.schema_characters),
    ]);
    let widths = widths(rows.iter().map(Vec::as_slice));
    let rows: String = rows.iter().map(|row| render_row(row, &widths, 0)).collect();
    let note = format!(
        "in characters; schemas are those of arguments and results, as compact JSON; the generated code has {}",
        grouped(sizes.source_characters)
    );
    format!("{rows}{}\n", paint(DIMMED, &note))
}

/// Formats a number for people: `12,345`. A literal of Rust, as the generator writes it, groups longer
/// numbers only.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
