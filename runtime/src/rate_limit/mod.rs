//! Rate limiting: decides when each call may be sent.
//!
//! Every attempt of a call passes two lanes, one for its token and one for its account, which all calls
//! with the same token and account share.

// `lane` decides, by `refusal`, `in_flight`, `window` and `observed`; all of them are pure. `scope`
// and `owner` find out whose limit it is, `queue` keeps the order of the calls, `gate` waits.

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
mod owner;
mod queue;
mod quota;
mod refusal;
mod registry;
mod scope;
#[cfg(feature = "rate-limit-store")]
pub mod store;
mod sync;
#[cfg(test)]
mod tests;
mod update;
mod window;

pub(crate) use gate::{Gate, Permit, TooLong, Turn, Verdict};
pub use headers::RateLimitHeaders;
pub use lease::StoreState;
pub use limiter::{RateLimitStatus, RateLimitWatch, RateLimiter};
pub use quota::Quota;
pub(crate) use refusal::RefusalKind;
#[cfg(feature = "rate-limit-store")]
pub(crate) use registry::LanesInStore;
pub(crate) use registry::{Lanes, Owner};
#[cfg(all(test, feature = "rate-limit-store"))]
pub(crate) use store::StoreLink;
pub(crate) use update::{LimitUpdate, is_refusal};
