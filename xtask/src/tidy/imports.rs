//! The paths into its own crate that a file mentions.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemUse, Macro, UseTree, Visibility};

use super::rules::QUOTING;
use super::sources::is_for_tests;

/// A path into the crate, from its root.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// A path in a `use` item.
pub(super) struct UsedPath {
    /// The path as written, before `as`.
    pub(super) path: Vec<String>,
    /// The name that it declares.
    pub(super) name: String,
}

impl UsedPath {
    /// Returns the path from the root of the crate. `module` contains the `use` item.
    pub(super) fn absolute(&self, module: &[String]) -> Vec<String> {
        // `use child::Name;` names a child module without `self`.
        absolute(&self.path, module).unwrap_or_else(|| [module, &self.path].concat())
    }
}

/// Returns every path into the crate, code for tests left out.
pub(super) fn imports(rust: &syn::File, module: Vec<String>) -> Vec<Import> {
    let mut reader = Reader {
        module,
        imports: Vec::new(),
    };
    reader.visit_file(rust);
    reader.imports
}

/// Collects the paths of a file.
struct Reader {
    module: Vec<String>,
    imports: Vec<Import>,
}

impl Reader {
    /// Adds a path if it leads into the crate.
    fn add(&mut self, path: &[String], line: usize) {
        if let Some(path) = absolute(path, &self.module) {
            self.imports.push(Import { path, line });
        }
    }

    /// Adds the paths in the tokens of a macro. A path that begins with `$crate` belongs to the caller
    /// of the macro.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        let mut is_after_dollar = false;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if !is_after_dollar => {
                    if path.is_empty() {
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => continue,
                TokenTree::Punct(punct) => is_after_dollar = punct.as_char() == '$',
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(_) => is_after_dollar = false,
                TokenTree::Literal(_) => {}
            }
            self.add_whole(&path, line);
            path.clear();
        }
        self.add_whole(&path, line);
    }

    fn add_whole(&mut self, path: &[String], line: usize) {
        if path.len() > 1 {
            self.add(path, line);
        }
    }
}

impl Visit<'_> for Reader {
    fn visit_item_use(&mut self, item: &ItemUse) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let line = item.use_token.span.start().line;
        for used in used_paths(&item.tree) {
            self.add(&used.path, line);
        }
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        if !is_for_tests(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &ItemImpl) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_visibility(&mut self, _: &Visibility) {
        // `pub(crate)` and `pub(super)` import nothing.
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if let Some(first) = path.segments.first() {
            self.add_whole(&names, first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &Macro) {
        let name = called
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string());
        if !name.is_some_and(|name| QUOTING.contains(&name.as_str())) {
            self.add_tokens(called.tokens.clone());
        }
    }
}

/// Returns a path from the root of the crate, or `None` if it does not begin with `crate`, `self` or
/// `super`.
fn absolute(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut absolute = match path.first().map(String::as_str) {
        Some("crate") => Vec::new(),
        Some("self" | "super") => module.to_vec(),
        _ => return None,
    };
    let mut rest = path.iter();
    for part in rest.by_ref() {
        match part.as_str() {
            "crate" | "self" => {}
            "super" => drop(absolute.pop()),
            name => {
                absolute.push(name.to_owned());
                break;
            }
        }
    }
    absolute.extend(rest.cloned());
    Some(absolute)
}

/// Returns the paths of a `use` item: `a::{b, c as d}` is `a::b` and `a::c`, which declares `d`.
pub(super) fn used_paths(tree: &UseTree) -> Vec<UsedPath> {
    let leaf = |path: String, name: String| {
        vec![UsedPath {
            path: vec![path],
            name,
        }]
    };
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.to_string();
            let mut used = used_paths(&path.tree);
            for used in &mut used {
                used.path.insert(0, first.clone());
                if used.name == "self" {
                    used.name.clone_from(&first);
                }
            }
            used
        }
        UseTree::Name(name) => leaf(name.ident.to_string(), name.ident.to_string()),
        UseTree::Rename(rename) => leaf(rename.ident.to_string(), rename.rename.to_string()),
        UseTree::Glob(_) => leaf("*".to_owned(), "*".to_owned()),
        UseTree::Group(group) => group.items.iter().flat_map(used_paths).collect(),
    }
}
