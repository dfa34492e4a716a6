//! The small MCP server as a program: over standard input and output, or with `--http TOKEN`
//! over HTTP; then the first line of its output is its address.

use std::io::{self, Write};

use toolsmith_testkit::fake_mcp::{FakeMcp, serve_lines};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag, token] if flag == "--http" => serve_http(token),
        _ => serve_lines(io::stdin().lock(), io::stdout().lock()),
    }
}

fn serve_http(token: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let server = FakeMcp::start(token).await?;
        writeln!(io::stdout(), "{}", server.url())?;
        std::future::pending::<()>().await;
        drop(server);
        Ok(())
    })
}
