//! Tokens as text: one item after the other, in the form that rustfmt gives them.

use std::fmt::Write as _;

use super::layout::{lay_out, lay_out_ids};
use super::tree::{FileTree, MARK};
use crate::emit::Unit;
use crate::options::Options;

/// Renders the units.
pub(crate) fn render(units: &[Unit], options: &Options) -> FileTree {
    let files = units
        .iter()
        .map(|unit| (unit.path.clone(), render_unit(unit, options)));
    FileTree(files.collect())
}

fn render_unit(unit: &Unit, options: &Options) -> String {
    let file = match syn::parse2::<syn::File>(unit.tokens.clone()) {
        Ok(file) => file,
        Err(error) => unreachable!("what was emitted as {} is no Rust: {error}", unit.path),
    };
    let mut text = header(unit, options);
    let blank = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: Vec::new(),
    };
    text.push_str(&prettyplease::unparse(&syn::File {
        attrs: file.attrs,
        ..blank.clone()
    }));
    let mut before = None;
    for item in file.items {
        let group = Group::of(&item);
        if before != Some(group) || group == Group::Alone {
            text.push('\n');
        }
        before = Some(group);
        text.push_str(&render_item(item, &blank));
    }
    text
}

/// The first line, and the blank one after it.
fn header(unit: &Unit, options: &Options) -> String {
    let mut header = format!("{MARK}by `{}`", options.command);
    if let Some(origin) = &unit.origin {
        let _ = write!(header, " from {origin}");
    }
    header.push_str(". Do not edit.\n\n");
    header
}

fn render_item(item: syn::Item, blank: &syn::File) -> String {
    if let syn::Item::Macro(item) = &item
        && item.mac.path.is_ident("ids")
    {
        return lay_out_ids(item.mac.tokens.clone());
    }
    lay_out(&prettyplease::unparse(&syn::File {
        items: vec![item],
        ..blank.clone()
    }))
}

/// Which items stand together without a blank line between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// `mod a;`
    Module,
    /// `use std::…;`
    UseStd,
    /// `use super::…;`
    UseSibling,
    /// `use toolsmith_runtime::…;`
    UseOther,
    /// `pub use …;`
    Reexport,
    /// `objects!(…);`
    Macro,
    /// Anything else stands alone.
    Alone,
}

impl Group {
    fn of(item: &syn::Item) -> Self {
        match item {
            syn::Item::Mod(item) if item.content.is_none() && item.attrs.is_empty() => Self::Module,
            syn::Item::Use(item) if !matches!(item.vis, syn::Visibility::Inherited) => {
                Self::Reexport
            }
            syn::Item::Use(item) => match &item.tree {
                syn::UseTree::Path(path) if path.ident == "std" => Self::UseStd,
                syn::UseTree::Path(path) if path.ident == "super" => Self::UseSibling,
                _ => Self::UseOther,
            },
            syn::Item::Macro(_) => Self::Macro,
            _ => Self::Alone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::fixture::emit_fixture;

    #[test]
    fn every_file_reads_as_if_written_by_hand() {
        let tree = render(&emit_fixture(), &Options::default());
        for (path, text) in &tree.0 {
            let name = path.trim_start_matches("src/").replace('/', "-");
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, text);
            });
        }
    }
}
