//! The public API of generated sources as text: one line for each item.

mod signature;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use syn::{
    Attribute, Fields, File, ImplItem, Item, ItemImpl, ItemStruct, Type, UseTree, Visibility,
};

use self::signature::{head_text, text};

/// The items of an API: the signature of each by its path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Api {
    items: BTreeMap<String, String>,
}

/// The kind of a change of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ApiChangeKind {
    /// The item is new.
    Added,
    /// The item no longer exists.
    Removed,
    /// The signature differs.
    Changed,
}

/// A change of an API. An item without `before` was added, and one without `after` was removed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct ApiChange {
    /// The kind.
    pub(super) change: ApiChangeKind,
    /// The path of the item: `echo::Client::say`.
    pub(super) item: String,
    /// The signature before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<String>,
    /// The signature now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<String>,
}

impl Api {
    /// Reads the sources of a crate or module by path without the extension: `lib`, `echo/mod`.
    /// Sources that are not valid Rust have no items.
    pub(super) fn read(sources: &BTreeMap<&str, &str>) -> Self {
        let files: BTreeMap<String, File> = sources
            .iter()
            .filter_map(|(path, text)| Some((module_of(path), syn::parse_file(text).ok()?)))
            .collect();
        let mut reader = Reader {
            files: &files,
            api: Self::default(),
        };
        reader.module("", "", None);
        reader.api
    }

    /// Returns the changes from this API to another, by path: removed and changed items first.
    pub(super) fn changes_to(&self, after: &Self) -> Vec<ApiChange> {
        let paths: BTreeSet<&String> = self.items.keys().chain(after.items.keys()).collect();
        let mut changes: Vec<ApiChange> = paths
            .into_iter()
            .filter_map(|path| {
                let before = self.items.get(path);
                let after = after.items.get(path);
                let change = match (before, after) {
                    (None, _) => ApiChangeKind::Added,
                    (_, None) => ApiChangeKind::Removed,
                    (before, after) if before == after => return None,
                    _ => ApiChangeKind::Changed,
                };
                Some(ApiChange {
                    change,
                    item: path.clone(),
                    before: before.cloned(),
                    after: after.cloned(),
                })
            })
            .collect();
        changes.sort_by_key(|change| change.change == ApiChangeKind::Added);
        changes
    }
}

/// Returns the path of a module: `echo` for `echo/mod`, and nothing for `lib` and `mod`.
fn module_of(path: &str) -> String {
    match path {
        "lib" | "mod" => String::new(),
        path => path.strip_suffix("/mod").unwrap_or(path).to_owned(),
    }
}

struct Reader<'a> {
    files: &'a BTreeMap<String, File>,
    api: Api,
}

impl Reader<'_> {
    /// Reads the public items of a module. `names` limits them to those that another module reexports.
    fn module(&mut self, module: &str, prefix: &str, names: Option<&BTreeSet<String>>) {
        let Some(file) = self.files.get(module) else {
            return;
        };
        let is_wanted = |name: &str| names.is_none_or(|names| names.contains(name));
        let mut found = BTreeSet::new();
        for item in &file.items {
            match item {
                Item::Mod(inner) if names.is_none() && is_public(&inner.vis) => {
                    let name = inner.ident.to_string();
                    self.module(&join(module, "/", &name), &join(prefix, "::", &name), None);
                }
                Item::Use(reexport) if names.is_none() && is_public(&reexport.vis) => {
                    self.reexport(module, prefix, &reexport.tree);
                }
                Item::Impl(block) => self.methods(block, prefix, &is_wanted),
                item => {
                    if let Some(name) = self.item(item, prefix, &is_wanted) {
                        found.insert(name);
                    }
                }
            }
        }
        // The rest is defined by macros, such as the types of identifiers.
        for name in names.into_iter().flatten() {
            if !found.contains(name) {
                self.add(join(prefix, "::", name), format!("pub {name}"));
            }
        }
    }

    fn reexport(&mut self, module: &str, prefix: &str, tree: &UseTree) {
        if let UseTree::Path(path) = tree {
            let source = join(module, "/", &path.ident.to_string());
            let mut names = BTreeSet::new();
            collect_names(&path.tree, &mut names);
            if self.files.contains_key(&source) {
                self.module(&source, prefix, Some(&names));
            }
        }
    }

    /// Reads an item, and returns its name if it is public.
    fn item(
        &mut self,
        item: &Item,
        prefix: &str,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let (name, vis, signature) = match item {
            Item::Struct(item) => (&item.ident, &item.vis, structure(item)),
            Item::Enum(item) => {
                let mut head = item.clone();
                head.variants.clear();
                keep_api(&mut head.attrs);
                (&item.ident, &item.vis, head_text(&head))
            }
            Item::Const(item) => {
                let ty = text(&item.ty);
                (
                    &item.ident,
                    &item.vis,
                    format!("pub const {}: {ty}", item.ident),
                )
            }
            Item::Static(item) => {
                let ty = text(&item.ty);
                (
                    &item.ident,
                    &item.vis,
                    format!("pub static {}: {ty}", item.ident),
                )
            }
            Item::Type(item) => (&item.ident, &item.vis, text(item)),
            Item::Fn(item) => (
                &item.sig.ident,
                &item.vis,
                format!("pub {}", text(&item.sig)),
            ),
            _ => return None,
        };
        let name = name.to_string();
        if !is_public(vis) || !is_wanted(&name) {
            return None;
        }
        let path = join(prefix, "::", &name);
        match item {
            Item::Struct(item) => {
                for field in public_fields(&item.fields) {
                    let field_name = field.ident.as_ref().map(ToString::to_string);
                    let field_name = field_name.unwrap_or_default();
                    let ty = text(&field.ty);
                    let signature = format!("pub {field_name}: {ty}");
                    self.add(format!("{path}.{field_name}"), signature);
                }
            }
            Item::Enum(item) => {
                for variant in &item.variants {
                    let mut shown = variant.clone();
                    keep_api(&mut shown.attrs);
                    self.add(format!("{path}::{}", variant.ident), text(&shown));
                }
            }
            _ => {}
        }
        self.add(path, signature);
        Some(name)
    }

    /// Reads the public methods of a type, and the traits that it implements.
    fn methods(&mut self, block: &ItemImpl, prefix: &str, is_wanted: &dyn Fn(&str) -> bool) {
        let Type::Path(of) = &*block.self_ty else {
            return;
        };
        let Some(name) = of.path.segments.last().map(|last| last.ident.to_string()) else {
            return;
        };
        if !is_wanted(&name) {
            return;
        }
        let ty = join(prefix, "::", &text(&block.self_ty));
        if let Some((path, _)) = &block.trait_ {
            let path = text(path);
            let signature = format!("impl {path} for {}", text(&block.self_ty));
            self.add(format!("{ty}: {path}"), signature);
            return;
        }
        for item in &block.items {
            if let ImplItem::Fn(method) = item
                && is_public(&method.vis)
            {
                let mut attributes = method.attrs.clone();
                keep_api(&mut attributes);
                let attributes = attributes.iter().map(|it| text(it) + " ");
                let attributes: String = attributes.collect();
                let bound = block
                    .generics
                    .where_clause
                    .as_ref()
                    .map(|it| format!(" {}", text(it)));
                let signature = format!(
                    "{attributes}pub {}{}",
                    text(&method.sig),
                    bound.unwrap_or_default()
                );
                self.add(format!("{ty}::{}", method.sig.ident), signature);
            }
        }
    }

    fn add(&mut self, path: String, signature: String) {
        self.api.items.insert(path, signature);
    }
}

/// Returns the signature of a struct without its fields.
fn structure(item: &ItemStruct) -> String {
    let mut head = item.clone();
    keep_api(&mut head.attrs);
    head.fields = Fields::Unit;
    head_text(&head)
}

fn public_fields(fields: &Fields) -> impl Iterator<Item = &syn::Field> {
    fields.iter().filter(|field| is_public(&field.vis))
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// Keeps the attributes that callers notice.
fn keep_api(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| {
        let path = attribute.path();
        ["cfg", "deprecated", "derive", "must_use", "non_exhaustive"]
            .iter()
            .any(|name| path.is_ident(name))
    });
}

fn collect_names(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Name(name) => {
            names.insert(name.ident.to_string());
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                collect_names(tree, names);
            }
        }
        _ => {}
    }
}

fn join(prefix: &str, separator: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}{separator}{name}")
    }
}
