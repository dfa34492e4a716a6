//! The declaration of the generated module in a source file of the user.

use syn::Item;

use crate::edit::line_end;

/// Returns the source with a further declaration: after the last one, after the inner docs and
/// attributes, or at the end. Returns `None` if the source is not valid Rust.
pub(super) fn declare(source: &str, module: &str, declaration: &str) -> Option<String> {
    let before = syn::parse_file(source).ok()?;
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let after_last = lines.iter().rposition(|line| is_declaration(line));
    let after_last = after_last.map(|last| (last + 1, false));
    let head = lines.iter().take_while(|line| is_head(line)).count();
    let places = [Some((head, lines.len() > head)), Some((lines.len(), false))];
    let mut edits = [after_last]
        .into_iter()
        .chain(places)
        .flatten()
        .map(|(index, has_blank)| insert(&lines, index, declaration, has_blank));
    // A line may be part of a comment or a string, or the next one may be an inner attribute.
    edits.find(|edited| {
        let after = syn::parse_file(edited).map(|file| file.items);
        after.is_ok_and(|items| declares(&items, module) && items.len() == before.items.len() + 1)
    })
}

/// Inserts a line, and a blank one after it.
fn insert(lines: &[&str], index: usize, line: &str, has_blank: bool) -> String {
    let end = line_end(&lines.concat());
    let (above, below) = lines.split_at(index.min(lines.len()));
    let needs_end = above.last().is_some_and(|line| !line.ends_with('\n'));
    let separator = if needs_end { end } else { "" };
    let blank = if has_blank { end } else { "" };
    format!(
        "{}{separator}{line}{end}{blank}{}",
        above.concat(),
        below.concat()
    )
}

fn declares(items: &[Item], module: &str) -> bool {
    let is_module = |item: &Item| matches!(item, Item::Mod(it) if it.ident == module);
    items.iter().any(is_module)
}

/// Returns `true` for a line such as `pub mod client;`.
fn is_declaration(line: &str) -> bool {
    let line = line.trim_end();
    let mut words = line.strip_suffix(';').unwrap_or_default().split(' ');
    match words.next() {
        Some("mod") => words.count() == 1,
        Some(word) if word.starts_with("pub") => words.next() == Some("mod"),
        _ => false,
    }
}

/// Returns `true` for a line of the head of a file: inner docs, inner attributes, blank lines.
fn is_head(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//!") || (line.starts_with("#![") && line.ends_with(']'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::is_declared;

    #[test]
    fn declares_a_module_where_others_are() {
        for (source, expected) in [
            ("", "pub mod tools;\n"),
            (
                "//! Docs.\n\n#![warn(missing_docs)]\n\nfn main() {}\n",
                "//! Docs.\n\n#![warn(missing_docs)]\n\npub mod tools;\n\nfn main() {}\n",
            ),
            (
                "mod a;\r\npub(crate) mod b;\r\n\r\nfn f() {}\r\n",
                "mod a;\r\npub(crate) mod b;\r\npub mod tools;\r\n\r\nfn f() {}\r\n",
            ),
            ("fn f() {}", "pub mod tools;\n\nfn f() {}"),
            ("mod a;", "mod a;\npub mod tools;\n"),
        ] {
            let edited = declare(source, "tools", "pub mod tools;").unwrap();
            assert_eq!(edited, expected);
            assert!(is_declared(&edited, "tools"));
        }
    }

    #[test]
    fn declares_a_module_where_the_usual_place_is_not_code() {
        for source in [
            "/*\nmod a;\n*/\nfn f() {}\n",
            "#![allow(\n    dead_code\n)]\nfn f() {}\n",
            "const A: &str = \"\nmod a;\n\";\n",
        ] {
            let edited = declare(source, "tools", "pub mod tools;").unwrap();
            assert!(is_declared(&edited, "tools"), "{edited}");
        }
        assert_eq!(declare("fn f( {}", "tools", "pub mod tools;"), None);
    }
}
