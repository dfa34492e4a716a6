//! Tests of the server that behaves like Truto, over real HTTP.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod caller;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod life;
#[cfg(test)]
mod refusals;
