//! What generated files import, and the only place that names the runtime.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::ctx::Ctx;
use super::names;
use crate::ident::Ident;

/// The package that users name in a program.
pub(crate) const CRATE: &str = "generated";

/// The module of [`CRATE`] that passes the runtime on to users.
pub(crate) const RUNTIME_MODULE: &str = "generated::runtime";

/// What a file has to import, collected while its items are emitted.
#[derive(Debug)]
pub(crate) struct Imports<'a> {
    ctx: &'a Ctx<'a>,
    /// The module that imports.
    home: &'a str,
    runtime: BTreeSet<SortedName>,
    /// Names by the sibling module that defines them; none for the module itself.
    siblings: BTreeMap<SortedName, BTreeSet<SortedName>>,
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
        self.runtime.extend(names.map(SortedName::new));
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
        let names = self.siblings.entry(SortedName::new(module)).or_default();
        names.insert(SortedName::new(name));
    }

    /// Imports the module `module` beside this one.
    pub(crate) fn add_module(&mut self, module: &str) {
        self.siblings.entry(SortedName::new(module)).or_default();
    }

    /// The `use` items: the standard library, the runtime, the siblings.
    pub(crate) fn emit(&self) -> Vec<TokenStream> {
        let std = self.uses_maps.then(|| {
            quote!(
                use std::collections::BTreeMap;
            )
        });
        let runtime = (!self.runtime.is_empty()).then(|| {
            let names = emit_names(&self.runtime);
            quote!(use toolsmith_runtime::codegen::#names;)
        });
        let siblings = self.siblings.iter().map(|(module, names)| {
            let module = module.token();
            if names.is_empty() {
                return quote!(use super::#module;);
            }
            let names = emit_names(names);
            quote!(use super::#module::#names;)
        });
        std.into_iter().chain(runtime).chain(siblings).collect()
    }
}

/// What passes the runtime on to users.
pub(crate) fn emit_runtime_reexport() -> TokenStream {
    quote!(
        pub use toolsmith_runtime as runtime;
    )
}

/// The public names of a module: `{ListProjects, Projects}`.
pub(crate) fn emit_name_list<'n>(names: impl Iterator<Item = &'n Ident>) -> TokenStream {
    emit_names(&names.map(|name| SortedName::new(name.as_str())).collect())
}

fn emit_names(names: &BTreeSet<SortedName>) -> TokenStream {
    let mut tokens = names.iter().map(SortedName::token);
    match (tokens.next(), names.len()) {
        (Some(only), 1) => quote!(#only),
        (first, _) => {
            let all = first.into_iter().chain(tokens);
            quote!({#(#all),*})
        }
    }
}

/// A name in the order in which rustfmt sorts imports: digits by their value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SortedName {
    chunks: Vec<Chunk>,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk {
    Number(u128),
    Text(String),
}

impl SortedName {
    fn new(name: &str) -> Self {
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
