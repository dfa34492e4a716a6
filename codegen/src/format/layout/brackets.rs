//! Parses a line of Rust into a tree of brackets.

/// Part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text without brackets other than those in strings.
    Text(&'t str),
    /// Brackets and the elements between them.
    Group(Group<'t>),
}

/// Brackets and the elements between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group<'t> {
    pub(super) bracket: Bracket,
    pub(super) elements: Vec<Line<'t>>,
}

/// An expression on one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line<'t> {
    pub(super) pieces: Vec<Piece<'t>>,
    /// The number of characters.
    pub(super) width: usize,
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

impl<'t> Line<'t> {
    /// Parses a line in which every bracket is closed.
    pub(super) fn parse(text: &'t str) -> Self {
        let mut rest = text;
        let mut lines = parse_list(&mut rest);
        match lines.pop() {
            Some(line) if lines.is_empty() && rest.is_empty() => line,
            _ => Self {
                pieces: vec![Piece::Text(text)],
                width: text.chars().count(),
            },
        }
    }
}

/// Parses elements up to the closing bracket or the end.
fn parse_list<'t>(rest: &mut &'t str) -> Vec<Line<'t>> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    while let Some(step) = next_step(rest) {
        let (text, tail) = rest.split_at(step.at);
        push_text(&mut line, text);
        let mark = tail.get(..1).unwrap_or_default();
        *rest = tail.get(1..).unwrap_or_default();
        match (step.kind, mark) {
            (StepKind::Open(bracket), _) => {
                let is_tuple = bracket == Bracket::Round && !is_called(&line);
                let mut elements = parse_list(rest);
                let inner = text_before(tail, rest);
                if let (true, [only]) = (is_tuple, elements.as_mut_slice())
                    && inner.trim_end().ends_with(',')
                {
                    // Without the comma, this would be an expression in parentheses.
                    only.pieces.push(Piece::Text(","));
                    only.width += 1;
                }
                let group = Group { bracket, elements };
                line.width += group.width();
                line.pieces.push(Piece::Group(group));
            }
            (StepKind::Close, _) => {
                trim_end(&mut line);
                if !line.pieces.is_empty() {
                    lines.push(line);
                }
                return lines;
            }
            (StepKind::Comma, _) => {
                lines.push(std::mem::take(&mut line));
                *rest = rest.trim_start();
            }
        }
    }
    push_text(&mut line, rest);
    *rest = "";
    lines.push(line);
    lines
}

/// Returns `true` if a bracket after `line` contains arguments or parameters.
fn is_called(line: &Line<'_>) -> bool {
    let Some(Piece::Text(text)) = line.pieces.last() else {
        return false;
    };
    text.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | '>' | '!'))
}

/// Returns the text between the bracket at the start of `tail` and the one before `rest`.
fn text_before<'t>(tail: &'t str, rest: &str) -> &'t str {
    let end = tail.len().saturating_sub(rest.len() + 1);
    tail.get(1..end).unwrap_or_default()
}

fn push_text<'t>(line: &mut Line<'t>, text: &'t str) {
    let text = if line.pieces.is_empty() {
        text.trim_start()
    } else {
        text
    };
    if !text.is_empty() {
        line.width += text.chars().count();
        line.pieces.push(Piece::Text(text));
    }
}

fn trim_end(line: &mut Line<'_>) {
    if let Some(Piece::Text(text)) = line.pieces.last_mut() {
        let trimmed = text.trim_end();
        line.width -= text.len() - trimmed.len();
        *text = trimmed;
        if trimmed.is_empty() {
            line.pieces.pop();
        }
    }
}

impl Group<'_> {
    /// Returns the number of characters on one line.
    pub(super) fn width(&self) -> usize {
        match (self.bracket, self.inner_width()) {
            (Bracket::Curly, inner) if inner > 0 => inner + 4,
            (_, inner) => inner + 2,
        }
    }

    /// Returns the number of characters on one line, without the brackets.
    pub(super) fn inner_width(&self) -> usize {
        let elements: usize = self.elements.iter().map(|element| element.width).sum();
        elements + 2 * self.elements.len().saturating_sub(1)
    }
}

/// A bracket or comma outside strings. Commas in the parameters of types do not count.
struct Step {
    at: usize,
    kind: StepKind,
}

enum StepKind {
    Open(Bracket),
    Close,
    Comma,
}

fn next_step(text: &str) -> Option<Step> {
    // All characters of interest are ASCII, so bytes suffice.
    let bytes = text.as_bytes();
    let mut angles = 0_usize;
    let mut at = 0;
    let mut before = b' ';
    while let Some(byte) = bytes.get(at) {
        let kind = match *byte {
            b'"' => {
                at += string_length(text.get(at..)?);
                before = b'"';
                continue;
            }
            b'r' if !is_part_of_word(before) => {
                let hashes = count_hashes(text.get(at + 1..)?);
                let quoted = text.get(at + 1 + hashes..)?;
                if quoted.starts_with('"') {
                    at += 1 + hashes + raw_length(quoted, hashes);
                    before = b'"';
                    continue;
                }
                None
            }
            b'(' => Some(StepKind::Open(Bracket::Round)),
            b'[' => Some(StepKind::Open(Bracket::Square)),
            b'{' => Some(StepKind::Open(Bracket::Curly)),
            b')' | b']' | b'}' => Some(StepKind::Close),
            b'<' => {
                angles += 1;
                None
            }
            b'>' if before != b'-' => {
                angles = angles.saturating_sub(1);
                None
            }
            b',' if angles == 0 => Some(StepKind::Comma),
            _ => None,
        };
        if let Some(kind) = kind {
            return Some(Step { at, kind });
        }
        before = *byte;
        at += 1;
    }
    None
}

fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Returns the length of the string literal at the start of `text`, with its quotes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_length(text: &str, hashes: usize) -> usize {
    let end = format!("\"{}", "#".repeat(hashes));
    let inner = text.get(1..).unwrap_or_default();
    inner.find(&end).map_or(text.len(), |at| 1 + at + end.len())
}

fn count_hashes(text: &str) -> usize {
    text.len() - text.trim_start_matches('#').len()
}

/// Returns the number of opened brackets in a line, less the number of closed ones.
pub(super) fn open_brackets(line: &str) -> i32 {
    let mut depth = 0;
    let mut rest = line;
    while let Some(step) = next_step(rest) {
        match step.kind {
            StepKind::Open(_) => depth += 1,
            StepKind::Close => depth -= 1,
            StepKind::Comma => {}
        }
        rest = rest.get(step.at + 1..).unwrap_or_default();
    }
    depth
}
