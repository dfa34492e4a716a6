//! Each example runs without credentials and shows what it promises.

#[cfg(test)]
mod run;
