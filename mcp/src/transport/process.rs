//! A server as a child process.

use std::ffi::OsString;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::BufReader;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;

#[cfg(unix)]
use super::group::Group;
use super::lines::{Line, read_line};
use super::parts::Ended;
use super::tail::Tail;
use crate::error::OpenError;

/// The time for a program to end after its input was closed, and again after it was asked to end.
const END_TIMEOUT: Duration = Duration::from_secs(2);

/// The time for which the standard error of a program that is left is read: until it was killed. A program that
/// writes while it ends would fail if no one read it.
const LEFT_TIMEOUT: Duration = Duration::from_secs(4);

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

/// A running program. It is ended when it is dropped: on Unix with the processes that it started.
pub(crate) struct Process {
    /// The exit status of the program, after it ended.
    status: watch::Receiver<Option<String>>,
    /// `true` after the standard error ended.
    errors: watch::Receiver<bool>,
    /// `true` after the standard output ended.
    output: watch::Sender<bool>,
    tail: Arc<Tail>,
    /// The task that waits for the end of the program.
    waiting: AbortHandle,
    /// Dropped when the program is left.
    _leaving: oneshot::Sender<()>,
    #[cfg(unix)]
    group: Option<Group>,
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
            .kill_on_drop(cfg!(not(unix)));
        #[cfg(unix)]
        if Group::is_available() {
            command.process_group(0);
        }
        for (name, value) in &self.variables {
            command.env(name, value.expose_secret());
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        #[cfg(unix)]
        let group = watched(&child, self.path());
        let pipes = (child.stdout.take(), child.stdin.take(), child.stderr.take());
        let (Some(output), Some(input), Some(errors)) = pipes else {
            return Err(failed(&"its standard streams are missing"));
        };
        let (ended, has_read) = (watch::Sender::new(None), watch::Sender::new(false));
        let (status, read) = (ended.subscribe(), has_read.subscribe());
        let (leaving, left) = oneshot::channel();
        tokio::spawn(read_errors(errors, Arc::clone(tail), has_read, left));
        let running = Running {
            child,
            #[cfg(unix)]
            is_watched: group.is_some(),
        };
        let waiting = tokio::spawn(wait(running, ended));
        let process = Process {
            status,
            errors: read,
            output: watch::Sender::new(false),
            tail: Arc::clone(tail),
            waiting: waiting.abort_handle(),
            _leaving: leaving,
            #[cfg(unix)]
            group,
        };
        Ok((process, output, input))
    }

    /// Returns the search path of the program.
    #[cfg(unix)]
    fn path(&self) -> Option<&str> {
        let mut variables = self.variables.iter().rev();
        let (_, path) = variables.find(|(name, _)| name == "PATH")?;
        Some(path.expose_secret())
    }
}

/// Keeps the last lines of the standard error, until it ends or the program was left for a while.
async fn read_errors(
    errors: ChildStderr,
    tail: Arc<Tail>,
    has_read: watch::Sender<bool>,
    left: oneshot::Receiver<()>,
) {
    let mut reading = pin!(async {
        let mut errors = BufReader::new(errors);
        while let Ok(Some(line)) = read_line(&mut errors, MAX_ERROR_LINE).await {
            let (Line::Whole(line) | Line::TooLarge(line)) = line;
            tail.push(&line);
        }
    });
    let mut leaving = pin!(async {
        // Nothing is sent: the other end is dropped.
        let _left = left.await.is_ok();
        tokio::time::sleep(LEFT_TIMEOUT).await;
    });
    poll_fn(|context| match reading.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => leaving.as_mut().poll(context),
    })
    .await;
    has_read.send_replace(true);
}

/// Watches the group of a program. Without a watchdog, the program alone is killed.
#[cfg(unix)]
fn watched(child: &Child, path: Option<&str>) -> Option<Group> {
    if !Group::is_available() {
        return None;
    }
    let watched = Group::watch(child, path);
    watched
        .inspect_err(|error| {
            tracing::debug!(target: "toolsmith", %error, "the group of the server is not watched");
        })
        .ok()
}

/// A program that runs.
struct Running {
    child: Child,
    /// `true` if the watchdog of its group ends it.
    #[cfg(unix)]
    is_watched: bool,
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_watched {
            // It may have ended.
            let _killed = self.child.start_kill().is_ok();
        }
    }
}

async fn wait(mut running: Running, ended: watch::Sender<Option<String>>) {
    let status = match running.child.wait().await {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    ended.send_replace(Some(status));
}

impl Process {
    /// Waits a moment for the program to end after its standard output ended, and for its last lines.
    pub(crate) async fn end(&self) -> Ended {
        const MOMENT: Duration = Duration::from_millis(500);
        self.output.send_replace(true);
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

    /// Waits for the program to end after its input was closed. If it does not, it is asked to end, and then killed.
    pub(crate) async fn close(&self) {
        if !self.ends_in_time().await {
            #[cfg(unix)]
            if let Some(group) = &self.group {
                group.end(self.is_gone_in_time()).await;
            }
        }
        self.stop();
    }

    async fn ends_in_time(&self) -> bool {
        let mut status = self.status.clone();
        let ending = status.wait_for(Option::is_some);
        tokio::time::timeout(END_TIMEOUT, ending).await.is_ok()
    }

    /// Waits for the program to end, and for the processes that it started: they share its standard streams, unless
    /// they redirect both.
    #[cfg(unix)]
    async fn is_gone_in_time(&self) -> bool {
        let (mut status, mut errors) = (self.status.clone(), self.errors.clone());
        let mut output = self.output.subscribe();
        let all = async {
            // They fail only if the program was killed.
            let _ended = status.wait_for(Option::is_some).await.is_ok();
            let _read = errors.wait_for(|has_read| *has_read).await.is_ok();
            let _read = output.wait_for(|has_read| *has_read).await.is_ok();
        };
        tokio::time::timeout(END_TIMEOUT, all).await.is_ok()
    }

    /// Stops to watch the program.
    fn stop(&self) {
        self.waiting.abort();
        #[cfg(unix)]
        if let Some(group) = &self.group {
            group.leave();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}
