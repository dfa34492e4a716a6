//! The call of a list: one page, a stream, or all records.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::collected::Collected;
use super::limits::PageLimits;
use super::page::Page;
use super::read::read_page;
use super::stream::{Items, Pages};
use crate::client::call::prepared_call::{PreparedCall, debug, set, set_context};
use crate::client::call::{Call, CallFuture, send, unsent};
use crate::client::retry_policy::RetryPolicy;
use crate::codec::Value;
use crate::context::CallContext;
use crate::error::{Error, IncompleteReason};
use crate::http::{ReadFn, Response};

/// The call of a list: a future that sends nothing until it is awaited, or a stream of it is polled.
///
/// Awaiting it returns the first [`Page`]. [`items`](Self::items) and [`pages`](Self::pages) are
/// streams over all pages, and [`collect`](Self::collect) collects the records. Each page is a
/// separate call, with its own timeout and attempts.
///
/// Every list ends: one of more than 10,000 pages, of more than 100 consecutive pages without
/// records, or with a cursor that repeats ends with an [`Error::Incomplete`].
#[must_use = "nothing is sent until the listing is awaited or streamed"]
pub struct Listing<T> {
    prepared: Result<PreparedCall, Error>,
    read: ReadFn<Page<T>>,
    limits: PageLimits,
    /// The call of the first page after it was first polled.
    sent: Option<CallFuture<Page<T>>>,
}

impl<T: Value> Listing<T> {
    pub(crate) fn new(prepared: Result<PreparedCall, Error>) -> Self {
        Self {
            prepared,
            read: read_page,
            limits: PageLimits::default(),
            sent: None,
        }
    }
}

impl<T> Listing<T> {
    /// Sets the timeout of each page over all its attempts.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.timeout = Some(timeout);
        });
        self
    }

    /// Sets the timeout of each attempt of a page.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.attempt_timeout = Some(timeout);
        });
        self
    }

    /// Sets the context of the calls of all pages.
    pub fn context(mut self, context: CallContext) -> Self {
        set_context(&mut self.prepared, context);
        self
    }

    /// Sets the retry policy of each page.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        set(&mut self.prepared, |options| options.retry = Some(retry));
        self
    }

    /// Sets the maximum number of pages, at which a stream ends without an error. By default, a
    /// list of more than 10,000 pages is an [`Error::Incomplete`].
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.limits.chosen_maximum = Some(pages);
        self
    }

    /// Sets the maximum number of consecutive pages without records. The default is 100. A list with
    /// more of them is an [`Error::Incomplete`].
    pub fn max_empty_pages(mut self, pages: usize) -> Self {
        self.limits.max_empty_pages = pages;
        self
    }

    /// Returns the response of the first page unchanged.
    pub fn raw(self) -> Call<Response> {
        Call::new_raw(unsent(self.prepared, self.sent.as_ref()))
    }
}

impl<T: Send + 'static> Listing<T> {
    /// Returns a stream of the pages. It ends after the last page or after an error. A list that does
    /// not end is an [`Error::Incomplete`].
    ///
    /// Each page is requested when the previous one has been consumed. Without a crate for streams,
    /// use `while let Some(page) = pages.next().await`.
    pub fn pages(self) -> Pages<T> {
        let prepared = unsent(self.prepared, self.sent.as_ref());
        Pages::new(prepared, self.read, self.limits)
    }

    /// Returns a stream of the records of all pages.
    ///
    /// A record that does not match the catalog is an [`Error::Decode`] with its body, after which
    /// the stream continues. Any other error ends the stream. A list that does not end, or of which
    /// the API reports a page as incomplete, is an [`Error::Incomplete`] after the last record.
    pub fn items(self) -> Items<T> {
        Items::new(self.pages())
    }

    /// Collects up to `max` records of all pages.
    ///
    /// The result contains every record up to `max` or [`max_pages`](Self::max_pages). If it stops there,
    /// `is_complete` is `false`.
    ///
    /// # Errors
    ///
    /// Returns the errors of a call, [`Error::Decode`] for a record that does not match the catalog,
    /// and [`Error::Incomplete`] if the list does not end, or if the API reports that a page is
    /// incomplete. The records collected so far are dropped. [`collect_lossy`](Self::collect_lossy) keeps them if
    /// a record does not match or the list is incomplete; [`items`](Self::items) yields them before any error.
    pub async fn collect(self, max: usize) -> Result<Collected<T>, Error> {
        let mut collected = Collected::default();
        let mut pages = self.pages();
        while max > collected.items.len() {
            let Some(page) = pages.next_page().await.transpose()? else {
                break;
            };
            let left = max - collected.items.len();
            collected.take(page, left);
            if let Some(rejected) = collected.rejected.pop() {
                return Err(rejected.into());
            }
            match collected.reason {
                Some(IncompleteReason::PartialPage) => {
                    return Err(pages.incomplete(IncompleteReason::PartialPage));
                }
                Some(_) => return Ok(collected),
                None => {}
            }
        }
        finish(collected, &pages)
    }

    /// Collects up to `max` records of all pages, and leaves out those that do not match the catalog.
    /// They count towards `max`.
    ///
    /// If records are missing, `is_complete` is `false`, `reason` is set, and `rejected` contains the records that
    /// were left out.
    ///
    /// # Errors
    ///
    /// Returns the errors of a call and drops the records collected so far; stream a long list instead.
    pub async fn collect_lossy(self, max: usize) -> Result<Collected<T>, Error> {
        let mut collected = Collected::default();
        let mut pages = self.pages();
        let mut left = max;
        while left > 0 {
            let Some(page) = pages.next_page().await.transpose()? else {
                break;
            };
            let record_count = page.record_count();
            collected.take(page, left);
            left = left.saturating_sub(record_count);
        }
        if let Some(reason) = end_of(&pages) {
            collected.miss(reason);
        }
        Ok(collected)
    }
}

/// Returns the reason for which the records of these pages are not all records of the list.
fn end_of<T: Send + 'static>(pages: &Pages<T>) -> Option<IncompleteReason> {
    let max_records = pages.has_more().then_some(IncompleteReason::MaxRecords);
    pages.reason().or(max_records)
}

fn finish<T: Send + 'static>(
    mut collected: Collected<T>,
    pages: &Pages<T>,
) -> Result<Collected<T>, Error> {
    match end_of(pages) {
        Some(reason) if reason != IncompleteReason::MaxRecords && pages.is_failure(reason) => {
            return Err(pages.incomplete(reason));
        }
        Some(reason) => collected.miss(reason),
        None => {}
    }
    Ok(collected)
}

impl<T: Send + 'static> Future for Listing<T> {
    type Output = Result<Page<T>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let listing = self.get_mut();
        let (prepared, read) = (&mut listing.prepared, listing.read);
        let sent = listing.sent.get_or_insert_with(|| send(prepared, read));
        sent.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Listing", &self.prepared, formatter)
    }
}
