//! Listing the tools of an MCP server.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use toolsmith_codegen::options::{McpSettings, McpUrl};
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation, SourceText};
use toolsmith_mcp::authorization::Challenge;
use toolsmith_mcp::endpoint::HttpEndpoint;
use toolsmith_mcp::oauth::OAuthClient;
use toolsmith_mcp::session::ToolPage;
use toolsmith_mcp::{Endpoint, OpenError, RequestError, Session, retry_after};

use super::problem::UNCHANGED;
use super::{Limits, Server, login};

/// The number of waits that a server may ask for.
const MAX_WAITS: u32 = 3;

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
            let instructions = session.instructions().await;
            session.close().await;
            tools.map(|tools| (tools, instructions))
        };
        let listed = runtime.block_on(async { tokio::time::timeout(limits.total, listing).await });
        match listed {
            Ok(listed) => {
                listed.map(|(tools, instructions)| self.document(&tools, instructions.as_deref()))
            }
            Err(_) => Err(self.no_response(limits.total)),
        }
    }

    async fn open(&self) -> Result<Session, Diagnostics> {
        let variables = |name: &str| self.environment.get(name);
        let session = Session::builder(self.session_endpoint())
            .client_info(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let opened = session.open_with(variables).await;
        opened.map_err(|error| match error {
            OpenError::PlainHttp => self.problem(
                "plain HTTP would expose the token to the network",
                "use https; plain HTTP is allowed for servers on this machine only",
            ),
            OpenError::Start { error, .. } => self.problem(
                &format!("cannot start the program: {error}"),
                "check its name, and that it is installed",
            ),
            OpenError::Ended { .. } => self.problem(
                &error.to_string(),
                "check the program, and the arguments and variables that it needs",
            ),
            OpenError::Unauthorized(challenge) => self.refused(&challenge),
            OpenError::Token(error) => self.no_token(&error.to_string()),
            OpenError::Timeout(timeout) => self.no_response(timeout),
            OpenError::Connect(problem) => {
                self.problem(&problem, "check the URL, and that the server is running")
            }
            OpenError::Handshake(problem) => self.problem(&problem, self.advice()),
            error => self.problem(&error.to_string(), "check the configuration of the server"),
        })
    }

    /// Lists all pages. Returns the JSON of each tool.
    async fn list_pages(
        &self,
        session: &Session,
        limits: Limits,
    ) -> Result<Vec<String>, Diagnostics> {
        let help = "report it to the developers of the server";
        let mut tools = Vec::new();
        let mut bytes = 0;
        let mut cursors = BTreeSet::new();
        let mut cursor = None;
        loop {
            let page = self.list_page(session, cursor.as_ref(), limits).await?;
            bytes += page.tools.iter().map(|tool| size(tool)).sum::<u64>();
            if bytes > limits.bytes {
                let what = "its tools are larger than the limit for a catalog";
                return Err(self.problem(what, "check the address, or request fewer tools"));
            }
            tools.extend(page.tools);
            let Some(next) = page.next_cursor else {
                return Ok(tools);
            };
            if !cursors.insert(next.to_string()) || cursors.len() >= limits.pages {
                return Err(self.problem("its list of tools does not end", help));
            }
            cursor = Some(next);
        }
    }

    /// Lists a page, after the waits that the server asks for.
    async fn list_page(
        &self,
        session: &Session,
        cursor: Option<&serde_json::Value>,
        limits: Limits,
    ) -> Result<ToolPage, Diagnostics> {
        let mut waits = 0;
        loop {
            let error = match session.list_tools(cursor).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let wait = match &error {
                RequestError::Http(error) if error.status == 429 => Some(
                    retry_after(&error.headers, SystemTime::now()).unwrap_or(limits.unnamed_wait),
                ),
                _ => None,
            };
            match wait.filter(|wait| *wait <= limits.wait && waits < MAX_WAITS) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(self.not_listed(error)),
            }
            waits += 1;
        }
    }

    fn not_listed(&self, error: RequestError) -> Diagnostics {
        match error {
            RequestError::Http(error) if error.challenge.is_some() => {
                self.refused(&error.challenge.unwrap_or_default())
            }
            RequestError::Token(error) => self.no_token(&error.to_string()),
            error => self.problem(
                &error.to_string(),
                "report it to the developers of the server",
            ),
        }
    }

    /// Writes one list of all tools, with the instructions of the server, as a file has it.
    fn document(&self, tools: &[String], instructions: Option<&str>) -> SourceText {
        let instructions = instructions
            .map(|text| format!("\"instructions\": {},\n", serde_json::Value::from(text)))
            .unwrap_or_default();
        SourceText {
            file: self.address(),
            text: format!("{{{instructions}\"tools\": [{}]}}", tools.join(",\n")),
        }
    }

    fn refused(&self, challenge: &Challenge) -> Diagnostics {
        let what = OpenError::Unauthorized(Box::new(challenge.clone())).to_string();
        self.problem(&what, "set a valid token with the scopes that it needs")
    }

    /// Returns the advice for a server that does not speak the protocol.
    fn advice(&self) -> &'static str {
        match self.endpoint {
            McpSettings::Http { .. } => "check that the URL is that of an MCP server",
            McpSettings::Command { .. } => {
                "check that this is an MCP server, and the arguments and variables that it needs"
            }
        }
    }

    /// The message of a source of tokens ends with its remedy.
    fn no_token(&self, message: &str) -> Diagnostics {
        let (what, help) = message.split_once("; ").unwrap_or((message, "try again"));
        self.problem(what, help)
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

impl Server<'_> {
    /// Returns the endpoint that a session is opened with.
    fn session_endpoint(&self) -> Endpoint {
        match self.endpoint {
            McpSettings::Http {
                url,
                token_variable,
            } => self.http_endpoint(url, token_variable.as_deref()).into(),
            McpSettings::Command {
                program,
                arguments,
                variables,
            } => Endpoint::command(program)
                .args(arguments)
                .variables(variables)
                .into(),
        }
    }

    /// Returns the endpoint of a server over HTTP. Without a variable for the token, it is the stored one
    /// of a person's login. Plain HTTP is allowed if it exposes no secret.
    fn http_endpoint(&self, url: &McpUrl, token_variable: Option<&str>) -> HttpEndpoint {
        let endpoint = match url {
            McpUrl::Literal(url) => Endpoint::http(url),
            McpUrl::Variable(name) => Endpoint::http_from(name),
        };
        if let Some(variable) = token_variable {
            return endpoint.token_from(variable);
        }
        match (self.stored_tokens(), url) {
            (Some(tokens), _) => endpoint.token_source(tokens),
            (None, McpUrl::Literal(_)) => endpoint.allow_plain_http(),
            (None, McpUrl::Variable(_)) => endpoint,
        }
    }

    fn stored_tokens(&self) -> Option<Arc<OAuthClient>> {
        let url = self.url()?;
        login::stored_tokens(&url, self.catalog, self.environment, self.login?)
    }
}

/// Returns the size of a tool in bytes.
fn size(tool: &str) -> u64 {
    tool.len() as u64
}
