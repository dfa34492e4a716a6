//! What goes over the wire and what comes back, through an in-memory transport.

#[cfg(test)]
mod every_tool;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod records;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod setup;
