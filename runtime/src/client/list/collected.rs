//! The records collected from the pages of a list.

use std::ops::Deref;

use super::page::{Page, Rejected};
use crate::error::IncompleteReason;

/// The records collected from the pages of a list. It dereferences to a slice.
///
/// [`Listing::collect`](super::Listing::collect) fails if a record does not match the catalog or the list is
/// incomplete, so its result is only incomplete if a maximum was reached.
/// [`Listing::collect_lossy`](super::Listing::collect_lossy) keeps the other records and reports the missing ones
/// here.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Collected<T> {
    /// The records, in order.
    pub items: Vec<T>,
    /// The records that do not match the catalog, each with its index in its page; up to 1,000 of
    /// each page.
    pub rejected: Vec<Rejected>,
    /// The number of records that do not match the catalog.
    pub rejected_count: usize,
    /// `true` if the items are all records of the list.
    pub is_complete: bool,
    /// The first reason why the list is not complete, if it is not.
    pub reason: Option<IncompleteReason>,
}

impl<T> Collected<T> {
    /// Takes up to `max` records of `page`, in order.
    pub(super) fn take(&mut self, mut page: Page<T>, max: usize) {
        if page.is_partial {
            self.miss(IncompleteReason::PartialPage);
        }
        let mut rejected_count = page.rejected_count;
        if page.record_count() > max {
            page.rejected.retain(|rejected| rejected.index < max);
            rejected_count = page.rejected.len();
            page.items.truncate(max.saturating_sub(rejected_count));
            self.miss(IncompleteReason::MaxRecords);
        }
        self.rejected_count += rejected_count;
        if rejected_count > 0 {
            self.miss(IncompleteReason::Rejected(rejected_count));
        }
        append(&mut self.items, page.items);
        append(&mut self.rejected, page.rejected);
    }

    /// Records that the list is not complete.
    pub(super) fn miss(&mut self, reason: IncompleteReason) {
        self.is_complete = false;
        self.reason.get_or_insert(reason);
    }
}

/// Appends elements; a copy of a large page would be in memory twice.
fn append<T>(to: &mut Vec<T>, mut from: Vec<T>) {
    if to.is_empty() {
        *to = from;
    } else {
        to.append(&mut from);
    }
}

impl<T> Default for Collected<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            rejected: Vec::new(),
            rejected_count: 0,
            is_complete: true,
            reason: None,
        }
    }
}

impl<T> Deref for Collected<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> IntoIterator for Collected<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Collected<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
