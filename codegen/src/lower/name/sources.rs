//! The files that define names, and the errors about them.

use super::lock::Lock;
use super::namespace::{NameOrigin, Refused};
use crate::diag::{Diagnostic, SourceLocation};
use crate::options::CatalogInput;

/// The lock, and the files to which errors about names refer.
#[derive(Debug)]
pub(super) struct NameSources<'a> {
    /// The names given so far.
    pub(super) lock: &'a Lock,
    input: &'a CatalogInput,
}

impl<'a> NameSources<'a> {
    /// Refers to the files of `input` and to its parsed lock.
    pub(super) fn new(input: &'a CatalogInput, lock: &'a Lock) -> Self {
        Self { lock, input }
    }

    /// Returns the file that defines a name.
    pub(super) fn location(&self, origin: NameOrigin, tool: Option<&str>) -> SourceLocation {
        let document = match origin {
            NameOrigin::Overlay => self.input.overlay.as_ref(),
            NameOrigin::Lock => self.input.lock.as_ref(),
        };
        SourceLocation {
            file: document
                .map(|document| document.file.clone())
                .unwrap_or_default(),
            pointer: String::new(),
            tool: tool.map(str::to_owned),
        }
    }

    /// Returns the error for a name that cannot be given. `what` is the named item with its
    /// article, such as `the argument`.
    pub(super) fn refuse(&self, what: &str, tool: Option<&str>, refused: &Refused) -> Diagnostic {
        let Refused { wire, name, origin } = refused;
        let problem = Diagnostic::new(
            self.location(*origin, tool),
            format!("{what} `{wire}` cannot be called `{name}`"),
        );
        let help = match origin {
            NameOrigin::Overlay => "choose another name",
            NameOrigin::Lock => {
                "correct the name, or remove the line to let the generator choose a name"
            }
        };
        problem
            .because("the name is taken, reserved, or not a valid Rust identifier")
            .help(help)
    }
}
