//! The credentials of a server, as a store keeps them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

/// A token that ends sooner is renewed before it is used.
const MARGIN: Duration = Duration::from_secs(30);

/// The client and the tokens of one MCP server. `Debug` shows no secret.
#[derive(Clone)]
pub struct Credentials {
    pub(super) issuer: String,
    pub(super) resource: String,
    pub(super) token_endpoint: String,
    pub(super) client: ClientCredentials,
    /// `None` if a person has to authorize again.
    pub(super) tokens: Option<Tokens>,
    /// The scopes that were granted, and those that a server asked for since.
    pub(super) scopes: Vec<String>,
}

/// The identity of this program at an authorization server.
#[derive(Clone)]
pub(super) struct ClientCredentials {
    pub(super) id: String,
    pub(super) secret: Option<SecretString>,
    pub(super) auth_method: AuthMethod,
}

/// The way in which a client authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AuthMethod {
    /// It has no secret.
    None,
    /// In the header `Authorization`.
    Basic,
    /// In the body.
    Post,
}

/// The tokens.
#[derive(Clone)]
pub(super) struct Tokens {
    pub(super) access: SecretString,
    pub(super) refresh: Option<SecretString>,
    /// The time at which it is renewed, some time before it ends; `None` if its end is unknown.
    pub(super) renew_at: Option<SystemTime>,
}

impl AuthMethod {
    const ALL: [Self; 3] = [Self::None, Self::Basic, Self::Post];

    /// Returns the name of the standard.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    /// Returns the method with a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

impl Tokens {
    /// Returns `true` if the access token can be used for a while.
    pub(super) fn is_fresh(&self, now: SystemTime) -> bool {
        self.renew_at.is_none_or(|renew_at| now < renew_at)
    }

    /// Returns the time at which a token is renewed that is granted now.
    pub(super) fn renew_at(lifetime: Duration, now: SystemTime) -> Option<SystemTime> {
        // A short-lived token is not renewed for every request.
        let margin = MARGIN.min(lifetime / 2);
        now.checked_add(lifetime.saturating_sub(margin))
    }
}

impl Credentials {
    /// Returns the issuer of the tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the scopes that were granted, or that a server asked for since.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns `true` if there is a token. It may have expired.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.tokens.is_some()
    }

    /// Returns the credentials as JSON, for a store. The text contains the secrets.
    #[must_use]
    pub fn to_json(&self) -> SecretString {
        let exposed = |secret: &Option<SecretString>| {
            let secret = secret.as_ref().map(ExposeSecret::expose_secret);
            secret.map(str::to_owned)
        };
        let mut document = json!({
            "version": 1,
            "issuer": self.issuer,
            "resource": self.resource,
            "token_endpoint": self.token_endpoint,
            "client_id": self.client.id,
            "client_secret": exposed(&self.client.secret),
            "auth_method": self.client.auth_method.as_str(),
            "scopes": self.scopes,
        });
        if let (Some(tokens), Value::Object(members)) = (&self.tokens, &mut document) {
            let seconds = |moment: SystemTime| {
                let since = moment.duration_since(UNIX_EPOCH);
                since.map_or(0, |since| since.as_secs())
            };
            let access = tokens.access.expose_secret();
            members.insert("access_token".to_owned(), access.into());
            members.insert("refresh_token".to_owned(), exposed(&tokens.refresh).into());
            let renew_at = tokens.renew_at.map(seconds);
            members.insert("renew_at".to_owned(), renew_at.into());
        }
        document.to_string().into()
    }

    /// Reads credentials that [`to_json`](Self::to_json) wrote. Returns `None` for anything else.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let document: Map<String, Value> = serde_json::from_str(text).ok()?;
        let text = |key: &str| Some(document.get(key)?.as_str()?.to_owned());
        let scopes = document.get("scopes").and_then(Value::as_array);
        let scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
        let seconds = document.get("renew_at").and_then(Value::as_u64);
        let renew_at =
            seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let tokens = text("access_token").map(|access| Tokens {
            access: access.into(),
            refresh: text("refresh_token").map(SecretString::from),
            renew_at,
        });
        Some(Self {
            issuer: text("issuer")?,
            resource: text("resource")?,
            token_endpoint: text("token_endpoint")?,
            client: ClientCredentials {
                id: text("client_id")?,
                secret: text("client_secret").map(SecretString::from),
                auth_method: AuthMethod::named(&text("auth_method")?)?,
            },
            tokens,
            scopes: scopes.map(str::to_owned).collect(),
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("issuer", &self.issuer)
            .field("scopes", &self.scopes)
            .field("has_token", &self.has_token())
            .finish_non_exhaustive()
    }
}
