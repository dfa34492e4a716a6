//! Tokens as text: one item after the other, in the form that rustfmt gives them.

use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};

use super::layout::{lay_out, lay_out_ids};
use super::tree::{FileTree, MARK};
use crate::emit::Unit;
use crate::options::Options;

/// Renders the units.
pub(crate) fn render(units: Vec<Unit>, options: &Options) -> FileTree {
    let files = units.into_iter().map(|unit| render_unit(unit, options));
    FileTree(files.collect())
}

fn render_unit(unit: Unit, options: &Options) -> (String, String) {
    let mut text = header(&unit, options);
    for line in &unit.docs {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(text, "//!{space}{line}");
    }
    let mut before = None;
    for item in unit.items {
        let group = Group::of(&item);
        if before != Some(group) || group == Group::Alone {
            text.push('\n');
        }
        before = Some(group);
        text.push_str(&render_item(item, &unit.path));
    }
    (unit.path, text)
}

/// One item as prettyplease prints it, laid out by rustfmt's limits.
fn render_item(item: TokenStream, path: &str) -> String {
    let file = match syn::parse2::<syn::File>(item) {
        Ok(file) => file,
        Err(error) => unreachable!("what was emitted as {path} is no Rust: {error}"),
    };
    if let [syn::Item::Macro(item)] = file.items.as_slice()
        && item.mac.path.is_ident("ids")
    {
        return lay_out_ids(item.mac.tokens.clone());
    }
    lay_out(&prettyplease::unparse(&file))
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
    fn of(item: &TokenStream) -> Self {
        let tokens: Vec<TokenTree> = item.clone().into_iter().take(3).collect();
        let is = |index: usize, word: &str| matches!(tokens.get(index), Some(TokenTree::Ident(ident)) if ident == word);
        match tokens.get(1) {
            _ if is(0, "mod") => Self::Module,
            _ if is(0, "pub") && is(1, "use") => Self::Reexport,
            _ if is(0, "use") && is(1, "std") => Self::UseStd,
            _ if is(0, "use") && is(1, "super") => Self::UseSibling,
            _ if is(0, "use") => Self::UseOther,
            Some(TokenTree::Punct(punct)) if punct.as_char() == '!' => Self::Macro,
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
        let tree = render(emit_fixture(), &Options::default());
        for (path, text) in &tree.0 {
            let name = path.trim_start_matches("src/").replace('/', "-");
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, text);
            });
        }
    }
}
