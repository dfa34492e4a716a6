//! What was collected from the pages of a list.

use std::ops::Deref;

use super::page::{Page, Rejected};

/// What was collected from the pages of a list: read as a slice, or taken apart.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Collected<T> {
    /// The records, in order.
    pub items: Vec<T>,
    /// The records that are not what the catalog promises, each with its place on its page.
    pub rejected: Vec<Rejected>,
    /// Whether this is all there is; `false` if the bound on records or pages ended it, or
    /// a cursor that came back, or the API says that it left something out.
    pub is_complete: bool,
}

impl<T> Collected<T> {
    /// Takes at most `max` records of `page`, in the order in which they came.
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
