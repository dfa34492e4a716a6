//! Endpoints of servers: a URL, or a program to start.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

pub use crate::http::HttpEndpoint;

/// The endpoint of an MCP server: its URL, or the program to start.
///
/// ```
/// use toolsmith_mcp::Endpoint;
///
/// let remote = Endpoint::http("https://mcp.example.com/mcp").token_from("EXAMPLE_TOKEN");
/// let local = Endpoint::command("npx").args(["-y", "@modelcontextprotocol/server-everything"]);
/// ```
#[derive(Debug, Clone)]
#[must_use = "no session is opened yet"]
pub enum Endpoint {
    /// Streamable HTTP.
    Http(HttpEndpoint),
    /// A child process, over its standard input and output.
    Command(CommandEndpoint),
}

/// A server that is started as a child process.
///
/// The process does not inherit the environment. It gets the few variables that every program
/// needs, such as `PATH` and `HOME`, and those that are set here.
#[derive(Clone)]
#[must_use = "no session is opened yet"]
pub struct CommandEndpoint {
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) directory: Option<PathBuf>,
}

/// An environment variable of a child process.
#[derive(Clone)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// The value of a variable.
#[derive(Clone)]
pub(crate) enum Value {
    /// The value that it has in this process.
    Inherited,
    Given(SecretString),
}

impl Endpoint {
    /// Creates the endpoint of a server that listens at `url` for streamable HTTP.
    pub fn http(url: impl Into<String>) -> HttpEndpoint {
        HttpEndpoint::new(url.into())
    }

    /// Creates the endpoint of a server whose URL is in an environment variable, because its path or
    /// query is a secret. Opening a session fails if the variable is not set.
    pub fn http_from(variable: impl Into<String>) -> HttpEndpoint {
        HttpEndpoint::new_from(variable.into())
    }

    /// Creates the endpoint of a server that is started as a child process.
    ///
    /// On Unix, the process leads a separate process group, so it cannot read from the terminal: a program that asks
    /// for a password there (`ssh`, `sudo`) is stopped, and opening the session fails after its time limit. Use
    /// keys or an agent instead.
    pub fn command(program: impl Into<OsString>) -> CommandEndpoint {
        CommandEndpoint {
            program: program.into(),
            args: Vec::new(),
            variables: Vec::new(),
            directory: None,
        }
    }
}

impl CommandEndpoint {
    /// Appends arguments of the program.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Passes environment variables of this process to the program. Opening a session fails if one
    /// of them is not set.
    pub fn variables<V: Into<String>>(mut self, names: impl IntoIterator<Item = V>) -> Self {
        self.variables
            .extend(names.into_iter().map(|name| Variable {
                name: name.into(),
                value: Value::Inherited,
            }));
        self
    }

    /// Sets an environment variable of the program.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.variables.push(Variable {
            name: name.into(),
            value: Value::Given(value.into()),
        });
        self
    }

    /// Sets the working directory of the program.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = Some(path.into());
        self
    }
}

impl From<HttpEndpoint> for Endpoint {
    fn from(endpoint: HttpEndpoint) -> Self {
        Self::Http(endpoint)
    }
}

impl From<CommandEndpoint> for Endpoint {
    fn from(endpoint: CommandEndpoint) -> Self {
        Self::Command(endpoint)
    }
}

/// Leaves arguments and variables out, which may contain secrets.
impl fmt::Debug for CommandEndpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CommandEndpoint")
            .field("program", &self.program)
            .field("args", &format_args!("{} arguments", self.args.len()))
            .finish_non_exhaustive()
    }
}
