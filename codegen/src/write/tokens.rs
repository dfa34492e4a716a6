//! Tokens as a flat list, which can be looked at in any order without copying one.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The tokens of one item: their text, one after the other, and where each stands in it.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    text: String,
    list: Vec<Token>,
}

/// One token. A bracket is a token too, each of its two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    start: usize,
    end: usize,
    /// Of an opening bracket, how many tokens stand between it and the one that closes it.
    pub(super) inside: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Literal,
    /// One sign, and whether the next one belongs to it.
    Sign(char, Spacing),
    Open(Delimiter),
    Close(Delimiter),
}

impl Tokens {
    /// Reads an item in place of what was read before.
    pub(super) fn read(&mut self, item: TokenStream) {
        self.text.clear();
        self.list.clear();
        self.push_all(item);
    }

    /// All tokens.
    pub(super) fn all(&self) -> &[Token] {
        &self.list
    }

    /// The text of a token.
    pub(super) fn text(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Whether the token at `index` is this word or sign.
    pub(super) fn is(&self, list: &[Token], index: usize, text: &str) -> bool {
        let token = list.get(index);
        token.is_some_and(|token| self.text(*token) == text)
    }

    /// The item as Rust, with no more line breaks than its literals have.
    pub(super) fn source(&self) -> &str {
        &self.text
    }

    fn push_all(&mut self, stream: TokenStream) {
        for tree in stream {
            match tree {
                // A stream that nothing else holds gives its tokens away and copies none.
                TokenTree::Group(group) => {
                    let (delimiter, stream) = (group.delimiter(), group.stream());
                    drop(group);
                    self.push_group(delimiter, stream);
                }
                TokenTree::Ident(ident) => {
                    let start = self.text.len();
                    let _ = write!(self.text, "{ident}");
                    self.push(TokenKind::Word, start);
                    self.text.push(' ');
                }
                TokenTree::Literal(literal) => {
                    let start = self.text.len();
                    let _ = write!(self.text, "{literal}");
                    self.push(TokenKind::Literal, start);
                    self.text.push(' ');
                }
                TokenTree::Punct(sign) => {
                    let start = self.text.len();
                    self.text.push(sign.as_char());
                    self.push(TokenKind::Sign(sign.as_char(), sign.spacing()), start);
                    if sign.spacing() == Spacing::Alone {
                        self.text.push(' ');
                    }
                }
            }
        }
    }

    fn push_group(&mut self, delimiter: Delimiter, stream: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::Brace => ('{', '}'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::None => return self.push_all(stream),
        };
        let (index, start) = (self.list.len(), self.text.len());
        self.text.push(open);
        self.push(TokenKind::Open(delimiter), start);
        self.push_all(stream);
        let inside = self.list.len() - index - 1;
        if let Some(token) = self.list.get_mut(index) {
            token.inside = inside;
        }
        let start = self.text.len();
        self.text.push(close);
        self.push(TokenKind::Close(delimiter), start);
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.list.push(Token {
            kind,
            start,
            end: self.text.len(),
            inside: 0,
        });
    }
}

/// Where the first token stands, outside brackets, that `is_it` says yes to.
pub(super) fn find(list: &[Token], is_it: impl Fn(Token) -> bool) -> Option<usize> {
    let mut index = 0;
    while let Some(token) = list.get(index) {
        if is_it(*token) {
            return Some(index);
        }
        index += match token.kind {
            TokenKind::Open(_) => token.inside + 2,
            _ => 1,
        };
    }
    None
}

/// What stands between commas, outside brackets and the parameters of types; nothing after the
/// last comma is no part.
pub(super) fn split_at_commas(list: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let (mut start, mut index, mut angles) = (0, 0, 0_usize);
    let mut before = None;
    while let Some(token) = list.get(index) {
        let mut next = index + 1;
        match token.kind {
            TokenKind::Open(_) => next += token.inside + 1,
            TokenKind::Sign('<', _) => angles += 1,
            TokenKind::Sign('>', _) if before != Some('-') => angles = angles.saturating_sub(1),
            TokenKind::Sign(',', _) if angles == 0 => {
                parts.push(list.get(start..index).unwrap_or_default());
                start = next;
            }
            _ => {}
        }
        before = match token.kind {
            TokenKind::Sign(sign, _) => Some(sign),
            _ => None,
        };
        index = next;
    }
    if start < list.len() {
        parts.push(list.get(start..).unwrap_or_default());
    }
    parts
}
