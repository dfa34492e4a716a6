//! One request for authorization: the page to open, and the exchange of its code.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::credentials::ClientCredentials;
use super::discover::Discovered;
use super::error::OAuthError;
use super::grant::{self, Granted};
use super::http::OAuthHttp;
use super::pkce;

/// The scope that asks for a refresh token.
pub(super) const OFFLINE_ACCESS: &str = "offline_access";

/// One request for authorization.
pub(super) struct Request<'a> {
    /// The servers.
    pub(super) discovered: &'a Discovered,
    /// The identity of the program.
    pub(super) client: &'a ClientCredentials,
    /// The page to which the browser returns.
    pub(super) redirect: &'a Url,
    /// The scopes to request.
    pub(super) scopes: &'a [String],
}

impl Request<'_> {
    /// Returns the address of the page on which a person authorizes the program.
    pub(super) fn page(&self, state: &SecretString, verifier: &SecretString) -> Url {
        let mut page = self.discovered.server.authorization_endpoint.clone();
        page.set_fragment(None);
        let challenge = pkce::challenge(verifier.expose_secret());
        let mut query = page.query_pairs_mut();
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", &self.client.id),
            ("redirect_uri", self.redirect.as_str()),
            ("state", state.expose_secret()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", &self.discovered.resource),
        ] {
            query.append_pair(name, value);
        }
        if !self.scopes.is_empty() {
            query.append_pair("scope", &self.scopes.join(" "));
        }
        // OpenID Connect grants this scope only with consent.
        if self.scopes.iter().any(|scope| scope == OFFLINE_ACCESS) {
            query.append_pair("prompt", "consent");
        }
        drop(query);
        page
    }

    /// Exchanges a code for tokens.
    pub(super) async fn exchange(
        &self,
        code: SecretString,
        verifier: SecretString,
        http: &OAuthHttp,
    ) -> Result<Granted, OAuthError> {
        let parameters = vec![
            ("grant_type", "authorization_code".to_owned().into()),
            ("code", code),
            ("redirect_uri", self.redirect.to_string().into()),
            ("code_verifier", verifier),
            ("resource", self.discovered.resource.clone().into()),
        ];
        let endpoint = &self.discovered.server.token_endpoint;
        Ok(grant::request(http, endpoint, self.client, parameters).await?)
    }
}
