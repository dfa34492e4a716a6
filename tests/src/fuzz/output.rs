//! Checks that generated files are Rust with known items, without injected code.

use syn::Item;
use toolsmith_codegen::GeneratedCrate;

/// Checks every file.
///
/// # Panics
///
/// If a file is not Rust or has an unexpected item.
pub(super) fn check_output(output: &GeneratedCrate) {
    for (path, text) in &output.files.0 {
        assert!(
            !path.contains("..") && !path.starts_with('/') && !path.contains('\\'),
            "{path:?} leads out"
        );
        let hidden = |letter: char| {
            letter.is_control() && letter != '\n'
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!text.contains(hidden), "{path} holds what cannot be seen");
        let file = syn::parse_file(text);
        assert!(
            file.is_ok(),
            "{path} is not valid Rust: {:?}\n{text}",
            file.err()
        );
        if let Ok(file) = file {
            check_items(path, &file.items);
        }
    }
}

fn check_items(path: &str, items: &[Item]) {
    const MACROS: [&str; 5] = ["objects", "choices", "unions", "ids", "handles"];
    for item in items {
        let is_known = match item {
            Item::Macro(item) => MACROS.iter().any(|name| item.mac.path.is_ident(name)),
            Item::Use(_)
            | Item::Mod(_)
            | Item::Struct(_)
            | Item::Enum(_)
            | Item::Impl(_)
            | Item::Const(_)
            | Item::Static(_)
            | Item::Type(_) => true,
            _ => false,
        };
        assert!(is_known, "{path} has an item that nothing asks for");
    }
}
