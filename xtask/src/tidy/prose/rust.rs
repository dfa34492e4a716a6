//! The comments and string literals of Rust sources.
//!
//! Syntax trees have no comments, so this is a lexer of its own that knows as much of Rust as it takes
//! to find them.

use super::fragments::{Fragment, Kind, paragraphs_of};

/// A lexer at a position in a source text.
struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    fragments: Vec<Fragment>,
    /// The lines of the comment that continues on the next line, with its marker.
    comment: Vec<(usize, &'a str)>,
    marker: &'static str,
}

/// Returns the comments and strings of a source text.
pub(super) fn fragments(text: &str) -> Vec<Fragment> {
    let mut lexer = Lexer {
        rest: text,
        line: 1,
        fragments: Vec::new(),
        comment: Vec::new(),
        marker: "//",
    };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.end_comment();
    lexer.fragments
}

impl Lexer<'_> {
    /// Reads a comment, a literal or another character.
    fn step(&mut self) {
        if self.rest.starts_with("//") {
            self.line_comment();
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if let Some(hashes) = raw_string(self.rest) {
            self.raw_string(hashes);
        } else if self.rest.starts_with('"') {
            self.string();
        } else if self.rest.starts_with('\'') {
            self.char_or_lifetime();
        } else if self
            .rest
            .starts_with(|char: char| char.is_alphanumeric() || char == '_')
        {
            // A whole word, so that the `r` in `for"…"` does not begin a raw string.
            let end = self
                .rest
                .find(|char: char| !char.is_alphanumeric() && char != '_');
            self.skip(end.unwrap_or(self.rest.len()));
        } else {
            self.take();
        }
    }

    fn line_comment(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        let (comment, rest) = self.rest.split_at(end);
        let marker = match comment {
            _ if comment.starts_with("////") => "//",
            _ if comment.starts_with("///") => "///",
            _ if comment.starts_with("//!") => "//!",
            _ => "//",
        };
        let is_next = self
            .comment
            .last()
            .is_some_and(|(line, _)| line + 1 == self.line);
        if marker != self.marker || !is_next {
            self.end_comment();
        }
        self.marker = marker;
        let text = comment.strip_prefix(marker).unwrap_or(comment);
        self.comment.push((self.line, text));
        self.rest = rest;
    }

    fn end_comment(&mut self) {
        let kind = match self.marker {
            "//" => Kind::Other,
            _ => Kind::Doc,
        };
        let lines = std::mem::take(&mut self.comment);
        self.fragments
            .extend(paragraphs_of(lines.into_iter(), kind));
    }

    fn block_comment(&mut self) {
        let mut comment = Fragment::new(Kind::Other);
        let mut depth = 0;
        while !self.rest.is_empty() {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
                if depth == 0 {
                    break;
                }
            } else if let Some((char, line)) = self.take() {
                comment.push(char, line);
            }
        }
        self.fragments.push(comment);
    }

    fn raw_string(&mut self, hashes: usize) {
        let end = format!("\"{}", "#".repeat(hashes));
        self.skip(self.rest.find('"').unwrap_or_default() + 1);
        let mut string = Fragment::new(Kind::Other);
        while !self.rest.is_empty() && !self.rest.starts_with(&end) {
            if let Some((char, line)) = self.take() {
                string.push(char, line);
            }
        }
        self.skip(end.len().min(self.rest.len()));
        self.fragments.push(string);
    }

    fn string(&mut self) {
        self.skip(1);
        let mut string = Fragment::new(Kind::Other);
        while let Some((char, line)) = self.take() {
            match char {
                '"' => break,
                // An escaped quote is kept; an escaped line break or `\n` is a space.
                '\\' => match self.take() {
                    Some((char @ ('"' | '\''), line)) => string.push(char, line),
                    Some((_, line)) => string.push(' ', line),
                    None => break,
                },
                char => string.push(char, line),
            }
        }
        self.fragments.push(string);
    }

    fn char_or_lifetime(&mut self) {
        self.skip(1);
        if self.rest.starts_with('\\') {
            self.skip(1);
            self.take();
            let end = self.rest.find('\'').map_or(self.rest.len(), |end| end + 1);
            self.skip(end);
        } else {
            let mut chars = self.rest.char_indices();
            chars.next();
            if let Some((end, '\'')) = chars.next() {
                self.skip(end + 1);
            }
        }
    }

    /// Takes a character with its line.
    fn take(&mut self) -> Option<(char, usize)> {
        let char = self.rest.chars().next()?;
        let line = self.line;
        self.skip(char.len_utf8());
        Some((char, line))
    }

    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }
}

/// Returns the number of `#` if a text begins with a raw string.
fn raw_string(text: &str) -> Option<usize> {
    let prefixes = ["r", "br", "cr"];
    let after = prefixes.iter().find_map(|prefix| {
        let after = text.strip_prefix(prefix)?;
        after.starts_with(['#', '"']).then_some(after)
    })?;
    let quote = after.find(|char| char != '#')?;
    after.get(quote..)?.starts_with('"').then_some(quote)
}
