//! The process of the agent, which is started again whenever it is killed.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Child;
use tokio::time::Instant;

use crate::AnyError;
use crate::restate::Restate;
use crate::service::{self, Settings};

/// A process that lives for a shorter time has died early.
const EARLY: Duration = Duration::from_secs(1);

/// The number of early deaths in sequence after which the agent is not started again.
const MAX_EARLY_DEATHS: u32 = 10;

/// The process of the agent, which is killed when this is dropped.
pub struct Supervisor {
    program: PathBuf,
    settings: Settings,
    child: Child,
    started: Instant,
    early_deaths: u32,
}

impl Supervisor {
    /// Starts the agent: this program as a service.
    ///
    /// # Errors
    ///
    /// The program cannot be started.
    pub fn start(program: PathBuf, settings: Settings) -> Result<Self, AnyError> {
        Ok(Self {
            child: spawn(&program, &settings)?,
            program,
            settings,
            started: Instant::now(),
            early_deaths: 0,
        })
    }

    /// Does this work. If the agent is killed meanwhile, it is started again.
    ///
    /// # Errors
    ///
    /// The agent has ended with an error, or ends again and again, or the server of Restate that this process has
    /// started has ended.
    pub async fn during<T>(
        &mut self,
        restate: &mut Restate,
        work: impl Future<Output = T>,
    ) -> Result<T, AnyError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                ended = self.child.wait() => self.start_again(ended?)?,
                error = restate.ended() => return Err(error),
                done = &mut work => return Ok(done),
            }
        }
    }

    /// Starts the agent again, unless it has ended with an error, which would come again.
    fn start_again(&mut self, ended: ExitStatus) -> Result<(), AnyError> {
        if ended.code().is_some_and(|code| code != 0) {
            return Err(format!("the agent has ended ({ended}); its error is above").into());
        }
        let is_early = self.started.elapsed() < EARLY;
        self.early_deaths = if is_early { self.early_deaths + 1 } else { 0 };
        if self.early_deaths == MAX_EARLY_DEATHS {
            return Err(format!(
                "the agent has ended {MAX_EARLY_DEATHS} times within {EARLY:?} of its start, at last with {ended}; \
                 find out what ends it: another program, or the lack of memory"
            )
            .into());
        }
        say(format_args!(
            "the agent has ended ({ended}); it is started again"
        ));
        self.child = spawn(&self.program, &self.settings)?;
        self.started = Instant::now();
        Ok(())
    }
}

fn spawn(program: &Path, settings: &Settings) -> Result<Child, AnyError> {
    let child = service::spawn(program, settings, Stdio::inherit());
    let child = child.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    if let Some(id) = child.id() {
        say(format_args!(
            "the agent is process {id}: kill -9 {id} at any time"
        ));
    }
    Ok(child)
}

/// Prints a line. The reader of the output may be gone, and the run goes on.
pub fn say(line: impl Display) {
    let _printed = writeln!(io::stdout(), "{line}");
}
