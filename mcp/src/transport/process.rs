//! A server as a child process.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::BufReader;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::lines::{Line, read_line};
use super::parts::Ended;
use super::tail::Tail;
use crate::error::OpenError;

/// The time for a program to end after its input was closed.
const END_TIMEOUT: Duration = Duration::from_secs(2);

/// The size of a line of the standard error.
const MAX_ERROR_LINE: usize = 64 * 1024;

/// A program with the values of its variables, ready to be started, again if it ends.
#[derive(Clone)]
pub(crate) struct Launch {
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    pub(crate) variables: Vec<(String, SecretString)>,
    pub(crate) directory: Option<PathBuf>,
}

/// A running program. It is killed when it is dropped.
pub(crate) struct Process {
    /// How the program ended.
    status: watch::Receiver<Option<String>>,
    /// `true` after the standard error ended.
    errors: watch::Receiver<bool>,
    tail: Arc<Tail>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Launch {
    /// Starts the program.
    ///
    /// # Errors
    ///
    /// The program cannot be started.
    pub(crate) fn start(
        &self,
        tail: &Arc<Tail>,
    ) -> Result<(Process, ChildStdout, ChildStdin), OpenError> {
        let failed = |error: &dyn std::fmt::Display| OpenError::Start {
            program: self.program.display().to_string(),
            error: error.to_string(),
        };
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for (name, value) in &self.variables {
            command.env(name, value.expose_secret());
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let pipes = (child.stdout.take(), child.stdin.take(), child.stderr.take());
        let (Some(output), Some(input), Some(errors)) = pipes else {
            return Err(failed(&"its standard streams are missing"));
        };
        let (ended, has_read) = (watch::Sender::new(None), watch::Sender::new(false));
        let process = Process {
            status: ended.subscribe(),
            errors: has_read.subscribe(),
            tail: Arc::clone(tail),
            tasks: Mutex::default(),
        };
        let kept = Arc::clone(tail);
        let reading = tokio::spawn(async move {
            let mut errors = BufReader::new(errors);
            while let Ok(Some(line)) = read_line(&mut errors, MAX_ERROR_LINE).await {
                let (Line::Whole(line) | Line::TooLarge(line)) = line;
                kept.push(&line);
            }
            has_read.send_replace(true);
        });
        let waiting = tokio::spawn(wait(child, ended));
        let tasks = [reading.abort_handle(), waiting.abort_handle()];
        process.tasks().extend(tasks);
        Ok((process, output, input))
    }
}

async fn wait(mut child: Child, ended: watch::Sender<Option<String>>) {
    let status = match child.wait().await {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    ended.send_replace(Some(status));
}

impl Process {
    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<AbortHandle>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits a moment for the program to end, and for its last output.
    pub(crate) async fn end(&self) -> Ended {
        const MOMENT: Duration = Duration::from_millis(500);
        let (mut status, mut errors) = (self.status.clone(), self.errors.clone());
        let both = async {
            // They fail only if the program was killed.
            let _ended = status.wait_for(Option::is_some).await.is_ok();
            let _read = errors.wait_for(|has_read| *has_read).await.is_ok();
        };
        let _in_time = tokio::time::timeout(MOMENT, both).await.is_ok();
        Ended {
            status: self.status.borrow().clone(),
            output: self.tail.lines(),
        }
    }

    /// Waits for the program to end after its input was closed, and kills it if it does not.
    pub(crate) async fn close(&self) {
        let mut status = self.status.clone();
        let ending = status.wait_for(Option::is_some);
        let _in_time = tokio::time::timeout(END_TIMEOUT, ending).await.is_ok();
        self.kill();
    }

    fn kill(&self) {
        for task in self.tasks().drain(..) {
            task.abort();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
