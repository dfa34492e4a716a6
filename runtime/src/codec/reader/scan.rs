//! The boundaries of values, found without reading the values.

use super::{Parts, Reader, Stop};

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
        while let Some(byte) = self.text.get(self.position) {
            self.position += match byte {
                b'\\' => 2,
                _ => 1,
            };
            if *byte == b'"' {
                return Ok(());
            }
        }
        Err(Stop::Syntax)
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
                b',' => self.count_token()?,
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
