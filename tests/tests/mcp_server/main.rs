//! The example `mcp_server`, by the official client of the protocol: it lists, calls, refuses, reports
//! progress, cancels and asks, over stdio and HTTP. Skipped where npm cannot install that client.

#[cfg(test)]
mod client;
