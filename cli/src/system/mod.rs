//! The surroundings of the process: disk, environment, git.

pub(crate) mod disk;
pub(crate) mod environment;
pub(crate) mod git;
