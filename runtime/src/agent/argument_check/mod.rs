//! The check of arguments, and the advice on each problem.

pub(super) mod advice;
pub(super) mod contract;
pub(super) mod example;
pub(super) mod expectation;
pub(super) mod prerequisite;
pub(super) mod refusal;
pub(super) mod repair;
pub(super) mod schema;
pub(super) mod unknown_argument;
