//! The example `mcp_server`, called by the official client of the protocol.

mod client;
