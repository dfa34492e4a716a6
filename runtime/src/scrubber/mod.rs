//! Removal of a client's secrets from everything that comes from outside.
//!
//! A server may repeat the token anywhere: in a header, in a name or a value of its JSON, in HTML,
//! escaped in any way. Everything from outside passes a [`Scrubber`] before it enters an error, a
//! rejected record, a log, an audit, a recording or a reply to a model. Values that the program asked
//! for are its own, and are not changed.

mod escape;
mod pattern;
mod remembered;
mod sign;
#[cfg(test)]
pub(crate) mod tests;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;

use crate::redactor::is_secret_name;
use escape::Reader;
pub(crate) use pattern::MIN_TELLING_LENGTH;
use pattern::Pattern;

/// The usual replacement of a secret.
const REPLACEMENT: &str = "[token]";

/// Finds the secrets of a client in text, in every encoding, and replaces them. Clones share the
/// secrets.
///
/// A secret is found in plain text in any case, escaped for JSON, HTML, URLs, mail or `Debug`, once
/// or several times, in base64 at any alignment, in hexadecimal, and if invisible characters split
/// it. A secret of fewer than eight bytes is found after `Bearer` only, because it appears in other
/// strings by chance.
#[derive(Clone, Default)]
pub(crate) struct Scrubber(Option<Arc<Secrets>>);

struct Secrets {
    known: RwLock<Known>,
    replacement: &'static str,
    min_length: usize,
    /// The scrubbers of other clients, each with its own patterns.
    others: Vec<Scrubber>,
}

struct Known {
    values: Vec<SecretString>,
    /// Made when they are first needed, which is for an error.
    patterns: Option<Arc<Patterns>>,
}

/// The number of secrets that a scrubber remembers while tokens are renewed. Older ones have expired.
const MAX_REMEMBERED: usize = 32;

/// Returns a secret without blanks at its ends, which the server does not see in a header.
pub(crate) fn trimmed(secret: SecretString) -> SecretString {
    let text = secret.expose_secret();
    let inner = text.trim_matches([' ', '\t']);
    if inner.len() == text.len() {
        return secret;
    }
    inner.to_owned().into()
}

struct Patterns {
    all: Vec<Pattern>,
    /// The length of the shortest one, which no shorter text contains.
    min_length: usize,
    /// The bytes with which a secret may begin, escaped or not.
    may_begin: [bool; 256],
}

impl Scrubber {
    /// Creates a scrubber of these secrets.
    pub(crate) fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        Self::replacing_with(REPLACEMENT, MIN_TELLING_LENGTH, secrets)
    }

    /// Creates a scrubber that replaces these secrets with `replacement`. Those of fewer than
    /// `min_length` bytes are found after `Bearer` only.
    pub(crate) fn replacing_with(
        replacement: &'static str,
        min_length: usize,
        secrets: impl IntoIterator<Item = SecretString>,
    ) -> Self {
        let values: Vec<_> = secrets.into_iter().map(trimmed).collect();
        if values.is_empty() {
            return Self::default();
        }
        Self::of_known(replacement, min_length, values)
    }

    /// Creates a scrubber of a token that is renewed: [`remember`](Self::remember) adds each one.
    pub(crate) fn of_renewed_token() -> Self {
        Self::of_known(REPLACEMENT, MIN_TELLING_LENGTH, Vec::new())
    }

    fn of_known(replacement: &'static str, min_length: usize, values: Vec<SecretString>) -> Self {
        let patterns = None;
        Self(Some(Arc::new(Secrets {
            known: RwLock::new(Known { values, patterns }),
            replacement,
            min_length,
            others: Vec::new(),
        })))
    }

    /// Creates a scrubber of the secrets of all these scrubbers.
    pub(crate) fn of_all(scrubbers: impl IntoIterator<Item = Self>) -> Self {
        let mut scrubbers: Vec<Self> = scrubbers
            .into_iter()
            .filter(|scrubber| scrubber.0.is_some())
            .collect();
        if scrubbers.len() < 2 {
            return scrubbers.pop().unwrap_or_default();
        }
        Self(Some(Arc::new(Secrets {
            known: RwLock::new(Known {
                values: Vec::new(),
                patterns: None,
            }),
            replacement: REPLACEMENT,
            min_length: MIN_TELLING_LENGTH,
            others: scrubbers,
        })))
    }

    /// Adds a secret, for all clones. The oldest ones are forgotten when there are many.
    pub(crate) fn remember(&self, secret: SecretString) {
        let Some(secrets) = &self.0 else { return };
        let mut known = secrets
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        known.values.push(trimmed(secret));
        let excess = known.values.len().saturating_sub(MAX_REMEMBERED);
        known.values.drain(..excess);
        known.patterns = None;
    }

    /// Returns `true` if it has this number of secrets.
    #[cfg(feature = "mcp-client")]
    pub(crate) fn has(&self, count: usize) -> bool {
        let count_of = |secrets: &Arc<Secrets>| secrets.read(|known| known.values.len());
        self.0.as_ref().map_or(0, count_of) == count
    }

    /// Removes the secrets from a text.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.replaced(text.as_bytes()) {
            Some(clean) => Cow::Owned(String::from_utf8_lossy(&clean).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// Removes the secrets from a string.
    pub(crate) fn string(&self, text: String) -> String {
        match self.text(&text) {
            Cow::Owned(clean) => clean,
            Cow::Borrowed(_) => text,
        }
    }

    /// Removes the secrets from names, strings and numbers in `json`.
    pub(crate) fn json(&self, json: &mut Json) {
        match json {
            Json::String(text) => *text = self.string(std::mem::take(text)),
            Json::Number(number) => {
                if let Cow::Owned(clean) = self.text(&number.to_string()) {
                    *json = Json::String(clean);
                }
            }
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.json(element)),
            Json::Object(fields) => {
                if fields.keys().any(|name| self.finds(name.as_bytes())) {
                    let named = std::mem::take(fields).into_iter();
                    *fields = named
                        .map(|(name, value)| (self.string(name), value))
                        .collect();
                }
                fields.values_mut().for_each(|value| self.json(value));
            }
            Json::Null | Json::Bool(_) => {}
        }
    }

    /// Returns a body without the secrets, if it contains one. JSON stays JSON.
    pub(crate) fn body(&self, body: &[u8]) -> Option<Bytes> {
        let clean = self.replaced(body)?;
        let is_json = |body: &[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        if is_json(body) && !is_json(&clean) {
            let mut json = serde_json::from_slice(body).unwrap_or_default();
            self.json(&mut json);
            return Some(json.to_string().into());
        }
        Some(clean.into())
    }

    /// Returns headers without the secrets, if they contain one. A header whose name contains one is
    /// left out.
    pub(crate) fn headers(&self, headers: &HeaderMap) -> Option<HeaderMap> {
        let is_dirty = |(name, value): (&HeaderName, &HeaderValue)| {
            self.finds(name.as_str().as_bytes()) || self.finds(value.as_bytes())
        };
        headers.iter().any(is_dirty).then(|| {
            let kept = headers
                .iter()
                .filter(|(name, _)| !self.finds(name.as_str().as_bytes()));
            let clean = kept.map(|(name, value)| (name.clone(), self.header_value(value)));
            clean.collect()
        })
    }

    fn header_value(&self, value: &HeaderValue) -> HeaderValue {
        let Some(clean) = self.replaced(value.as_bytes()) else {
            return value.clone();
        };
        HeaderValue::from_bytes(&clean).unwrap_or(HeaderValue::from_static(REPLACEMENT))
    }

    /// Returns `true` if a text contains a secret.
    pub(crate) fn finds(&self, text: &[u8]) -> bool {
        let reader = Reader::new(text);
        let finds = |reader: &Reader<'_>| self.next(reader, 0).is_some();
        finds(&reader) || (reader.has_soft_breaks() && finds(&Reader::joining_lines(text)))
    }

    /// Returns the text without the secrets, if it contains one.
    fn replaced(&self, text: &[u8]) -> Option<Vec<u8>> {
        let reader = Reader::new(text);
        let clean = self.replaced_in(&reader);
        if !reader.has_soft_breaks() {
            return clean;
        }
        // Again, because a secret may end with the sign of a soft line break.
        let text = clean.as_deref().unwrap_or(text);
        let joined = self.replaced_in(&Reader::joining_lines(text));
        joined.or(clean)
    }

    fn replaced_in(&self, reader: &Reader<'_>) -> Option<Vec<u8>> {
        let replacement = self.0.as_ref()?.replacement;
        let text = reader.text();
        let mut found = self.next(reader, 0)?;
        let mut clean = Vec::with_capacity(text.len());
        let mut copied = 0;
        loop {
            let (start, end) = found;
            clean.extend_from_slice(text.get(copied..start).unwrap_or_default());
            clean.extend_from_slice(replacement.as_bytes());
            copied = end;
            match self.next(reader, end) {
                Some((start, end)) => found = (start.max(copied), end),
                None => break,
            }
        }
        clean.extend_from_slice(text.get(copied..).unwrap_or_default());
        Some(clean)
    }

    /// Returns the range of the first secret from `from` on.
    fn next(&self, reader: &Reader<'_>, from: usize) -> Option<(usize, usize)> {
        let secrets = self.0.as_ref()?;
        let others = secrets.others.iter();
        let others = others.filter_map(|other| other.next(reader, from));
        let found = secrets.next(reader, from).into_iter().chain(others);
        found.min_by_key(|(start, end)| (*start, Reverse(*end)))
    }
}

impl Secrets {
    /// Returns the range of the first of these secrets from `from` on, without those of the others.
    fn next(&self, reader: &Reader<'_>, from: usize) -> Option<(usize, usize)> {
        let length = reader.text().len().checked_sub(from)?;
        let patterns = self.patterns(length)?;
        let may_begin = |byte: &u8| patterns.may_begin.get(usize::from(*byte)) == Some(&true);
        let places = reader.text().iter().enumerate().skip(from);
        let mut found = places
            .filter(|(_, byte)| may_begin(byte))
            .flat_map(|(at, _)| {
                let first = reader.read(at);
                let begins = move |pattern: &&Pattern| {
                    first.is_some_and(|(unit, _)| pattern.begins_with(unit))
                };
                let begun = patterns.all.iter().filter(begins);
                begun.filter_map(move |pattern| pattern.find_at(reader, at))
            });
        found.next()
    }

    fn read<T>(&self, read: impl FnOnce(&Known) -> T) -> T {
        read(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the patterns, unless a text of this length is too short for all of them.
    fn patterns(&self, length: usize) -> Option<Arc<Patterns>> {
        let may_fit = |patterns: &Arc<Patterns>| {
            let fits = patterns.min_length <= length;
            fits.then(|| Arc::clone(patterns))
        };
        if let Some(patterns) = self.read(|known| known.patterns.as_ref().map(may_fit)) {
            return patterns;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let patterns = Arc::new(Patterns::of(&known.values, self.min_length));
        known.patterns = Some(Arc::clone(&patterns));
        may_fit(&patterns)
    }
}

impl Patterns {
    fn of(secrets: &[SecretString], min_length: usize) -> Self {
        let values = secrets.iter().map(ExposeSecret::expose_secret);
        let all: Vec<Pattern> = values
            .flat_map(|secret| Pattern::all(secret, min_length))
            .collect();
        let mut may_begin = [false; 256];
        for (may_begin, byte) in may_begin.iter_mut().zip(0..=u8::MAX) {
            let begins = |pattern: &Pattern| {
                if byte.is_ascii() {
                    pattern.begins_with(byte.into())
                } else {
                    pattern.begins_beyond_ascii()
                }
            };
            *may_begin = sign::begins_escape(byte) || all.iter().any(begins);
        }
        let lengths = all.iter().map(Pattern::min_length);
        let min_length = lengths.min().unwrap_or(usize::MAX);
        Self {
            all,
            min_length,
            may_begin,
        }
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Scrubber")
    }
}

/// Prints headers without secrets: those of the client, and those of headers that are secrets by their
/// name, such as cookies.
pub(crate) struct CleanHeaders<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) scrubber: &'a Scrubber,
}

impl fmt::Debug for CleanHeaders<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clean = self.headers.iter().map(|(name, value)| {
            let mut value = self.scrubber.header_value(value);
            value.set_sensitive(value.is_sensitive() || is_secret_header(name));
            (self.scrubber.text(name.as_str()), value)
        });
        formatter.debug_map().entries(clean).finish()
    }
}

fn is_secret_header(name: &HeaderName) -> bool {
    name == header::SET_COOKIE || is_secret_name(name.as_str())
}
