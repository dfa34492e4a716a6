//! Faults: the result of a call, the number of requests and their times. On a paused clock, in
//! thousands of random sequences, and with TLS that cannot be trusted. The program `timing` has
//! the faults that need a real clock.

mod paused;
mod random;
mod tls;
