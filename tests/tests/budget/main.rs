//! One budget for all over real HTTP, and one page at a time.

#[cfg(test)]
mod bytes;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod tasks;
