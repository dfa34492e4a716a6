//! Rate limiting: decides when each call may be sent.
//!
//! Every attempt goes through two lanes: one for its token and one for its account. All calls with that token or
//! account share the lane.

// `lane` decides, using `refusal`, `in_flight`, `window` and `observed` (all pure). `attribution` works out
// whose limit a response reports, and `call_end` passes it on; `queue` keeps calls in order; `gate` waits.

mod attribution;
mod call_end;
mod gate;
mod headers;
mod in_flight;
mod lane;
#[cfg_attr(
    not(feature = "rate-limit-store"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "only a store leases calls"
    )
)]
mod lease;
mod limiter;
mod observed;
mod queue;
mod quota;
mod refusal;
mod registry;
mod response_limits;
#[cfg(feature = "rate-limit-store")]
pub mod store;
mod sync;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use gate::{Gate, Permit, TooLong, Turn, Verdict};
pub use headers::RateLimitHeaders;
pub(crate) use lane::Reason;
pub use lease::StoreState;
pub use limiter::{RateLimitStatus, RateLimitWatch, RateLimiter};
pub use quota::Quota;
pub(crate) use refusal::{RefusalKind, is_refusal};
#[cfg(feature = "rate-limit-store")]
pub(crate) use registry::LanesInStore;
pub(crate) use registry::{Lanes, Owner};
pub(crate) use response_limits::LimitUpdate;
#[cfg(all(test, feature = "rate-limit-store"))]
pub(crate) use store::StoreLink;
