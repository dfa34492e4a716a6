//! Text for terminals, files and shells.

pub(crate) mod escaped;
pub(crate) mod markup;
pub(crate) mod nearest;
pub(crate) mod shell;
