//! Imports of generated files. No other file names the runtime crate.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::ctx::{Ctx, is_part};
use super::file::Item;
use crate::emit::ctx::condition::Condition;
use crate::emit::tokens::names;
use crate::ident::Ident;
#[cfg(test)]
use crate::model::RESERVED_TYPES;

/// The imports of a file, collected while its items are emitted.
#[derive(Debug)]
pub(crate) struct Imports<'a> {
    ctx: &'a Ctx<'a>,
    /// The importing module.
    home: &'a str,
    runtime: BTreeSet<&'static str>,
    /// Imported names by sibling module. A module without names is imported itself.
    siblings: BTreeMap<String, BTreeSet<String>>,
    uses_maps: bool,
}

impl<'a> Imports<'a> {
    pub(crate) fn new(ctx: &'a Ctx<'a>, home: &'a str) -> Self {
        Self {
            ctx,
            home,
            runtime: BTreeSet::new(),
            siblings: BTreeMap::new(),
            uses_maps: false,
        }
    }

    /// Imports names of the runtime.
    pub(crate) fn add_runtime<const N: usize>(&mut self, names: [&'static str; N]) {
        #[cfg(test)]
        for name in names {
            let is_type = name.starts_with(char::is_uppercase);
            assert!(
                !is_type || RESERVED_TYPES.contains(&name),
                "{name} is reserved"
            );
        }
        self.runtime.extend(names);
    }

    /// Imports `BTreeMap`.
    pub(crate) fn add_map(&mut self) {
        self.uses_maps = true;
    }

    /// Imports a type of the catalog, unless this file defines it.
    pub(crate) fn add_type(&mut self, name: &Ident) {
        if let Some(module) = self.ctx.home(name)
            && module != self.home
        {
            self.add_sibling(module, name.as_str());
        }
    }

    /// Imports a name from the sibling module `module`.
    pub(crate) fn add_sibling(&mut self, module: &str, name: &str) {
        self.add_module(module);
        if let Some(names) = self.siblings.get_mut(module)
            && !names.contains(name)
        {
            names.insert(name.to_owned());
        }
    }

    /// Imports the sibling module `module`.
    pub(crate) fn add_module(&mut self, module: &str) {
        if !self.siblings.contains_key(module) {
            self.siblings.insert(module.to_owned(), BTreeSet::new());
        }
    }

    /// Emits the `use` items: standard library, runtime, siblings.
    pub(crate) fn emit(&self) -> Vec<Item> {
        let std = self.uses_maps.then(|| {
            quote!(
                use std::collections::BTreeMap;
            )
        });
        let runtime = (!self.runtime.is_empty()).then(|| {
            let names = emit_names(self.runtime.iter().copied());
            quote!(use toolsmith_runtime::codegen::#names;)
        });
        let mut siblings: Vec<_> = self.siblings.iter().collect();
        siblings.sort_by_cached_key(|(module, _)| SortedName(module));
        let siblings = siblings
            .into_iter()
            .flat_map(|(module, names)| self.emit_sibling(module, names));
        let first = std.into_iter().chain(runtime).map(Item::from);
        first.chain(siblings).collect()
    }

    /// Emits the imports from a sibling module, one for each condition.
    fn emit_sibling(&self, module: &str, names: &BTreeSet<String>) -> Vec<Item> {
        let token = SortedName(module).token();
        if names.is_empty() {
            return vec![quote!(use super::#token;).into()];
        }
        let names = names
            .iter()
            .map(|name| (self.condition(module, name), name.as_str()));
        emit_by_condition(names, |names| {
            let names = emit_names(names.iter().copied());
            quote!(use super::#token::#names;)
        })
    }

    /// Returns the condition of a name of a sibling module. What a part imports is compiled whenever
    /// the part is.
    fn condition(&self, module: &str, name: &str) -> Condition {
        if !self.ctx.parts().are_optional() || is_part(self.home) {
            return Condition::ALWAYS;
        }
        if is_part(module) {
            return self.ctx.parts().of_part(module);
        }
        let ident = Ident::parse(name);
        ident.map_or(Condition::ALWAYS, |name| self.ctx.parts().of_type(&name))
    }
}

/// Emits an item for each condition, that without a condition first. All but the first are separate, so
/// that rustfmt does not sort them.
pub(crate) fn emit_by_condition<'n, T>(
    names: impl Iterator<Item = (Condition, T)>,
    emit: impl Fn(&[T]) -> TokenStream + 'n,
) -> Vec<Item> {
    let mut groups: BTreeMap<Condition, Vec<T>> = BTreeMap::new();
    for (condition, name) in names {
        groups.entry(condition).or_default().push(name);
    }
    let items = groups.into_iter().enumerate();
    let items = items.map(|(index, (condition, names))| Item {
        is_separate: index > 0,
        ..Item::new(condition, emit(&names))
    });
    items.collect()
}

/// The runtime crate.
pub(crate) const RUNTIME: &str = "toolsmith_runtime";

/// Emits the reexport of the runtime.
pub(crate) fn emit_runtime_reexport() -> TokenStream {
    quote!(
        pub use toolsmith_runtime as runtime;

        /// The same crate under the name that the compiler suggests.
        #[doc(hidden)]
        pub use toolsmith_runtime;
    )
}

/// Emits a list of names: `{ListProjects, Projects}`.
pub(crate) fn emit_name_list<'n>(names: impl Iterator<Item = &'n Ident>) -> TokenStream {
    emit_names(names.map(Ident::as_str))
}

fn emit_names<'n>(names: impl Iterator<Item = &'n str>) -> TokenStream {
    let mut names: Vec<SortedName<'_>> = names.map(SortedName).collect();
    names.sort_unstable();
    names.dedup();
    if let [only] = names.as_slice() {
        return only.token();
    }
    let names = names.iter().map(SortedName::token);
    quote!({#(#names),*})
}

/// A name, ordered as rustfmt orders imports: digits are compared by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SortedName<'n>(pub(crate) &'n str);

impl Ord for SortedName<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.chunks()
            .cmp(other.chunks())
            .then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for SortedName<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'n> SortedName<'n> {
    fn chunks(&self) -> impl Iterator<Item = Chunk<'n>> + use<'n> {
        // `self` has no chunks and so comes first.
        let mut rest = match self.0 {
            "self" => "",
            name => name.strip_prefix("r#").unwrap_or(name),
        };
        std::iter::from_fn(move || {
            let is_number = rest.chars().next()?.is_ascii_digit();
            let ends = |character: char| character.is_ascii_digit() != is_number;
            let (chunk, tail) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            rest = tail;
            Some(match chunk.parse() {
                Ok(number) if is_number => Chunk::Number(number),
                _ => Chunk::Text(chunk),
            })
        })
    }

    fn token(&self) -> TokenStream {
        match self.0 {
            "self" => quote!(self),
            name => Ident::parse(name)
                .map(|ident| names::token(&ident))
                .into_token_stream(),
        }
    }
}

/// A run of digits or of other characters in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chunk<'n> {
    Number(u128),
    Text(&'n str),
}

impl Ord for Chunk<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Underscores come before letters.
        let spaced = |byte: u8| if byte == b'_' { b' ' } else { byte };
        match (self, other) {
            (Self::Number(number), Self::Number(other)) => number.cmp(other),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
            (Self::Text(text), Self::Text(other)) => {
                let text = text.bytes().map(spaced);
                text.cmp(other.bytes().map(spaced))
            }
        }
    }
}

impl PartialOrd for Chunk<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
