//! The base URL of a client.

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::{Host, Url};

/// The hosts to which plain HTTP is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// Loopback only.
    Loopback,
    /// Any host.
    Anywhere,
}

/// A valid base URL, without a trailing slash.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    text: String,
    host: String,
    /// Its parts, parsed once.
    scheme: Scheme,
    authority: Authority,
    path: String,
}

/// The maximum length of a URI in the crate `http`.
const MAX_LENGTH: usize = u16::MAX as usize - 1;

impl BaseUrl {
    /// Parses a base URL. The error is a predicate that follows the name of the setting.
    pub(crate) fn parse(text: &str, plain_http: PlainHttp) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
        // From here on, errors do not quote the URL, which may contain a password.
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name or a password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must not have a query or a fragment".to_owned());
        }
        match url.scheme() {
            "https" => {}
            "http" if plain_http == PlainHttp::Anywhere || is_loopback(&url) => {}
            "http" => {
                return Err(
                    "is plain HTTP, which would reveal the token to everyone on the network path; \
                     use https, or `allow_plain_http()` of the builder"
                        .to_owned(),
                );
            }
            _ => return Err("must begin with https://".to_owned()),
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        let parts = text.parse::<Uri>().map(Uri::into_parts).ok();
        let Some((Some(scheme), Some(authority))) =
            parts.map(|parts| (parts.scheme, parts.authority))
        else {
            return Err("cannot be a base URL".to_owned());
        };
        Ok(Self {
            text,
            host: url.host_str().unwrap_or_default().to_owned(),
            scheme,
            authority,
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Appends a path and query.
    ///
    /// # Errors
    ///
    /// Returns an error if the URI would be too long.
    pub(crate) fn join(&self, path_and_query: String) -> Result<Uri, http::Error> {
        // A URI that is too long fails here.
        if self.text.len() + path_and_query.len() > MAX_LENGTH {
            return Ok([&*self.text, &*path_and_query].concat().try_into()?);
        }
        let path_and_query: Bytes = if self.path.is_empty() {
            path_and_query.into()
        } else {
            [&*self.path, &*path_and_query].concat().into()
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(path_and_query)?);
        Ok(Uri::from_parts(parts)?)
    }
}

/// Returns `true` if a URL is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // A subdomain of `localhost` may be resolved by a name server to another machine.
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback() || mapped.is_some_and(|address| address.is_loopback())
        }
        None => false,
    }
}
