//! The call of a list: one page, a stream, or all of it.

use std::fmt;
use std::time::Duration;

use super::collected::Collected;
use super::page::Page;
use super::read::read_page;
use super::stream::{Items, Pages};
use crate::client::call::{Call, CallFuture, Prepared, debug, set};
use crate::client::retry_policy::RetryPolicy;
use crate::clock::boxed;
use crate::codec::Value;
use crate::error::Error;
use crate::http::Response;

/// The call of a list. Nothing is sent until it is awaited, or a stream of it is polled.
///
/// Awaited, it is the first [`Page`]. [`items`](Self::items) and [`pages`](Self::pages) go on to
/// the last one, a page at a time; [`collect`](Self::collect) collects. Each page is a call of its own,
/// with time and tries of its own.
#[must_use = "nothing is sent until the listing is awaited or streamed"]
pub struct Listing<T> {
    prepared: Result<Prepared, Error>,
    read: fn(&Response) -> Result<Page<T>, Error>,
    max_pages: usize,
}

impl<T: Value> Listing<T> {
    pub(crate) fn new(prepared: Result<Prepared, Error>) -> Self {
        Self {
            prepared,
            read: read_page,
            max_pages: usize::MAX,
        }
    }
}

impl<T> Listing<T> {
    /// How long each page may take over all its tries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.timeout = Some(timeout);
        });
        self
    }

    /// How long one try of a page may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.attempt_timeout = Some(timeout);
        });
        self
    }

    /// When a page is tried again.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        set(&mut self.prepared, |options| options.retry = Some(retry));
        self
    }

    /// At most so many pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.max_pages = pages;
        self
    }

    /// The first page, as it came.
    pub fn raw(self) -> Call<Response> {
        Call::new_raw(self.prepared)
    }
}

impl<T: Send + 'static> Listing<T> {
    /// A stream over the pages. It ends after the last one, after an error, or where a cursor
    /// comes back.
    ///
    /// A page is asked for when the one before has been taken. Without a crate for streams,
    /// `while let Some(page) = pages.next().await` goes through it.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.prepared, self.read, self.max_pages)
    }

    /// A stream over the records of all pages.
    ///
    /// A record that is not what the catalog promises is an [`Error::Decode`] in its place that
    /// holds it, and the stream goes on behind it; after any other error it ends.
    pub fn items(self) -> Items<T> {
        Items::new(self.pages())
    }

    /// Collects the records of all pages, at most `max` of them, rejected ones included.
    ///
    /// # Errors
    ///
    /// As a call; what was collected until then is lost, so that a long list is better streamed.
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

impl<T: Send + 'static> IntoFuture for Listing<T> {
    type Output = Result<Page<T>, Error>;
    type IntoFuture = CallFuture<Page<T>>;

    fn into_future(self) -> Self::IntoFuture {
        boxed(|| async move {
            match self.prepared {
                // By reference: what is moved here has a place in the future of its own.
                Ok(ref prepared) => prepared.read(&prepared.send(None).await?, self.read),
                Err(error) => Err(error),
            }
        })
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Listing", &self.prepared, formatter)
    }
}
