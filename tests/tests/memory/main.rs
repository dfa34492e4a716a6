//! What is held at once while much comes or goes. Apart from the tests that measure time, which
//! would wait for it.

#[cfg(test)]
mod bytes;
#[cfg(test)]
mod pages;
