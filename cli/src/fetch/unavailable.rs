//! Replaces fetching in a build without the feature `fetch`.

use toolsmith_codegen::SourceText;

use super::{Account, FetchUnavailable, Limits, Server, Watcher};

/// Fails, because this build cannot fetch.
///
/// # Errors
///
/// Always returns [`FetchUnavailable`].
pub(crate) fn fetch(
    _: &Account,
    _: Limits,
    _: &dyn Watcher,
) -> Result<SourceText, FetchUnavailable> {
    Err(FetchUnavailable)
}

impl Server<'_> {
    /// Fails, because this build cannot fetch.
    ///
    /// # Errors
    ///
    /// Always returns [`FetchUnavailable`].
    #[expect(clippy::unused_self, reason = "the build that fetches needs it")]
    pub(crate) fn list_tools(&self, _: Limits) -> Result<SourceText, FetchUnavailable> {
        Err(FetchUnavailable)
    }
}
