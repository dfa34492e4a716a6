//! A line that says how far a fetch has come, for people only.

use std::time::Duration;

use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};

/// How often the line moves.
const TICK: Duration = Duration::from_millis(100);

/// A line on standard error that goes away when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    what: String,
}

impl Progress {
    /// A line that is shown.
    pub(crate) fn shown(what: &str) -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}  {elapsed:.dim}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(TICK);
        Self {
            bar,
            what: what.to_owned(),
        }
    }

    /// No line at all.
    pub(crate) fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            what: String::new(),
        }
    }

    /// So many bytes have come.
    pub(crate) fn received(&self, bytes: u64) {
        let message = format!("{}, {} so far", self.what, DecimalBytes(bytes));
        self.bar.set_message(message);
    }

    /// Makes room for something that stays on the screen.
    pub(crate) fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
