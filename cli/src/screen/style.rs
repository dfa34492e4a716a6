//! The colors, by what they mean.

use anstyle::{AnsiColor, Style};

/// A heading.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is less important than its neighbors.
pub(crate) const QUIET: Style = Style::new().dimmed();
/// A name that may be typed as it stands.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
/// All is well; a line that comes.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Worth a look.
pub(crate) const CARE: Style = AnsiColor::Yellow.on_default();
/// Wrong; a line that goes.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// The word `error`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// A text in a style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// The style of what a tool does to the account.
pub(crate) fn of_effect(effect: &str) -> Style {
    match effect {
        "reads" => GOOD,
        "writes" => CARE,
        _ => BAD,
    }
}

/// `1 tool`, `2 tools`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}
