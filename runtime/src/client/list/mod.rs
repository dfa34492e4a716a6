//! Lists: one page, a stream of pages or records, or all records at once.

mod collected;
mod envelope;
mod fast_path;
mod limits;
mod listing;
mod loops;
mod page;
mod read;
mod records;
mod stream;

pub use collected::Collected;
pub(crate) use envelope::next_cursor;
#[cfg(test)]
pub(crate) use fast_path::read_quickly;
pub use listing::Listing;
#[doc(hidden)]
pub use loops::{InMemory, Received, Streamed, Unsent};
pub use page::{Page, Rejected};
#[cfg(test)]
pub(crate) use read::{read_page, read_page_by_record};
pub use records::Records;
pub use stream::{Items, Pages};
