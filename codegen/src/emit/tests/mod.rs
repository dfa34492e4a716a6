//! Helpers for tests of the stages that follow the model.

pub(crate) mod fixture;
