//! The hosts and origins that may reach the server, and the headers that tell browsers so.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

/// The headers of responses that pages may read.
const EXPOSED: &str = "Mcp-Session-Id, Mcp-Protocol-Version, Retry-After, WWW-Authenticate";

/// The headers of requests that pages may send, if a browser names none.
const REQUEST_HEADERS: &str = "Accept, Authorization, Content-Type, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id";

/// The time for which a browser may keep the response to a preflight, in seconds.
const MAX_AGE: &str = "600";

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The hosts and origins that may reach the server.
#[derive(Debug, Clone)]
pub(super) struct HostPolicy {
    hosts: Vec<Host>,
    is_any_host: bool,
    origins: Vec<AllowedOrigin>,
    /// The first host or origin that could not be read.
    pub(super) invalid: Option<String>,
}

/// The reason why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    Host,
    Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Host {
    name: String,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum AllowedOrigin {
    /// Every origin: `*`.
    Every,
    /// `null`, the origin of files and sandboxed frames.
    Null,
    Page {
        scheme: String,
        host: String,
        port: AllowedPort,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AllowedPort {
    Any,
    Exact(u16),
}

impl Default for HostPolicy {
    /// Allows this machine: its names as the host, and its pages on all ports.
    fn default() -> Self {
        let host = |name: &str| Host {
            name: name.to_owned(),
            port: None,
        };
        let page = |scheme: &str, host: &str| AllowedOrigin::Page {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port: AllowedPort::Any,
        };
        let pages = LOOPBACK.map(|name| [page("http", name), page("https", name)]);
        Self {
            hosts: LOOPBACK.map(host).to_vec(),
            is_any_host: false,
            origins: pages.concat(),
            invalid: None,
        }
    }
}

impl HostPolicy {
    pub(super) fn allow_host(&mut self, host: &str) {
        match Host::parse(host) {
            _ if host == "*" => self.is_any_host = true,
            Some(host) => self.hosts.push(host),
            None => self.reject(host),
        }
    }

    pub(super) fn allow_origin(&mut self, origin: &str) {
        match AllowedOrigin::parse(origin) {
            Some(origin) => self.origins.push(origin),
            None => self.reject(origin),
        }
    }

    fn reject(&mut self, text: &str) {
        self.invalid.get_or_insert_with(|| text.to_owned());
    }

    /// Returns the origin of a request, if it has one.
    ///
    /// # Errors
    ///
    /// The host or the origin is not allowed.
    pub(super) fn check(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Option<HeaderValue>, Denied> {
        let host = match only(headers, &header::HOST).map_err(|()| Denied::Host)? {
            Some(host) => host.to_str().ok().and_then(Host::parse),
            None => uri.authority().and_then(Host::of),
        };
        let is_allowed = |host: &Host| self.hosts.iter().any(|allowed| allowed.allows(host));
        if !self.is_any_host && !host.as_ref().is_some_and(is_allowed) {
            return Err(Denied::Host);
        }
        let Some(origin) = only(headers, &header::ORIGIN).map_err(|()| Denied::Origin)? else {
            return Ok(None);
        };
        let text = origin.to_str().map_err(|_| Denied::Origin)?;
        if self.origins.iter().any(|allowed| allowed.allows(text)) {
            Ok(Some(origin.clone()))
        } else {
            Err(Denied::Origin)
        }
    }
}

/// Returns `true` if a browser asks what a page may send.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    let asked = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    *method == Method::OPTIONS && headers.contains_key(header::ORIGIN) && asked
}

/// Returns the headers of the response to a preflight.
pub(super) fn preflight(request: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let methods = HeaderValue::from_static("GET, POST, DELETE");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    // `Mcp-Param-*` are the names of arguments, so there is no complete list.
    let asked = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let allowed = asked.unwrap_or(HeaderValue::from_static(REQUEST_HEADERS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    let age = HeaderValue::from_static(MAX_AGE);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, age);
    if request.contains_key(REQUEST_PRIVATE_NETWORK) {
        headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    let varies = "Access-Control-Request-Method, Access-Control-Request-Headers";
    headers.append(header::VARY, HeaderValue::from_static(varies));
    headers
}

/// Allows the page of an origin to read a response.
pub(super) fn expose(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static(EXPOSED);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

/// Returns the value of a header.
///
/// # Errors
///
/// The request has the header twice.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(()),
    }
}

impl Host {
    fn parse(text: &str) -> Option<Self> {
        let text = match text.parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => text.to_owned(),
        };
        Self::of(&text.parse().ok()?)
    }

    fn of(authority: &Authority) -> Option<Self> {
        if authority.as_str().contains('@') {
            return None;
        }
        Some(Self {
            name: authority.host().to_ascii_lowercase(),
            port: authority.port_u16(),
        })
    }

    /// Returns `true` if a request to `host` is allowed: without a port, every port is.
    fn allows(&self, host: &Self) -> bool {
        self.name == host.name && (self.port.is_none() || self.port == host.port)
    }
}

impl AllowedOrigin {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "*" => return Some(Self::Every),
            "null" => return Some(Self::Null),
            _ => {}
        }
        let (text, is_any_port) = match text.strip_suffix(":*") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (scheme, host, port) = parts(text)?;
        let port = match (is_any_port, port) {
            (true, _) => AllowedPort::Any,
            (false, Some(port)) => AllowedPort::Exact(port),
            (false, None) => return None,
        };
        Some(Self::Page { scheme, host, port })
    }

    fn allows(&self, origin: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Null => origin == "null",
            Self::Page { scheme, host, port } => parts(origin).is_some_and(|found| {
                let is_port = match port {
                    AllowedPort::Any => true,
                    AllowedPort::Exact(port) => found.2 == Some(*port),
                };
                found.0 == *scheme && found.1 == *host && is_port
            }),
        }
    }
}

/// Returns the scheme, host and port of an origin. Without a port, it is that of the scheme.
fn parts(origin: &str) -> Option<(String, String, Option<u16>)> {
    let uri: Uri = origin.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let Host { name, port } = Host::of(uri.authority()?)?;
    if uri.path_and_query().is_some_and(|path| path != "/") || origin.ends_with('/') {
        return None;
    }
    let default = match scheme.as_str() {
        "http" => Some(80),
        "https" => Some(443),
        // Other schemes have no ports.
        _ => Some(0),
    };
    Some((scheme, name, port.or(default)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(access: &HostPolicy, host: &str, origin: Option<&str>) -> Result<bool, Denied> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        let origin = access.check(&Uri::from_static("/mcp"), &headers)?;
        Ok(origin.is_some())
    }

    #[test]
    fn this_machine_is_allowed_and_nothing_else() {
        let access = HostPolicy::default();
        for host in ["localhost", "LocalHost:4020", "127.0.0.1:1", "[::1]:4020"] {
            assert_eq!(check(&access, host, None), Ok(false), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "a@localhost",
        ] {
            assert_eq!(check(&access, host, None), Err(Denied::Host), "{host}");
        }
        for origin in [
            "http://localhost",
            "http://localhost:6274",
            "https://127.0.0.1:1",
            "http://[::1]:80",
        ] {
            assert_eq!(
                check(&access, "localhost", Some(origin)),
                Ok(true),
                "{origin}"
            );
        }
        for origin in [
            "http://evil.example",
            "http://localhost.evil.example",
            "http://localhost@evil.example",
            "ftp://localhost",
            "http://localhost/x",
            "localhost",
            "null",
            "",
        ] {
            let denied = Err(Denied::Origin);
            assert_eq!(
                check(&access, "localhost", Some(origin)),
                denied,
                "{origin}"
            );
        }
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        let mut access = HostPolicy::default();
        access.allow_origin("https://app.example");
        access.allow_origin("https://dev.example:*");
        access.allow_origin("https://port.example:8443");
        access.allow_host("tools.example");
        access.allow_host("::1");
        assert_eq!(access.invalid, None);
        let cases = [
            ("https://app.example", true),
            ("https://app.example:443", true),
            ("https://app.example:444", false),
            ("http://app.example", false),
            ("https://dev.example:9999", true),
            ("https://port.example:8443", true),
            ("https://port.example", false),
        ];
        for (origin, is_allowed) in cases {
            let checked = check(&access, "tools.example:8080", Some(origin));
            assert_eq!(checked.is_ok(), is_allowed, "{origin}");
        }
        assert_eq!(check(&access, "other.example", None), Err(Denied::Host));
        access.allow_host("*");
        assert_eq!(check(&access, "other.example", None), Ok(false));
        access.allow_origin("app.example/path");
        assert_eq!(access.invalid.as_deref(), Some("app.example/path"));
        access.allow_origin("*");
        assert_eq!(
            check(&access, "localhost", Some("http://evil.example")),
            Ok(true)
        );
    }
}
