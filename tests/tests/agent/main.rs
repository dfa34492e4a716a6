//! A toolbox over the whole of The Auth API, as a model meets it.

#[cfg(test)]
mod hostile;
#[path = "../wire/setup.rs"]
#[allow(dead_code, reason = "the tests of the wire use the rest")]
#[cfg(test)]
mod setup;
#[cfg(test)]
mod toolbox;
#[cfg(test)]
mod wrong_calls;
