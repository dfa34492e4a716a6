//! Runs the server that behaves like Truto: `cargo run -p toolsmith-testkit --bin fake-truto`.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use toolsmith_testkit::fake_truto::FakeTruto;

/// The default port, always the same so that pasted commands keep working.
const DEFAULT_PORT: u16 = 4010;

const USAGE: &str = "Usage: fake-truto [--port N]     (0 takes any free port; the default is 4010)";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let port = match arguments.as_slice() {
        [] => Some(DEFAULT_PORT),
        ["--help" | "-h"] => return finish(writeln!(io::stdout(), "{USAGE}")),
        ["--port", port] => port.parse().ok(),
        [port] => port
            .strip_prefix("--port=")
            .and_then(|port| port.parse().ok()),
        _ => None,
    };
    match port {
        Some(port) => finish(run(port).await),
        None => finish(Err(io::Error::other(USAGE))),
    }
}

async fn run(port: u16) -> io::Result<()> {
    let server = FakeTruto::bind((Ipv4Addr::LOCALHOST, port).into()).map_err(|error| {
        let message = format!("port {port} is not free ({error}); try --port 0 for any free one");
        io::Error::new(error.kind(), message)
    })?;
    introduce(&mut io::stdout().lock(), &server)?;
    tokio::signal::ctrl_c().await
}

/// The message at the start. `@` is the address of the server, `$` the variables that identify its caller.
const INTRODUCTION: &str = r#"A server that behaves like Truto for The Auth API listens on @.

Paste this where you want to use it:

  export $ TRUTO_API_BASE_URL=@

Control it:

  curl @/control/requests                   # what has arrived
  curl -X POST @/control/reset              # everything as at the start
  curl -X POST @/control/settings -d '{"page_size": 2}'
  curl -X POST @/control/faults -d '{"kind": {"status": 502}, "times": 2, "path": "/proxy/"}'
  curl -X PATCH @/control/catalog -d '[
    {"tool": "list_all_the_auth_api_analytics_api_key_totals",
     "pointer": "/query_schema/properties/dateGrouping/enum/-", "value": "hour"},
    {"tool": "list_all_the_auth_api_analytics_project_totals",
     "pointer": "/query_schema/properties/dateGrouping/enum/-", "value": "hour"}]'

Kinds of faults: {"rate_limited": {"form": "retry_after", "seconds": 2}}, {"status": 502}, {"remote_error": 422},
"sandbox", {"slow_headers": 1500}, {"slow_body": 1500}, "cut", "not_json", {"huge": 200000000},
"endless", "empty", "no_content", "truncated", "wrong_type", "redirect_loop", "repeated_cursor".

Ctrl-c stops it.
"#;

fn introduce(out: &mut impl Write, server: &FakeTruto) -> io::Result<()> {
    let caller = format!(
        "TRUTO_API_TOKEN={} THE_AUTH_API_ACCOUNT_ID={}",
        server.token(),
        server.account_id(),
    );
    let introduction = INTRODUCTION.replace('$', &caller);
    out.write_all(introduction.replace('@', server.base_url()).as_bytes())?;
    out.flush()
}

/// Prints an error to standard error.
fn finish(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _closed = writeln!(io::stderr(), "fake-truto: {error}");
            ExitCode::FAILURE
        }
    }
}
