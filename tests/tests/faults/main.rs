//! Faults: for each, what the caller gets, how many requests went out, and when. Over real HTTP on
//! loopback, on a paused clock, and in thousands of random sequences.

#[cfg(test)]
mod canary;
#[cfg(test)]
mod paused;
#[cfg(test)]
mod random;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod served;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod tls;
