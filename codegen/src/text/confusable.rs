//! Names that look alike.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::skeleton;

use super::hidden::written_out;
use super::places::pointer_of;
use crate::catalog::Tool;
use crate::report::{TextFinding, TextFindingKind};
use crate::source::{Json, Members, child};

/// Returns the tools whose names look like that of another tool, and those whose names look like ASCII
/// and are not.
pub(super) fn check_tools(tools: &[Tool]) -> Vec<TextFinding> {
    let mut found = Vec::new();
    let mut by_look: BTreeMap<String, Vec<&Tool>> = BTreeMap::new();
    for tool in tools {
        by_look.entry(look_of(&tool.name)).or_default().push(tool);
    }
    for alike in by_look.values_mut() {
        // The plainest name is the original.
        alike.sort_by_key(|tool| (!tool.name.is_ascii(), &tool.name));
        let Some((original, others)) = alike.split_first() else {
            continue;
        };
        for tool in others {
            let cause = format!(
                "the name of the tool {} looks like that of the tool {}",
                shown(&tool.name),
                shown(&original.name)
            );
            found.push(finding(tool, "/name".to_owned(), cause));
        }
        if let Some(like) = imitated(&original.name) {
            let cause = format!(
                "the name of the tool {} looks like `{like}` but uses different characters",
                shown(&original.name)
            );
            found.push(finding(original, "/name".to_owned(), cause));
        }
    }
    found
}

/// Returns the arguments of a tool, at any depth, whose names look like that of another argument of the same object,
/// unless both are ASCII: authors distinguish `l1` and `ll`, and only they name the arguments of
/// a tool.
pub(super) fn check_arguments(tool: &Tool) -> Vec<TextFinding> {
    let mut found = Vec::new();
    for part in [&tool.query, &tool.body] {
        if let Some(pointer) = pointer_of(part, tool) {
            check_schema(tool, &part.json, &pointer, &mut found);
        }
    }
    found
}

fn check_schema(tool: &Tool, json: &Json, pointer: &str, found: &mut Vec<TextFinding>) {
    match json {
        Json::Object(members) => {
            for (key, value) in members {
                let inner = child(pointer, key);
                if let ("properties", Json::Object(properties)) = (key.as_str(), value) {
                    check_names(tool, properties, &inner, found);
                }
                check_schema(tool, value, &inner, found);
            }
        }
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                check_schema(tool, element, &child(pointer, &index.to_string()), found);
            }
        }
        _ => {}
    }
}

/// Checks the names of the properties of one object.
fn check_names(tool: &Tool, properties: &Members, pointer: &str, found: &mut Vec<TextFinding>) {
    if properties.keys().all(|name| name.is_ascii()) {
        return;
    }
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort_by_key(|name| (!name.is_ascii(), *name));
    let mut by_look: BTreeMap<String, &String> = BTreeMap::new();
    for name in names {
        let look = look_of(name);
        let like = by_look.get(&look).copied().filter(|_| !name.is_ascii());
        let cause = match (like, imitated(name)) {
            (Some(like), _) => format!(
                "the name of the argument {} looks like that of the argument {}",
                shown(name),
                shown(like)
            ),
            (None, Some(like)) => format!(
                "the name of the argument {} looks like `{like}` but uses different characters",
                shown(name)
            ),
            (None, None) => {
                by_look.entry(look).or_insert(name);
                continue;
            }
        };
        found.push(finding(tool, child(pointer, name), cause));
    }
}

fn finding(tool: &Tool, pointer: String, cause: String) -> TextFinding {
    TextFinding {
        tool: tool.name.clone(),
        pointer,
        kind: TextFindingKind::NameConfusable,
        cause,
        excerpt: written_out(&tool.name),
    }
}

/// Returns the skeleton of UTS #39. Names with equal skeletons look alike.
fn look_of(name: &str) -> String {
    skeleton(name).collect()
}

/// Returns the ASCII name that a name imitates: one of its words mixes ASCII letters with look-alikes, or has
/// letters that only look different by their font. Words in letters of a language imitate nothing, nor do
/// symbols: `α_min`, `area_m²`, `Company™`. Hidden characters are another finding.
fn imitated(name: &str) -> Option<String> {
    let name = &*toolsmith_pattern::hidden::strip(name);
    if name.is_ascii() {
        return None;
    }
    let mut plain = String::with_capacity(name.len());
    let mut imitates = false;
    for word in name.split_inclusive(|character: char| !is_letter(character)) {
        let like = imitated_word(word);
        imitates |= like.is_some();
        plain.push_str(like.as_deref().unwrap_or(word));
    }
    imitates.then(|| written_out(&plain))
}

/// Returns the ASCII word that a word imitates. The character after the word may follow it.
fn imitated_word(word: &str) -> Option<String> {
    const MIN_FONT_LETTERS: usize = 2;
    let (mut plain_letters, mut font_letters, mut others) = (0, 0, 0);
    let mut plain = String::with_capacity(word.len());
    for character in word.chars() {
        if character.is_ascii() || !is_letter(character) {
            plain_letters += usize::from(character.is_ascii_alphabetic());
            plain.push(character);
            continue;
        }
        plain.push_str(&like_of(character)?);
        others += 1;
        // The alphabets of mathematics.
        font_letters += usize::from(matches!(character, '\u{1D400}'..='\u{1D7FF}'));
    }
    let is_mixed = plain_letters > 0 && others > 0;
    (is_mixed || font_letters >= MIN_FONT_LETTERS).then_some(plain)
}

/// Returns the ASCII letters that a letter looks like.
fn like_of(letter: char) -> Option<String> {
    let is_latin = matches!(letter, '\u{C0}'..='\u{24F}');
    let is_ascii = |like: &String| like.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut bytes = [0; 4];
    let own: &str = letter.encode_utf8(&mut bytes);
    let compatible: String = own.nfkc().collect();
    let like = if is_ascii(&compatible) {
        compatible
    } else {
        look_of(own)
    };
    (!is_latin && is_ascii(&like)).then_some(like)
}

/// Returns `true` for letters and digits in the line of a word: no ordinals, no letters above or below the
/// line, no numerals, no units and other symbols.
fn is_letter(character: char) -> bool {
    let is_symbol = matches!(
        character,
        '\u{AA}'
            | '\u{BA}'
            | '\u{2B0}'..='\u{2FF}'
            | '\u{1D2C}'..='\u{1D6A}'
            | '\u{1D78}'
            | '\u{1D9B}'..='\u{1DBF}'
            | '\u{2070}'..='\u{209F}'
            | '\u{2150}'..='\u{218F}'
            | '\u{3300}'..='\u{33FF}'
    );
    !is_symbol && (character.is_alphabetic() || is_digit(character))
}

/// Returns `true` for decimal digits, also those of a font.
fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
        || matches!(character, '\u{FF10}'..='\u{FF19}' | '\u{1D7CE}'..='\u{1D7FF}')
}

/// Returns a name in backticks with the code points of its letters beyond ASCII, so that names that look
/// alike can be distinguished.
fn shown(name: &str) -> String {
    let others = name.chars().filter(|character| !character.is_ascii());
    let others: Vec<String> = others.map(toolsmith_pattern::hidden::name).collect();
    match others.as_slice() {
        [] => format!("`{}`", written_out(name)),
        others => format!("`{}` (with {})", written_out(name), others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_languages_imitate_nothing() {
        for name in [
            "read_file",
            "café",
            "straße",
            "læs_fil",
            "список",
            "сохо",
            "получить_id",
            "一覧",
            "liste_größe",
            "목록",
            "λάβε",
            "read\u{200b}\u{202e}_file",
            // Symbols of mathematics, units and ordinals.
            "area_m²",
            "Company™",
            "№",
            "№ заказа",
            "nº_pedido",
            "1ª_parcela",
            "xⁿ",
            "H₂O",
            "phase_Ⅱ",
            "α_min",
            "ρ_water",
            "σ_x",
            "ν_max",
            "temp_\u{212a}",
            "ℎ_planck",
            "µm",
            // Punctuation, and a language that writes Latin letters wide.
            "Select…",
            "Customer’s name",
            "start–end",
            "Customer\u{a0}ID",
            "ＩＤ",
            "ユーザーＩＤ",
            "получить_идентификатор_id",
        ] {
            assert_eq!(imitated(name), None, "{name}");
        }
        for (name, plain) in [
            ("r\u{435}ad", "read"),
            ("\u{ff52}ead", "read"),
            ("\u{1d42e}ser", "user"),
            ("us\u{435}r_\u{456}d", "user_id"),
            ("список_r\u{435}ad", "список_read"),
            ("café r\u{435}ad", "café read"),
            ("\u{1d42e}\u{1d42c}\u{1d41e}\u{1d42b}_id", "user_id"),
            ("\u{fb01}le", "file"),
            ("t\u{3bf}ken_m²", "token_m²"),
        ] {
            assert_eq!(imitated(name).as_deref(), Some(plain));
        }
    }
}
