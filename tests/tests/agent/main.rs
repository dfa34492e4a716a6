//! A toolbox over the whole of The Auth API, as a model meets it.

#[path = "../wire/setup.rs"]
mod setup;
mod toolbox;
mod wrong_calls;
