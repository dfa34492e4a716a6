//! Problems with names that a person gave.

use super::namespace::{Giver, Refused};
use crate::diag::{Diagnostic, Location};
use crate::options::Input;

/// The file that gave a name.
pub(super) fn locate(input: &Input, giver: Giver, tool: Option<&str>) -> Location {
    let document = match giver {
        Giver::Overlay => input.overlay.as_ref(),
        Giver::Lock => input.lock.as_ref(),
    };
    Location {
        file: document
            .map(|document| document.file.clone())
            .unwrap_or_default(),
        pointer: String::new(),
        tool: tool.map(str::to_owned),
    }
}

/// `what` stands before the name on the wire: `the argument`.
pub(super) fn refuse_name(
    input: &Input,
    what: &str,
    tool: Option<&str>,
    refused: &Refused,
) -> Diagnostic {
    let Refused { wire, name, giver } = refused;
    let problem = Diagnostic::new(
        locate(input, *giver, tool),
        format!("{what} `{wire}` cannot be called `{name}`"),
    );
    let help = match giver {
        Giver::Overlay => "choose another name",
        Giver::Lock => "correct the name, or remove the line: it is then named anew",
    };
    problem
        .because("it is taken, reserved, or no Rust name")
        .help(help)
}
