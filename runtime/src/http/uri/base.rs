//! The address that every request begins with.

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::{Host, Url};

/// Whether plain HTTP may go beyond this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// Only to loopback, where nobody listens in.
    Loopback,
    /// Anywhere.
    Anywhere,
}

/// An address that was checked, without a slash at its end.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    text: String,
    host: String,
    /// The parts of it that every request's address begins with. They are read once.
    scheme: Scheme,
    authority: Authority,
    path: String,
}

/// The longest address that a request can have, as `http` counts it.
const MAX_LENGTH: usize = u16::MAX as usize - 1;

impl BaseUrl {
    /// Checks `text`; the error says what is wrong with it, to stand behind its name.
    pub(crate) fn parse(text: &str, plain_http: PlainHttp) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is no URL ({error})"))?;
        // What is wrong may be a password in it, so that it is not repeated from here on.
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user or a password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must end with its host or a path".to_owned());
        }
        match url.scheme() {
            "https" => {}
            "http" if plain_http == PlainHttp::Anywhere || is_loopback(&url) => {}
            "http" => {
                return Err(
                    "is plain HTTP, which would show the token to everyone on the way; \
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
            return Err("cannot be the beginning of an address".to_owned());
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

    /// The address with `path_and_query` behind it.
    ///
    /// # Errors
    ///
    /// It would be longer than an address may be.
    pub(crate) fn join(&self, path_and_query: String) -> Result<Uri, http::Error> {
        // One that is too long as a whole is found as such where it is read as a whole.
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

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // A name below `localhost` may be asked of a name server, which is not this machine's.
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
