//! The seal of an approval, so that it holds for one call only.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::codec::Json;
use crate::context::canonical;

/// The version of the format, and the first byte of a seal.
const VERSION: u8 = 3;

const SERVER: usize = 16;
const NONCE: usize = 16;
const HASH: usize = 32;

/// The length of a seal: version, process, nonce, expiry, four hashes and the tag.
const LENGTH: usize = 1 + SERVER + NONCE + 8 + 5 * HASH;

/// The key of a policy or a server, and the random identifier by which processes with one key differ.
pub(crate) struct Seal {
    /// The key as a block of the hash, after which there are zeros.
    key: [u8; 64],
    server: [u8; SERVER],
    /// `true` if the seals of other processes with this key hold as well.
    opens_others: bool,
}

/// The call that a seal is bound to.
#[derive(Debug)]
pub(crate) struct Binding {
    tool: String,
    arguments: String,
    principal: String,
    details: String,
}

/// An approval with a valid seal.
#[derive(Debug)]
pub(crate) struct SealedApproval {
    pub(crate) nonce: [u8; NONCE],
    /// Milliseconds since 1970.
    pub(crate) expiry: u64,
}

/// The reason why an approval is refused. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApprovalProblem {
    /// It was changed, or it was sealed with another key.
    Forged,
    /// It has expired.
    Expired,
    /// It is for another tool.
    OtherTool,
    /// It is for other arguments.
    OtherArguments,
    /// It is for another principal, or for another client of an MCP server.
    OtherPrincipal,
    /// It is for another account, or another call.
    OtherCall,
    /// It was sealed by another process with this key, and the processes do not share a store.
    OtherProcess,
    /// It was used.
    Used,
    /// Its call is being made, or its process died less than a lease ago.
    InProgress,
    /// More approvals were used than are remembered.
    TooMany,
    /// The store of used approvals failed.
    Unavailable,
    /// The call is no longer allowed: by the client, the policy, or the check of its arguments.
    NotAllowed,
}

impl ApprovalProblem {
    /// Returns the problem as a stable word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::OtherTool => "other_tool",
            Self::OtherArguments => "other_arguments",
            Self::OtherPrincipal => "other_principal",
            Self::OtherCall => "other_call",
            Self::OtherProcess => "other_process",
            Self::Used => "used",
            Self::InProgress => "in_progress",
            Self::TooMany => "too_many",
            Self::Unavailable => "unavailable",
            Self::NotAllowed => "not_allowed",
        }
    }
}

/// Writes the reason.
impl fmt::Display for ApprovalProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Forged => "it was changed, or it was sealed with another key",
            Self::Expired => "it has expired",
            Self::OtherTool => "it is for another tool",
            Self::OtherArguments => "it is for other arguments",
            Self::OtherPrincipal => "it is for another principal",
            Self::OtherCall => "it is for another account or another call",
            Self::OtherProcess => {
                "it was sealed by another process that does not share a store of used approvals"
            }
            Self::Used => "it was used already, and an approval is for one call",
            Self::InProgress => "its call is being made",
            Self::TooMany => "too many approvals were used in a short time",
            Self::Unavailable => "the store of used approvals failed",
            Self::NotAllowed => "the call is no longer allowed",
        })
    }
}

impl std::error::Error for ApprovalProblem {}

impl Binding {
    pub(crate) fn new(tool: &str, arguments: &Json, principal: &str, details: &str) -> Self {
        Self {
            tool: tool.to_owned(),
            arguments: canonical(arguments),
            principal: principal.to_owned(),
            details: details.to_owned(),
        }
    }
}

impl SealedApproval {
    /// Checks that an approval has not expired.
    ///
    /// # Errors
    ///
    /// Returns [`ApprovalProblem::Expired`] if it has expired.
    pub(crate) fn check_expiry(&self, now: SystemTime) -> Result<(), ApprovalProblem> {
        if milliseconds(now) >= self.expiry {
            Err(ApprovalProblem::Expired)
        } else {
            Ok(())
        }
    }
}

impl Seal {
    /// Creates a seal with this key, or a random one. Returns `None` if the system has no randomness.
    pub(crate) fn new(key: Option<[u8; 32]>, opens_others: bool) -> Option<Self> {
        let key = match key {
            Some(key) => key,
            None => random()?,
        };
        let mut block = [0; 64];
        let bytes = block.iter_mut().zip(key);
        bytes.for_each(|(byte, of_key)| *byte = of_key);
        Some(Self {
            key: block,
            server: random()?,
            opens_others,
        })
    }

    /// Returns the random identifier of an approval.
    pub(crate) fn nonce() -> Option<[u8; NONCE]> {
        random()
    }

    /// Seals an approval that expires at `expiry`.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; NONCE],
        binding: &Binding,
        expiry: SystemTime,
    ) -> String {
        let mut state = Vec::with_capacity(LENGTH);
        state.push(VERSION);
        state.extend_from_slice(&self.server);
        state.extend_from_slice(nonce);
        state.extend_from_slice(&milliseconds(expiry).to_be_bytes());
        for hash in self.hashes(binding) {
            state.extend_from_slice(&hash);
        }
        let tag = self.mac(b"state", &state).finalize().into_bytes();
        state.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(state)
    }

    /// Opens a seal.
    ///
    /// # Errors
    ///
    /// The seal is forged, for another call or principal, of another process, or expired.
    pub(crate) fn open(
        &self,
        state: &str,
        binding: &Binding,
        now: SystemTime,
    ) -> Result<SealedApproval, ApprovalProblem> {
        // A longer string is not decoded.
        let state = Some(state).filter(|state| state.len() <= 2 * LENGTH);
        let state = state.and_then(|state| URL_SAFE_NO_PAD.decode(state).ok());
        let state = state.filter(|state| state.len() == LENGTH && state.first() == Some(&VERSION));
        let state = state.ok_or(ApprovalProblem::Forged)?;
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
            let hashes = [take(HASH)?, take(HASH)?, take(HASH)?, take(HASH)?];
            Some((server, nonce, expiry, hashes, take(HASH)?))
        })();
        let (server, nonce, expiry, hashes, tag) = parts.ok_or(ApprovalProblem::Forged)?;
        let sealed = state.get(..LENGTH - HASH).unwrap_or_default();
        let mac = self.mac(b"state", sealed);
        mac.verify_slice(tag).map_err(|_| ApprovalProblem::Forged)?;
        let problems = [
            ApprovalProblem::OtherTool,
            ApprovalProblem::OtherArguments,
            ApprovalProblem::OtherPrincipal,
            ApprovalProblem::OtherCall,
        ];
        let expected = self.hashes(binding);
        for ((hash, expected), problem) in hashes.iter().zip(&expected).zip(problems) {
            if **hash != expected[..] {
                return Err(problem);
            }
        }
        if !self.opens_others && server != self.server {
            return Err(ApprovalProblem::OtherProcess);
        }
        let sealed = SealedApproval { nonce, expiry };
        sealed.check_expiry(now)?;
        Ok(sealed)
    }

    /// Returns the HMAC of the bytes, separated by label.
    fn mac(&self, label: &[u8], bytes: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        for part in [b"toolsmith approval v3 ", label, b"\0", bytes] {
            mac.update(part);
        }
        mac
    }

    /// Returns the hashes of the parts of a binding. They are keyed: the client's credentials may be among
    /// them, and a seal may be logged.
    fn hashes(&self, binding: &Binding) -> [[u8; HASH]; 4] {
        let parts = [
            (&b"tool"[..], &binding.tool),
            (&b"arguments"[..], &binding.arguments),
            (&b"principal"[..], &binding.principal),
            (&b"details"[..], &binding.details),
        ];
        parts.map(|(label, part)| {
            self.mac(label, part.as_bytes())
                .finalize()
                .into_bytes()
                .into()
        })
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seal([hidden])")
    }
}

/// Returns random bytes, or `None` if the system has none.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub(in crate::agent) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Returns `None`: this platform has no source of randomness.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub(in crate::agent) fn random<const N: usize>() -> Option<[u8; N]> {
    None
}

/// Returns a time in milliseconds since 1970.
pub(in crate::agent) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
