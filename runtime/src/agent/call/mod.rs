//! A call of a model: its conditions, the decision about it, and its result if nothing is sent.

pub(super) mod call_ids;
pub(super) mod checked_call;
pub(super) mod conditions;
pub(super) mod decide;
pub(super) mod memory;
pub(super) mod unsent_call;
