//! Streams of pages and of records.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::page::Page;
use crate::client::call::{CallFuture, PreparedCall};
use crate::error::Error;
use crate::http::Response;

/// A stream of the pages of a list. It holds one page at a time.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Pages<T> {
    state: State<T>,
    read: fn(&Response) -> Result<Page<T>, Error>,
    followed: Followed,
    left: usize,
    is_circle: bool,
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
        read: fn(&Response) -> Result<Page<T>, Error>,
        max_pages: usize,
    ) -> Self {
        let mut followed = Followed::default();
        // The list may begin at a cursor.
        if let Some(cursor) = prepared.as_ref().ok().and_then(PreparedCall::first_cursor) {
            followed.is_new(cursor);
        }
        Self {
            state: match prepared {
                Ok(prepared) => State::Ready(Arc::new(prepared), None),
                Err(error) => State::Refused(error),
            },
            read,
            followed,
            left: max_pages,
            is_circle: false,
        }
    }

    /// Returns the next page, or `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns `true` if there may be more pages.
    pub(super) fn has_more(&self) -> bool {
        self.is_circle || !matches!(self.state, State::Ended)
    }

    fn ask(&self, prepared: &Arc<PreparedCall>, cursor: Option<String>) -> CallFuture<Page<T>> {
        let prepared = Arc::clone(prepared);
        let read = self.read;
        Box::pin(async move {
            let response = prepared.send(cursor.as_deref()).await?;
            prepared.read(&response, read)
        })
    }

    /// Returns the state after `page`.
    fn follow(&mut self, prepared: Arc<PreparedCall>, page: &Page<T>) -> State<T> {
        let Some(cursor) = &page.next_cursor else {
            return State::Ended;
        };
        if self.followed.is_new(cursor) {
            State::Ready(prepared, Some(cursor.clone()))
        } else {
            tracing::warn!(target: "toolsmith", "a list repeats a cursor and ends here");
            self.is_circle = true;
            State::Ended
        }
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Refused(error) => return Poll::Ready(Some(Err(error))),
                State::Ready(prepared, cursor) => {
                    if self.left == 0 {
                        self.state = State::Ready(prepared, cursor);
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
                        self.left -= 1;
                        self.state = self.follow(prepared, page);
                    }
                    return Poll::Ready(Some(page));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pages")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// A stream of the records of a list, over all pages.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    waiting: VecDeque<Result<T, Error>>,
}

impl<T: Send + 'static> Items<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        Self {
            pages,
            waiting: VecDeque::new(),
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
            if let Some(item) = self.waiting.pop_front() {
                return Poll::Ready(Some(item));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => self.waiting = into_queue(page),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Items")
            .field("waiting", &self.waiting.len())
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

/// Returns the records of a page in order, the rejected ones as errors.
fn into_queue<T>(page: Page<T>) -> VecDeque<Result<T, Error>> {
    let mut queue = VecDeque::with_capacity(page.items.len() + page.rejected.len());
    let mut items = page.items.into_iter();
    for rejected in page.rejected {
        let before = rejected.index.saturating_sub(queue.len());
        queue.extend(items.by_ref().take(before).map(Ok));
        queue.push_back(Err(Error::from(rejected)));
    }
    queue.extend(items.map(Ok));
    queue
}
