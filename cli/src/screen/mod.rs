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

/// The format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Text for people.
    Text,
    /// JSON for programs.
    Json,
}

impl Format {
    /// Returns the format that a flag `--json` selects.
    pub(crate) fn of_flag(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// The output streams of a command and their capabilities.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
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

    /// Prints a result to standard output. A reader that has closed the pipe, such as `head`, is not
    /// an error.
    ///
    /// # Errors
    ///
    /// Returns an error if the stream cannot be written.
    pub fn print(self, text: &str) -> Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.out);
        let written = stream.write_all(text.as_bytes());
        match written.and_then(|()| stream.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(error).context("cannot write to standard output")
            }
            _ => Ok(()),
        }
    }

    /// Prints a result to standard output as one indented JSON document.
    ///
    /// # Errors
    ///
    /// Returns an error if the stream cannot be written.
    pub fn print_json(self, value: &impl Serialize) -> Result<()> {
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
