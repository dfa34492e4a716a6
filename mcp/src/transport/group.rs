//! The process group of a server, with a watchdog in it.
//!
//! A server is often behind a wrapper, such as `npx` or `sh`, so signals go to the whole group. The group is not that of
//! this process: Ctrl-C of a terminal does not reach it. The watchdog ends it when this process ends in any
//! way, because its input closes then.

use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin, Command};

/// The shell, which every Unix has; without it, a server has no separate group.
const SHELL: &str = "/bin/sh";

/// The folders of the programs that the watchdog starts, before those of the server.
const PATH: &str = "/usr/bin:/bin";

/// Sends each signal that it reads to the group, and ends the group after its input.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
while read -r signal; do kill -s "$signal" 0; done
kill -s TERM 0
sleep 2
kill -s KILL 0
"#;

/// A process group. It is asked to end when this is dropped, and killed after 2 s.
pub(super) struct Group {
    watchdog: Mutex<Option<(Child, ChildStdin)>>,
}

impl Group {
    /// Returns `true` if groups can be watched here.
    pub(super) fn is_available() -> bool {
        std::path::Path::new(SHELL).exists()
    }

    /// Starts to watch the group that `leader` leads. `path` is the search path of the server: some systems keep
    /// their programs in other folders.
    ///
    /// # Errors
    ///
    /// The watchdog cannot be started.
    pub(super) fn watch(leader: &Child, path: Option<&str>) -> std::io::Result<Self> {
        let ended = || std::io::Error::other("the program ended at once");
        let leader = leader.id().ok_or_else(ended)?;
        let leader = i32::try_from(leader).map_err(std::io::Error::other)?;
        let path = path.map_or_else(|| PATH.to_owned(), |path| format!("{PATH}:{path}"));
        let mut watchdog = Command::new(SHELL)
            .args(["-c", WATCHDOG])
            .env_clear()
            .env("PATH", path)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(leader)
            .spawn()?;
        let input = watchdog.stdin.take();
        Ok(Self {
            watchdog: Mutex::new(input.map(|input| (watchdog, input))),
        })
    }

    /// Asks the processes of the group to end, and kills them after `wait`.
    pub(super) async fn end(&self, wait: impl Future<Output = bool>) {
        let Some((mut watchdog, mut input)) = self.take() else {
            return;
        };
        // Writing fails only if someone else killed the watchdog.
        let _sent = input.write_all(b"TERM\n").await.is_ok();
        wait.await;
        let _sent = input.write_all(b"KILL\n").await.is_ok();
        drop(input);
        let _ended = watchdog.wait().await.is_ok();
    }

    /// Leaves what is left of the group to the watchdog.
    pub(super) fn leave(&self) {
        drop(self.take());
    }

    fn take(&self) -> Option<(Child, ChildStdin)> {
        let watchdog = self.watchdog.lock();
        watchdog.unwrap_or_else(PoisonError::into_inner).take()
    }
}
