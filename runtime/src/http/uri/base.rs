//! The base URL of a client.

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use toolsmith_dialect::loopback::is_loopback;
use url::Url;

use super::template::UrlTemplate;
use crate::tools::ToolSpec;

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
        if !text.contains("://") {
            return Err(
                "has no scheme; begin it with `https://`, or with `http://` for a server on this machine"
                    .to_owned(),
            );
        }
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

    pub(crate) fn scheme(&self) -> &str {
        self.scheme.as_str()
    }

    /// Returns the port, that of the scheme if the URL names none.
    pub(crate) fn port(&self) -> Option<u16> {
        let default = match self.scheme() {
            "https" => Some(443),
            "http" => Some(80),
            _ => None,
        };
        self.authority.port_u16().or(default)
    }

    /// Returns the template of the path of a tool's request; `None` for a request that is not that of a tool.
    pub(crate) fn template<'a>(&'a self, spec: &'a ToolSpec) -> Option<UrlTemplate<'a>> {
        (!spec.resource.is_empty()).then_some(UrlTemplate {
            base: &self.path,
            spec,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_allowed_on_this_machine() {
        for (url, expected) in [
            ("http://localhost:1", true),
            ("http://localhost.:1", true),
            ("http://127.0.1.1", true),
            ("http://[::1]", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://localhost..", false),
            ("http://a.localhost", false),
            ("http://localhost.test", false),
            ("http://[::ffff:10.0.0.1]", false),
        ] {
            let base = BaseUrl::parse(url, PlainHttp::Loopback);
            assert_eq!(base.is_ok(), expected, "{url}");
        }
    }
}
