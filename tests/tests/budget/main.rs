//! One budget for all over real HTTP.

#[cfg(test)]
mod tasks;
