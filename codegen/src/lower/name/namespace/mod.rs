//! Namespaces: give names, locked ones first, then by meaning.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::Ident;
use crate::lower::words::split_words;
use crate::model::{
    RESERVED_CLIENT_METHODS, RESERVED_MODULES, RESERVED_SETTERS, RESERVED_TYPES, VERIFY_TOOLS,
    YIELDING_CLIENT_METHODS,
};

/// The words for characters that alone distinguish two names.
const SIGNS: &[(char, &str)] = &[
    ('!', "not"),
    ('#', "number"),
    ('$', "dollar"),
    ('%', "percent"),
    ('&', "and"),
    ('*', "star"),
    ('+', "plus"),
    ('-', "minus"),
    ('.', "dot"),
    ('/', "slash"),
    (':', "colon"),
    ('<', "before"),
    ('=', "equal"),
    ('>', "after"),
    ('?', "question"),
    ('@', "at"),
    ('~', "tilde"),
];

/// Maximum length of a name where it can be shortened, because it may become a file name.
const MAX_NAME_LENGTH: usize = 100;

/// A Rust namespace.
#[derive(Debug)]
pub(super) struct Namespace {
    /// Reserved names.
    reserved: &'static [&'static [&'static str]],
    taken: BTreeSet<String>,
    /// The last number given to names that begin alike.
    numbers: BTreeMap<String, usize>,
    /// The suffix for a name when all proposals are taken. The second one is for names that already
    /// end with the first.
    suffixes: [&'static str; 2],
    /// Converts a string to an identifier of this namespace.
    convert: fn(&str) -> Option<Ident>,
}

impl Namespace {
    /// Returns the namespace of a catalog's types.
    pub(super) fn types() -> Self {
        Self::new(&[RESERVED_TYPES], ["type", "shape"], Ident::for_type)
    }

    /// Returns the namespace of an enum's variants.
    pub(super) fn variants() -> Self {
        Self::new(&[], ["value", "variant"], Ident::for_type)
    }

    /// Returns the namespace of a struct's fields.
    pub(super) fn fields() -> Self {
        Self::new(
            &[RESERVED_SETTERS, &["clone", "default"]],
            ["field", "value"],
            Ident::for_value,
        )
    }

    /// Returns the namespace of a client's resources.
    pub(super) fn resources() -> Self {
        Self::new(
            &[
                RESERVED_MODULES,
                RESERVED_CLIENT_METHODS,
                YIELDING_CLIENT_METHODS,
            ],
            ["resource", "group"],
            Ident::for_value,
        )
    }

    /// Returns the namespace of tools that are methods of the client, and of modules.
    pub(super) fn direct_methods() -> Self {
        Self::new(
            &[RESERVED_MODULES, RESERVED_CLIENT_METHODS, &[VERIFY_TOOLS]],
            ["tool", "call"],
            Ident::for_value,
        )
    }

    /// Returns the namespace of a resource's methods.
    pub(super) fn methods() -> Self {
        Self::new(&[], ["method", "call"], Ident::for_value)
    }

    fn new(
        reserved: &'static [&'static [&'static str]],
        suffixes: [&'static str; 2],
        convert: fn(&str) -> Option<Ident>,
    ) -> Self {
        Self {
            reserved,
            taken: BTreeSet::new(),
            numbers: BTreeMap::new(),
            suffixes,
            convert,
        }
    }

    /// Takes a name if it is free.
    fn take(&mut self, ident: Ident) -> Option<Ident> {
        let name = ident.plain();
        let is_reserved = self.reserved.iter().any(|names| names.contains(&name));
        if is_reserved {
            None
        } else {
            self.insert(ident)
        }
    }

    fn insert(&mut self, ident: Ident) -> Option<Ident> {
        let is_new = self.taken.insert(ident.plain().to_owned());
        is_new.then_some(ident)
    }

    /// Takes a locked name if it is free and valid in this namespace.
    pub(super) fn claim_locked(&mut self, name: &str) -> Option<Ident> {
        // A name that would have to change, such as `self`, is refused.
        if !self.is_form(name) || Ident::is_unusable(name) {
            return None;
        }
        let ident = Ident::parse(name)?;
        // A method of the client gives way to a name that exists.
        if YIELDING_CLIENT_METHODS.contains(&name) {
            return self.insert(ident);
        }
        self.take(ident)
    }

    /// Returns `true` if a name has the case of this namespace.
    pub(super) fn is_form(&self, name: &str) -> bool {
        let has_capital = |name: &str| name.starts_with(|letter: char| letter.is_ascii_uppercase());
        let own = (self.convert)("a");
        own.is_some_and(|own| has_capital(own.as_str()) == has_capital(name))
    }

    /// Takes the first free proposal. If all are taken, takes the last one with a suffix, or else with a
    /// suffix and a number.
    pub(super) fn claim<'a>(&mut self, proposals: impl IntoIterator<Item = &'a str>) -> Ident {
        let mut last = String::new();
        for proposal in proposals {
            let Some(ident) = (self.convert)(proposal).map(shorten) else {
                continue;
            };
            ident.plain().clone_into(&mut last);
            if let Some(ident) = self.take(ident) {
                return ident;
            }
        }
        let end = split_words(&last).pop().unwrap_or_default();
        let mut suffixes = self.suffixes.into_iter().filter(|suffix| *suffix != end);
        let suffix = suffixes.next().unwrap_or_default();
        let other = self.suffixes.into_iter().find(|other| *other != suffix);
        let base = format!("{last} {suffix}");
        for name in [
            base.clone(),
            format!("{base} {}", other.unwrap_or_default()),
        ] {
            if let Some(ident) = (self.convert)(&name).and_then(|ident| self.take(ident)) {
                return ident;
            }
        }
        let mut number = self.numbers.get(&base).copied().unwrap_or(1);
        loop {
            number += 1;
            let name = format!("{base} {number}");
            if let Some(ident) = (self.convert)(&name).and_then(|ident| self.take(ident)) {
                self.numbers.insert(base, number);
                return ident;
            }
        }
    }
}

/// Shortens a name that is too long by whole words.
fn shorten(ident: Ident) -> Ident {
    let Some((start, rest)) = ident.plain().split_at_checked(MAX_NAME_LENGTH) else {
        return ident;
    };
    let begins_word = |letter: char| letter == '_' || letter.is_ascii_uppercase();
    let end = if rest.is_empty() || rest.starts_with(begins_word) {
        start.len()
    } else {
        let end = start.rfind(begins_word).filter(|end| *end > 0);
        end.unwrap_or(start.len())
    };
    let short = start.get(..end).and_then(Ident::parse);
    short.unwrap_or(ident)
}

/// A requested name that cannot be given: it is taken, reserved, or not a valid identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// The wire name of the member.
    pub(super) wire: String,
    /// The requested name.
    pub(super) name: String,
    /// The origin of the name.
    pub(super) origin: NameOrigin,
}

/// The origin of a name that the generator did not choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameOrigin {
    /// The overlay, by `rename`.
    Overlay,
    /// The lock, after a manual edit.
    Lock,
}

/// Names fields or variants by their wire names. `locked` and `renamed` names take precedence. New
/// names avoid the `reserved` ones.
/// Returns the names, and those that cannot be given.
pub(super) fn name_members<'a>(
    mut namespace: Namespace,
    wires: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    locked: &BTreeMap<String, String>,
    reserved: &[String],
) -> (BTreeMap<String, Ident>, Vec<Refused>) {
    let wires: Vec<(&str, Option<&str>)> = wires.collect();
    let is_there: BTreeSet<&str> = wires.iter().map(|(wire, _)| *wire).collect();
    let mut names = BTreeMap::new();
    let mut renamed = BTreeSet::new();
    let mut refused = Vec::new();
    let refuse = |wire: &str, name: &str, origin| Refused {
        wire: wire.to_owned(),
        name: name.to_owned(),
        origin,
    };
    for (wire, name) in &wires {
        let Some(name) = name else {
            continue;
        };
        renamed.insert(*wire);
        match namespace.claim_locked(name) {
            Some(ident) => {
                names.insert((*wire).to_owned(), ident);
            }
            None => refused.push(refuse(wire, name, NameOrigin::Overlay)),
        }
    }
    // Removed members keep their names reserved, so that a member that reappears gets its old name.
    // Existing members come first, so that the name of a removed one can be given to them.
    let (there, gone): (Vec<_>, Vec<_>) = locked
        .iter()
        .filter(|(wire, _)| !renamed.contains(wire.as_str()))
        .partition(|(wire, _)| is_there.contains(wire.as_str()));
    for (wire, name) in there.into_iter().chain(gone) {
        match namespace.claim_locked(name) {
            Some(ident) => {
                names.insert(wire.clone(), ident);
            }
            None if is_there.contains(wire.as_str()) => {
                refused.push(refuse(wire, name, NameOrigin::Lock));
            }
            None => {}
        }
    }
    let unnamed = wires.iter().map(|(wire, _)| *wire);
    let unnamed: Vec<&str> = unnamed.filter(|wire| !names.contains_key(*wire)).collect();
    namespace.taken.extend(reserved.iter().cloned());
    name_newcomers(namespace, &unnamed, &mut names);
    names.retain(|wire, _| is_there.contains(wire.as_str()));
    (names, refused)
}

/// Names the members without a name.
fn name_newcomers(mut namespace: Namespace, unnamed: &[&str], names: &mut BTreeMap<String, Ident>) {
    let converted: Vec<Option<Ident>> = unnamed
        .iter()
        .map(|wire| (namespace.convert)(wire))
        .collect();
    let mut claims: BTreeMap<&Option<Ident>, usize> = BTreeMap::new();
    for ident in &converted {
        *claims.entry(ident).or_default() += 1;
    }
    for (wire, ident) in unnamed.iter().zip(&converted) {
        // `StartTime<` and `StartTime>` differ only in a special character.
        let is_shared = claims.get(ident).is_some_and(|count| *count > 1);
        let is_spelled = is_shared || wire.starts_with(['+', '-']);
        let own = ident.clone().filter(|_| !is_spelled).map(shorten);
        let ident = own.and_then(|ident| namespace.take(ident));
        let ident = ident.unwrap_or_else(|| {
            let spelled = spell_signs(wire);
            let proposals: &[&str] = if wire.is_empty() {
                &["empty"]
            } else if is_spelled {
                &[&spelled, wire]
            } else {
                &[wire, &spelled]
            };
            namespace.claim(proposals.iter().copied())
        });
        names.insert((*wire).to_owned(), ident);
    }
}

/// Replaces special characters by words: `+1` gives `plus 1`, and `-created_at`, which requests
/// descending order, gives `created_at desc`.
fn spell_signs(text: &str) -> String {
    let mut spelled = String::new();
    let descending = text
        .strip_prefix('-')
        .filter(|rest| rest.starts_with(char::is_alphabetic));
    if let Some(rest) = descending {
        return format!("{} desc", spell_signs(rest));
    }
    for letter in text.chars() {
        match SIGNS.iter().find(|(sign, _)| *sign == letter) {
            Some((_, word)) => spelled.extend([" ", word, " "]),
            None => spelled.push(letter),
        }
    }
    spelled
}

#[cfg(test)]
mod tests;
