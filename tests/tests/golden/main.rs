//! Small catalogs and what is generated from each, one idea a catalog.
//!
//! What is checked in under `golden/` is compared here and compiled by the test `golden_compiled`.
//! `GOLDEN=overwrite cargo test -p toolsmith-tests --test golden` writes it anew.

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
#[cfg(test)]
mod readme;
