//! The golden crates, as modules: what is checked in compiles.
//!
//! Apart from the comparison, so that goldens that no longer compile can be written anew.

#[path = "../../golden/docs/src/docs/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod docs;
#[path = "../../golden/names/src/names/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod names;
#[path = "../../golden/nullable/src/nullable/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod nullable;
#[path = "../../golden/places/src/places/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod places;
#[path = "../../golden/shapes/src/shapes/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod shapes;
#[path = "../../golden/shared/src/shared/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "made for other crates"
)]
mod shared;
