#![doc = include_str!("../README.md")]

mod connection;
mod error;
mod failure;
mod script;
mod store;

pub use error::Error;
pub use store::{RedisStore, RedisStoreBuilder};
