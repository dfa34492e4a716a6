//! Lets you call the tools by hand, as a model would: with nothing but the list of tools and the
//! replies.
//!
//! It prints the tools as a provider's API takes them. Then it reads a call from each line of the
//! standard input, the name of a tool and its arguments as JSON, and prints the reply.
//!
//! ```text
//! $ cargo run -p examples --example tool_shell
//! list_all_the_auth_api_projects {"account_id": "acc_551"}
//! list_all_the_auth_api_projects: 1 problem with the arguments; nothing was sent
//! /account_id: no such argument; did you mean `accountId`?
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::io::{self, BufRead};

use toolsmith_runtime::adapters::DialectTools;
use toolsmith_runtime::dialect::Dialect;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = examples::connect()?;
    let tools = DialectTools::new(session.client.toolbox(), Dialect::Anthropic)?;
    for definition in tools.definitions() {
        println!("{definition}");
    }
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (name, arguments) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        if !name.is_empty() {
            let reply = tools.call(name, arguments).await;
            println!("\n> {line}\n{}", reply.text());
        }
    }
    Ok(())
}
