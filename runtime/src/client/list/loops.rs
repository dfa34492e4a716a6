//! Compiler messages for `for` loops over a listing or a stream, which are not iterators.
//!
//! The implementations of [`Iterator`] never apply. Without them the compiler says that the type is
//! not an iterator, and not what to do.

use std::marker::PhantomData;

use super::listing::Listing;
use super::page::Page;
use super::stream::{Items, Pages};

/// The records of a listing that was not sent.
#[doc(hidden)]
#[derive(Debug)]
pub struct Unsent<T>(PhantomData<T>);

/// Records that were received. Implemented for nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a listing is not a list of records until it is sent",
    label = "nothing has been sent yet",
    note = "to get one page, await the listing: `.await?`",
    note = "to get all records, stream them: `let mut records = listing.items();` and `while let Some(record) = records.next().await`"
)]
pub trait Received {}

impl<T> Iterator for Listing<T>
where
    Unsent<T>: Received,
{
    type Item = T;

    fn next(&mut self) -> Option<T> {
        None
    }
}

/// The elements of a stream.
#[doc(hidden)]
#[derive(Debug)]
pub struct Streamed<T>(PhantomData<T>);

/// Elements that are all in memory. Implemented for nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a stream cannot be the subject of a `for` loop",
    label = "this is a stream",
    note = "write `while let Some(element) = stream.next().await`"
)]
pub trait InMemory {}

impl<T> Iterator for Items<T>
where
    Streamed<T>: InMemory,
{
    type Item = T;

    fn next(&mut self) -> Option<T> {
        None
    }
}

impl<T> Iterator for Pages<T>
where
    Streamed<T>: InMemory,
{
    type Item = Page<T>;

    fn next(&mut self) -> Option<Page<T>> {
        None
    }
}
