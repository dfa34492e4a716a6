//! Who imports whom inside a crate, against the tables of [`super::rules`].

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, ItemUse, Macro, UseTree, Visibility};

use super::Finding;
use super::rules::{LAYERS, Layers, QUOTING};
use super::sources::{SourceFile, Sources, is_for_tests};

/// A path into the own crate, from its root, and the line that it stands on.
struct Import {
    path: Vec<String>,
    line: usize,
}

/// Checks every crate that has a table.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    for layers in &LAYERS {
        let files = || {
            sources
                .rust()
                .filter(|(file, _)| file.path.starts_with(layers.folder) && !file.is_test)
        };
        let root = files().find(|(file, _)| file.path == format!("{}lib.rs", layers.folder));
        let mut exported = root.map(|(_, rust)| exported(rust)).unwrap_or_default();
        for (file, rust) in files() {
            let macros = exported_macros(rust).into_iter();
            let module = module_of(layers, file).into_iter().next();
            exported.extend(macros.filter_map(|name| Some((name, module.clone()?))));
        }
        for (file, rust) in files() {
            check_file(layers, &exported, file, rust, findings);
        }
    }
}

fn check_file(
    layers: &Layers,
    exported: &BTreeMap<String, String>,
    file: &SourceFile,
    rust: &syn::File,
    findings: &mut Vec<Finding>,
) {
    let module = module_of(layers, file);
    // The root declares the modules and may name all of them.
    let Some(first) = module.first() else {
        return;
    };
    let Some(from) = layers.order.find(&module) else {
        let message =
            format!("'{first}' is in no layer: give it a place in xtask/src/tidy/rules.rs");
        findings.push(file.finding(1, message));
        return;
    };
    for import in imports(rust, module) {
        let Some(first) = import.path.first() else {
            continue;
        };
        let found = layers.order.find(&import.path);
        let to = found.as_ref().or_else(|| exported.get(first));
        match to {
            Some(to) if layers.order.allows(&from, to) => {}
            Some(to) => {
                let message = format!("'{from}' must not import '{to}'");
                findings.push(file.finding(import.line, message));
            }
            None => {
                let message = format!("'{from}' must not import `{first}` of the crate's root");
                findings.push(file.finding(import.line, message));
            }
        }
    }
}

/// Where a file stands: `["lower", "naming"]`; nothing for the root.
fn module_of(layers: &Layers, file: &SourceFile) -> Vec<String> {
    let inside = file.path.strip_prefix(layers.folder).unwrap_or(&file.path);
    let inside = inside.trim_end_matches(".rs");
    let parts = inside
        .split('/')
        .filter(|part| !["mod", "lib", "main"].contains(part));
    parts.map(str::to_owned).collect()
}

/// What the root hands on: `Diagnostics` is of `diag`.
fn exported(rust: &syn::File) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for item in &rust.items {
        if let Item::Use(item) = item {
            for path in flatten(&item.tree) {
                let path: Vec<String> = path
                    .into_iter()
                    .filter(|part| part != "crate" && part != "self")
                    .collect();
                if let [first, .., last] = path.as_slice() {
                    exported.insert(last.clone(), first.clone());
                }
            }
        }
    }
    exported
}

/// The macros that stand at the root whichever file they are written in.
fn exported_macros(rust: &syn::File) -> Vec<String> {
    let macros = rust.items.iter().filter_map(|item| match item {
        Item::Macro(item) => Some(item),
        _ => None,
    });
    let exported = macros.filter(|item| {
        item.attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"))
    });
    exported
        .filter_map(|item| Some(item.ident.as_ref()?.to_string()))
        .collect()
}

/// Every path into the own crate, code for tests left out.
fn imports(rust: &syn::File, module: Vec<String>) -> Vec<Import> {
    let mut reader = Reader {
        module,
        imports: Vec::new(),
    };
    reader.visit_file(rust);
    reader.imports
}

/// Reads the paths of a file, and knows in which module it is.
struct Reader {
    module: Vec<String>,
    imports: Vec<Import>,
}

impl Reader {
    /// Notes a path that leads into the own crate.
    fn note(&mut self, path: &[String], line: usize) {
        let mut place = match path.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.module.clone(),
            _ => return,
        };
        let mut rest = path.iter();
        for part in rest.by_ref() {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(place.pop()),
                name => {
                    place.push(name.to_owned());
                    break;
                }
            }
        }
        place.extend(rest.cloned());
        self.imports.push(Import { path: place, line });
    }

    /// Macros hide their paths in tokens. What `$crate` begins is meant for whoever calls the macro.
    fn note_tokens(&mut self, tokens: TokenStream) {
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
                TokenTree::Group(group) => self.note_tokens(group.stream()),
                TokenTree::Ident(_) => is_after_dollar = false,
                TokenTree::Literal(_) => {}
            }
            self.note_whole(&path, line);
            path.clear();
        }
        self.note_whole(&path, line);
    }

    fn note_whole(&mut self, path: &[String], line: usize) {
        if path.len() > 1 {
            self.note(path, line);
        }
    }
}

impl Visit<'_> for Reader {
    fn visit_item_use(&mut self, item: &ItemUse) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let line = item.use_token.span.start().line;
        for path in flatten(&item.tree) {
            self.note(&path, line);
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
            self.note_whole(&names, first.ident.span().start().line);
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
            self.note_tokens(called.tokens.clone());
        }
    }
}

/// The paths of a use: `a::{b, c as d}` is `a::b` and `a::d`, because the last name is what is known after.
fn flatten(tree: &UseTree) -> Vec<Vec<String>> {
    match tree {
        UseTree::Path(path) => {
            let name = path.ident.to_string();
            let rest = flatten(&path.tree).into_iter();
            rest.map(|rest| [vec![name.clone()], rest].concat())
                .collect()
        }
        UseTree::Name(name) => vec![vec![name.ident.to_string()]],
        UseTree::Rename(rename) => vec![vec![rename.rename.to_string()]],
        UseTree::Glob(_) => vec![vec!["*".to_owned()]],
        UseTree::Group(group) => group.items.iter().flat_map(flatten).collect(),
    }
}
