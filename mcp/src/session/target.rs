//! The resolved other end of a session, to which another connection can be made.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::options::{Options, Source};
use crate::endpoint::{CommandEndpoint, Endpoint};
use crate::environment;
use crate::error::OpenError;
use crate::http::{HttpEndpoint, Token};
use crate::secrets::Secrets;
use crate::transport::http::{Clients, HttpLink, HttpTarget, Tokens};
use crate::transport::{Launch, Link, StdioLink};

/// The time to establish a connection.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// The time between two pings of an HTTP/2 connection with requests in flight, and the time that the server
/// has to respond.
#[cfg(feature = "http2")]
const PING_INTERVAL: std::time::Duration = std::time::Duration::from_secs(10);
#[cfg(feature = "http2")]
const PING_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// The other end of a session, with the values of its variables.
pub(super) enum Target {
    Http(Box<HttpTarget>),
    Command(Launch),
    /// Streams that the program opened. They cannot be opened again.
    Streams,
}

impl Target {
    /// Resolves an endpoint. Its secrets are added to `secrets`.
    pub(super) fn resolve(
        endpoint: &Endpoint,
        options: &Options,
        variables: &impl Fn(&str) -> Option<String>,
        secrets: &Secrets,
    ) -> Result<Self, OpenError> {
        match endpoint {
            Endpoint::Http(endpoint) => {
                let target = http_target(endpoint, options, variables, secrets)?;
                Ok(Self::Http(Box::new(target)))
            }
            Endpoint::Command(endpoint) => Ok(Self::Command(launch(endpoint, variables, secrets)?)),
        }
    }

    /// Makes a connection. Nothing is sent yet.
    pub(super) fn connect(&self, options: &Options, secrets: &Secrets) -> Result<Link, OpenError> {
        match self {
            Self::Http(target) => Ok(Link::Http(HttpLink::new((**target).clone()))),
            Self::Command(launch) => {
                let link = StdioLink::start(launch, options.inputs.clone(), secrets)?;
                Ok(Link::Stdio(link))
            }
            Self::Streams => Err(OpenError::Handshake(
                "the connection ended, and only the program can open another".to_owned(),
            )),
        }
    }

    /// Returns the name of the server, for messages and spans: its program, or its host.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Http(target) => target.url.host_str().unwrap_or_default().to_owned(),
            Self::Command(launch) => launch.program.display().to_string(),
            Self::Streams => "the server".to_owned(),
        }
    }
}

/// Connects a source. Returns its target, and the connection.
pub(super) fn connect(
    source: Source,
    options: &Options,
    variables: &impl Fn(&str) -> Option<String>,
    secrets: &Secrets,
) -> Result<(Target, Link), OpenError> {
    match source {
        Source::Endpoint(endpoint) => {
            let target = Target::resolve(&endpoint, options, variables, secrets)?;
            let link = target.connect(options, secrets)?;
            Ok((target, link))
        }
        Source::Streams(read, write) => {
            let link = StdioLink::over(read, write, options.inputs.clone());
            Ok((Target::Streams, Link::Stdio(link)))
        }
    }
}

fn http_target(
    endpoint: &HttpEndpoint,
    options: &Options,
    variables: &impl Fn(&str) -> Option<String>,
    secrets: &Secrets,
) -> Result<HttpTarget, OpenError> {
    let tokens = tokens(&endpoint.token, variables)?;
    let endpoint = &endpoint.resolve(variables)?;
    endpoint.check()?;
    let url = Url::parse(&endpoint.url).map_err(|error| OpenError::Url(error.to_string()))?;
    if let Tokens::Fixed(token) = &tokens {
        secrets.add(token.clone());
    }
    endpoint.add_secrets(secrets);
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // This fails only if another thread was faster.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    }
    let is_direct = endpoint.is_direct();
    let clients = Clients::new(move || client(is_direct))
        .map_err(|error| OpenError::Handshake(error.to_string()))?;
    Ok(HttpTarget {
        clients,
        url,
        tokens,
        secrets: secrets.clone(),
        inputs: options.inputs.clone(),
    })
}

/// Creates an HTTP client, without a proxy if `is_direct`.
fn client(is_direct: bool) -> reqwest::Result<reqwest::Client> {
    let client = reqwest::Client::builder()
        // A session follows redirects itself, so that the token is sent to no other host.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT);
    #[cfg(feature = "http2")]
    let client = client
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT);
    if is_direct {
        client.no_proxy().build()
    } else {
        client.build()
    }
}

fn tokens(token: &Token, variables: &impl Fn(&str) -> Option<String>) -> Result<Tokens, OpenError> {
    match token {
        Token::None => Ok(Tokens::None),
        Token::Given(token) => Ok(Tokens::Fixed(token.clone())),
        Token::Source(source) => Ok(Tokens::Source(source.clone(), std::sync::Arc::default())),
        Token::Variable(name) => match environment::look_up(name, variables) {
            Some(token) => Ok(Tokens::Fixed(token.expose_secret().trim().into())),
            None => Err(OpenError::MissingVariables(vec![name.clone()])),
        },
    }
}

fn launch(
    endpoint: &CommandEndpoint,
    variables: &impl Fn(&str) -> Option<String>,
    secrets: &Secrets,
) -> Result<Launch, OpenError> {
    let named = environment::named(endpoint, variables)?;
    add_secrets(endpoint, &named, secrets);
    let common = environment::common(variables).into_iter();
    Ok(Launch {
        program: endpoint.program.clone(),
        args: endpoint.args.clone(),
        variables: common.chain(named).collect(),
        directory: endpoint.directory.clone(),
    })
}

fn add_secrets(endpoint: &CommandEndpoint, named: &[(String, SecretString)], secrets: &Secrets) {
    secrets.add_variables(named);
    secrets.add_args(endpoint.args.iter().filter_map(|arg| arg.to_str()));
}

impl Endpoint {
    /// Returns the secrets of the endpoint, with the environment variables of this process: its token,
    /// the parts of its URL that may be secret, the variables of its program, and arguments with
    /// telling names. Messages of a server may repeat them.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretString> {
        let variables = |name: &str| std::env::var(name).ok();
        let secrets = Secrets::default();
        match self {
            Self::Http(endpoint) => {
                if let Ok(Tokens::Fixed(token)) = tokens(&endpoint.token, &variables) {
                    secrets.add(token);
                }
                if let Ok(endpoint) = endpoint.resolve(&variables) {
                    endpoint.add_secrets(&secrets);
                }
            }
            Self::Command(endpoint) => {
                let named = environment::named(endpoint, &variables).unwrap_or_default();
                add_secrets(endpoint, &named, &secrets);
            }
        }
        secrets.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let remote = Endpoint::http("https://mcp.test/mcp?key=s3cr3t-canary").token("t-canary");
        let printed = format!("{remote:?}");
        assert!(printed.contains("https://mcp.test"), "{printed}");
        let local = Endpoint::command("notes").args(["--token=s3cr3t-canary"]);
        for text in [
            printed,
            format!("{local:?}"),
            format!("{:?}", Endpoint::from(local)),
        ] {
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[test]
    fn variables_that_are_not_set_are_named() {
        let resolve = |endpoint: Endpoint, variables: &dyn Fn(&str) -> Option<String>| {
            let options = Options::default();
            Target::resolve(&endpoint, &options, &variables, &Secrets::default()).err()
        };
        let local = Endpoint::command("notes")
            .variables(["A", "B"])
            .variable("C", "c");
        let missing = |name: &str| Some(OpenError::MissingVariables(vec![name.to_owned()]));
        let only_a = |name: &str| (name == "A").then(|| "a".to_owned());
        assert_eq!(resolve(local.into(), &only_a), missing("B"));
        let remote = Endpoint::http("https://mcp.test").token_from("D");
        let blank = |_: &str| Some(" ".to_owned());
        assert_eq!(resolve(remote.into(), &blank), missing("D"));
    }
}
