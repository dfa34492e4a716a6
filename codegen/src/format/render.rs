//! Renders a file: its header, its documentation, and one item after another.

use std::fmt::Write as _;

use super::layout::lay_out;
use super::print::{print_item, unquote};
use super::tokens::{TokenKind, Tokens};
use crate::emit::SourceFile;
use crate::header;
use crate::options::Options;

/// Renders one file and returns its path and its text.
pub(crate) fn render(file: SourceFile, options: &Options) -> (String, String) {
    let mut text = header::rust(&options.command, file.origin.as_deref());
    for line in &file.contents.docs {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(text, "//!{space}{line}");
    }
    if !file.attributes.is_empty() {
        text.push('\n');
    }
    for attribute in &file.attributes {
        let _ = writeln!(text, "{attribute}");
    }
    let mut previous = None;
    let mut tokens = Tokens::default();
    let mut printed = String::new();
    for item in file.contents.items {
        tokens.read(item.tokens);
        let group = ItemGroup::of(&tokens);
        if previous != Some(group) || group == ItemGroup::Separate || item.is_separate {
            text.push('\n');
        }
        previous = Some(group);
        item.condition.render(&mut text);
        render_item(&tokens, &file.path, &mut printed, &mut text);
    }
    (file.path, text)
}

/// Renders one item: prints it, then breaks its lines by rustfmt's limits.
fn render_item(tokens: &Tokens, path: &str, printed: &mut String, text: &mut String) {
    if tokens.is(tokens.all(), 0, "ids") {
        return render_ids(tokens, text);
    }
    printed.clear();
    if print_item(tokens, printed).is_none() {
        *printed = print_any_item(tokens, path);
    }
    #[cfg(test)]
    tests::compare(tokens, path, printed);
    lay_out(printed, text);
}

/// Prints an item of any shape with prettyplease.
fn print_any_item(tokens: &Tokens, path: &str) -> String {
    match syn::parse_str::<syn::File>(tokens.source()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => unreachable!("an item of {path} is not valid Rust: {error}"),
    }
}

/// Renders `ids! { … }`. rustfmt does not format it, and prettyplease drops its comments.
fn render_ids(tokens: &Tokens, text: &mut String) {
    text.push_str("ids! {\n");
    let mut is_first = true;
    for token in tokens.all().iter().skip(3) {
        let content = tokens.text(*token);
        match token.kind {
            TokenKind::Sign('#', _) => {
                text.push_str(if is_first { "" } else { "\n" });
                is_first = false;
            }
            TokenKind::Literal => {
                let docs = unquote(content).unwrap_or_else(|| unescape(content).into());
                let _ = writeln!(text, "    ///{docs}");
            }
            TokenKind::Word if content != "doc" => {
                let _ = writeln!(text, "    {content}");
            }
            _ => {}
        }
    }
    text.push_str("}\n");
}

fn unescape(literal: &str) -> String {
    match syn::parse_str::<syn::LitStr>(literal) {
        Ok(text) => text.value(),
        Err(_) => String::new(),
    }
}

/// Groups of items without blank lines between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemGroup {
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
    /// Any other item, which is separate from all others.
    Separate,
}

impl ItemGroup {
    fn of(tokens: &Tokens) -> Self {
        let is = |index: usize, word: &str| tokens.is(tokens.all(), index, word);
        match () {
            () if is(0, "mod") => Self::Module,
            () if is(0, "pub") && is(1, "use") => Self::Reexport,
            () if is(0, "use") && is(1, "std") => Self::UseStd,
            () if is(0, "use") && is(1, "super") => Self::UseSibling,
            () if is(0, "use") => Self::UseOther,
            () if is(1, "!") => Self::Macro,
            () => Self::Separate,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::emit::tests::fixture::emit_fixture;
    use crate::options::{
        AccountSettings, CatalogInput, CatalogKind, CatalogSource, Identifiers, Selection,
        SourceText, UnreadableTools,
    };

    /// Checks that the layout of an item does not depend on whether prettyplease printed it.
    pub(super) fn compare(tokens: &Tokens, path: &str, printed: &str) {
        let (mut text, mut expected) = (String::new(), String::new());
        lay_out(printed, &mut text);
        lay_out(&print_any_item(tokens, path), &mut expected);
        assert_eq!(text, expected, "{path}");
    }

    #[test]
    fn renders_every_file_of_the_fixture() {
        let options = Options::default();
        for file in emit_fixture() {
            let (path, text) = render(file, &options);
            let name = path.trim_start_matches("src/").replace('/', "-");
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, text);
            });
        }
    }

    /// Reads catalogs of every kind with their overlays: those of this repository, and an external corpus
    /// if present.
    fn catalogs() -> Vec<(SourceText, Option<SourceText>)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let goldens = [
            "docs", "names", "nullable", "places", "shapes", "shared", "shop",
        ];
        let corpus = std::fs::read_dir(root.join("../shared/corpus"))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.metadata().unwrap().len() < max_bytes())
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"));
        [root.join("catalogs/the_auth_api.json")]
            .into_iter()
            .chain(goldens.map(|name| root.join(format!("tests/golden/{name}/catalog.json"))))
            .chain(corpus)
            .map(|path| {
                (
                    read(&path).unwrap(),
                    read(&path.with_extension("overlay.toml")),
                )
            })
            .collect()
    }

    fn read(path: &Path) -> Option<SourceText> {
        let file = std::fs::File::open(path).ok()?;
        let text = std::io::read_to_string(file).ok()?;
        Some(SourceText::new(path.display().to_string(), text))
    }

    /// Larger catalogs have the same shapes but take long. `CATALOG_BYTES=10000000` includes them.
    fn max_bytes() -> u64 {
        let bytes = std::env::var("CATALOG_BYTES");
        bytes.map_or(60_000, |bytes| bytes.parse().unwrap())
    }

    #[test]
    fn prints_known_shapes_like_prettyplease() {
        let mut items = 0;
        for (snapshot, overlay) in catalogs() {
            let Ok(kind) = crate::snapshot::recognize(&snapshot) else {
                continue;
            };
            let input = CatalogInput {
                name: "demo".to_owned(),
                snapshot,
                overlay,
                lock: None,
                tombstones: None,
                source: match kind {
                    CatalogKind::Truto => CatalogSource::Truto(AccountSettings::default()),
                    CatalogKind::Mcp => CatalogSource::Mcp(None),
                    CatalogKind::Functions => CatalogSource::Functions,
                },
                identifiers: Identifiers::Typed,
                unreadable: UnreadableTools::default(),
                selection: Selection::default(),
            };
            // `render_item` compares each item.
            let output = crate::generate(&[input], &Options::default()).unwrap();
            items += output.files.0.len();
        }
        assert!(items > 20, "{items} files");
    }
}
