//! How a command ended, as its exit status says it.

use std::process::ExitCode;

/// How a command ended. The worst of several things is the one that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// All is well.
    Fine,
    /// Something was found: generated code that differs from its snapshot, an untidy place.
    Findings,
    /// What an account, a server or a file offers is no longer what the snapshot says.
    SourceDrift,
    /// The command could not do its work.
    Failed,
}

impl Status {
    /// The number that a shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::SourceDrift => 2,
            Self::Failed => 3,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}
