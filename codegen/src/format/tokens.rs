//! Tokens as a flat list with random access.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The tokens of one item: their text, and the range of each token in it.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    text: String,
    list: Vec<Token>,
}

/// One token. Opening and closing brackets are separate tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    start: usize,
    end: usize,
    /// For an opening bracket, the number of tokens before its closing bracket.
    pub(super) inside: usize,
}

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Literal,
    /// A punctuation character. It is joint if the next one belongs to the same operator.
    Sign(char, Spacing),
    Open(Delimiter),
    Close(Delimiter),
}

impl Tokens {
    /// Replaces the tokens by those of another item.
    pub(super) fn read(&mut self, item: TokenStream) {
        self.text.clear();
        self.list.clear();
        self.push_all(item);
    }

    /// Returns all tokens.
    pub(super) fn all(&self) -> &[Token] {
        &self.list
    }

    /// Returns the text of a token.
    pub(super) fn text(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Returns `true` if the token at `index` has this text.
    pub(super) fn is(&self, list: &[Token], index: usize, text: &str) -> bool {
        let token = list.get(index);
        token.is_some_and(|token| self.text(*token) == text)
    }

    /// Returns the item as source text. Only its literals have line breaks.
    pub(super) fn source(&self) -> &str {
        &self.text
    }

    fn push_all(&mut self, stream: TokenStream) {
        for tree in stream {
            match tree {
                // A stream with a single owner yields its tokens without copying them.
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

/// Returns the index of the first token outside brackets that `predicate` accepts.
pub(super) fn find(list: &[Token], predicate: impl Fn(Token) -> bool) -> Option<usize> {
    let mut index = 0;
    while let Some(token) = list.get(index) {
        if predicate(*token) {
            return Some(index);
        }
        index += match token.kind {
            TokenKind::Open(_) => token.inside + 2,
            _ => 1,
        };
    }
    None
}

/// Splits a list at its commas, ignoring those in brackets and in the parameters of types. A
/// trailing comma adds no element.
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
