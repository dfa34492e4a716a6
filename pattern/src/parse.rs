//! The parser: a recursive descent over the grammar of ECMA-262, section 22.2.1.

use crate::class::{Class, LINE_ENDS, Range};
use crate::cursor::Cursor;
use crate::error::PatternError;
use crate::escape::{Escape, EscapePlace};
use crate::node::Node;

/// Maximum nesting of groups.
const MAX_DEPTH: usize = 100;

/// Parses a pattern.
pub(crate) fn parse(text: &str) -> Result<Node, PatternError> {
    let letters: Vec<char> = text.chars().collect();
    let mut parser = Parser {
        cursor: Cursor::new(&letters),
        depth: 0,
    };
    let node = parser.parse_alternatives()?;
    match parser.cursor.peek() {
        None => Ok(node),
        Some(_) => Err(PatternError::Syntax),
    }
}

/// The parser of one pattern.
struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
}

impl Parser<'_> {
    fn parse_alternatives(&mut self) -> Result<Node, PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(PatternError::TooDeep);
        }
        let mut alternatives = vec![self.parse_sequence()?];
        while self.cursor.take_if('|') {
            alternatives.push(self.parse_sequence()?);
        }
        self.depth -= 1;
        match alternatives.len() {
            1 => Ok(alternatives.pop().unwrap_or(Node::Concat(Vec::new()))),
            _ => Ok(Node::Alternation(alternatives)),
        }
    }

    fn parse_sequence(&mut self) -> Result<Node, PatternError> {
        let mut nodes = Vec::new();
        while let Some(letter) = self
            .cursor
            .peek()
            .filter(|letter| !matches!(letter, '|' | ')'))
        {
            self.cursor.position += 1;
            let node = match letter {
                '^' => Node::Start,
                '$' => Node::End,
                '.' => Node::Class(Class::outside(LINE_ENDS)),
                '(' => self.parse_group()?,
                '[' => Node::Class(self.parse_class()?),
                '\\' => escaped(self.cursor.parse_escape(EscapePlace::OutsideClass)?),
                '*' | '+' | '?' => return Err(PatternError::Syntax),
                '{' if self.parse_bounds()?.is_some() => return Err(PatternError::Syntax),
                letter => Node::Literal(letter),
            };
            nodes.push(self.parse_repetition(node)?);
        }
        match nodes.len() {
            1 => Ok(nodes.pop().unwrap_or(Node::Concat(Vec::new()))),
            _ => Ok(Node::Concat(nodes)),
        }
    }

    /// Parses a group after its parenthesis.
    fn parse_group(&mut self) -> Result<Node, PatternError> {
        let mut look = None;
        let mut is_capturing = true;
        if self.cursor.take_text("?=") {
            look = Some(false);
        } else if self.cursor.take_text("?!") {
            look = Some(true);
        } else if self.cursor.take_text("?:") {
            is_capturing = false;
        } else if self.cursor.take_text("?<=") || self.cursor.take_text("?<!") {
            return Err(PatternError::LookAround);
        } else if self.cursor.take_text("?<") || self.cursor.take_text("?P<") {
            self.parse_name()?;
            is_capturing = false;
        } else if self.cursor.take_text("?P=") {
            return Err(PatternError::BackReference);
        } else if self.cursor.take_if('?') {
            return Err(PatternError::Flags);
        }
        let inner = Box::new(self.parse_alternatives()?);
        if !self.cursor.take_if(')') {
            return Err(PatternError::Syntax);
        }
        Ok(match look {
            Some(is_negated) => Node::Look { is_negated, inner },
            None => Node::Group {
                is_capturing,
                inner,
            },
        })
    }

    /// Parses the name of a group up to its `>`.
    fn parse_name(&mut self) -> Result<(), PatternError> {
        let mut length = 0;
        loop {
            match self.cursor.next() {
                Some('>') if length > 0 => return Ok(()),
                Some(letter) if letter.is_alphanumeric() || matches!(letter, '_' | '$') => {
                    length += 1;
                }
                _ => return Err(PatternError::Syntax),
            }
        }
    }

    /// Parses the quantifier after `node`, if there is one.
    fn parse_repetition(&mut self, node: Node) -> Result<Node, PatternError> {
        let bounds = match self.cursor.peek() {
            Some('*') => Some((0, None)),
            Some('+') => Some((1, None)),
            Some('?') => Some((0, Some(1))),
            Some('{') => {
                self.cursor.position += 1;
                let bounds = self.parse_bounds()?;
                self.cursor.position -= usize::from(bounds.is_none());
                let Some((min, max)) = bounds else {
                    return Ok(node);
                };
                return self.repeat(node, min, max);
            }
            _ => None,
        };
        let Some((min, max)) = bounds else {
            return Ok(node);
        };
        self.cursor.position += 1;
        self.repeat(node, min, max)
    }

    fn repeat(&mut self, node: Node, min: u32, max: Option<u32>) -> Result<Node, PatternError> {
        let is_assertion = matches!(
            node,
            Node::Start | Node::End | Node::Boundary { .. } | Node::Look { .. }
        );
        let is_lazy = self.cursor.take_if('?');
        // Engines read a second quantifier differently: `a++` is possessive in some.
        let has_second = match self.cursor.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => {
                self.cursor.position += 1;
                let before = self.cursor.position - 1;
                let bounds = self.parse_bounds()?;
                self.cursor.position = before;
                bounds.is_some()
            }
            _ => false,
        };
        if is_assertion || has_second || max.is_some_and(|max| max < min) {
            return Err(PatternError::Syntax);
        }
        Ok(Node::Repeat {
            inner: Box::new(node),
            min,
            max,
            is_lazy,
        })
    }

    /// Parses `{2}`, `{2,}` or `{2,5}` after the brace. Returns `None`, and takes nothing, if the
    /// brace is a character.
    fn parse_bounds(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        let before = self.cursor.position;
        let min = self.parse_number()?;
        let has_comma = self.cursor.take_if(',');
        let max = if has_comma { self.parse_number()? } else { min };
        let is_closed = self.cursor.take_if('}');
        match (min, is_closed) {
            (Some(min), true) => Ok(Some((min, max))),
            // `{,5}` is a quantifier in some engines and text in others.
            (None, true) if has_comma => Err(PatternError::Syntax),
            _ => {
                self.cursor.position = before;
                Ok(None)
            }
        }
    }

    fn parse_number(&mut self) -> Result<Option<u32>, PatternError> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.cursor.peek().and_then(|letter| letter.to_digit(10)) {
            self.cursor.position += 1;
            let sum = number.unwrap_or(0).checked_mul(10);
            number = sum.and_then(|sum| sum.checked_add(digit));
            if number.is_none() {
                return Err(PatternError::Syntax);
            }
        }
        Ok(number)
    }

    /// Parses a class after its bracket.
    fn parse_class(&mut self) -> Result<Class, PatternError> {
        let mut class = Class {
            is_negated: self.cursor.take_if('^'),
            ranges: Vec::new(),
        };
        let mut negated: Vec<&'static [Range]> = Vec::new();
        while !self.cursor.take_if(']') {
            let first = match self.parse_member()? {
                Escape::Class { ranges, is_negated } => {
                    if is_negated {
                        negated.push(ranges);
                    } else {
                        class.ranges.extend(ranges);
                    }
                    continue;
                }
                Escape::Code(code) => code,
                Escape::Boundary { .. } => return Err(PatternError::Syntax),
            };
            let last = self.parse_range_end()?.unwrap_or(first);
            if last < first {
                return Err(PatternError::Syntax);
            }
            class.ranges.extend(scalars(first, last));
        }
        Ok(class.with_negated(&negated))
    }

    /// Parses one member of a class.
    fn parse_member(&mut self) -> Result<Escape, PatternError> {
        match self.cursor.next().ok_or(PatternError::Syntax)? {
            '\\' => self.cursor.parse_escape(EscapePlace::InClass),
            letter => Ok(Escape::Code(u32::from(letter))),
        }
    }

    /// Parses the hyphen and the end of a range. A hyphen before `]` or before an escape such as
    /// `\w` is a character.
    fn parse_range_end(&mut self) -> Result<Option<u32>, PatternError> {
        let before = self.cursor.position;
        if !self.cursor.take_if('-') || matches!(self.cursor.peek(), None | Some(']')) {
            self.cursor.position = before;
            return Ok(None);
        }
        if let Escape::Code(code) = self.parse_member()? {
            Ok(Some(code))
        } else {
            self.cursor.position = before;
            Ok(None)
        }
    }
}

fn escaped(escape: Escape) -> Node {
    match escape {
        Escape::Class { ranges, is_negated } => Node::Class(Class {
            is_negated,
            ranges: ranges.to_vec(),
        }),
        Escape::Boundary { is_negated } => Node::Boundary { is_negated },
        Escape::Code(code) => match char::from_u32(code) {
            Some(letter) => Node::Literal(letter),
            // No string contains half of a surrogate pair.
            None => Node::Class(Class::default()),
        },
    }
}

/// Returns the characters from one code point to another. Halves of surrogate pairs are not
/// characters.
fn scalars(first: u32, last: u32) -> Option<Range> {
    let start = char::from_u32(first).unwrap_or('\u{e000}');
    let end = char::from_u32(last).unwrap_or('\u{d7ff}');
    (start <= end).then_some((start, end))
}
