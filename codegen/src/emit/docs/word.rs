//! Converts one word of text to Markdown: a name becomes code, all else is escaped.

/// Names with inner capitals that are not code, from clippy's `doc_markdown` lint.
const PROPER_NAMES: &[&str] = &[
    "BibTeX",
    "CamelCase",
    "ClojureScript",
    "CoffeeScript",
    "DevOps",
    "DirectX",
    "ECMAScript",
    "FreeBSD",
    "GPLv2",
    "GPLv3",
    "GitHub",
    "GitLab",
    "GraphQL",
    "IPv4",
    "IPv6",
    "InfiniBand",
    "JavaScript",
    "LaTeX",
    "MinGW",
    "NaN",
    "NaNs",
    "NetBSD",
    "NixOS",
    "OAuth",
    "OCaml",
    "OpenAI",
    "OpenAPI",
    "OpenBSD",
    "OpenGL",
    "OpenID",
    "OpenSSH",
    "OpenSSL",
    "OpenStreetMap",
    "OpenTelemetry",
    "OpenType",
    "PostScript",
    "PowerPC",
    "PureScript",
    "RoCE",
    "TeX",
    "TensorFlow",
    "TrueType",
    "TypeScript",
    "WebAssembly",
    "WebGL",
    "WebGPU",
    "WebP",
    "WebRTC",
    "WebSocket",
    "WebTransport",
    "YCbCr",
    "iOS",
    "macOS",
    "sRGB",
];

/// The text that follows a word without a space between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A code span or a URL.
    Code,
    /// Anything else.
    Other,
}

/// Appends a word without spaces or backticks.
pub(super) fn push_word(atom: &mut String, word: &str, next: Next) {
    if is_plain(word) {
        return atom.push_str(word);
    }
    match find_url(word) {
        Some((start, end)) => {
            let (before, rest) = word.split_at(start);
            let (url, after) = rest.split_at(end - start);
            push_text(atom, before.strip_suffix('<').unwrap_or(before), Next::Code);
            atom.push('<');
            atom.push_str(url);
            atom.push('>');
            let after = if before.ends_with('<') {
                after.strip_prefix('>').unwrap_or(after)
            } else {
                after
            };
            push_text(atom, after, next);
        }
        None => push_text(atom, word, next),
    }
}

/// Returns `true` for a common word that needs no conversion: letters, all but the first in lower
/// case, full stops and commas.
fn is_plain(word: &str) -> bool {
    let rest = word.strip_prefix(|first: char| first.is_ascii_alphabetic());
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'.' | b',');
    rest.is_some_and(|rest| rest.bytes().all(is_plain))
}

/// Returns the range of a URL in a word.
fn find_url(word: &str) -> Option<(usize, usize)> {
    // Few words have a colon, and searching for a character is faster than for a string.
    word.find(':')?;
    let start = word.find("https://").or_else(|| word.find("http://"))?;
    let rest = word.get(start..)?;
    let is_part =
        |character: char| character.is_ascii_graphic() && !matches!(character, '<' | '>' | '"');
    let length = rest
        .find(|character| !is_part(character))
        .unwrap_or(rest.len());
    let url = without_punctuation(rest.get(..length)?);
    let host = url.split_once("://")?.1;
    (!host.is_empty()).then_some((start, start + url.len()))
}

/// Returns a URL without the punctuation that follows it in a sentence. A bracket that closes one of the URL
/// is part of it.
fn without_punctuation(mut url: &str) -> &str {
    while let Some(last) = url.chars().next_back() {
        let opening = match last {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '|' => None,
            _ => break,
        };
        let count = |bracket: char| url.matches(bracket).count();
        if opening.is_some_and(|opening| count(opening) >= count(last)) {
            break;
        }
        url = url.strip_suffix(last).unwrap_or_default();
    }
    url
}

/// Appends text, with names as code and the rest escaped.
fn push_text(atom: &mut String, text: &str, next: Next) {
    let mut rest = text;
    while !rest.is_empty() {
        let name = leading_name(rest);
        if name.is_empty() {
            let mut characters = rest.chars();
            if let Some(character) = characters.next() {
                push_character(atom, character, text, characters.as_str());
            }
            rest = characters.as_str();
            continue;
        }
        rest = rest.strip_prefix(name).unwrap_or_default();
        let touches_code = atom.ends_with('`') || (next == Next::Code && rest.is_empty());
        if looks_like_code(name) && !touches_code {
            atom.push('`');
            atom.push_str(name);
            atom.push('`');
        } else {
            for (index, part) in name.split('_').enumerate() {
                atom.push_str(if index > 0 { "\\_" } else { "" });
                atom.push_str(part);
            }
        }
    }
}

/// Returns the name at the start of `text`, or an empty string: `api_key`, `Foo::bar()`.
fn leading_name(text: &str) -> &str {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let mut end = 0;
    while let Some(rest) = text.get(end..) {
        let length = rest
            .find(|character| !is_part(character))
            .unwrap_or(rest.len());
        let after = rest.get(length..).unwrap_or_default();
        end += length;
        if length == 0 || !after.starts_with("::") || !after[2..].starts_with(is_part) {
            break;
        }
        end += 2;
    }
    match text.get(end..) {
        Some(rest) if end > 0 && rest.starts_with("()") => end += 2,
        _ => {}
    }
    text.get(..end).unwrap_or_default()
}

/// Returns `true` if a name looks like one from a program.
fn looks_like_code(name: &str) -> bool {
    if name.contains("::") || name.ends_with("()") {
        return true;
    }
    if name.contains('_') {
        return name.contains(char::is_alphanumeric);
    }
    let capitals = name
        .chars()
        .filter(|character| character.is_uppercase())
        .count();
    let starts_small = name.chars().take(2).all(char::is_lowercase);
    let has_small = name.contains(char::is_lowercase);
    let singular = name.strip_suffix('s').unwrap_or(name);
    let is_mixed = (capitals > 1 && has_small && singular != singular.to_uppercase())
        || (capitals > 0 && starts_small);
    is_mixed && !PROPER_NAMES.contains(&name)
}

/// Appends a character outside a name, escaped if it has a meaning in Markdown.
fn push_character(atom: &mut String, character: char, text: &str, after: &str) {
    let follows_word = atom.ends_with(char::is_alphanumeric);
    let needs_escape = match character {
        '\\' | '[' | ']' | '<' | '>' | '`' => true,
        '#' => !follows_word,
        '&' => after.starts_with(|next: char| next.is_alphanumeric() || next == '#'),
        '~' => text.contains("~~"),
        '*' => {
            !after.is_empty() && !after.starts_with('*') && !atom.ends_with('*') || {
                after.is_empty() && !atom.is_empty() && !atom.ends_with('*')
            }
        }
        _ => false,
    };
    if needs_escape {
        atom.push('\\');
    }
    atom.push(character);
}
