//! The records collected from the pages of a list.

use std::ops::Deref;

use super::page::{Page, Rejected};

/// The records collected from the pages of a list. It dereferences to a slice.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Collected<T> {
    /// The records, in order.
    pub items: Vec<T>,
    /// The records that do not match the catalog, each with its index in its page.
    pub rejected: Vec<Rejected>,
    /// `true` if the list is complete; `false` if a maximum number of records or pages or a repeated
    /// cursor ended it, or if the API reports that a page is incomplete.
    pub is_complete: bool,
}

impl<T> Collected<T> {
    /// Takes up to `max` records of `page`, in order.
    pub(super) fn take(&mut self, mut page: Page<T>, max: usize) {
        page.rejected.retain(|rejected| rejected.index < max);
        page.items.truncate(max - page.rejected.len());
        self.items.append(&mut page.items);
        self.rejected.append(&mut page.rejected);
    }
}

impl<T> Default for Collected<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            rejected: Vec::new(),
            is_complete: true,
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
