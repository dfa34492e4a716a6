//! Small catalogs and what is generated from each, one idea a catalog.
//!
//! What is checked in under `golden/` is compared and, as a module of this test, compiled.
//! `GOLDEN=overwrite cargo test -p toolsmith-tests --test golden` writes it anew.

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

#[cfg(test)]
mod compare;

/// Made by `digest` from the lines of the digest of The Auth API.
#[allow(
    dead_code,
    deprecated,
    unused,
    non_snake_case,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    reason = "made from what stands elsewhere, to be compiled and not to be run"
)]
mod digest_calls {
    include!("../../golden/digest/calls.in");
}
#[cfg(test)]
mod digest;
