//! Exit statuses.

use std::process::ExitCode;

/// The result of a command. Of several results, the greatest is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// The command succeeded.
    Success,
    /// The command found something: generated code that is out of date, a loosened schema.
    Findings,
    /// A snapshot is out of date with its account, server or file.
    SourceDrift,
    /// The command failed.
    Failed,
    /// The command has to fetch a catalog, and the library was built without the feature `fetch`.
    /// Only [`Program::CargoXtask`](crate::Program::CargoXtask) gets this status; for other
    /// programs it is a failure.
    FetchUnavailable,
    /// The command is `page`, and the library was built without the feature `page`. Only
    /// [`Program::CargoXtask`](crate::Program::CargoXtask) gets this status; for other programs it is a
    /// failure.
    PageUnavailable,
}

impl Status {
    /// Returns the exit status of the process.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::SourceDrift => 2,
            Self::Failed | Self::FetchUnavailable | Self::PageUnavailable => 3,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}
