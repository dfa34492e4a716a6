//! The surroundings of a command.

use std::path::Path;

use crate::environment::Environment;
use crate::program::Program;
use crate::screen::Screen;
use crate::workspace::Workspace;

/// The surroundings of a command: the project, the environment variables and the terminal.
pub struct Context {
    pub(crate) program: Program,
    pub(crate) workspace: Workspace,
    pub(crate) environment: Environment,
    pub(crate) screen: Screen,
}

impl Context {
    /// The root of the project: the directory that contains `toolsmith.toml`.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.workspace.root()
    }

    /// The terminal.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.screen
    }
}
