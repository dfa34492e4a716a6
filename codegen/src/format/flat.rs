//! Prints tokens on one line, with spaces between them.

use proc_macro2::{Delimiter, Spacing};

use super::tokens::{Token, TokenKind, Tokens, split_at_commas};

/// Prints tokens on one line. Returns `None` if they include a sign for which the spacing is not
/// known here, because generated items rarely have it.
pub(super) fn print_flat(tokens: &Tokens, list: &[Token], text: &mut String) -> Option<()> {
    Flat { tokens, text }.print_flat(list)
}

struct Flat<'t> {
    tokens: &'t Tokens,
    text: &'t mut String,
}

/// The kind of the previous token, which determines the space after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// A word, a literal or a closing bracket.
    Word,
    /// A token that is always followed by a space.
    Space,
    /// A token that is never followed by a space.
    Glue,
    /// `::`
    Path,
}

impl Flat<'_> {
    fn print_flat(&mut self, list: &[Token]) -> Option<()> {
        let mut index = 0;
        let mut previous = Previous::Glue;
        while let Some(token) = list.get(index) {
            let next = list.get(index + 1).map(|token| token.kind);
            index += 1;
            previous = match token.kind {
                TokenKind::Word | TokenKind::Literal => {
                    let text = self.tokens.text(*token);
                    self.push_spaced(previous, text);
                    // The `0.` in `self.0.call()` is one token.
                    if text.ends_with('.') {
                        Previous::Glue
                    } else {
                        Previous::Word
                    }
                }
                TokenKind::Sign('\'', _) => {
                    self.push_spaced(previous, "'");
                    self.text.push_str(self.tokens.text(*list.get(index)?));
                    index += 1;
                    Previous::Space
                }
                TokenKind::Sign('-', Spacing::Joint) if is_sign(next, '>') => {
                    self.text.push_str(" ->");
                    index += 1;
                    Previous::Space
                }
                TokenKind::Sign('.', Spacing::Joint) if is_sign(next, '.') => {
                    self.push_spaced(previous, "..");
                    index += 1;
                    Previous::Glue
                }
                TokenKind::Sign(':', Spacing::Joint) if is_sign(next, ':') => {
                    self.text.push_str("::");
                    index += 1;
                    Previous::Path
                }
                TokenKind::Sign(sign, spacing) => self.print_sign(sign, spacing, previous)?,
                TokenKind::Open(delimiter) => {
                    let inner = list.get(index..index + token.inside)?;
                    index += token.inside + 1;
                    self.print_group(delimiter, inner, previous)?
                }
                TokenKind::Close(_) => return None,
            };
        }
        Some(())
    }

    fn print_sign(&mut self, sign: char, spacing: Spacing, previous: Previous) -> Option<Previous> {
        let after = match (sign, previous) {
            (',' | ':', _) => Previous::Space,
            ('.' | '!', Previous::Word) | ('<', Previous::Word | Previous::Path) => Previous::Glue,
            (';' | '>', _) => Previous::Word,
            ('=', Previous::Word) if spacing == Spacing::Alone => {
                self.text.push_str(" =");
                return Some(Previous::Space);
            }
            ('&', _) | ('-', Previous::Glue | Previous::Space) => {
                self.push_spaced(previous, if sign == '&' { "&" } else { "-" });
                return Some(Previous::Glue);
            }
            _ => return None,
        };
        self.text.push(sign);
        Some(after)
    }

    fn print_group(
        &mut self,
        delimiter: Delimiter,
        inner: &[Token],
        previous: Previous,
    ) -> Option<Previous> {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => return None,
        };
        if previous == Previous::Space
            || (delimiter == Delimiter::Brace && previous == Previous::Word)
        {
            self.text.push(' ');
        }
        self.text.push_str(open);
        let space = match delimiter {
            Delimiter::Brace if previous != Previous::Path && !inner.is_empty() => " ",
            _ => "",
        };
        self.text.push_str(space);
        self.print_flat(self.without_last_comma(delimiter, inner, previous))?;
        self.text.push_str(space);
        self.text.push_str(close);
        Some(Previous::Word)
    }

    /// Removes the trailing comma of a list, except from a tuple with one element.
    fn without_last_comma<'l>(
        &self,
        delimiter: Delimiter,
        inner: &'l [Token],
        previous: Previous,
    ) -> &'l [Token] {
        match inner.split_last() {
            Some((last, rest)) if self.tokens.text(*last) == "," => {
                let is_tuple = delimiter == Delimiter::Parenthesis && previous != Previous::Word;
                if is_tuple && split_at_commas(rest).len() == 1 {
                    inner
                } else {
                    rest
                }
            }
            _ => inner,
        }
    }

    fn push_spaced(&mut self, previous: Previous, text: &str) {
        if matches!(previous, Previous::Word | Previous::Space) {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }
}

fn is_sign(kind: Option<TokenKind>, sign: char) -> bool {
    matches!(kind, Some(TokenKind::Sign(found, _)) if found == sign)
}
