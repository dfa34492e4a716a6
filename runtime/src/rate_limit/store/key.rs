//! The name of a lane in a store.

use std::fmt;

/// The name of a lane: a hash of the base URL, the token and the account.
///
/// All processes that use the same ones have the same name. The token cannot be computed from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneKey(String);

impl LaneKey {
    /// Creates the name of the lane of a token, or of an account.
    #[must_use]
    pub fn new(base_url: &str, token: &str, account: Option<&str>) -> Self {
        /// The number of bytes of the hash that the name contains.
        const LENGTH: usize = 16;
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        context.update(b"toolsmith rate limit 1");
        for part in [Some(base_url), Some(token), account].into_iter().flatten() {
            // With the length, so that no two lists of parts are the same bytes.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            context.update(part.as_bytes());
        }
        let hash = context.finish();
        let digits = |byte: &u8| [byte >> 4, byte & 15];
        let bytes = hash.as_ref().iter().take(LENGTH);
        let digits = bytes.flat_map(digits);
        Self(
            digits
                .filter_map(|digit| char::from_digit(digit.into(), 16))
                .collect(),
        )
    }

    /// Returns the name: 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LaneKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
