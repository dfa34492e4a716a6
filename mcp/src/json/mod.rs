//! JSON that a server wrote, which may be odd: read by slices, so that no value that this crate does
//! not need can make a message unreadable.

mod lenient;
mod slices;

pub(crate) use lenient::{parse, valid};
pub(crate) use slices::{Scan, broken_members, elements, member, members, string};
