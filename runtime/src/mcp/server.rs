//! A server, before a session with it is opened.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::http::{PlainHttp, is_loopback};

/// Variables without which hardly a program runs.
const USUAL_VARIABLES: [&str; 22] = [
    "APPDATA",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LOCALAPPDATA",
    "LOGNAME",
    "NO_PROXY",
    "PATH",
    "PATHEXT",
    "PROGRAMFILES",
    "SHELL",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "USER",
    "USERNAME",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
];

/// An MCP server: its address, or the program that is one.
///
/// ```
/// use toolsmith_runtime::mcp::McpServer;
///
/// let remote = McpServer::http("https://mcp.example.com/mcp").token_from("EXAMPLE_TOKEN");
/// let local = McpServer::command("npx").args(["-y", "@modelcontextprotocol/server-everything"]);
/// ```
#[derive(Debug, Clone)]
#[must_use = "no session is opened yet"]
pub struct McpServer {
    pub(super) reach: Reach,
    /// Variables that have to be set, by name.
    needed: Vec<String>,
}

/// How a server is reached.
#[derive(Clone)]
pub(super) enum Reach {
    /// Over streamable HTTP.
    Http {
        url: String,
        token: Option<SecretString>,
        plain_http: PlainHttp,
    },
    /// As a child process.
    Command {
        program: OsString,
        args: Vec<OsString>,
        variables: Vec<(String, SecretString)>,
        directory: Option<PathBuf>,
    },
}

impl McpServer {
    /// A server that answers over streamable HTTP at `url`.
    pub fn http(url: impl Into<String>) -> Self {
        Self::reached(Reach::Http {
            url: url.into(),
            token: None,
            plain_http: PlainHttp::Loopback,
        })
    }

    /// A server that is started as a child process, and spoken to over its input and output.
    ///
    /// It gets no variables of this process but the few that every program needs, such as `PATH`
    /// and `HOME`, and those that [`variables`](Self::variables) names.
    pub fn command(program: impl Into<OsString>) -> Self {
        Self::reached(Reach::Command {
            program: program.into(),
            args: Vec::new(),
            variables: Vec::new(),
            directory: None,
        })
    }

    fn reached(reach: Reach) -> Self {
        Self {
            reach,
            needed: Vec::new(),
        }
    }

    /// The bearer token of a server over HTTP.
    pub fn token(mut self, given: impl Into<SecretString>) -> Self {
        if let Reach::Http { token, .. } = &mut self.reach {
            *token = Some(given.into());
        }
        self
    }

    /// The same from a variable, which has to be set when the session is opened.
    pub fn token_from(mut self, variable: impl Into<String>) -> Self {
        self.needed = vec![variable.into()];
        self
    }

    /// Allows plain HTTP beyond this machine: everyone on the way can read the token, and what is
    /// called and answered.
    pub fn allow_plain_http(mut self) -> Self {
        if let Reach::Http { plain_http, .. } = &mut self.reach {
            *plain_http = PlainHttp::Anywhere;
        }
        self
    }

    /// The arguments of a program.
    pub fn args<A: Into<OsString>>(mut self, given: impl IntoIterator<Item = A>) -> Self {
        if let Reach::Command { args, .. } = &mut self.reach {
            args.extend(given.into_iter().map(Into::into));
        }
        self
    }

    /// Variables of this process that a program gets too. They have to be set when the session is
    /// opened.
    pub fn variables<V: Into<String>>(mut self, names: impl IntoIterator<Item = V>) -> Self {
        self.needed.extend(names.into_iter().map(Into::into));
        self
    }

    /// A variable that a program gets, and its value.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        if let Reach::Command { variables, .. } = &mut self.reach {
            variables.push((name.into(), value.into()));
        }
        self
    }

    /// The directory that a program is started in.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        if let Reach::Command { directory, .. } = &mut self.reach {
            *directory = Some(path.into());
        }
        self
    }

    /// The server with the values of the variables that it needs.
    pub(super) fn resolve(
        mut self,
        look_up: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let set = |name: &str| look_up(name).filter(|value| !value.trim().is_empty());
        for name in std::mem::take(&mut self.needed) {
            let value = set(&name).ok_or_else(|| {
                Error::config(format!("{name} is not set, which the MCP server needs"))
            })?;
            self = match self.reach {
                Reach::Http { .. } => self.token(value.trim()),
                Reach::Command { .. } => self.variable(name, value),
            };
        }
        match &mut self.reach {
            Reach::Http {
                url, plain_http, ..
            } => check_address(url, *plain_http)?,
            Reach::Command { variables, .. } => {
                let usual = USUAL_VARIABLES.iter();
                let usual = usual.filter_map(|name| Some(((*name).to_owned(), set(name)?.into())));
                let usual: Vec<_> = usual.collect();
                variables.splice(..0, usual);
            }
        }
        Ok(self)
    }
}

/// Keeps a token, and what is called, from being shown to everyone on the way.
fn check_address(url: &str, plain_http: PlainHttp) -> Result<(), Error> {
    let parsed = url::Url::parse(url).map_err(|error| {
        Error::config(format!(
            "the address of the MCP server cannot be read: {error}"
        ))
    })?;
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Error::config(
            "the address of the MCP server must not hold a user or a password: give it a token",
        ));
    }
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if plain_http == PlainHttp::Anywhere || is_loopback(&parsed) => Ok(()),
        "http" => Err(Error::config(
            "the address of the MCP server is plain HTTP, which would show the token and all that \
             is called to everyone on the way; use https, or `allow_plain_http()` of the server",
        )),
        _ => Err(Error::config(
            "the address of the MCP server must begin with https://",
        )),
    }
}

/// Queries and arguments may hold a secret.
impl fmt::Debug for Reach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http { url, .. } => {
                let origin = url::Url::parse(url).map(|url| url.origin().ascii_serialization());
                formatter
                    .debug_tuple("Http")
                    .field(&origin.unwrap_or_default())
                    .finish()
            }
            Self::Command { program, args, .. } => formatter
                .debug_tuple("Command")
                .field(program)
                .field(&format_args!("{} arguments", args.len()))
                .finish(),
        }
    }
}

impl Reach {
    /// Text without any secret that the server was given, as it may repeat them.
    pub(super) fn censor(&self, text: String) -> String {
        let secrets: Vec<&SecretString> = match self {
            Self::Http { token, .. } => token.iter().collect(),
            Self::Command { variables, .. } => variables
                .iter()
                .filter(|(name, _)| !USUAL_VARIABLES.contains(&name.as_str()))
                .map(|(_, value)| value)
                .collect(),
        };
        let query = match self {
            Self::Http { url, .. } => url.split_once('?').map(|(_, query)| query),
            Self::Command { .. } => None,
        };
        let secrets = secrets.into_iter().map(ExposeSecret::expose_secret);
        let secrets = secrets.chain(query);
        let secrets = secrets.filter(|secret| secret.len() > 3);
        secrets.fold(text, |text, secret| text.replace(secret, "[secret]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_secret_in_an_address_is_printed_nowhere() {
        let server = McpServer::http("https://mcp.test/mcp?key=s3cr3t-canary").token("t-canary");
        let printed = format!("{server:?}");
        assert!(printed.contains("https://mcp.test"), "{printed}");
        let failure = "no answer from https://mcp.test/mcp?key=s3cr3t-canary with t-canary";
        let said = server.reach.censor(failure.to_owned());
        let program = McpServer::command("notes").args(["--token=s3cr3t-canary"]);
        for text in [printed, said, format!("{program:?}")] {
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[test]
    fn an_address_holds_no_password_and_is_not_plain_http_beyond_this_machine() {
        for (address, is_right) in [
            ("https://mcp.test/mcp", true),
            ("http://127.0.0.1:80/mcp", true),
            ("http://[::1]/mcp", true),
            ("http://mcp.test/mcp", false),
            ("http://localhost.mcp.test/mcp", false),
            ("https://me:xyzzy@mcp.test/mcp", false),
            ("https://me@mcp.test/mcp", false),
            ("file:///mcp", false),
        ] {
            let resolved = McpServer::http(address).resolve(|_| None);
            assert_eq!(resolved.is_ok(), is_right, "{address}");
            let refused = resolved.err().map(|error| error.to_string());
            assert!(!refused.is_some_and(|error| error.contains("xyzzy")));
        }
        let allowed = McpServer::http("http://mcp.test/mcp").allow_plain_http();
        assert!(allowed.resolve(|_| None).is_ok());
    }
}
