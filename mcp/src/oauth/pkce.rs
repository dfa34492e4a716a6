//! The random values of one authorization.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::SecretString;

use super::error::{OAuthError, OAuthErrorKind};

/// The random bytes of a value.
const BYTES: usize = 32;

/// Returns a random value of 43 characters that need no encoding in a URL: a verifier (RFC 7636) or a
/// state.
pub(super) fn random() -> Result<SecretString, OAuthError> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        OAuthError::new(
            OAuthErrorKind::Configuration,
            "the system has no random numbers",
        )
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}

/// Returns the challenge of a verifier, by the method `S256`.
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(
            challenge(verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_eq!(one.expose_secret().len(), 43);
        assert_ne!(one.expose_secret(), other.expose_secret());
    }
}
