//! The secrets in URLs.

use url::Url;

use super::forms::decoded;
use super::names::{is_ordinary, is_telling};
use super::{MIN_LENGTH, Secrets};

/// A value or a segment of at least this length is a secret under any name.
const LONG: usize = 16;

/// The same in a URL that is a secret.
const LONG_IN_SECRET: usize = 8;

/// The meaning of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It may contain secrets.
    Plain,
    /// It is a secret.
    Secret,
}

impl Secrets {
    /// Adds the parts of a URL that may be secrets: its query, the values in it that have a telling name
    /// or are long, its password, and long segments of its path, in which some servers expect the token.
    pub(crate) fn add_url(&self, url: &str) {
        self.add_forms_of_url(url, Kind::Plain);
    }

    /// Adds a URL that is a secret: as [`add_url`](Self::add_url), with all values of its query, shorter
    /// segments of its path, and everything after its host.
    pub(crate) fn add_secret_url(&self, url: &str) {
        self.add_forms_of_url(url, Kind::Secret);
    }

    fn add_forms_of_url(&self, url: &str, kind: Kind) {
        self.add_parts(url, kind);
        // As it is sent: some characters are encoded.
        if let Ok(parsed) = Url::parse(url)
            && parsed.as_str() != url
        {
            self.add_parts(parsed.as_str(), kind);
        }
    }

    fn add_parts(&self, url: &str, kind: Kind) {
        let (_, rest) = url.split_once("://").unwrap_or(("", url));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        self.add_user(authority);
        if kind == Kind::Secret && after.len() >= LONG_IN_SECRET {
            self.add_part(after);
        }
        let (after, fragment) = after.split_once('#').unwrap_or((after, ""));
        let (path, query) = after.split_once('?').unwrap_or((after, ""));
        for segment in path.split('/') {
            let is_secret = match kind {
                Kind::Plain => segment.len() >= LONG,
                Kind::Secret => segment.len() >= LONG_IN_SECRET || is_mixed(segment),
            };
            if is_secret {
                self.add_part(segment);
            }
        }
        for query in [query, fragment] {
            self.add_part(query);
            for pair in query.split(['&', ';']) {
                self.add_pair(pair, kind);
            }
        }
    }

    /// Adds the password of `user:password@host`, or a user name that is a token.
    fn add_user(&self, authority: &str) {
        let Some((user, _)) = authority.rsplit_once('@') else {
            return;
        };
        match user.split_once(':') {
            Some((_, password)) => self.add_part(password),
            None if user.len() >= LONG_IN_SECRET => self.add_part(user),
            None => {}
        }
    }

    fn add_pair(&self, pair: &str, kind: Kind) {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let is_named = decoded(name).iter().any(|name| is_telling(name));
        // A few digits are a number of something.
        let is_number = value.len() < LONG_IN_SECRET && value.bytes().all(|it| it.is_ascii_digit());
        let is_secret = match kind {
            Kind::Plain => is_named || value.len() >= LONG,
            Kind::Secret => is_named || !is_number,
        };
        if is_secret {
            self.add_part(value);
        }
    }

    /// Adds a part of a URL, decoded as well, unless it is an ordinary word.
    fn add_part(&self, part: &str) {
        for part in decoded(part) {
            if !is_ordinary(&part) {
                self.add(part.into());
            }
        }
    }
}

/// Returns `true` for a segment of letters and digits, which is probably not a word.
fn is_mixed(segment: &str) -> bool {
    let has_digit = segment.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = segment.bytes().any(|byte| byte.is_ascii_alphabetic());
    segment.len() >= MIN_LENGTH && has_digit && has_letter
}
