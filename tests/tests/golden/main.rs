//! Small catalogs and what is generated from each, one idea a catalog.
//!
//! What is checked in under `golden/` is compared here and compiled by the test `golden_compiled`.
//! `GOLDEN=overwrite cargo test -p toolsmith-tests --test golden` writes it anew.

mod compare;
