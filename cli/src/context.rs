//! The surroundings of a command.

use std::path::Path;

use toolsmith_codegen::options::UnreadableTools;

use crate::config::CatalogConfig;
use crate::program::Program;
use crate::screen::Screen;
use crate::system::environment::Environment;
use crate::workspace::Workspace;

/// The surroundings of a command: the project, the environment variables and the terminal.
pub struct Context {
    pub(crate) program: Program,
    pub(crate) workspace: Workspace,
    pub(crate) environment: Environment,
    pub(crate) screen: Screen,
    /// The treatment of unreadable tools, unless the configuration of the catalog skips them.
    pub(crate) unreadable: UnreadableTools,
}

impl Context {
    /// The root of the project: the directory that contains `toolsmith.toml`.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.workspace.root()
    }

    /// Returns the treatment of the unreadable tools of a catalog.
    pub(crate) fn unreadable_of(&self, catalog: &CatalogConfig) -> UnreadableTools {
        match self.unreadable {
            UnreadableTools::Skipped => UnreadableTools::Skipped,
            UnreadableTools::Refused => catalog.unreadable,
        }
    }

    /// The terminal.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.screen
    }
}
