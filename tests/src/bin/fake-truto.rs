//! Runs the server that behaves like Truto, for people: `cargo run -p toolsmith-tests --bin fake-truto`.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use toolsmith_tests::fake_truto::FakeTruto;

/// Where people find the server unless they say otherwise, so that what they pasted works again tomorrow.
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

fn introduce(out: &mut impl Write, server: &FakeTruto) -> io::Result<()> {
    let url = server.base_url();
    writeln!(
        out,
        "A server that behaves like Truto for The Auth API listens on {url}.\n\n\
         Paste this where you want to use it:\n\n  \
         export TRUTO_API_TOKEN={} THE_AUTH_API_ACCOUNT_ID={} TRUTO_API_BASE_URL={url}\n\n\
         Control it:\n\n  \
         curl -X POST  {url}/control/reset\n  \
         curl          {url}/control/requests\n  \
         curl -X POST  {url}/control/faults   -d '{{\"kind\": {{\"status\": 502}}, \"times\": 2}}'\n  \
         curl -X POST  {url}/control/settings -d '{{\"page_size\": 2}}'\n  \
         curl -X PATCH {url}/control/catalog  -d '{{\"tool\": \"list_all_the_auth_api_accounts\", \
         \"pointer\": \"/description\", \"value\": \"New.\"}}'\n\n\
         Ctrl-c stops it.",
        server.token(),
        server.account_id(),
    )?;
    out.flush()
}

/// Says on standard error what went wrong, if anything did.
fn finish(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _closed = writeln!(io::stderr(), "fake-truto: {error}");
            ExitCode::FAILURE
        }
    }
}
