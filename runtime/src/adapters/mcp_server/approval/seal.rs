//! The state that a client sends back with an answer, sealed so that it holds for one call only.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::{SystemRandom, generate};

use super::canonical::canonical;
use crate::codec::Json;

/// The version of the format, and the first byte of a state.
const VERSION: u8 = 1;

const NONCE: usize = 16;
const DIGEST: usize = 32;

/// The length of a state: version, nonce, expiry, three digests and the tag.
const LENGTH: usize = 1 + NONCE + 8 + 4 * DIGEST;

/// The key of a server.
pub(super) struct Seal(hmac::Key);

/// The call and the client that a state is bound to.
#[derive(Debug)]
pub(in crate::adapters::mcp_server) struct Binding {
    tool: String,
    arguments: String,
    client: String,
}

/// A state with a valid seal.
#[derive(Debug)]
pub(super) struct SealedState {
    pub(super) nonce: [u8; NONCE],
    /// Milliseconds since 1970.
    pub(super) expiry: u64,
}

/// The reason why a state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters::mcp_server) enum StateProblem {
    /// No server with this key has sealed it.
    Forged,
    Expired,
    OtherTool,
    OtherArguments,
    OtherClient,
    Used,
    /// More states were used than are remembered.
    TooMany,
}

impl StateProblem {
    /// Returns the problem as a word for programs.
    pub(in crate::adapters::mcp_server) fn code(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::OtherTool => "other_tool",
            Self::OtherArguments => "other_arguments",
            Self::OtherClient => "other_client",
            Self::Used => "used",
            Self::TooMany => "too_many",
        }
    }
}

/// Writes the reason and the remedy.
impl fmt::Display for StateProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self {
            Self::Forged => "it was changed, or this server has not sealed it",
            Self::Expired => "it has expired",
            Self::OtherTool => "it is for another tool",
            Self::OtherArguments => "it is for other arguments",
            Self::OtherClient => "it is for another client",
            Self::Used => "it was used already, and an approval is for one call",
            Self::TooMany => "too many approvals were used in a short time",
        };
        write!(
            formatter,
            "requestState is refused: {reason}; nothing was sent. Call again without requestState to ask the user again"
        )
    }
}

impl Binding {
    pub(in crate::adapters::mcp_server) fn new(tool: &str, arguments: &Json, client: &str) -> Self {
        Self {
            tool: tool.to_owned(),
            arguments: canonical(arguments),
            client: client.to_owned(),
        }
    }
}

impl Seal {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Creates a seal with a random key, or returns `None` if the system has no randomness.
    pub(super) fn random() -> Option<Self> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new());
        key.ok().map(Self)
    }

    /// Seals a state that expires at `expiry`.
    pub(super) fn seal(&self, binding: &Binding, expiry: SystemTime) -> Option<String> {
        let nonce: [u8; NONCE] = generate(&SystemRandom::new()).ok()?.expose();
        let mut state = Vec::with_capacity(LENGTH);
        state.push(VERSION);
        state.extend_from_slice(&nonce);
        state.extend_from_slice(&milliseconds(expiry).to_be_bytes());
        for digest in self.digests(binding) {
            state.extend_from_slice(digest.as_ref());
        }
        let tag = self.tag(&state);
        state.extend_from_slice(tag.as_ref());
        Some(URL_SAFE_NO_PAD.encode(state))
    }

    /// Opens a state.
    ///
    /// # Errors
    ///
    /// The state is forged, for another call or client, or expired.
    pub(super) fn open(
        &self,
        state: &str,
        binding: &Binding,
        now: SystemTime,
    ) -> Result<SealedState, StateProblem> {
        // A longer string is not decoded.
        let state = Some(state).filter(|state| state.len() <= 2 * LENGTH);
        let state = state.and_then(|state| URL_SAFE_NO_PAD.decode(state).ok());
        let state = state.filter(|state| state.len() == LENGTH && state.first() == Some(&VERSION));
        let state = state.ok_or(StateProblem::Forged)?;
        let mut rest = state.as_slice();
        let mut take = |length: usize| {
            let (part, other) = rest.split_at_checked(length)?;
            rest = other;
            Some(part)
        };
        let parts = (|| {
            take(1)?;
            let nonce: [u8; NONCE] = take(NONCE)?.try_into().ok()?;
            let expiry = u64::from_be_bytes(take(8)?.try_into().ok()?);
            let digests = [take(DIGEST)?, take(DIGEST)?, take(DIGEST)?];
            Some((nonce, expiry, digests, take(DIGEST)?))
        })();
        let (nonce, expiry, digests, tag) = parts.ok_or(StateProblem::Forged)?;
        let sealed = state.get(..LENGTH - DIGEST).unwrap_or_default();
        hmac::verify(&self.0, &labelled(b"state", sealed), tag)
            .map_err(|_| StateProblem::Forged)?;
        let problems = [
            StateProblem::OtherTool,
            StateProblem::OtherArguments,
            StateProblem::OtherClient,
        ];
        let expected = self.digests(binding);
        for ((digest, expected), problem) in digests.iter().zip(&expected).zip(problems) {
            if *digest != expected.as_ref() {
                return Err(problem);
            }
        }
        if milliseconds(now) >= expiry {
            return Err(StateProblem::Expired);
        }
        Ok(SealedState { nonce, expiry })
    }

    fn tag(&self, state: &[u8]) -> hmac::Tag {
        hmac::sign(&self.0, &labelled(b"state", state))
    }

    /// Returns the digests of the parts of a binding. They are keyed: the client's credentials are among
    /// them, and a state may be logged.
    fn digests(&self, binding: &Binding) -> [hmac::Tag; 3] {
        let parts = [
            (&b"tool"[..], &binding.tool),
            (&b"arguments"[..], &binding.arguments),
            (&b"client"[..], &binding.client),
        ];
        parts.map(|(label, part)| hmac::sign(&self.0, &labelled(label, part.as_bytes())))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seal([hidden])")
    }
}

/// Returns bytes that no other label leads to.
fn labelled(label: &[u8], bytes: &[u8]) -> Vec<u8> {
    [b"toolsmith approval v1 ", label, b"\0", bytes].concat()
}

/// Returns a time in milliseconds since 1970.
pub(super) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
