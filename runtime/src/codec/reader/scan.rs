//! The boundaries of values, found without reading the values.

use super::{Parts, Reader, Stop};

/// Skips the value at `position` and returns the position after it.
pub(in crate::codec) fn skip_at(text: &[u8], position: usize) -> Option<usize> {
    let mut reader = Reader::at(text, position, 0);
    reader.skip_value().ok().map(|_| reader.position)
}

impl<'t> Reader<'t> {
    /// Skips the next value and returns its text. Brackets and quotes have to match; the rest of the
    /// value may be anything.
    pub(crate) fn skip_value(&mut self) -> Result<&'t [u8], Stop> {
        self.count_token()?;
        let first = self.peek();
        let begin = self.position;
        match first {
            Some(b'"') => self.skip_string()?,
            Some(b'[' | b'{') => self.skip_container()?,
            _ if self.word().is_empty() => return Err(Stop::Syntax),
            _ => {}
        }
        Ok(self.text.get(begin..self.position).unwrap_or_default())
    }

    /// Counts the elements of the array from the current one on.
    pub(crate) fn count_elements(mut self) -> usize {
        let mut parts = Parts { has_begun: true };
        let mut count = 0;
        while self.skip_value().is_ok() {
            count += 1;
            if !self.next_element(&mut parts).unwrap_or(false) {
                break;
            }
        }
        count
    }

    fn skip_string(&mut self) -> Result<(), Stop> {
        self.position += 1;
        loop {
            let rest = self.text.get(self.position..).ok_or(Stop::Syntax)?;
            let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
            let end = end.ok_or(Stop::Syntax)?;
            let is_escape = rest.get(end) == Some(&b'\\');
            self.position += end + 1 + usize::from(is_escape);
            if !is_escape {
                return Ok(());
            }
        }
    }

    fn skip_container(&mut self) -> Result<(), Stop> {
        let mut depth = 0_usize;
        while let Some(byte) = self.text.get(self.position) {
            match byte {
                b'"' => {
                    self.count_token()?;
                    self.skip_string()?;
                    continue;
                }
                b'[' | b'{' => {
                    self.count_token()?;
                    depth += 1;
                }
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            self.position += 1;
            if depth == 0 {
                return Ok(());
            }
        }
        Err(Stop::Syntax)
    }
}
