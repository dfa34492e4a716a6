//! What a person sees: results on standard output, everything else on standard error.
//!
//! Texts are values with colors in them; the streams take the colors out where none are wanted
//! (`NO_COLOR`, `CLICOLOR`, no terminal).

mod failure;
mod progress;
pub(crate) mod style;
pub(crate) mod table;

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context, Result};
use serde::Serialize;
use toolsmith_codegen::Diagnostic;

pub(crate) use self::failure::{FailureFacts, describe, render_failure};
pub(crate) use self::progress::Progress;

/// The two streams of a command, and what each can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    out: ColorChoice,
    err: ColorChoice,
    shows_progress: bool,
}

impl Screen {
    /// The streams of this process; progress is shown only to a person.
    pub(crate) fn of_process() -> Self {
        Self {
            out: AutoStream::choice(&io::stdout()),
            err: AutoStream::choice(&io::stderr()),
            shows_progress: io::stderr().is_terminal(),
        }
    }

    /// A result. That a reader such as `head` has seen enough is no failure.
    ///
    /// # Errors
    ///
    /// The stream cannot be written.
    pub(crate) fn print(self, text: &str) -> Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.out);
        let written = stream.write_all(text.as_bytes());
        match written.and_then(|()| stream.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(error).context("cannot write to standard output")
            }
            _ => Ok(()),
        }
    }

    /// A result for programs: one document, indented.
    ///
    /// # Errors
    ///
    /// The stream cannot be written.
    pub(crate) fn print_json(self, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        self.print(&text)
    }

    /// Something beside the result. That nobody reads it is no failure.
    pub(crate) fn note(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.err);
        let _unread = writeln!(stream, "{text}").and_then(|()| stream.flush());
    }

    /// What was read otherwise than it stands there: the first few of it.
    pub(crate) fn remark(self, remarks: &[Diagnostic]) {
        const SHOWN: usize = 5;
        for remark in remarks.iter().take(SHOWN) {
            self.note(failure::render_remark(remark).trim_end());
        }
        if let Some(hidden) = remarks
            .len()
            .checked_sub(SHOWN)
            .filter(|hidden| *hidden > 0)
        {
            self.note(&format!("and {hidden} more of the kind"));
        }
    }

    /// A display for something that may take a while.
    pub(crate) fn progress(self, what: &str) -> Progress {
        if self.shows_progress {
            Progress::shown(what)
        } else {
            Progress::hidden()
        }
    }
}
