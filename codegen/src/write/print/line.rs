//! Tokens as a line of text that knows its brackets, so that it can be broken at them.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenTree};

/// An expression, a type or a list, on one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
}

/// Part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text without brackets, but for those inside strings.
    Text(String),
    /// Brackets and the elements between them.
    Group(Group),
}

/// Brackets and the elements between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) bracket: Bracket,
    pub(super) elements: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
    Curly,
}

impl Bracket {
    pub(super) fn open(self) -> &'static str {
        match self {
            Self::Round => "(",
            Self::Square => "[",
            Self::Curly => "{",
        }
    }

    pub(super) fn close(self) -> &'static str {
        match self {
            Self::Round => ")",
            Self::Square => "]",
            Self::Curly => "}",
        }
    }
}

impl Group {
    fn new(group: proc_macro2::Group) -> Self {
        let bracket = match group.delimiter() {
            Delimiter::Parenthesis => Bracket::Round,
            Delimiter::Bracket => Bracket::Square,
            Delimiter::Brace | Delimiter::None => Bracket::Curly,
        };
        let stream = group.stream();
        drop(group); // so that its tokens are moved, not copied
        let elements = Elements::of(stream).into_iter().map(Line::new).collect();
        Self { bracket, elements }
    }

    /// How many characters it has on one line.
    pub(super) fn width(&self) -> usize {
        match (self.bracket, self.inner_width()) {
            (Bracket::Curly, inner) if inner > 0 => inner + 4,
            (_, inner) => inner + 2,
        }
    }

    /// The same without the brackets.
    pub(super) fn inner_width(&self) -> usize {
        let elements: usize = self.elements.iter().map(Line::width).sum();
        elements + 2 * self.elements.len().saturating_sub(1)
    }
}

impl Line {
    pub(super) fn new(tokens: Vec<TokenTree>) -> Self {
        let mut writer = LineWriter::default();
        for token in tokens {
            writer.push(token);
        }
        writer.line
    }

    /// How many characters it has.
    pub(super) fn width(&self) -> usize {
        width_of(&self.pieces)
    }
}

/// How many characters the pieces have on one line.
pub(super) fn width_of(pieces: &[Piece]) -> usize {
    let width = |piece: &Piece| match piece {
        Piece::Text(text) => text.chars().count(),
        Piece::Group(group) => group.width(),
    };
    pieces.iter().map(width).sum()
}

/// Tokens as elements, parted by the commas that are not between angle brackets.
pub(super) struct Elements {
    done: Vec<Vec<TokenTree>>,
    angles: usize,
    follows_dash: bool,
}

impl Elements {
    /// The elements of a list as tokens.
    pub(super) fn of(tokens: impl IntoIterator<Item = TokenTree>) -> Vec<Vec<TokenTree>> {
        let mut split = Self {
            done: vec![Vec::new()],
            angles: 0,
            follows_dash: false,
        };
        for token in tokens {
            split.push(token);
        }
        if split.done.last().is_some_and(Vec::is_empty) {
            split.done.pop();
        }
        split.done
    }

    fn push(&mut self, token: TokenTree) {
        let letter = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            TokenTree::Ident(_) | TokenTree::Group(_) | TokenTree::Literal(_) => ' ',
        };
        match letter {
            '<' => self.angles += 1,
            '>' if !self.follows_dash => self.angles = self.angles.saturating_sub(1),
            ',' if self.angles == 0 => {
                self.done.push(Vec::new());
                self.follows_dash = false;
                return;
            }
            _ => {}
        }
        self.follows_dash = letter == '-';
        if let Some(last) = self.done.last_mut() {
            last.push(token);
        }
    }
}

/// What was written last, as far as it decides on a space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or something that the next token clings to: `&`, `.`, `::`, `<`, `!`.
    #[default]
    Tight,
    /// The first of two signs that are one: `:` of `::`, `-` of `->`.
    Joint(char),
    /// A sign with a space after it: `=`, `->`, `+`, `,`, a single `:`.
    Spaced,
    /// A name or a number.
    Word,
    /// A name that is a lifetime.
    Lifetime,
    /// `>` that closes.
    Angle,
    /// Brackets.
    Group,
}

/// Writes tokens with the spaces that rustfmt puts between them.
#[derive(Debug, Default)]
struct LineWriter {
    line: Line,
    last: Last,
}

impl LineWriter {
    fn push(&mut self, token: TokenTree) {
        match token {
            TokenTree::Ident(ident) => {
                let is_lifetime = self.last == Last::Joint('\'');
                self.space_before_word();
                let _ = write!(self.text(), "{ident}");
                self.last = if is_lifetime {
                    Last::Lifetime
                } else {
                    Last::Word
                };
            }
            TokenTree::Literal(literal) => {
                self.space_before_word();
                let _ = write!(self.text(), "{literal}");
                // The lexer takes `self.0.call` for `self`, `.`, `0.`, `call`.
                let is_open = self.text().ends_with('.');
                self.last = if is_open { Last::Tight } else { Last::Word };
            }
            TokenTree::Punct(punct) => {
                self.push_sign(punct.as_char(), punct.spacing() == Spacing::Joint);
            }
            TokenTree::Group(group) => {
                let is_curly = group.delimiter() == Delimiter::Brace;
                match self.last {
                    Last::Spaced | Last::Lifetime => self.text().push(' '),
                    Last::Word | Last::Angle | Last::Group if is_curly => self.text().push(' '),
                    _ => {}
                }
                self.line.pieces.push(Piece::Group(Group::new(group)));
                self.last = Last::Group;
            }
        }
    }

    fn space_before_word(&mut self) {
        match self.last {
            Last::Tight | Last::Joint(_) => {}
            Last::Spaced | Last::Word | Last::Lifetime | Last::Angle | Last::Group => {
                self.text().push(' ');
            }
        }
    }

    fn push_sign(&mut self, sign: char, is_joint: bool) {
        let completes = match (self.last, sign) {
            (Last::Joint(':'), ':') | (Last::Joint('.'), '.') => Some(Last::Tight),
            (Last::Joint('-'), '>') => Some(Last::Spaced),
            _ => None,
        };
        let begins_word = matches!(sign, '\'' | '&' | '=' | '+') || (sign == '-' && is_joint);
        let wants_space = match self.last {
            _ if completes.is_some() => false,
            Last::Spaced => true,
            Last::Word | Last::Lifetime | Last::Angle | Last::Group => begins_word,
            Last::Tight | Last::Joint(_) => false,
        };
        if wants_space {
            self.text().push(' ');
        }
        self.text().push(sign);
        self.last = completes.unwrap_or(match sign {
            ':' | '.' | '-' | '\'' if is_joint => Last::Joint(sign),
            '=' | '+' | ',' | ':' | ';' => Last::Spaced,
            '>' => Last::Angle,
            _ => Last::Tight,
        });
    }

    /// The text that the next token is appended to.
    fn text(&mut self) -> &mut String {
        let pieces = &mut self.line.pieces;
        if !matches!(pieces.last(), Some(Piece::Text(_))) {
            pieces.push(Piece::Text(String::new()));
        }
        match pieces.last_mut() {
            Some(Piece::Text(text)) => text,
            _ => unreachable!("a text was just pushed"),
        }
    }
}
