//! Names that a provider accepts, each for one original name only.

use std::collections::BTreeSet;

use super::fnv;
use super::rules::NameRule;

/// The length of `_` and eight hexadecimal digits.
const HASH_SUFFIX_LENGTH: usize = 9;

impl NameRule {
    fn accepts(&self, name: &str) -> bool {
        (1..=self.max_length).contains(&name.len())
            && name.chars().all(|character| self.allows(character))
            && self.starts_well(name)
    }

    fn allows(&self, character: char) -> bool {
        character.is_ascii_alphanumeric() || self.extra_characters.contains(character)
    }

    fn starts_well(&self, name: &str) -> bool {
        let is_letter = |character: char| character.is_ascii_alphabetic() || character == '_';
        !self.starts_with_letter || name.starts_with(is_letter)
    }

    /// Returns `name` in a form that the provider accepts and that is not in `taken`, and adds it
    /// to `taken`.
    ///
    /// A name that has to change ends in a hash of the original. It does not depend on the other
    /// names, unless one of them equals it already.
    pub(super) fn fit(&self, name: &str, taken: &mut BTreeSet<String>) -> String {
        let mut fitted = if self.accepts(name) {
            name.to_owned()
        } else {
            self.with_hash(name, 0)
        };
        let mut attempt = 1;
        while !taken.insert(fitted.clone()) {
            fitted = self.with_hash(name, attempt);
            attempt += 1;
        }
        fitted
    }

    /// Fits several names. Accepted names are reserved first, so that no changed name takes one.
    pub(super) fn fit_all<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
        taken: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let kept: BTreeSet<&str> = names.clone().filter(|name| self.accepts(name)).collect();
        taken.extend(kept.iter().map(|name| (*name).to_owned()));
        let mut seen = BTreeSet::new();
        names
            .map(|name| {
                if kept.contains(name) && seen.insert(name) {
                    name.to_owned()
                } else {
                    self.fit(name, taken)
                }
            })
            .collect()
    }

    fn with_hash(&self, name: &str, attempt: u64) -> String {
        let mut fitted: String = name
            .chars()
            .map(|character| {
                if self.allows(character) {
                    character
                } else {
                    '_'
                }
            })
            .collect();
        if !self.starts_well(&fitted) {
            fitted.insert(0, '_');
        }
        fitted.truncate(self.max_length.saturating_sub(HASH_SUFFIX_LENGTH));
        let bytes = name.bytes().chain(attempt.to_le_bytes());
        let hash = fnv::hash(bytes) & 0xffff_ffff;
        format!("{fitted}_{hash:08x}")
    }
}
