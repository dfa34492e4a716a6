//! Tokens on one line, with the spaces that belong between them.

use proc_macro2::{Delimiter, Spacing};

use super::tokens::{Token, TokenKind, Tokens, split_at_commas};

/// Prints tokens on one line. `None` if there is something among them that generated items do not
/// have as a rule, so that nothing is known here of the spaces around it.
pub(super) fn print_flat(tokens: &Tokens, list: &[Token], text: &mut String) -> Option<()> {
    Flat { tokens, text }.print_flat(list)
}

struct Flat<'t> {
    tokens: &'t Tokens,
    text: &'t mut String,
}

/// What the next token stands after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A word, a literal, a closed bracket.
    Word,
    /// Something that a space follows, whatever comes.
    Space,
    /// Something that no space follows.
    Glue,
    /// `::`
    Path,
}

impl Flat<'_> {
    /// Prints tokens with the spaces that belong between them.
    fn print_flat(&mut self, list: &[Token]) -> Option<()> {
        let mut index = 0;
        let mut before = Before::Glue;
        while let Some(token) = list.get(index) {
            let next = list.get(index + 1).map(|token| token.kind);
            index += 1;
            before = match token.kind {
                TokenKind::Word | TokenKind::Literal => {
                    let text = self.tokens.text(*token);
                    self.push_spaced(before, text);
                    // The `0.` in `self.0.call()` is one token.
                    if text.ends_with('.') {
                        Before::Glue
                    } else {
                        Before::Word
                    }
                }
                TokenKind::Sign('\'', _) => {
                    self.push_spaced(before, "'");
                    self.text.push_str(self.tokens.text(*list.get(index)?));
                    index += 1;
                    Before::Space
                }
                TokenKind::Sign('-', Spacing::Joint) if is_sign(next, '>') => {
                    self.text.push_str(" ->");
                    index += 1;
                    Before::Space
                }
                TokenKind::Sign('.', Spacing::Joint) if is_sign(next, '.') => {
                    self.push_spaced(before, "..");
                    index += 1;
                    Before::Glue
                }
                TokenKind::Sign(':', Spacing::Joint) if is_sign(next, ':') => {
                    self.text.push_str("::");
                    index += 1;
                    Before::Path
                }
                TokenKind::Sign(sign, spacing) => self.print_sign(sign, spacing, before)?,
                TokenKind::Open(delimiter) => {
                    let inner = list.get(index..index + token.inside)?;
                    index += token.inside + 1;
                    self.print_group(delimiter, inner, before)?
                }
                TokenKind::Close(_) => return None,
            };
        }
        Some(())
    }

    fn print_sign(&mut self, sign: char, spacing: Spacing, before: Before) -> Option<Before> {
        let after = match (sign, before) {
            (',' | ':', _) => Before::Space,
            ('.' | '!', Before::Word) | ('<', Before::Word | Before::Path) => Before::Glue,
            (';' | '>', _) => Before::Word,
            ('=', Before::Word) if spacing == Spacing::Alone => {
                self.text.push_str(" =");
                return Some(Before::Space);
            }
            ('&', _) | ('-', Before::Glue | Before::Space) => {
                self.push_spaced(before, if sign == '&' { "&" } else { "-" });
                return Some(Before::Glue);
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
        before: Before,
    ) -> Option<Before> {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => return None,
        };
        if before == Before::Space || (delimiter == Delimiter::Brace && before == Before::Word) {
            self.text.push(' ');
        }
        self.text.push_str(open);
        let space = match delimiter {
            Delimiter::Brace if before != Before::Path && !inner.is_empty() => " ",
            _ => "",
        };
        self.text.push_str(space);
        self.print_flat(self.without_last_comma(delimiter, inner, before))?;
        self.text.push_str(space);
        self.text.push_str(close);
        Some(Before::Word)
    }

    /// A list on one line ends without a comma, but for a tuple of one.
    fn without_last_comma<'l>(
        &self,
        delimiter: Delimiter,
        inner: &'l [Token],
        before: Before,
    ) -> &'l [Token] {
        match inner.split_last() {
            Some((last, rest)) if self.tokens.text(*last) == "," => {
                let is_tuple = delimiter == Delimiter::Parenthesis && before != Before::Word;
                if is_tuple && split_at_commas(rest).len() == 1 {
                    inner
                } else {
                    rest
                }
            }
            _ => inner,
        }
    }

    fn push_spaced(&mut self, before: Before, text: &str) {
        if matches!(before, Before::Word | Before::Space) {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }
}

fn is_sign(kind: Option<TokenKind>, sign: char) -> bool {
    matches!(kind, Some(TokenKind::Sign(found, _)) if found == sign)
}
