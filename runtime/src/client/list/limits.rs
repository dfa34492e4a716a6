//! The limits of a list that does not end.

/// The number of pages of a list unless configured: a million records with 100 records a page.
const MAX_PAGES: usize = 10_000;

/// The number of consecutive pages without records unless configured. An API that filters after it
/// has read a page sends some, but no list needs as many.
const MAX_EMPTY_PAGES: usize = 100;

/// The limits of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageLimits {
    /// The maximum that the caller has set. It ends the list without an error.
    pub(super) chosen_maximum: Option<usize>,
    pub(super) max_empty_pages: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self {
            chosen_maximum: None,
            max_empty_pages: MAX_EMPTY_PAGES,
        }
    }
}

impl PageLimits {
    pub(super) fn max_pages(self) -> usize {
        self.chosen_maximum.unwrap_or(MAX_PAGES)
    }

    /// Returns `true` unless the caller has set the maximum.
    pub(super) fn is_default_maximum(self) -> bool {
        self.chosen_maximum.is_none()
    }
}
