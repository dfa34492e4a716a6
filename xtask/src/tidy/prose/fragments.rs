//! A text with the lines that it comes from.

/// The characters before and after a place that an exception can match.
const CONTEXT: usize = 80;

/// The kind of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A paragraph of a doc comment.
    Doc,
    /// Any other text.
    Other,
}

/// A text with its line breaks and runs of spaces replaced by single spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The offset at which each line begins, with the number of the line.
    lines: Vec<(usize, usize)>,
}

impl Fragment {
    /// Creates an empty text.
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: String::new(),
            lines: Vec::new(),
        }
    }

    /// Appends a character that is on `line`.
    pub(super) fn push(&mut self, char: char, line: usize) {
        if self.lines.last().is_none_or(|(_, last)| *last != line) {
            self.lines.push((self.text.len(), line));
        }
        if !char.is_whitespace() {
            self.text.push(char);
        } else if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Appends a line of text.
    pub(super) fn push_line(&mut self, text: &str, line: usize) {
        for char in text.chars().chain([' ']) {
            self.push(char, line);
        }
    }

    /// Returns the line of an offset.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        let before = self.lines.iter().take_while(|(start, _)| *start <= offset);
        before.last().map_or(1, |(_, line)| *line)
    }

    /// Returns the text around an offset.
    pub(super) fn text_around(&self, offset: usize) -> &str {
        let boundary = |offset: &usize| self.text.is_char_boundary(*offset);
        let start = (0..=offset.saturating_sub(CONTEXT)).rev().find(boundary);
        let end = (offset + CONTEXT..self.text.len()).find(boundary);
        let range = start.unwrap_or(0)..end.unwrap_or(self.text.len());
        self.text.get(range).unwrap_or(&self.text)
    }
}

/// Returns the paragraphs of a text outside of fenced code, without `marks` at the start of lines.
pub(super) fn paragraphs(text: &str, kind: Kind, marks: &[char]) -> Vec<Fragment> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(index, line)| (index + 1, line.trim_start_matches(marks)));
    paragraphs_of(lines, kind)
}

/// Returns the paragraphs of numbered lines.
pub(super) fn paragraphs_of<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
    kind: Kind,
) -> Vec<Fragment> {
    let mut paragraphs = vec![Fragment::new(kind)];
    let mut is_code = false;
    for (number, line) in lines {
        let line = line.trim();
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if is_code || line.is_empty() || line.starts_with("```") {
            paragraphs.push(Fragment::new(kind));
        } else if let Some(paragraph) = paragraphs.last_mut() {
            paragraph.push_line(line, number);
        }
    }
    paragraphs.retain(|paragraph| !paragraph.text.is_empty());
    paragraphs
}
