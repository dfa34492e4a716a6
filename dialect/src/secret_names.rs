//! The words that names of secrets have.

/// Words of which the last one of a name says that its value is a secret: `api_key`, `accessToken`.
pub const SECRET_WORDS: &[&str] = &[
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "jwt",
    "key",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "signature",
    "token",
];
