//! Terminal output: results on standard output, everything else on standard error.
//!
//! Text is rendered with colors. The streams remove them if they are not wanted (`NO_COLOR`,
//! `CLICOLOR`, not a terminal).

mod failure;
pub(crate) mod file_change;
pub(crate) mod lines;
mod progress;
pub(crate) mod style;
pub(crate) mod table;

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::Serialize;
use toolsmith_codegen::Diagnostic;

pub(crate) use self::failure::{FailureReport, describe, render_failure};
pub(crate) use self::progress::{Progress, ProgressLines};

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

/// The condition for colored output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    // Documented variants would take four lines in the help of every command.
    Auto,
    Always,
    Never,
}

/// The output streams of a command and their capabilities.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    out: ColorChoice,
    err: ColorChoice,
    shows_progress: bool,
}

impl Screen {
    /// Returns the streams of this process. Progress is shown on terminals only.
    pub(crate) fn of_process() -> Self {
        Self {
            out: AutoStream::choice(&io::stdout()),
            err: AutoStream::choice(&io::stderr()),
            shows_progress: io::stderr().is_terminal(),
        }
    }

    /// Returns `true` if a person sees standard error.
    #[cfg(feature = "fetch")]
    pub(crate) fn is_terminal(self) -> bool {
        self.shows_progress
    }

    /// Returns the same streams with a choice of colors.
    pub(crate) fn colored(self, when: ColorWhen) -> Self {
        let choice = match when {
            ColorWhen::Auto => return self,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self {
            out: choice,
            err: choice,
            ..self
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

    /// Prints a message to standard error. Errors are ignored.
    pub(crate) fn note(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.err);
        let _unread = writeln!(stream, "{text}").and_then(|()| stream.flush());
    }

    /// Prints the first notes on parts of a catalog that were normalized.
    pub(crate) fn remark(self, remarks: &[Diagnostic]) {
        const MAX_NOTES: usize = 5;
        for remark in remarks.iter().take(MAX_NOTES) {
            self.note(failure::render_remark(remark).trim_end());
        }
        if let Some(hidden) = remarks
            .len()
            .checked_sub(MAX_NOTES)
            .filter(|hidden| *hidden > 0)
        {
            self.note(&format!("and {hidden} more notes"));
        }
    }

    /// Shows progress until the returned value is dropped.
    pub(crate) fn progress(self, what: &str) -> Progress {
        self.progress_lines().add(what)
    }

    /// Returns progress lines for things that are done at the same time, which appear on terminals only.
    pub(crate) fn progress_lines(self) -> ProgressLines {
        if self.shows_progress {
            ProgressLines::shown()
        } else {
            ProgressLines::hidden()
        }
    }
}
