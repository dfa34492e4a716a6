//! The characters of a pattern and the position in them.

/// The characters of a pattern and the position in them.
pub(crate) struct Cursor<'a> {
    letters: &'a [char],
    /// The index of the next character.
    pub(crate) position: usize,
}

impl<'a> Cursor<'a> {
    /// Creates a cursor at the start.
    pub(crate) fn new(letters: &'a [char]) -> Self {
        Self {
            letters,
            position: 0,
        }
    }

    /// Returns the next character without taking it.
    pub(crate) fn peek(&self) -> Option<char> {
        self.letters.get(self.position).copied()
    }

    /// Takes the next character.
    pub(crate) fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.position += 1;
        Some(letter)
    }

    /// Takes `letter` if it comes next.
    pub(crate) fn take_if(&mut self, letter: char) -> bool {
        let is_next = self.peek() == Some(letter);
        self.position += usize::from(is_next);
        is_next
    }

    /// Takes the characters of `text` if they come next.
    pub(crate) fn take_text(&mut self, text: &str) -> bool {
        let before = self.position;
        let is_next = text.chars().all(|letter| self.take_if(letter));
        if !is_next {
            self.position = before;
        }
        is_next
    }
}
