//! The graph as SVG.

use toolsmith_codegen::report::Report;

use super::cards::{Arrow, CHARACTER_WIDTH, Card, LINE_HEIGHT, MARGIN, Style, lay_out};
use crate::screen::lines::push_line;
use crate::text::markup;

const HEAD: &str = "\
<style>
  text { font: 11.5px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2933; }
  .title { font-weight: bold; }
  .others { fill: #7b8794; }
  .card { fill: #f8fafc; stroke: #9aa5b1; }
  .arrow { fill: none; stroke: #3e7cb1; stroke-width: 1.5; }
  .reads { fill: #2f855a; } .writes { fill: #b7791f; } .destroys { fill: #c53030; }
</style>
<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#3e7cb1\"/></marker></defs>
";

/// Renders cards of tools, and arrows from the tool that returns a kind of identifier to the card of
/// the tools that take it. Arrows are drawn below the cards.
pub(super) fn render(report: &Report) -> String {
    let style = Style {
        max_rows: usize::MAX,
        label: &str::to_owned,
        shows_optional: true,
    };
    let layout = lay_out(report, &style);
    let (width, height) = (layout.width, layout.height);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n{HEAD}<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for arrow in layout.arrows() {
        draw_arrow(&mut text, &arrow);
    }
    for card in &layout.cards {
        draw_card(&mut text, card);
    }
    text.push_str("</svg>\n");
    text
}

fn draw_arrow(text: &mut String, arrow: &Arrow<'_>) {
    let ((x1, y1), (x2, y2)) = (arrow.from, arrow.to);
    let bend = 45;
    let (out, back) = (x1 + bend, x2.saturating_sub(bend));
    push_line(
        text,
        &format!(
            "<path class=\"arrow\" d=\"M{x1} {y1}C{out} {y1} {back} {y2} {x2} {y2}\" marker-end=\"url(#tip)\"/>"
        ),
    );
}

fn draw_card(text: &mut String, card: &Card<'_>) {
    let (left, top, width, height) = (card.left, card.top, card.width, card.height());
    push_line(
        text,
        &format!(
            "<rect class=\"card\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
        ),
    );
    let x = left + MARGIN;
    let baseline = |row: Option<usize>| card.middle(row) + LINE_HEIGHT / 5;
    let title = escape(&card.title());
    let title_y = baseline(None);
    push_line(
        text,
        &format!("<text class=\"title\" x=\"{x}\" y=\"{title_y}\">{title}</text>"),
    );
    for (index, row) in card.rows.iter().enumerate() {
        let y = baseline(Some(index));
        let (effect, name, others) = (row.effect, escape(row.tool), escape(&row.others));
        let center = card.middle(Some(index));
        push_line(
            text,
            &format!(
                "<circle class=\"{effect}\" cx=\"{}\" cy=\"{center}\" r=\"3\"/>",
                x + 3
            ),
        );
        let name_x = x + 2 * CHARACTER_WIDTH;
        push_line(
            text,
            &format!("<text x=\"{name_x}\" y=\"{y}\">{name}</text>"),
        );
        if !others.is_empty() {
            let others_x = name_x + (row.tool.chars().count() + 1) * CHARACTER_WIDTH;
            push_line(
                text,
                &format!("<text class=\"others\" x=\"{others_x}\" y=\"{y}\">{others}</text>"),
            );
        }
    }
}

/// Escapes text for SVG. XML has no control characters, not even escaped.
fn escape(text: &str) -> String {
    markup::escape(&text.replace(char::is_control, "\u{fffd}"))
}
