//! Traits of the values in requests and records, and the values that few programs name.
//!
//! [`Date`](crate::Date), [`DateTime`](crate::DateTime), [`Json`](crate::Json), [`Nullable`](crate::Nullable)
//! and [`Open`](crate::Open) are at the root of the crate.

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
pub use crate::codec::DateError;
#[cfg(any(test, feature = "test-util"))]
pub use crate::codec::Example;
pub use crate::codec::{Choice, Extra, IntoId, Literal, Maybe, Object, Value};
