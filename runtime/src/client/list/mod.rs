//! Lists: one page, a stream of pages or records, or all records at once.

mod collected;
mod envelope;
mod fast_path;
mod listing;
mod loops;
mod page;
mod read;
mod stream;

pub use collected::Collected;
#[cfg(test)]
pub(crate) use fast_path::read_quickly;
pub use listing::Listing;
#[doc(hidden)]
pub use loops::{InMemory, Received, Streamed, Unsent};
pub use page::{Page, Rejected};
#[cfg(test)]
pub(crate) use read::{read_page, read_page_from_tree};
pub use stream::{Items, Pages};
