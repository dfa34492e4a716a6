//! Streams of pages and of records.

use std::collections::BTreeSet;
use std::fmt;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::limits::PageLimits;
use super::page::Page;
use super::records::Records;
use crate::client::call::CallFuture;
use crate::client::call::prepared_call::PreparedCall;
use crate::context::CallContext;
use crate::error::{Error, IncompleteError, IncompleteReason};
use crate::http::ReadFn;

/// A stream of the pages of a list. It holds one page at a time.
///
/// If the list does not end regularly, the last item is an [`Error::Incomplete`] with the reason.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Pages<T> {
    tool: &'static str,
    context: Option<Arc<CallContext>>,
    state: State<T>,
    read: ReadFn<Page<T>>,
    followed: Followed,
    limits: PageLimits,
    page_count: usize,
    /// The number of pages without records since the last one with records.
    empty_count: usize,
    /// The reason for which the list ended early.
    reason: Option<IncompleteReason>,
    is_reported: bool,
}

/// The cursors that were followed, to detect a circle. Only hashes are kept, because a cursor may be
/// as long as a page.
#[derive(Default)]
struct Followed {
    keys: (RandomState, RandomState),
    seen: BTreeSet<(u64, u64)>,
}

impl Followed {
    fn is_new(&mut self, cursor: &str) -> bool {
        let (first, second) = &self.keys;
        self.seen
            .insert((first.hash_one(cursor), second.hash_one(cursor)))
    }
}

enum State<T> {
    /// The cursor of the next page.
    Ready(Arc<PreparedCall>, Option<String>),
    Asking(Arc<PreparedCall>, CallFuture<Page<T>>),
    /// The call is invalid, so nothing is sent.
    Refused(Error),
    Ended,
}

impl<T: Send + 'static> Pages<T> {
    pub(super) fn new(
        prepared: Result<PreparedCall, Error>,
        read: ReadFn<Page<T>>,
        limits: PageLimits,
    ) -> Self {
        let mut followed = Followed::default();
        let call = prepared.as_ref().ok();
        // The list may begin at a cursor.
        if let Some(cursor) = call.and_then(PreparedCall::first_cursor) {
            followed.is_new(cursor);
        }
        Self {
            tool: call.map_or("", PreparedCall::tool),
            context: call.and_then(PreparedCall::shared_context).cloned(),
            state: match prepared {
                Ok(prepared) => State::Ready(Arc::new(prepared), None),
                Err(error) => State::Refused(error),
            },
            read,
            followed,
            limits,
            page_count: 0,
            empty_count: 0,
            reason: None,
            is_reported: false,
        }
    }

    /// Returns the next page, or `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns the next page, or `None` after the last one, for any reason.
    pub(super) async fn next_page(&mut self) -> Option<Result<Page<T>, Error>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    /// Returns the reason for which the list ended early.
    pub(super) fn reason(&self) -> Option<IncompleteReason> {
        self.reason
    }

    /// Returns `true` if a reason is a failure, rather than a maximum that the caller has set.
    pub(super) fn is_failure(&self, reason: IncompleteReason) -> bool {
        !matches!(reason, IncompleteReason::MaxPages(_)) || self.limits.is_default_maximum()
    }

    /// Returns `true` if there may be more pages.
    pub(super) fn has_more(&self) -> bool {
        !matches!(self.state, State::Ended)
    }

    /// Returns the error of a list that is not complete.
    pub(super) fn incomplete(&self, reason: IncompleteReason) -> Error {
        let error = Error::from(IncompleteError::new(self.tool, reason));
        error.in_context(self.context.as_deref())
    }

    fn ask(&self, prepared: &Arc<PreparedCall>, cursor: Option<String>) -> CallFuture<Page<T>> {
        let prepared = Arc::clone(prepared);
        let read = self.read;
        Box::pin(async move { prepared.call(cursor.as_deref(), read).await })
    }

    /// Returns the state after `page`.
    fn follow(&mut self, prepared: Arc<PreparedCall>, page: &Page<T>) -> State<T> {
        self.page_count += 1;
        let is_empty = page.record_count() == 0;
        self.empty_count = if is_empty { self.empty_count + 1 } else { 0 };
        let Some(cursor) = &page.next_cursor else {
            return State::Ended;
        };
        let reason = if !self.followed.is_new(cursor) {
            IncompleteReason::RepeatedCursor
        } else if self.empty_count > self.limits.max_empty_pages {
            IncompleteReason::EmptyPages(self.empty_count)
        } else {
            return State::Ready(prepared, Some(cursor.clone()));
        };
        tracing::warn!(target: "toolsmith", tool = self.tool, %reason, "a list is incomplete");
        self.reason = Some(reason);
        State::Ended
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Refused(error) => return Poll::Ready(Some(Err(error))),
                State::Ready(prepared, cursor) => {
                    let max_pages = self.limits.max_pages();
                    if self.page_count >= max_pages {
                        self.reason = Some(IncompleteReason::MaxPages(max_pages));
                        return Poll::Ready(None);
                    }
                    let asking = self.ask(&prepared, cursor);
                    self.state = State::Asking(prepared, asking);
                }
                State::Asking(prepared, mut asking) => {
                    let Poll::Ready(page) = asking.as_mut().poll(context) else {
                        self.state = State::Asking(prepared, asking);
                        return Poll::Pending;
                    };
                    if let Ok(page) = &page {
                        self.state = self.follow(prepared, page);
                    }
                    return Poll::Ready(Some(page));
                }
            }
        }
    }

    /// Returns the failure that ended the list, once.
    fn take_failure(&mut self) -> Option<Error> {
        let reason = self.reason.filter(|reason| self.is_failure(*reason))?;
        let is_reported = std::mem::replace(&mut self.is_reported, true);
        (!is_reported).then(|| self.incomplete(reason))
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(match ready!(self.poll_page(context)) {
            Some(page) => Some(page),
            None => self.take_failure().map(Err),
        })
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pages")
            .field("tool", &self.tool)
            .field("page_count", &self.page_count)
            .finish_non_exhaustive()
    }
}

/// A stream of the records of a list, over all pages.
///
/// If the list does not end regularly, or if the API reports that a page is incomplete, the last
/// item is an [`Error::Incomplete`] with the reason.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    records: Records<T>,
    /// `true` if a page was partial, until that is reported.
    is_partial: bool,
}

impl<T: Send + 'static> Items<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        Self {
            pages,
            records: Records::none(),
            is_partial: false,
        }
    }

    /// Returns the next record, or `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// Records are moved, never pinned.
impl<T> Unpin for Items<T> {}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(record) = self.records.next() {
                return Poll::Ready(Some(record));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    self.is_partial |= page.is_partial;
                    self.records = page.into_iter();
                }
                Some(Err(error)) => {
                    self.is_partial = false;
                    return Poll::Ready(Some(Err(error)));
                }
                None if std::mem::take(&mut self.is_partial) => {
                    let error = self.pages.incomplete(IncompleteReason::PartialPage);
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Items")
            .field("records", &self.records)
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
