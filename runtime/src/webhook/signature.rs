//! The signature of a delivery: `format=sha256,v=` and the HMAC of the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::{SIGNATURE_HEADER, WebhookError};

const FORMAT: &str = "sha256";

/// The length of the code in bytes.
const LENGTH: usize = 32;

/// The number of headers and secrets that are tried.
const MAX_TRIED: usize = 8;

/// Checks that one of the headers has the code of the body for one of the secrets. The time does not
/// depend on the code.
pub(super) fn verify(
    secrets: &[SecretString],
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), WebhookError> {
    if secrets
        .iter()
        .any(|secret| secret.expose_secret().is_empty())
    {
        return Err(WebhookError::EmptySecret);
    }
    let mut outcome = Err(WebhookError::MissingSignature);
    for value in headers.get_all(SIGNATURE_HEADER).iter().take(MAX_TRIED) {
        outcome = code(value).and_then(|code| check(secrets, &code, body));
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn check(secrets: &[SecretString], code: &[u8], body: &[u8]) -> Result<(), WebhookError> {
    let is_valid = |secret: &SecretString| {
        let key = secret.expose_secret().as_bytes();
        Hmac::<Sha256>::new_from_slice(key)
            .is_ok_and(|mac| mac.chain_update(body).verify_slice(code).is_ok())
    };
    let mut tried = secrets.iter().take(MAX_TRIED);
    tried
        .any(is_valid)
        .then_some(())
        .ok_or(WebhookError::WrongSignature)
}

/// Reads the code in a header.
fn code(value: &HeaderValue) -> Result<Vec<u8>, WebhookError> {
    let malformed = || WebhookError::MalformedSignature;
    let text = value.to_str().map_err(|_| malformed())?;
    let (mut format, mut code) = (None, None);
    for part in text.split(',') {
        // The padding of base64 is the same character, so the first one separates.
        let (name, value) = part.split_once('=').ok_or_else(malformed)?;
        let place = match name.trim() {
            name if name.eq_ignore_ascii_case("format") => &mut format,
            name if name.eq_ignore_ascii_case("v") => &mut code,
            // A later version may add others.
            _ => continue,
        };
        if place.replace(value.trim()).is_some() {
            return Err(malformed());
        }
    }
    match format {
        Some(format) if format.eq_ignore_ascii_case(FORMAT) => {}
        Some(format) => return Err(WebhookError::UnsupportedFormat(format.to_owned())),
        None => return Err(malformed()),
    }
    decode(code.ok_or_else(malformed)?).ok_or_else(malformed)
}

/// Decodes 64 hexadecimal digits, in any case, or the same code in base64.
fn decode(code: &str) -> Option<Vec<u8>> {
    let decoded = if code.len() == 2 * LENGTH {
        let (pairs, _) = code.as_bytes().as_chunks::<2>();
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
        pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?
    } else {
        STANDARD.decode(code).ok()?
    };
    (decoded.len() == LENGTH).then_some(decoded)
}
