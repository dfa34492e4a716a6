//! Giving names: one namespace at a time, what is locked first, then by meaning.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::Ident;
use crate::model::{RESERVED_CLIENT_METHODS, RESERVED_MODULES, RESERVED_SETTERS, RESERVED_TYPES};

/// What signs mean when they are all that tells two names apart.
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

/// One namespace of Rust.
#[derive(Debug)]
pub(super) struct Namespace {
    /// Names that nothing may have.
    reserved: &'static [&'static [&'static str]],
    taken: BTreeSet<String>,
    /// What a name is followed by if all that was proposed is taken.
    suffix: &'static str,
    /// How text becomes a name here.
    convert: fn(&str) -> Option<Ident>,
}

impl Namespace {
    /// Types of a catalog.
    pub(super) fn types() -> Self {
        Self::new(&[RESERVED_TYPES], "type", Ident::for_type)
    }

    /// Variants of an enum.
    pub(super) fn variants() -> Self {
        Self::new(&[], "value", Ident::for_type)
    }

    /// Fields of a struct.
    pub(super) fn fields() -> Self {
        Self::new(
            &[RESERVED_SETTERS, &["clone", "default"]],
            "field",
            Ident::for_value,
        )
    }

    /// Resources of a client.
    pub(super) fn resources() -> Self {
        Self::new(
            &[RESERVED_MODULES, RESERVED_CLIENT_METHODS],
            "resource",
            Ident::for_value,
        )
    }

    /// Tools that are methods of the client itself, and modules.
    pub(super) fn direct_methods() -> Self {
        Self::new(
            &[RESERVED_MODULES, RESERVED_CLIENT_METHODS],
            "tool",
            Ident::for_value,
        )
    }

    /// Methods of a resource.
    pub(super) fn methods() -> Self {
        Self::new(&[], "method", Ident::for_value)
    }

    fn new(
        reserved: &'static [&'static [&'static str]],
        suffix: &'static str,
        convert: fn(&str) -> Option<Ident>,
    ) -> Self {
        Self {
            reserved,
            taken: BTreeSet::new(),
            suffix,
            convert,
        }
    }

    /// Takes a name, unless something has it already.
    fn take(&mut self, ident: Ident) -> Option<Ident> {
        let name = ident.plain();
        let is_reserved = self.reserved.iter().any(|names| names.contains(&name));
        let is_free = !is_reserved && self.taken.insert(name.to_owned());
        is_free.then_some(ident)
    }

    /// Takes a name that was given before, unless something has it already.
    pub(super) fn claim_locked(&mut self, name: &str) -> Option<Ident> {
        self.take(Ident::parse(name)?)
    }

    /// Takes the first of the proposed names that is free; if none is, the last with a word more.
    pub(super) fn claim<'a>(&mut self, proposals: impl IntoIterator<Item = &'a str>) -> Ident {
        let mut last = String::new();
        for proposal in proposals {
            let Some(ident) = (self.convert)(proposal) else {
                continue;
            };
            if let Some(ident) = self.take(ident) {
                return ident;
            }
            proposal.clone_into(&mut last);
        }
        loop {
            last = format!("{last} {}", self.suffix);
            if let Some(ident) = (self.convert)(&last).and_then(|ident| self.take(ident)) {
                return ident;
            }
        }
    }
}

/// Names fields or variants by what stands on the wire; `locked` and `renamed` win.
pub(super) fn name_members<'a>(
    mut namespace: Namespace,
    wires: impl Iterator<Item = (&'a str, Option<&'a str>)> + Clone,
    locked: &BTreeMap<String, String>,
) -> BTreeMap<String, Ident> {
    let mut names = BTreeMap::new();
    let mut renamed = BTreeSet::new();
    for (wire, name) in wires.clone() {
        if let Some(ident) = name.and_then(|name| namespace.claim_locked(name)) {
            renamed.insert(wire);
            names.insert(wire.to_owned(), ident);
        }
    }
    // What is gone keeps its name as well: if it comes back, it comes back under it.
    for (wire, name) in locked {
        if !renamed.contains(wire.as_str())
            && let Some(ident) = namespace.claim_locked(name)
        {
            names.insert(wire.clone(), ident);
        }
    }
    let unnamed: Vec<&str> = wires
        .clone()
        .map(|(wire, _)| wire)
        .filter(|wire| !names.contains_key(*wire))
        .collect();
    let mut claims: BTreeMap<Option<Ident>, usize> = BTreeMap::new();
    for wire in &unnamed {
        *claims.entry((namespace.convert)(wire)).or_default() += 1;
    }
    for wire in unnamed {
        let spelled = spell_signs(wire);
        // `StartTime<` and `StartTime>` differ by their signs alone.
        let is_shared = claims
            .get(&(namespace.convert)(wire))
            .is_some_and(|count| *count > 1);
        let proposals: &[&str] = if wire.is_empty() {
            &["empty"]
        } else if is_shared || wire.starts_with(['+', '-']) {
            &[&spelled, wire]
        } else {
            &[wire, &spelled]
        };
        let ident = namespace.claim(proposals.iter().copied());
        names.insert(wire.to_owned(), ident);
    }
    let is_there: BTreeSet<&str> = wires.map(|(wire, _)| wire).collect();
    names.retain(|wire, _| is_there.contains(wire.as_str()));
    names
}

/// The text with its signs as words: `+1` gives `plus 1`, and `-created_at`, which asks for the
/// descending order, `created_at desc`.
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(namespace: Namespace, locked: &[(&str, &str)], wires: &[&str], expected: &[&str]) {
        let locked = locked
            .iter()
            .map(|(wire, name)| ((*wire).into(), (*name).into()))
            .collect();
        let names = name_members(namespace, wires.iter().map(|wire| (*wire, None)), &locked);
        let found: Vec<&str> = wires.iter().map(|wire| names[*wire].as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_are_told_apart_by_meaning() {
        let before_after = &["start_time_before", "start_time_after"];
        check(
            Namespace::fields(),
            &[],
            &["StartTime<", "StartTime>"],
            before_after,
        );
        check(
            Namespace::variants(),
            &[],
            &["+1", "-1", ""],
            &["Plus1", "Minus1", "Empty"],
        );
        check(
            Namespace::variants(),
            &[],
            &["-created_at", "created_at"],
            &["CreatedAtDesc", "CreatedAt"],
        );
        check(
            Namespace::fields(),
            &[],
            &["type", "new", "$filter"],
            &["r#type", "new_field", "filter"],
        );
    }

    #[test]
    fn what_is_gone_keeps_its_name() {
        let locked = &[("user-id", "user_id")];
        check(Namespace::fields(), locked, &["userId"], &["user_id_field"]);
    }

    #[test]
    fn a_locked_name_wins_over_a_newcomer() {
        check(
            Namespace::fields(),
            &[("userId", "user_id")],
            &["user-id", "userId"],
            &["user_minus_id", "user_id"],
        );
    }
}
