//! The commands as a person runs them: what they say, how they end, what they leave behind.

#![cfg(test)]

mod digest;
mod drift;
mod explore;
mod generate;
mod project;
mod regen;
mod usage;
