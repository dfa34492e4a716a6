//! Text styles, by meaning.

use anstyle::{AnsiColor, Style};

/// A heading.
pub(crate) const HEADING: Style = Style::new().bold();
/// Secondary text.
pub(crate) const DIMMED: Style = Style::new().dimmed();
/// A name that can be copied and typed.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
/// Success; an added line.
pub(crate) const SUCCESS: Style = AnsiColor::Green.on_default();
/// A warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// A problem; a removed line.
pub(crate) const FAILURE: Style = AnsiColor::Red.on_default();
/// The word `error`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Applies a style to a text.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns the style of an effect.
pub(crate) fn of_effect(effect: &str) -> Style {
    match effect {
        "reads" => SUCCESS,
        "writes" => WARNING,
        _ => FAILURE,
    }
}

/// Formats a count: `1 tool`, `2 tools`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}
