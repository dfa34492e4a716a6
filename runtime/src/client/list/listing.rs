//! The call of a list: one page, a stream, or all records.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::collected::Collected;
use super::page::Page;
use super::read::read_page;
use super::stream::{Items, Pages};
use crate::client::call::{Call, CallFuture, PreparedCall, debug, send, set, unsent};
use crate::client::retry_policy::RetryPolicy;
use crate::codec::Value;
use crate::error::Error;
use crate::http::Response;

/// The call of a list: a future that sends nothing until it is awaited, or a stream of it is polled.
///
/// Awaiting it returns the first [`Page`]. [`items`](Self::items) and [`pages`](Self::pages) are
/// streams over all pages, and [`collect`](Self::collect) collects the records. Each page is a
/// separate call, with its own timeout and attempts.
#[must_use = "nothing is sent until the listing is awaited or streamed"]
pub struct Listing<T> {
    prepared: Result<PreparedCall, Error>,
    read: fn(&Response) -> Result<Page<T>, Error>,
    max_pages: usize,
    /// The call of the first page after it was first polled.
    sent: Option<CallFuture<Page<T>>>,
}

impl<T: Value> Listing<T> {
    pub(crate) fn new(prepared: Result<PreparedCall, Error>) -> Self {
        Self {
            prepared,
            read: read_page,
            max_pages: usize::MAX,
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

    /// Sets the retry policy of each page.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        set(&mut self.prepared, |options| options.retry = Some(retry));
        self
    }

    /// Sets the maximum number of pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.max_pages = pages;
        self
    }

    /// Returns the response of the first page unchanged.
    pub fn raw(self) -> Call<Response> {
        Call::new_raw(unsent(self.prepared, self.sent.as_ref()))
    }
}

impl<T: Send + 'static> Listing<T> {
    /// Returns a stream of the pages. It ends after the last page, after an error, or if a cursor
    /// repeats.
    ///
    /// Each page is requested when the previous one has been consumed. Without a crate for streams,
    /// use `while let Some(page) = pages.next().await`.
    pub fn pages(self) -> Pages<T> {
        let prepared = unsent(self.prepared, self.sent.as_ref());
        Pages::new(prepared, self.read, self.max_pages)
    }

    /// Returns a stream of the records of all pages.
    ///
    /// A record that does not match the catalog is an [`Error::Decode`] with its body, after which
    /// the stream continues. Any other error ends the stream.
    pub fn items(self) -> Items<T> {
        Items::new(self.pages())
    }

    /// Collects up to `max` records of all pages, including rejected ones.
    ///
    /// # Errors
    ///
    /// Returns the errors of a call and drops the records collected so far; stream a long list instead.
    pub async fn collect(self, max: usize) -> Result<Collected<T>, Error> {
        let mut collected = Collected::default();
        let mut pages = self.pages();
        let mut left = max;
        while left > 0 {
            let Some(page) = pages.next().await.transpose()? else {
                break;
            };
            let page_size = page.items.len() + page.rejected.len();
            collected.is_complete &= !page.is_partial;
            collected.take(page, left);
            if page_size > left {
                collected.is_complete = false;
            }
            left = left.saturating_sub(page_size);
        }
        collected.is_complete &= !pages.has_more();
        Ok(collected)
    }
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
