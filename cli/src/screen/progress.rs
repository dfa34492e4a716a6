//! A progress line.

use std::time::Duration;

use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};

/// The interval of updates.
const TICK_INTERVAL: Duration = Duration::from_millis(100);

/// A line on standard error that disappears when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    what: String,
}

impl Progress {
    /// Creates a visible line.
    pub(crate) fn shown(what: &str) -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}  {elapsed:.dim}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(TICK_INTERVAL);
        Self {
            bar,
            what: what.to_owned(),
        }
    }

    /// Creates a line that is not shown.
    pub(crate) fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            what: String::new(),
        }
    }

    /// Shows the number of bytes received.
    pub(crate) fn received(&self, bytes: u64) {
        let message = format!("{}, {} so far", self.what, DecimalBytes(bytes));
        self.bar.set_message(message);
    }

    /// Hides the line while `say` prints permanent output.
    pub(crate) fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
