//! Progress lines.

use std::time::Duration;

use indicatif::{DecimalBytes, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The interval of updates.
const TICK_INTERVAL: Duration = Duration::from_millis(100);

/// Lines on standard error, one for each thing that is done at the same time. Threads share it.
#[derive(Debug, Clone)]
pub(crate) struct ProgressLines {
    lines: MultiProgress,
    is_shown: bool,
}

/// A line on standard error that disappears when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    lines: MultiProgress,
    bar: ProgressBar,
    what: String,
}

impl ProgressLines {
    /// Creates visible lines.
    pub(crate) fn shown() -> Self {
        Self {
            lines: MultiProgress::new(),
            is_shown: true,
        }
    }

    /// Creates lines that are not shown.
    pub(crate) fn hidden() -> Self {
        Self {
            lines: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
            is_shown: false,
        }
    }

    /// Adds a line.
    pub(crate) fn add(&self, what: &str) -> Progress {
        let bar = if self.is_shown {
            let bar = self.lines.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}  {elapsed:.dim}")
            {
                bar.set_style(style);
            }
            bar.set_message(what.to_owned());
            bar.enable_steady_tick(TICK_INTERVAL);
            bar
        } else {
            ProgressBar::hidden()
        };
        Progress {
            lines: self.lines.clone(),
            bar,
            what: what.to_owned(),
        }
    }
}

impl Progress {
    /// Shows the number of bytes received.
    pub(crate) fn received(&self, bytes: u64) {
        let message = format!("{}, {} so far", self.what, DecimalBytes(bytes));
        self.bar.set_message(message);
    }

    /// Hides all lines while `say` prints permanent output.
    pub(crate) fn aside(&self, say: impl FnOnce()) {
        self.lines.suspend(say);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
