//! The forms in which a secret may appear in text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret, SecretBox};

use super::escape::{self, Reader, Unit};

/// The length in bytes from which a secret is searched for anywhere. A shorter one appears in
/// strings by chance.
pub(crate) const MIN_TELLING_LENGTH: usize = 8;

/// The shortest base64 that is searched for. Shorter ones appear by chance.
const MIN_BASE64_LENGTH: usize = 8;

/// The authorization scheme after which a short secret is searched for.
const SCHEME: &str = "bearer";

/// One form of a secret, without escapes.
pub(super) struct Pattern {
    units: SecretBox<Vec<Unit>>,
    kind: Kind,
}

/// The comparison of a pattern with text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In any case.
    Text,
    /// In any case, as a whole word.
    Word,
    /// In either alphabet of base64, with the characters at its ends.
    Base64,
}

impl Pattern {
    /// Returns the forms of a secret: plain, base64 at each alignment, and hexadecimal.
    pub(super) fn all(secret: &str, min_length: usize) -> Vec<Self> {
        if secret.is_empty() {
            return Vec::new();
        }
        if secret.len() < min_length {
            return vec![Self::new(&format!("{SCHEME} {secret}"), Kind::Word)];
        }
        let mut patterns = vec![Self::new(secret, Kind::Text), Self::unread(secret)];
        // They differ if the secret itself looks like an escape: `a=42`.
        patterns.dedup_by(|one, other| one.units.expose_secret() == other.units.expose_secret());
        if secret.len() >= MIN_TELLING_LENGTH {
            let digits = secret.bytes().flat_map(|byte| [byte >> 4, byte & 0xf]);
            let digits = digits.map(|digit| char::from_digit(digit.into(), 16));
            let hex: String = digits.flatten().collect();
            patterns.push(Self::new(&hex, Kind::Text));
        }
        patterns.extend((0..3).filter_map(|offset| Self::base64(secret, offset)));
        patterns
    }

    fn new(text: &str, kind: Kind) -> Self {
        let mut units = Vec::with_capacity(text.len());
        let reader = Reader::new(text.as_bytes());
        let mut at = 0;
        while let Some((unit, end)) = reader.read(at) {
            if !escape::is_invisible(unit) {
                units.push(kind.fold(unit));
            }
            at = end;
        }
        Self {
            units: SecretBox::new(Box::new(units)),
            kind,
        }
    }

    /// Returns a secret in which nothing is read as an escape.
    fn unread(secret: &str) -> Self {
        let units = secret
            .chars()
            .map(|character| Kind::Text.fold(character.into()));
        Self {
            units: SecretBox::new(Box::new(units.collect())),
            kind: Kind::Text,
        }
    }

    /// Returns the base64 of a secret that begins `offset` bytes into a group of three. The
    /// characters that also encode other bytes are left out.
    fn base64(secret: &str, offset: usize) -> Option<Self> {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(secret.as_bytes());
        let encoded = STANDARD_NO_PAD.encode(&bytes);
        let core = encoded.get((offset * 8).div_ceil(6)..bytes.len() * 8 / 6)?;
        (core.len() >= MIN_BASE64_LENGTH).then(|| Self::new(core, Kind::Base64))
    }

    /// Returns the number of bytes that it takes at least: one for each unit.
    pub(super) fn min_length(&self) -> usize {
        self.units.expose_secret().len()
    }

    /// Returns the range of the secret that begins at `at`.
    pub(super) fn find_at(&self, reader: &Reader<'_>, at: usize) -> Option<(usize, usize)> {
        let mut end = at;
        let mut next = reader.read(at);
        for (index, expected) in self.units.expose_secret().iter().enumerate() {
            while let Some((_, after)) =
                next.filter(|(unit, _)| index > 0 && escape::is_invisible(*unit))
            {
                next = reader.read(after);
            }
            let (unit, after) = next?;
            if self.kind.fold(unit) != *expected {
                return None;
            }
            end = after;
            next = reader.read(after);
        }
        let text = reader.text();
        match self.kind {
            Kind::Text => Some((at, end)),
            Kind::Word => {
                let is_inner = |index: Option<usize>| {
                    let byte = index.and_then(|index| text.get(index));
                    byte.is_some_and(u8::is_ascii_alphanumeric)
                };
                let is_word = !is_inner(at.checked_sub(1)) && !is_inner(Some(end));
                is_word.then_some((at, end))
            }
            Kind::Base64 => {
                let is_encoded =
                    |index: usize| text.get(index).is_some_and(|byte| is_base64(*byte));
                let before = at.checked_sub(1).filter(|index| is_encoded(*index));
                Some((before.unwrap_or(at), end + usize::from(is_encoded(end))))
            }
        }
    }

    /// Returns `true` if the secret begins with a character of several bytes.
    pub(super) fn begins_beyond_ascii(&self) -> bool {
        self.units
            .expose_secret()
            .first()
            .is_some_and(|unit| *unit >= 0x80)
    }

    /// Returns `true` if the secret begins with this unit.
    pub(super) fn begins_with(&self, unit: Unit) -> bool {
        self.units.expose_secret().first() == Some(&self.kind.fold(unit))
    }
}

impl Kind {
    /// Returns the unit for comparisons.
    fn fold(self, unit: Unit) -> Unit {
        let byte = u8::try_from(unit).unwrap_or_default();
        match (self, byte) {
            (Self::Text | Self::Word, b'A'..=b'Z') => byte.to_ascii_lowercase().into(),
            (Self::Base64, b'-') => b'+'.into(),
            (Self::Base64, b'_') => b'/'.into(),
            _ => unit,
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
