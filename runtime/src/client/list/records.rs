//! The records of a page in order, the rejected ones as errors.

use std::fmt;
use std::iter::Peekable;
use std::vec;

use super::page::{Page, Rejected};
use crate::error::{Error, IncompleteError, IncompleteReason};

/// The records of a page in order. One that does not match the catalog is an
/// [`Error::Decode`](Error::Decode). If the page has more of these than it keeps, the last item is an
/// [`Error::Incomplete`](Error::Incomplete) with their number.
pub struct Records<T> {
    items: vec::IntoIter<T>,
    rejected: Peekable<vec::IntoIter<Rejected>>,
    index: usize,
    unkept: Option<Error>,
}

impl<T> Records<T> {
    pub(super) fn new(page: Page<T>) -> Self {
        let unkept = page.rejected_count.saturating_sub(page.rejected.len());
        let last = page.rejected.last().filter(|_| unkept > 0);
        Self {
            unkept: last.map(|last| {
                let reason = IncompleteReason::Rejected(unkept);
                let error = Error::from(IncompleteError::new(last.tool, reason));
                error.in_context(last.context.as_deref())
            }),
            items: page.items.into_iter(),
            rejected: page.rejected.into_iter().peekable(),
            index: 0,
        }
    }

    /// No records.
    pub(super) fn none() -> Self {
        Self {
            items: Vec::new().into_iter(),
            rejected: Vec::new().into_iter().peekable(),
            index: 0,
            unkept: None,
        }
    }
}

/// The records of the page in order. One that does not match the catalog is an [`Error::Decode`].
impl<T> IntoIterator for Page<T> {
    type Item = Result<T, Error>;
    type IntoIter = Records<T>;

    fn into_iter(self) -> Records<T> {
        Records::new(self)
    }
}

impl<T> Iterator for Records<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.index;
        self.index += 1;
        let is_next = |rejected: &Rejected| rejected.index <= index;
        if let Some(rejected) = self.rejected.next_if(is_next) {
            return Some(Err(rejected.into()));
        }
        if let Some(item) = self.items.next() {
            return Some(Ok(item));
        }
        match self.rejected.next() {
            Some(rejected) => Some(Err(rejected.into())),
            None => self.unkept.take().map(Err),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let unkept = usize::from(self.unkept.is_some());
        let count = self.items.len() + self.rejected.len() + unkept;
        (count, Some(count))
    }
}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Records")
            .field("items", &self.items.len())
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}
