//! The names that say that a value is a secret, and the values that are none under any name.

use toolsmith_dialect::secret_names::SECRET_WORDS;

/// Parts of a word that say so.
const PARTS: &[&str] = &["apikey", "credential", "passw", "secret", "token"];

/// Ends of a word that say so, in addition to [`SECRET_WORDS`].
const ENDS: &[&str] = &["auth", "authentication", "cred", "creds", "keys"];

/// Whole words that say so.
const WORDS: &[&str] = &["hmac", "otp", "pass", "pin", "sig"];

/// First words of names that say the opposite, or count something.
const PLAIN_BEGINS: &[&str] = &["count", "disable", "max", "min", "no", "num", "skip"];

/// Last words of names of what is next to a secret: `--token-file`, `auth_type`, `keyId`.
const PLAIN_ENDS: &[&str] = &[
    "algorithm",
    "dir",
    "directory",
    "enabled",
    "endpoint",
    "env",
    "file",
    "format",
    "host",
    "id",
    "issuer",
    "method",
    "mode",
    "name",
    "path",
    "port",
    "prefix",
    "provider",
    "scope",
    "scopes",
    "server",
    "store",
    "timeout",
    "type",
    "uri",
    "url",
    "version",
];

/// Values that occur in ordinary text.
const ORDINARY: &[&str] = &[
    "admin",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "auto",
    "basic",
    "bearer",
    "cookie",
    "debug",
    "default",
    "dev",
    "development",
    "disabled",
    "enabled",
    "error",
    "false",
    "header",
    "html",
    "http",
    "https",
    "info",
    "json",
    "key",
    "latest",
    "localhost",
    "messages",
    "none",
    "null",
    "oauth",
    "oauth2",
    "optional",
    "password",
    "prod",
    "production",
    "query",
    "read",
    "required",
    "secret",
    "server",
    "stdio",
    "test",
    "text",
    "token",
    "trace",
    "true",
    "undefined",
    "user",
    "warn",
    "write",
];

/// Returns `true` if the name of an argument, a parameter, a variable or a header says that its value is a
/// secret.
pub(super) fn is_telling(name: &str) -> bool {
    let words = words(name);
    let [first, .., last] = words.as_slice() else {
        return words.iter().any(|word| is_telling_word(word));
    };
    // A secret may have the form of an identifier: `secret_id`.
    let is_secret = last == "id" && words.iter().any(|word| word == "secret");
    let ends_plain = PLAIN_ENDS.contains(&last.as_str()) && !is_secret;
    let is_plain = PLAIN_BEGINS.contains(&first.as_str()) || ends_plain;
    !is_plain && words.iter().any(|word| is_telling_word(word))
}

/// Returns `true` if the last word of a name says so.
pub(super) fn ends_telling(name: &str) -> bool {
    let words = words(name);
    is_telling(name) && words.last().is_some_and(|word| is_telling_word(word))
}

/// Returns `true` if a value is an ordinary word, which is in texts without being the secret.
pub(super) fn is_ordinary(value: &str) -> bool {
    ORDINARY.iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn is_telling_word(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| letter.is_ascii_digit());
    // A tokenizer cuts texts.
    let has_part = PARTS.iter().any(|part| word.contains(part)) && !word.starts_with("tokeniz");
    let mut ends = SECRET_WORDS.iter().chain(ENDS);
    has_part || ends.any(|end| word.ends_with(end)) || WORDS.contains(&word)
}

/// Splits a name into words in lower case: `X-Api-Key`, `api_key`, `apiKey`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let begins = !letter.is_alphanumeric() || (was_lower && letter.is_uppercase());
        was_lower = letter.is_lowercase();
        if begins {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "key",
            "apikey",
            "api_key",
            "X-Api-Key",
            "accessToken",
            "access_token2",
            "CLIENT_SECRET",
            "Authorization",
            "oauth2Bearer",
            "x-goog-api-key",
            "Cookie",
            "sig",
            "db_password",
            "userPass",
            "subscription-key",
            "secret-id",
            "auth-header",
        ] {
            assert!(is_telling(name), "{name}");
        }
        for name in [
            "limit",
            "author",
            "keyword",
            "keyboard",
            "max_tokens",
            "tokenizer",
            "no-auth",
            "token-file",
            "auth_type",
            "keyId",
            "token-server",
            "bypass",
            "passthrough",
            "design",
            "",
        ] {
            assert!(!is_telling(name), "{name}");
        }
    }
}
