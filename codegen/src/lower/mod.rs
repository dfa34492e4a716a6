//! Decides what each tool becomes in Rust.

use crate::diag::Diagnostics;
use crate::model::Api;
use crate::options::Input;
use crate::report::Report;

/// What lowering gives.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The API to be written.
    pub(crate) api: Api,
    /// The names given so far and now.
    pub(crate) lock: String,
    /// What became of each place.
    pub(crate) report: Report,
}

/// Lowers one catalog.
pub(crate) fn lower_input(input: &Input) -> Result<Lowered, Diagnostics> {
    let _ = input;
    Err(Diagnostics::default())
}
