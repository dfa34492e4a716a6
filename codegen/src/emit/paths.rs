//! What generated files import, and the only place that names the runtime.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::names;
use crate::ident::Ident;

/// What a file has to import, collected while its items are emitted.
#[derive(Debug)]
pub(crate) struct Imports<'a> {
    ctx: &'a Ctx<'a>,
    /// The module that imports.
    home: &'a str,
    runtime: BTreeSet<&'static str>,
    /// Names by the sibling module that defines them; none for the module itself.
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
        self.runtime.extend(names);
    }

    /// Imports the map of the standard library.
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

    /// Imports something that the module `module` beside this one defines.
    pub(crate) fn add_sibling(&mut self, module: &str, name: &str) {
        self.add_module(module);
        if let Some(names) = self.siblings.get_mut(module)
            && !names.contains(name)
        {
            names.insert(name.to_owned());
        }
    }

    /// Imports the module `module` beside this one.
    pub(crate) fn add_module(&mut self, module: &str) {
        if !self.siblings.contains_key(module) {
            self.siblings.insert(module.to_owned(), BTreeSet::new());
        }
    }

    /// The `use` items: the standard library, the runtime, the siblings.
    pub(crate) fn emit(&self) -> Vec<TokenStream> {
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
        siblings.sort_by_cached_key(|(module, _)| SortedName::new(module));
        let siblings = siblings.into_iter().map(|(module, names)| {
            let module = SortedName::new(module).token();
            if names.is_empty() {
                return quote!(use super::#module;);
            }
            let names = emit_names(names.iter().map(String::as_str));
            quote!(use super::#module::#names;)
        });
        std.into_iter().chain(runtime).chain(siblings).collect()
    }
}

/// The crate of the runtime.
pub(crate) const RUNTIME: &str = "toolsmith_runtime";

/// What passes the runtime on to users.
pub(crate) fn emit_runtime_reexport() -> TokenStream {
    quote!(
        pub use toolsmith_runtime as runtime;
    )
}

/// The public names of a module: `{ListProjects, Projects}`.
pub(crate) fn emit_name_list<'n>(names: impl Iterator<Item = &'n Ident>) -> TokenStream {
    emit_names(names.map(Ident::as_str))
}

fn emit_names<'n>(names: impl Iterator<Item = &'n str>) -> TokenStream {
    let names: BTreeSet<SortedName> = names.map(SortedName::new).collect();
    let tokens: Vec<TokenStream> = names.iter().map(SortedName::token).collect();
    match tokens.as_slice() {
        [only] => quote!(#only),
        tokens => quote!({#(#tokens),*}),
    }
}

/// A name in the order in which rustfmt sorts imports: digits by their value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortedName {
    chunks: Vec<Chunk>,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk {
    Number(u128),
    Text(String),
}

impl SortedName {
    pub(crate) fn new(name: &str) -> Self {
        let mut chunks = Vec::new();
        // `self` comes before all others: it has no chunks.
        let mut rest = match name {
            "self" => "",
            name => name.strip_prefix("r#").unwrap_or(name),
        };
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let ends = |letter: char| letter.is_ascii_digit() != is_number;
            let (chunk, tail) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            chunks.push(match chunk.parse() {
                Ok(number) => Chunk::Number(number),
                Err(_) => Chunk::Text(chunk.replace('_', " ")),
            });
            rest = tail;
        }
        Self {
            chunks,
            name: name.to_owned(),
        }
    }

    fn token(&self) -> TokenStream {
        match self.name.as_str() {
            "self" => quote!(self),
            name => match Ident::parse(name) {
                Some(ident) => {
                    let token = names::token(&ident);
                    quote!(#token)
                }
                None => TokenStream::new(),
            },
        }
    }
}
