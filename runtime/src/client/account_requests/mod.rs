//! Requests about an account, next to the calls of tools.

pub(super) mod account_request;
pub(super) mod account_status;
pub(super) mod reconnect;
