//! The graph of identifiers as data: the script draws it.

use toolsmith_codegen::report::Report;

use super::content::{Arrow, Card, Graph, Row};
use crate::graph::{self, Style};

/// The tools on a card. The list of the page has the others.
const MAX_ROWS: usize = 14;

/// Lays out the graph. `label` returns the call of a tool.
pub(super) fn draw(report: &Report, label: impl Fn(&str) -> String) -> Graph {
    let style = Style {
        max_rows: MAX_ROWS,
        label: &label,
        shows_optional: false,
    };
    let layout = graph::lay_out(report, &style);
    let arrows = layout.arrows().into_iter().map(|arrow| Arrow {
        tool: arrow.tool.to_owned(),
        kind: arrow.kind.to_owned(),
        from: arrow.from,
        to: arrow.to,
    });
    Graph {
        width: layout.width,
        height: layout.height,
        arrows: arrows.collect(),
        cards: layout.cards.iter().map(card).collect(),
    }
}

fn card(card: &graph::Card<'_>) -> Card {
    let rows = card.rows.iter().enumerate().map(|(index, row)| Row {
        tool: row.tool.to_owned(),
        label: row.label.clone(),
        effect: row.effect,
        others: row.others.clone(),
        y: card.middle(Some(index)),
    });
    Card {
        kind: card.kind.to_owned(),
        title: card.title(),
        x: card.left,
        y: card.top,
        width: card.width,
        height: card.height(),
        rows: rows.collect(),
        more: card.more,
    }
}
