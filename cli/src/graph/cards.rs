//! The layout of the graph: a card for each kind of identifier, in columns.
//!
//! Each tool is on one card: that of the required identifier that takes the most calls to obtain. Its
//! other identifiers are listed next to it. This way the only arrows are those from the tool that
//! returns a kind to the card of that kind.

use std::collections::{BTreeMap, BTreeSet};

use toolsmith_codegen::report::{Report, TakenIdentifier, ToolReport};

/// The width of a character in a monospaced font.
pub(super) const CHARACTER_WIDTH: usize = 7;

/// The height of a line.
pub(super) const LINE_HEIGHT: usize = 20;

/// The margin around the text of a card.
pub(super) const MARGIN: usize = 12;

/// The space between columns, for arrows.
const COLUMN_GAP: usize = 90;

/// The tools that are shown on cards, and the way in which each is.
pub(crate) struct Style<'a> {
    /// The maximum number of tools on a card, unless more of them are the beginning of an arrow.
    pub(crate) max_rows: usize,
    /// Returns the text that shows a tool.
    pub(crate) label: &'a dyn Fn(&str) -> String,
    /// `true` to list the optional identifiers of a tool as well.
    pub(crate) shows_optional: bool,
}

/// The cards of a catalog with their positions.
#[derive(Debug)]
pub(crate) struct Layout<'a> {
    pub(crate) cards: Vec<Card<'a>>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// A card.
#[derive(Debug)]
pub(crate) struct Card<'a> {
    /// The kind of identifier: `ProjectId`; empty for tools that require none.
    pub(crate) kind: &'a str,
    /// The tools on it.
    pub(crate) rows: Vec<Row<'a>>,
    /// The number of tools that are left out.
    pub(crate) more: usize,
    /// The tool that returns the kind.
    pub(super) source: Option<&'a str>,
    /// The column, from the left.
    column: usize,
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
}

/// A tool on a card.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// Its name.
    pub(crate) tool: &'a str,
    /// The text that shows it.
    pub(crate) label: String,
    /// `reads`, `writes` or `destroys`.
    pub(crate) effect: &'static str,
    /// Its other identifiers: `+ AccountId`.
    pub(crate) others: String,
}

/// An arrow from the tool that returns a kind of identifier to the card of the kind.
#[derive(Debug)]
pub(crate) struct Arrow<'a> {
    #[cfg_attr(
        not(feature = "page"),
        allow(dead_code, reason = "only a page reads it")
    )]
    pub(crate) tool: &'a str,
    #[cfg_attr(
        not(feature = "page"),
        allow(dead_code, reason = "only a page reads it")
    )]
    pub(crate) kind: &'a str,
    pub(crate) from: (usize, usize),
    pub(crate) to: (usize, usize),
}

impl<'a> Layout<'a> {
    /// Returns the arrows between the cards.
    pub(crate) fn arrows(&self) -> Vec<Arrow<'a>> {
        let arrow = |to: &Card<'a>| {
            let source = to.source?;
            let (from, row) = self.cards.iter().find_map(|card| {
                let row = card.rows.iter().position(|row| row.tool == source)?;
                Some((card, row))
            })?;
            Some(Arrow {
                tool: source,
                kind: to.kind,
                from: (from.left + from.width, from.middle(Some(row))),
                to: (to.left, to.middle(None)),
            })
        };
        self.cards.iter().filter_map(arrow).collect()
    }
}

impl Card<'_> {
    /// Returns the title.
    pub(crate) fn title(&self) -> String {
        match (self.kind, self.source) {
            ("", _) => "no identifier required".to_owned(),
            (kind, Some(_)) => format!("take {kind}"),
            (kind, None) => format!("take {kind}, which no tool returns"),
        }
    }

    /// Returns the height, margins included.
    pub(crate) fn height(&self) -> usize {
        (self.rows.len() + usize::from(self.more > 0) + 1) * LINE_HEIGHT + 2 * MARGIN
    }

    /// Returns the vertical center of a row, or of the title.
    pub(crate) fn middle(&self, row: Option<usize>) -> usize {
        self.top + MARGIN + row.map_or(0, |row| row + 1) * LINE_HEIGHT + LINE_HEIGHT / 2
    }

    fn wanted_width(&self) -> usize {
        let rows = self.rows.iter();
        let rows = rows.map(|row| row.label.chars().count() + row.others.chars().count() + 4);
        let characters = rows.chain([self.title().chars().count()]).max();
        characters.unwrap_or_default() * CHARACTER_WIDTH + 2 * MARGIN
    }
}

/// Lays out the cards of a catalog.
pub(crate) fn lay_out<'a>(report: &'a Report, style: &Style<'_>) -> Layout<'a> {
    let columns = columns(report);
    let kinds = report.identifiers.iter();
    let sources: BTreeSet<&str> = kinds
        .filter_map(|kind| kind.sources.first().map(String::as_str))
        .collect();
    let mut cards: BTreeMap<(usize, &str), Card<'_>> = BTreeMap::new();
    for tool in &report.tools {
        let (column, kind) = card_of(tool, &columns);
        let card = cards.entry((column, kind)).or_insert_with(|| Card {
            kind,
            rows: Vec::new(),
            more: 0,
            source: source_of(report, kind),
            column,
            left: 0,
            top: 0,
            width: 0,
        });
        card.rows.push(row(tool, kind, style));
    }
    let mut cards: Vec<Card<'_>> = cards.into_values().collect();
    for card in &mut cards {
        let count = card.rows.len();
        card.rows.sort_by_key(|row| !sources.contains(row.tool));
        let is_source = |row: &&Row<'_>| sources.contains(row.tool);
        let needed = card.rows.iter().filter(is_source).count();
        card.rows.truncate(style.max_rows.max(needed));
        card.more = count - card.rows.len();
        card.rows
            .sort_by(|left, right| left.label.cmp(&right.label));
    }
    let (width, height) = place(&mut cards);
    Layout {
        cards,
        width,
        height,
    }
}

fn source_of<'a>(report: &'a Report, kind: &str) -> Option<&'a str> {
    let mut kinds = report.identifiers.iter();
    let kind = kinds.find(|known| known.name == kind)?;
    kind.sources.first().map(String::as_str)
}

/// Returns the column of each kind: the one after the card of the tool that returns it.
fn columns(report: &Report) -> BTreeMap<&str, usize> {
    let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
    // Each round settles at least one kind, because sources never form a cycle.
    for _ in &report.identifiers {
        for kind in &report.identifiers {
            let source = kind.sources.first();
            let source =
                source.and_then(|name| report.tools.iter().find(|tool| tool.name == *name));
            let column = source.map_or(0, |source| card_of(source, &columns).0);
            columns.insert(&kind.name, column + 1);
        }
    }
    columns
}

/// Returns the card of a tool: that of its farthest required kind, or else the first one.
fn card_of<'a>(tool: &'a ToolReport, columns: &BTreeMap<&str, usize>) -> (usize, &'a str) {
    let far = |taken: &&TakenIdentifier| {
        let column = columns.get(taken.name.as_str());
        column.copied().unwrap_or(1)
    };
    let required = tool.takes.iter().filter(|taken| taken.is_required);
    let farthest = required.max_by_key(far);
    farthest.map_or((0, ""), |taken| (far(&taken), taken.name.as_str()))
}

fn row<'a>(tool: &'a ToolReport, kind: &str, style: &Style<'_>) -> Row<'a> {
    let mut others: Vec<String> = Vec::new();
    let is_shown = |taken: &&TakenIdentifier| taken.is_required || style.shows_optional;
    for taken in tool.takes.iter().filter(is_shown) {
        let mark = if taken.is_required { "" } else { "?" };
        let name = format!("{}{mark}", taken.name);
        if taken.name != kind && !others.contains(&name) {
            others.push(name);
        }
    }
    Row {
        tool: &tool.name,
        label: (style.label)(&tool.name),
        effect: tool.effect.as_str(),
        others: match others.join(", ").as_str() {
            "" => String::new(),
            others => format!("+ {others}"),
        },
    }
}

/// Stacks the cards in their columns, in the order of the tools that lead to them.
fn place(cards: &mut [Card<'_>]) -> (usize, usize) {
    let mut left = MARGIN;
    let mut bottom = 0;
    let last = cards.iter().map(|card| card.column).max();
    for column in 0..=last.unwrap_or_default() {
        let order: BTreeMap<String, usize> = cards
            .iter()
            .filter(|card| card.column < column)
            .flat_map(|card| {
                let rows = card.rows.iter().enumerate();
                rows.map(|(row, tool)| (tool.tool.to_owned(), card.middle(Some(row))))
            })
            .collect();
        let from = |card: &Card<'_>| card.source.and_then(|source| order.get(source).copied());
        cards.sort_by_key(|card| {
            (
                card.column,
                if card.column == column {
                    from(card).unwrap_or(usize::MAX)
                } else {
                    card.top
                },
            )
        });
        let here = || cards.iter().filter(|card| card.column == column);
        let width = here().map(Card::wanted_width).max().unwrap_or_default();
        let mut top = MARGIN;
        for card in cards.iter_mut().filter(|card| card.column == column) {
            card.left = left;
            card.top = top;
            card.width = width;
            top += card.height() + 2 * MARGIN;
        }
        bottom = bottom.max(top);
        left += width + COLUMN_GAP;
    }
    (left.saturating_sub(COLUMN_GAP) + MARGIN, bottom)
}
