//! Turns: runs that write to the same directory follow one another.
//!
//! A run locks a file below `target`. The operating system releases the lock when the process ends,
//! however it ends, so the file of a run that crashed blocks no other run.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use toolsmith_dialect::fnv;

use crate::context::Context;
use crate::system::disk;

/// The folder of the locked files, from the root of the project.
const FOLDER: &str = "target/toolsmith";

/// The time after which a waiting run says so.
const QUIET_WAIT: Duration = Duration::from_secs(1);

/// The time between two attempts before that.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Maximum length of the description of the run that is waited for.
const MAX_HOLDER_BYTES: u64 = 200;

/// The kind of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockMode {
    /// It writes: no other run may read or write meanwhile.
    Write,
    /// It reads: others may read meanwhile.
    Read,
}

/// The right to read or write a directory until this value is dropped.
#[derive(Debug)]
pub(crate) struct ProjectLock {
    /// `None` if the file cannot be locked.
    file: Option<File>,
    mode: LockMode,
}

impl ProjectLock {
    /// Waits until no other run writes to the project, or uses it at all if this one writes.
    ///
    /// # Errors
    ///
    /// Returns an error if this run writes and the locked file cannot be created.
    pub(crate) fn for_project(mode: LockMode, command: &str, context: &Context) -> Result<Self> {
        Self::take("project", mode, command, context)
    }

    /// Waits until no other run of this project writes to a directory outside of its generated crate.
    ///
    /// # Errors
    ///
    /// Returns an error if the locked file cannot be created.
    pub(crate) fn for_directory(out: &Path, command: &str, context: &Context) -> Result<Self> {
        let path = disk::real_path(out);
        let name = format!("out-{:016x}", fnv::hash(path.to_string_lossy().bytes()));
        Self::take(&name, LockMode::Write, command, context)
    }

    fn take(name: &str, mode: LockMode, command: &str, context: &Context) -> Result<Self> {
        let path = folder(context).join(name);
        let mut file = match open(&path) {
            Ok(file) => file,
            // Nothing can be written to a directory that is read-only.
            Err(_) if mode == LockMode::Read => return Ok(Self { file: None, mode }),
            Err(error) => {
                return Err(error).with_context(|| {
                    format!(
                        "cannot create {}, which keeps two runs apart; make the folder writable",
                        path.display()
                    )
                });
            }
        };
        let is_locked = wait(&mut file, mode, &path, context)
            .with_context(|| format!("cannot lock {}", path.display()))?;
        if !is_locked {
            return Ok(Self { file: None, mode });
        }
        if mode == LockMode::Write {
            let holder = format!(
                "`{}`, process {}",
                context.program.command(command),
                std::process::id()
            );
            // The text is only shown to those who wait.
            let _unread = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| file.write_all(holder.as_bytes()));
        }
        Ok(Self {
            file: Some(file),
            mode,
        })
    }
}

impl Drop for ProjectLock {
    fn drop(&mut self) {
        if let (Some(file), LockMode::Write) = (&self.file, self.mode) {
            // The text is only shown to those who wait. Closing the file releases the lock.
            let _unread = file.set_len(0);
        }
    }
}

/// Returns the folder of the locked files. Outside of a project, no `target` is made.
fn folder(context: &Context) -> PathBuf {
    if context.workspace.is_configured() {
        context.workspace.path(FOLDER)
    } else {
        // A folder that another user of the machine created may be read-only.
        let home = std::env::home_dir().unwrap_or_default();
        let user = fnv::hash(home.to_string_lossy().bytes());
        std::env::temp_dir().join(format!("toolsmith-{user:016x}"))
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
        // The project's own list of ignored files may name another `target`.
        let mut ignored = OpenOptions::new();
        if let Ok(mut file) = ignored
            .write(true)
            .create_new(true)
            .open(folder.join(".gitignore"))
        {
            // Nothing but the list of changed files depends on it.
            let _unread = file.write_all(b"*\n");
        }
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path)
}

/// Locks a file. Returns `false` if the file system has no locks.
fn wait(file: &mut File, mode: LockMode, path: &Path, context: &Context) -> io::Result<bool> {
    let begun = Instant::now();
    while begun.elapsed() < QUIET_WAIT {
        let locked = match mode {
            LockMode::Write => file.try_lock(),
            LockMode::Read => file.try_lock_shared(),
        };
        match locked {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => std::thread::sleep(POLL_INTERVAL),
            Err(TryLockError::Error(error)) => return without_locks(error),
        }
    }
    context.screen.note(&format!(
        "waiting for {}, which holds {}",
        holder(file),
        path.display()
    ));
    let locked = match mode {
        LockMode::Write => file.lock(),
        LockMode::Read => file.lock_shared(),
    };
    locked.map(|()| true).or_else(without_locks)
}

fn without_locks(error: io::Error) -> io::Result<bool> {
    match error.kind() {
        io::ErrorKind::Unsupported => Ok(false),
        _ => Err(error),
    }
}

/// Describes the run that holds the lock.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    // Some systems do not let others read a locked file.
    let read = file.take(MAX_HOLDER_BYTES).read_to_string(&mut text);
    match read {
        Ok(length) if length > 0 => text.lines().next().unwrap_or_default().to_owned(),
        _ => "another run".to_owned(),
    }
}
