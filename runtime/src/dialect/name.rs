//! Names that a provider accepts, each for one name only.

use std::collections::BTreeSet;

use super::provider::NameRule;

impl NameRule {
    fn accepts(&self, name: &str) -> bool {
        let is_long_enough = !name.is_empty() && name.len() <= self.longest;
        is_long_enough && name.chars().all(|letter| self.takes(letter)) && self.begins_well(name)
    }

    fn takes(&self, letter: char) -> bool {
        letter.is_ascii_alphanumeric() || self.others.contains(letter)
    }

    fn begins_well(&self, name: &str) -> bool {
        let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
        !self.begins_with_letter || name.starts_with(is_letter)
    }

    /// `name` as it may be said, and no name in `taken`, which it then joins.
    ///
    /// A name that has to change ends in a hash of the whole of it: what it becomes does not
    /// depend on the other names, unless one of those is that already.
    pub(super) fn fit(&self, name: &str, taken: &mut BTreeSet<String>) -> String {
        let mut said = if self.accepts(name) {
            name.to_owned()
        } else {
            self.altered(name, 0)
        };
        let mut turn = 1;
        while !taken.insert(said.clone()) {
            said = self.altered(name, turn);
            turn += 1;
        }
        said
    }

    /// The names that stay as they are come first, so that no altered one takes their place.
    pub(super) fn fit_all<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
        taken: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let kept: BTreeSet<&str> = names.clone().filter(|name| self.accepts(name)).collect();
        taken.extend(kept.iter().map(|name| (*name).to_owned()));
        let mut met = BTreeSet::new();
        names
            .map(|name| {
                if kept.contains(name) && met.insert(name) {
                    name.to_owned()
                } else {
                    self.fit(name, taken)
                }
            })
            .collect()
    }

    fn altered(&self, name: &str, turn: u64) -> String {
        let letters = name
            .chars()
            .map(|letter| if self.takes(letter) { letter } else { '_' });
        let mut said: String = letters.collect();
        if !self.begins_well(&said) {
            said.insert(0, '_');
        }
        said.truncate(self.longest.saturating_sub(9));
        let hash = hash(name, turn) & 0xffff_ffff;
        format!("{said}_{hash:08x}")
    }
}

/// FNV-1a: the same on every machine and in every version.
fn hash(name: &str, turn: u64) -> u64 {
    let bytes = name.bytes().chain(turn.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
