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
const VERSION: u8 = 2;

const SERVER: usize = 16;
const NONCE: usize = 16;
const DIGEST: usize = 32;

/// The length of a state: version, server, nonce, expiry, three digests and the tag.
const LENGTH: usize = 1 + SERVER + NONCE + 8 + 4 * DIGEST;

/// The key of a server, and the random identifier by which servers with one key differ.
pub(super) struct Seal {
    key: hmac::Key,
    server: [u8; SERVER],
    /// `true` if the states of other servers with this key hold as well.
    opens_others: bool,
}

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
    /// Another server with this key has sealed it, and they do not share the used states.
    OtherServer,
    Used,
    /// More states were used than are remembered.
    TooMany,
    /// The store of used states failed.
    Unavailable,
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
            Self::OtherServer => "other_server",
            Self::Used => "used",
            Self::TooMany => "too_many",
            Self::Unavailable => "unavailable",
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
            Self::OtherServer => {
                "another server process has sealed it, and the processes do not share the used states (Server::used_states)"
            }
            Self::Used => "it was used already, and an approval is for one call",
            Self::TooMany => "too many approvals were used in a short time",
            Self::Unavailable => "the store of used approvals failed",
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
    /// Creates a seal with this key, or a random one. Returns `None` if the system has no randomness.
    pub(super) fn new(key: Option<[u8; 32]>, opens_others: bool) -> Option<Self> {
        let random = SystemRandom::new();
        let key = match key {
            Some(key) => hmac::Key::new(hmac::HMAC_SHA256, &key),
            None => hmac::Key::generate(hmac::HMAC_SHA256, &random).ok()?,
        };
        Some(Self {
            key,
            server: generate(&random).ok()?.expose(),
            opens_others,
        })
    }

    /// Seals a state that expires at `expiry`.
    pub(super) fn seal(&self, binding: &Binding, expiry: SystemTime) -> Option<String> {
        let nonce: [u8; NONCE] = generate(&SystemRandom::new()).ok()?.expose();
        let mut state = Vec::with_capacity(LENGTH);
        state.push(VERSION);
        state.extend_from_slice(&self.server);
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
    /// The state is forged, for another call or client, of another server, or expired.
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
            let server = take(SERVER)?;
            let nonce: [u8; NONCE] = take(NONCE)?.try_into().ok()?;
            let expiry = u64::from_be_bytes(take(8)?.try_into().ok()?);
            let digests = [take(DIGEST)?, take(DIGEST)?, take(DIGEST)?];
            Some((server, nonce, expiry, digests, take(DIGEST)?))
        })();
        let (server, nonce, expiry, digests, tag) = parts.ok_or(StateProblem::Forged)?;
        let sealed = state.get(..LENGTH - DIGEST).unwrap_or_default();
        hmac::verify(&self.key, &labelled(b"state", sealed), tag)
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
        if !self.opens_others && server != self.server {
            return Err(StateProblem::OtherServer);
        }
        if milliseconds(now) >= expiry {
            return Err(StateProblem::Expired);
        }
        Ok(SealedState { nonce, expiry })
    }

    fn tag(&self, state: &[u8]) -> hmac::Tag {
        hmac::sign(&self.key, &labelled(b"state", state))
    }

    /// Returns the digests of the parts of a binding. They are keyed: the client's credentials are among
    /// them, and a state may be logged.
    fn digests(&self, binding: &Binding) -> [hmac::Tag; 3] {
        let parts = [
            (&b"tool"[..], &binding.tool),
            (&b"arguments"[..], &binding.arguments),
            (&b"client"[..], &binding.client),
        ];
        parts.map(|(label, part)| hmac::sign(&self.key, &labelled(label, part.as_bytes())))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seal([hidden])")
    }
}

/// Returns bytes that no other label leads to.
fn labelled(label: &[u8], bytes: &[u8]) -> Vec<u8> {
    [b"toolsmith approval v2 ", label, b"\0", bytes].concat()
}

/// Returns a time in milliseconds since 1970.
pub(super) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
