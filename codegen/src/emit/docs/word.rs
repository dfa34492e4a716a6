//! One word of text as Markdown: escaped, or set as code if it is a name.

/// Names that are written with capitals inside and are no code, as clippy's `doc_markdown` has
/// them.
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

/// Appends a word without spaces or backticks; `before_code` says that code follows at once.
pub(super) fn push_word(atom: &mut String, word: &str, before_code: bool) {
    if is_everyday(word) {
        return atom.push_str(word);
    }
    match find_address(word) {
        Some((start, end)) => {
            let (before, rest) = word.split_at(start);
            let (address, after) = rest.split_at(end - start);
            push_text(atom, before.strip_suffix('<').unwrap_or(before), true);
            atom.push('<');
            atom.push_str(address);
            atom.push('>');
            let after = if before.ends_with('<') {
                after.strip_prefix('>').unwrap_or(after)
            } else {
                after
            };
            push_text(atom, after, before_code);
        }
        None => push_text(atom, word, before_code),
    }
}

/// Whether a word is one of those that nearly all text is made of, which mean nothing in Markdown
/// and are the name of nothing: small letters after the first, full stops, commas.
fn is_everyday(word: &str) -> bool {
    let rest = word.strip_prefix(|first: char| first.is_ascii_alphabetic());
    let is_small = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'.' | b',');
    rest.is_some_and(|rest| rest.bytes().all(is_small))
}

/// Where a web address stands in a word.
fn find_address(word: &str) -> Option<(usize, usize)> {
    // Few words have a colon, and looking for a text takes longer than for a letter.
    word.find(':')?;
    let start = word.find("https://").or_else(|| word.find("http://"))?;
    let rest = word.get(start..)?;
    let is_part = |letter: char| letter.is_ascii_graphic() && !matches!(letter, '<' | '>' | '"');
    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let address = rest.get(..length)?.trim_end_matches([
        '.', ',', ';', ':', '!', '?', '\'', ')', ']', '}', '*', '_', '|',
    ]);
    let host = address.split_once("://")?.1;
    (!host.is_empty()).then_some((start, start + address.len()))
}

/// Appends text: names as code, the rest escaped.
fn push_text(atom: &mut String, text: &str, before_code: bool) {
    let mut rest = text;
    while !rest.is_empty() {
        let name = leading_name(rest);
        if name.is_empty() {
            let mut letters = rest.chars();
            if let Some(letter) = letters.next() {
                push_letter(atom, letter, text, letters.as_str());
            }
            rest = letters.as_str();
            continue;
        }
        rest = rest.strip_prefix(name).unwrap_or_default();
        let touches_code = atom.ends_with('`') || (before_code && rest.is_empty());
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

/// What may be a name at the start of `text`: `api_key`, `Foo::bar()`.
fn leading_name(text: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut end = 0;
    while let Some(rest) = text.get(end..) {
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
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

/// Whether a name is one of a program rather than of a thing.
fn looks_like_code(name: &str) -> bool {
    if name.contains("::") || name.ends_with("()") {
        return true;
    }
    if name.contains('_') {
        return name.contains(char::is_alphanumeric);
    }
    let capitals = name.chars().filter(|letter| letter.is_uppercase()).count();
    let starts_small = name.chars().take(2).all(char::is_lowercase);
    let has_small = name.contains(char::is_lowercase);
    let singular = name.strip_suffix('s').unwrap_or(name);
    let is_mixed = (capitals > 1 && has_small && singular != singular.to_uppercase())
        || (capitals > 0 && starts_small);
    is_mixed && !PROPER_NAMES.contains(&name)
}

/// Appends a letter that is in no name, escaped if it means something in Markdown.
fn push_letter(atom: &mut String, letter: char, text: &str, after: &str) {
    let follows_word = atom.ends_with(char::is_alphanumeric);
    let needs_escape = match letter {
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
    atom.push(letter);
}
