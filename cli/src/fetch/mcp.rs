//! The tools of an MCP server: a session is opened, `tools/list` is asked page by page, and the
//! session is closed.

use std::collections::BTreeSet;
use std::process::Stdio;

use rmcp::model::{PaginatedRequestParams, Tool};
use rmcp::service::{RoleClient, RunningService, ServiceExt};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use secrecy::ExposeSecret;
use tokio::process::Command;
use toolsmith_codegen::options::McpEndpoint;
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation, SourceText};
use url::Url;

use super::access::is_loopback;
use super::{Limits, Session};

impl Session<'_> {
    /// Asks for the tools, all pages of them.
    ///
    /// # Errors
    ///
    /// One diagnostic that says what went wrong and what to do.
    pub(crate) fn list_tools(&self, limits: Limits) -> Result<SourceText, Diagnostics> {
        // Whoever was first has chosen, and any choice will do.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| self.problem(&error.to_string(), "try again"))?;
        runtime.block_on(async {
            let listing = async {
                let service = self.open().await?;
                let tools = self.list_pages(&service, limits).await;
                // What was listed is listed, however the server takes its leave.
                let _ended = service.cancel().await;
                tools
            };
            match tokio::time::timeout(limits.total, listing).await {
                Ok(tools) => self.document(&tools?),
                Err(_) => Err(self.problem(
                    &format!("there was no answer within {} s", limits.total.as_secs()),
                    "check that it is an MCP server and that it runs",
                )),
            }
        })
    }

    async fn open(&self) -> Result<RunningService<RoleClient, ()>, Diagnostics> {
        let help = "check that this is an MCP server, and what it needs to start";
        match self.server {
            McpEndpoint::Http { url, .. } => {
                let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
                if let Some((variable, token)) = self.given.first() {
                    if !keeps_secrets(url) {
                        return Err(self.problem(
                            &format!("over plain http the token in {variable} would travel readable for everybody"),
                            "write https://; plain http is for a server on this machine",
                        ));
                    }
                    config = config.auth_header(token.expose_secret());
                }
                let client = reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .build()
                    .map_err(|error| self.problem(&error.to_string(), help))?;
                let transport = StreamableHttpClientTransport::with_client(client, config);
                let opened = ().serve(transport).await;
                opened.map_err(|error| self.problem(&error.to_string(), help))
            }
            McpEndpoint::Command {
                program, arguments, ..
            } => {
                let mut command = Command::new(program);
                command.args(arguments).env_clear();
                for (name, value) in &self.given {
                    command.env(name, value.expose_secret());
                }
                let started = TokioChildProcess::builder(command)
                    // What a server says of itself while it starts is noise here.
                    .stderr(Stdio::null())
                    .spawn();
                let (transport, _) = started.map_err(|error| {
                    self.problem(&error.to_string(), "check that the program is installed")
                })?;
                let opened = ().serve(transport).await;
                opened.map_err(|error| self.problem(&error.to_string(), help))
            }
        }
    }

    async fn list_pages(
        &self,
        service: &RunningService<RoleClient, ()>,
        limits: Limits,
    ) -> Result<Vec<Tool>, Diagnostics> {
        let help = "report it to whoever makes the server";
        let mut tools = Vec::new();
        let mut bytes = 0;
        let mut cursors = BTreeSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = PaginatedRequestParams::default().with_cursor(cursor.take());
            let page = service.peer().list_tools(Some(page)).await;
            let page = page.map_err(|error| self.problem(&error.to_string(), help))?;
            bytes += page.tools.iter().map(size).sum::<u64>();
            if bytes > limits.bytes {
                let what = "its tools are larger than any catalog is";
                return Err(self.problem(what, "check the address, or ask for fewer tools"));
            }
            tools.extend(page.tools);
            let Some(next) = page.next_cursor.filter(|next| !next.is_empty()) else {
                return Ok(tools);
            };
            if !cursors.insert(next.clone()) || cursors.len() >= limits.pages {
                return Err(self.problem("the pages of its tools have no end", help));
            }
            cursor = Some(next);
        }
    }

    fn document(&self, tools: &[Tool]) -> Result<SourceText, Diagnostics> {
        let text = serde_json::to_string(&serde_json::json!({ "tools": tools }));
        let text = text.map_err(|error| self.problem(&error.to_string(), "try again"))?;
        Ok(SourceText {
            file: self.address(),
            text,
        })
    }

    fn problem(&self, what: &str, help: &str) -> Diagnostics {
        let location = SourceLocation {
            file: self.address(),
            ..SourceLocation::default()
        };
        let mut what = what.to_owned();
        for (_, value) in &self.given {
            // A server may repeat what it was given.
            let value = value.expose_secret();
            if value.len() > 3 {
                what = what.replace(value, "[secret]");
            }
        }
        let what = format!("cannot fetch `{}`: {what}", self.catalog);
        Diagnostic::new(location, what)
            .help(format!("{help}. Snapshot and code are as they were."))
            .into()
    }
}

/// Whether what is sent to `url` can be read by nobody on the way.
fn keeps_secrets(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" || is_loopback(&url))
}

/// How much of a catalog a tool takes, in bytes.
fn size(tool: &Tool) -> u64 {
    serde_json::to_string(tool).map_or(0, |text| text.len() as u64)
}
