//! The tools of The Auth API as an MCP server, for Claude and any other MCP client.
//!
//! ```text
//! cargo run -p examples --example mcp_server [-- OPTIONS]
//!
//!   --http ADDR   serve over HTTP at this address, such as 127.0.0.1:4020, and not over stdio
//!   --read-only   offer the tools that only read
//!   --ask         ask the person at the client before a tool changes something
//!   --page-size N list at most this many tools at once
//! ```
//!
//! Without `TRUTO_API_TOKEN` the tools act on made-up data. `MCP_TOKEN` is the token that clients
//! over HTTP must send, if it is set.

#![allow(clippy::print_stderr, reason = "an example prints")]

use std::env;
use std::error::Error;
use std::net::SocketAddr;

use toolsmith_runtime::ToolFilter;
use toolsmith_runtime::adapters::mcp_server::Server;
use toolsmith_runtime::agent::Policy;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(env::args().skip(1))?;
    let session = examples::connect()?;
    let toolbox = if options.is_read_only {
        session.client.read_only().toolbox()
    } else {
        session.client.toolbox()
    };
    let mut server = Server::new(toolbox.policy(options.policy()));
    if let Some(tools) = options.page_size {
        server = server.page_size(tools);
    }
    match options.http {
        None => server.serve_stdio().await?,
        Some(address) => {
            let mut http = server.http();
            if let Ok(token) = env::var("MCP_TOKEN") {
                http = http.token(token);
            }
            let listening = http.listen(address).await?;
            eprintln!("Listening on {}.", listening.url());
            listening.serve().await?;
        }
    }
    Ok(())
}

/// The options of the command line.
#[derive(Default)]
struct Options {
    http: Option<SocketAddr>,
    is_read_only: bool,
    is_asking: bool,
    page_size: Option<usize>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--read-only" => options.is_read_only = true,
                "--ask" => options.is_asking = true,
                "--http" => {
                    let address = arguments.next().ok_or("--http needs an address")?;
                    options.http = Some(address.parse()?);
                }
                "--page-size" => {
                    let tools = arguments.next().ok_or("--page-size needs a number")?;
                    options.page_size = Some(tools.parse()?);
                }
                other => {
                    let known = "--http ADDR, --read-only, --ask and --page-size N";
                    return Err(format!("there is no option {other}; there are {known}").into());
                }
            }
        }
        Ok(options)
    }

    fn policy(&self) -> Policy {
        if self.is_asking {
            Policy::new().require_approval(ToolFilter::mutating())
        } else {
            Policy::new()
        }
    }
}
