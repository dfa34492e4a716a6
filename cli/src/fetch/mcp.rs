//! Listing the tools of an MCP server.

use std::collections::BTreeSet;
use std::time::Duration;

use toolsmith_codegen::options::{McpEndpoint, McpUrl};
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation, SourceText};
use toolsmith_mcp::rmcp::model::{PaginatedRequestParams, Tool};
use toolsmith_mcp::{Endpoint, HttpEndpoint, OpenError, Session};

use super::problem::UNCHANGED;
use super::{Limits, Server};

impl Server<'_> {
    /// Opens a session, lists all pages of tools and closes the session.
    ///
    /// # Errors
    ///
    /// Returns one diagnostic with the problem and its remedy.
    pub(super) fn list_tools(self, limits: Limits) -> Result<SourceText, Diagnostics> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| self.problem(&error.to_string(), "try again"))?;
        let listing = async {
            let session = self.open().await?;
            let tools = self.list_pages(&session, limits).await;
            session.close().await;
            tools
        };
        let listed = runtime.block_on(async { tokio::time::timeout(limits.total, listing).await });
        match listed {
            Ok(tools) => Ok(self.document(&tools?)),
            Err(_) => Err(self.no_response(limits.total)),
        }
    }

    async fn open(&self) -> Result<Session, Diagnostics> {
        let variables = |name: &str| self.environment.get(name);
        let opened = Session::open_with(endpoint(self.endpoint), variables).await;
        opened.map_err(|error| match error {
            OpenError::PlainHttp => self.problem(
                "plain HTTP would expose the token to the network",
                "use https; plain HTTP is allowed for servers on this machine only",
            ),
            OpenError::Start { error, .. } => {
                self.problem(&error, "check that the program is installed")
            }
            OpenError::Timeout(timeout) => self.no_response(timeout),
            OpenError::Handshake(problem) => self.problem(
                &problem,
                "check that this is an MCP server, and the arguments and variables that it needs",
            ),
            error => self.problem(&error.to_string(), "check the configuration of the server"),
        })
    }

    async fn list_pages(
        &self,
        session: &Session,
        limits: Limits,
    ) -> Result<Vec<Tool>, Diagnostics> {
        let help = "report it to the developers of the server";
        let mut tools = Vec::new();
        let mut bytes = 0;
        let mut cursors = BTreeSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let request = PaginatedRequestParams::default().with_cursor(cursor.take());
            let listed = session.peer().list_tools(Some(request)).await;
            let page = listed.map_err(|error| {
                let message = session.redact(error.to_string());
                self.problem(&message, help)
            })?;
            bytes += page.tools.iter().map(size).sum::<u64>();
            if bytes > limits.bytes {
                let what = "its tools are larger than the limit for a catalog";
                return Err(self.problem(what, "check the address, or request fewer tools"));
            }
            tools.extend(page.tools);
            let Some(next) = page.next_cursor.filter(|next| !next.is_empty()) else {
                return Ok(tools);
            };
            if !cursors.insert(next.clone()) || cursors.len() >= limits.pages {
                return Err(self.problem("its list of tools does not end", help));
            }
            cursor = Some(next);
        }
    }

    fn document(&self, tools: &[Tool]) -> SourceText {
        let list = serde_json::json!({ "tools": tools });
        SourceText {
            file: self.address(),
            text: list.to_string(),
        }
    }

    fn no_response(&self, timeout: Duration) -> Diagnostics {
        self.problem(
            &format!("no response within {} s", timeout.as_secs()),
            "check that this is an MCP server and that it is running",
        )
    }

    fn problem(&self, what: &str, help: &str) -> Diagnostics {
        let location = SourceLocation {
            file: self.address(),
            ..SourceLocation::default()
        };
        let what = format!("cannot fetch `{}`: {what}", self.catalog);
        Diagnostic::new(location, what)
            .help(format!("{help}. {UNCHANGED}"))
            .into()
    }
}

/// Returns the endpoint that a session is opened with.
fn endpoint(endpoint: &McpEndpoint) -> Endpoint {
    match endpoint {
        McpEndpoint::Http {
            url,
            token_variable,
        } => http_endpoint(url, token_variable.as_deref()).into(),
        McpEndpoint::Command {
            program,
            arguments,
            variables,
        } => Endpoint::command(program)
            .args(arguments)
            .variables(variables)
            .into(),
    }
}

/// Returns the endpoint of a server over HTTP. Plain HTTP is allowed if it exposes no secret.
fn http_endpoint(url: &McpUrl, token_variable: Option<&str>) -> HttpEndpoint {
    let endpoint = match url {
        McpUrl::Literal(url) => Endpoint::http(url),
        McpUrl::Variable(name) => Endpoint::http_from(name),
    };
    match (url, token_variable) {
        (_, Some(variable)) => endpoint.token_from(variable),
        (McpUrl::Literal(_), None) => endpoint.allow_plain_http(),
        (McpUrl::Variable(_), None) => endpoint,
    }
}

/// Returns the size of a tool in bytes.
fn size(tool: &Tool) -> u64 {
    serde_json::to_string(tool).map_or(0, |text| text.len() as u64)
}
