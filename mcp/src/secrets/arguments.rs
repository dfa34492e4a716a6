//! The secrets in the arguments and the variables of a program.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::Secrets;
use super::names::{ends_telling, is_ordinary, is_telling};

/// The schemes of `Authorization` before a secret.
const SCHEMES: [&str; 4] = ["apikey", "basic", "bearer", "token"];

/// A value of this length that a cookie contains is a secret under any name.
const MIN_COOKIE: usize = 8;

const QUOTES: [char; 2] = ['"', '\''];

impl Secrets {
    /// Adds the secrets in arguments: values under telling names (`--api-key=…`, `--token` followed by
    /// its value, `--header "Authorization: Bearer …"`, members of JSON), and those in URLs.
    pub(crate) fn add_args<'a>(&self, args: impl IntoIterator<Item = &'a str>) {
        let mut is_value = false;
        for arg in args {
            if is_value && !arg.starts_with('-') {
                self.add_credential(arg);
            }
            self.add_text(arg);
            let name = arg.trim_start_matches('-');
            is_value = arg.starts_with('-') && name.chars().all(is_of_name) && is_telling(name);
        }
    }

    /// Adds the values of variables that programs do not print in other places, and the secrets in them.
    pub(crate) fn add_variables(&self, variables: &[(String, SecretString)]) {
        /// Shorter numbers are those of ports and the like.
        const MIN_NUMBER: usize = 8;
        for (name, value) in variables {
            let text = value.expose_secret();
            let is_number = text.len() < MIN_NUMBER && text.bytes().all(|it| it.is_ascii_digit());
            if is_telling(name) {
                self.add_credential(text);
            } else if !is_ordinary(text) && !is_number {
                self.add(value.clone());
            }
            self.add_text(text);
        }
    }

    /// Adds the secrets that a text names.
    fn add_text(&self, text: &str) {
        if text.trim_start().starts_with(['{', '['])
            && let Ok(json) = serde_json::from_str(text)
        {
            self.add_json(&json);
            return;
        }
        self.add_urls(text);
        let scheme = text.trim().split_once(char::is_whitespace);
        if scheme.is_some_and(|(scheme, _)| is_scheme(scheme)) {
            self.add_credential(text);
        }
        for (at, separator) in text.match_indices(['=', ':']) {
            let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
            let after = rest.get(separator.len()..).unwrap_or_default();
            // The authority of a URL follows.
            if !after.starts_with("//") {
                self.add_named(before, separator, after);
            }
        }
    }

    /// Adds the value after a separator, if a telling name is before it.
    fn add_named(&self, before: &str, separator: &str, after: &str) {
        let begin = before
            .char_indices()
            .rev()
            .take_while(|(_, letter)| is_of_name(*letter))
            .last()
            .map_or(before.len(), |(at, _)| at);
        let (outside, name) = before.split_at_checked(begin).unwrap_or((before, ""));
        let is_secret = match separator {
            // `image:tag` has a colon as well.
            ":" => ends_telling(name),
            _ => is_telling(name),
        };
        if !is_secret {
            return;
        }
        let value = after.trim_start();
        let quoted = |quote: char| value.strip_prefix(quote)?.split_once(quote);
        let value = match (
            outside.chars().last(),
            QUOTES.iter().find_map(|it| quoted(*it)),
        ) {
            (_, Some((value, _))) => value,
            (Some(quote), _) if QUOTES.contains(&quote) => {
                value.split_once(quote).map_or(value, |(value, _)| value)
            }
            // One of several words, in a script for example.
            (Some(space), _) if space.is_whitespace() && separator == "=" => {
                let end = |letter: char| letter.is_whitespace() || letter == ';';
                value.split(end).next().unwrap_or_default()
            }
            (Some('?' | '&' | ';' | '#'), _) => {
                value.split(['&', ';', '#']).next().unwrap_or_default()
            }
            _ => value,
        };
        self.add_credential(value);
        if separator == "=" {
            // The rest may be other words of a script.
            self.add_credential(value.split_whitespace().next().unwrap_or_default());
        }
    }

    /// Adds the value of a telling name, the part of it after a scheme, and the values in it.
    fn add_credential(&self, value: &str) {
        let value = value.trim();
        let is_placeholder = value.starts_with("${");
        if is_ordinary(value) || is_placeholder {
            return;
        }
        self.add(value.into());
        self.add_urls(value);
        if let Some((scheme, rest)) = value.split_once(char::is_whitespace) {
            let rest = rest.trim();
            if !is_ordinary(rest) {
                self.add(rest.into());
            }
            if scheme.eq_ignore_ascii_case("basic") {
                self.add_password(rest);
            }
        }
        for piece in value.split([' ', ',', ';', '&']) {
            let inner = piece.split_once('=').map_or("", |(_, inner)| inner);
            let inner = inner.trim_matches(QUOTES);
            if inner.len() >= MIN_COOKIE {
                self.add(inner.into());
            }
        }
    }

    /// Adds the password of `user:password` in Base64.
    fn add_password(&self, pair: &str) {
        let pair = STANDARD.decode(pair).unwrap_or_default();
        let pair = String::from_utf8(pair).unwrap_or_default();
        if let Some((_, password)) = pair.split_once(':') {
            self.add(password.into());
        }
    }

    fn add_json(&self, json: &Value) {
        match json {
            Value::String(text) => self.add_text(text),
            Value::Array(items) => items.iter().for_each(|item| self.add_json(item)),
            Value::Object(members) => {
                for (name, value) in members {
                    if let Value::String(text) = value
                        && is_telling(name)
                    {
                        self.add_credential(text);
                    }
                    self.add_json(value);
                }
            }
            _ => {}
        }
    }

    /// Adds the secrets of the URLs in a text.
    fn add_urls(&self, text: &str) {
        for word in text.split(char::is_whitespace) {
            let Some((before, _)) = word.split_once("://") else {
                continue;
            };
            let is_of_scheme =
                |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
            let begin = before.trim_end_matches(is_of_scheme).len();
            let url = word.get(begin..).unwrap_or_default();
            self.add_url(url.trim_end_matches(QUOTES));
        }
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

fn is_scheme(word: &str) -> bool {
    SCHEMES
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
}
