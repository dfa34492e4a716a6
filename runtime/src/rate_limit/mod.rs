//! Rate limiting: decides when each call may be sent.
//!
//! Every attempt of a call passes two lanes, one for its token and one for its account, which all calls
//! with the same token and account share.

// `lane` and `window` decide and are pure, `queue` keeps the order of the calls, `gate` waits.

mod gate;
mod headers;
mod lane;
mod limiter;
mod queue;
mod quota;
mod registry;
mod sync;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use gate::{Gate, Permit, TooLong, Turn};
pub use headers::RateLimitHeaders;
pub use limiter::{RateLimitStatus, RateLimitWatch, RateLimiter};
pub use quota::Quota;
pub(crate) use registry::{Owner, shared_gate};
pub(crate) use window::LimitUpdate;
