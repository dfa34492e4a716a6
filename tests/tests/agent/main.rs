//! A toolbox over the whole of The Auth API, as a model meets it.

#[path = "../wire/setup.rs"]
#[allow(dead_code, reason = "the tests of the wire use the rest")]
mod setup;
mod toolbox;
mod wrong_calls;
