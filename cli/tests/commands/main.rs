//! Tests of the commands as processes: output, exit status and files.

#![cfg(test)]

mod adopt;
mod changes;
mod digest;
mod drift;
mod explore;
mod fetching;
mod generate;
mod generate_refusals;
mod live_lists;
mod login;
mod order;
mod project;
mod regen;
mod setup;
mod splits;
mod turns;
mod unreadable;
mod usage;
