//! The guide: every block of code compiles, every command exists, every message is real.

mod blocks;
mod commands;
mod messages;
mod program;
mod structure;
mod walk;
