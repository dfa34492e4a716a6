//! The key under which a server carries out a call once.

use std::fmt;

use http::HeaderValue;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::{CallContext, canonical};

/// The longest key. Servers store keys, and many refuse longer ones.
const MAX_CHARACTERS: usize = 255;

/// The key under which a server carries out a call once.
///
/// It is sent as the header `idempotency-key` of calls that change data, and never to a model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

/// The error of a string that is not an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidKey;

impl fmt::Display for InvalidKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "an idempotency key has 1 to {MAX_CHARACTERS} visible ASCII characters"
        )
    }
}

impl std::error::Error for InvalidKey {}

impl IdempotencyKey {
    /// Creates a key of 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    ///
    /// The string is not such a key.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidKey> {
        let key = key.into();
        let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if is_visible && (1..=MAX_CHARACTERS).contains(&key.len()) {
            Ok(Self(key))
        } else {
            Err(InvalidKey)
        }
    }

    /// Derives the key of a call of a run, so that a resumed run repeats no write.
    ///
    /// `run` identifies the run, and `call_id` the call within it. Arguments that differ only in the order of
    /// members or in the spelling of numbers (`1`, `1.0`, `10e-1`) give one key.
    ///
    /// The key is the SHA-256, as 64 hexadecimal digits, of `toolsmith idempotency v1` and a zero byte, followed
    /// by run, call identifier, tool and arguments, each after its length in bytes as a 64-bit big-endian
    /// number. The arguments are written as RFC 8785 does, but numbers keep all their digits. This does not
    /// change with a release.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolsmith_runtime::context::IdempotencyKey;
    ///
    /// let arguments = json!({"name": "Billing", "limit": 5});
    /// let key = IdempotencyKey::derive("run-1", "call_1", "create_project", &arguments);
    /// assert_eq!(
    ///     key.as_str(),
    ///     "18fe562840ad963c5d192f92d9460a592bf889499a460e90a389fd3ae5858c7c"
    /// );
    /// ```
    #[must_use]
    pub fn derive(run: &str, call_id: &str, tool: &str, arguments: &Json) -> Self {
        let parts = [run, call_id, tool, &canonical(arguments)];
        Self::of_parts(b"toolsmith idempotency v1\0", &parts)
    }

    /// Derives the key of a call of a run in a context: the calls of two principals, or of two sessions, have
    /// different keys also if their identifiers are equal. Returns `None` without a call identifier.
    ///
    /// Without a principal and a session, the key is that of [`derive`](Self::derive). Otherwise it is made
    /// like that, of `toolsmith idempotency v2` and a zero byte, followed by run, session, principal, call
    /// identifier, tool and arguments. This does not change with a release.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolsmith_runtime::{CallContext, context::IdempotencyKey};
    ///
    /// let key = |context: CallContext| IdempotencyKey::derive_in("run-1", &context, "create_project", &json!({}));
    /// let call = CallContext::new().call_id("call_1");
    /// assert_eq!(key(call.clone()), Some(IdempotencyKey::derive("run-1", "call_1", "create_project", &json!({}))));
    /// assert_ne!(key(call.clone().principal("ann")), key(call.principal("bob")));
    /// ```
    #[must_use]
    pub fn derive_in(
        run: &str,
        context: &CallContext,
        tool: &str,
        arguments: &Json,
    ) -> Option<Self> {
        let call_id = context.call_id.as_deref().filter(|id| !id.is_empty())?;
        let session = context.session.as_deref().unwrap_or_default();
        let principal = context.principal.as_deref().unwrap_or_default();
        if session.is_empty() && principal.is_empty() {
            return Some(Self::derive(run, call_id, tool, arguments));
        }
        let arguments = canonical(arguments);
        let parts = [run, session, principal, call_id, tool, &arguments];
        Some(Self::of_parts(b"toolsmith idempotency v2\0", &parts))
    }

    /// Returns the hash of parts, each after its length, under a label.
    fn of_parts(label: &[u8], parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(label);
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self(hex(&hash.finalize()))
    }

    /// Returns the key as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key as the value of a header.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

/// Returns bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn derive(arguments: &str) -> String {
        let arguments = serde_json::from_str(arguments).unwrap();
        IdempotencyKey::derive("run-1", "call_1", "create_project", &arguments).into()
    }

    /// Keys that other releases and other programs have to derive as well: arguments and key.
    const VECTORS: &[(&str, &str)] = &[
        (
            "{}",
            "52d0dfa68e728c7f58b78517e04423c2a5a68b1676ffaeb518f2b5df7ef11bd2",
        ),
        (
            r#"{"limit": 5, "name": "Billing"}"#,
            "18fe562840ad963c5d192f92d9460a592bf889499a460e90a389fd3ae5858c7c",
        ),
        (
            r#"{"at": 9007199254740993, "ratio": 1e-7, "text": "é\n"}"#,
            "5f235d605ef8865be12a3b3b99e389b74f51d86e71a9d369e480277f2df51fcb",
        ),
    ];

    #[test]
    fn the_calls_of_principals_and_sessions_have_different_keys() {
        let call = || CallContext::new().call_id("call_1");
        let key = |context: CallContext| {
            IdempotencyKey::derive_in("run-1", &context, "create_project", &json!({}))
                .map(String::from)
        };
        let without = Some(derive("{}"));
        assert_eq!(key(call()), without);
        assert_eq!(key(call().principal("").session("")), without);
        assert_eq!(key(CallContext::new().principal("ann")), None);
        let ann = "6ede266e9ff2632bae7cfc4b18fa2fe51db68e920b3981d623d15b1b2c283bae";
        let in_chat = "5f4285285231f6715f6c4157fd191eecae8840842f25a6afdb3a3a96c6fba57e";
        assert_eq!(key(call().principal("ann")).as_deref(), Some(ann));
        let context = call().principal("ann").session("chat-7");
        assert_eq!(key(context).as_deref(), Some(in_chat));
        let others = [
            call(),
            call().principal("ann"),
            call().principal("bob"),
            call().session("ann"),
            call().principal("ann").session("bob"),
            call().principal("bob").session("ann"),
        ];
        let keys: std::collections::BTreeSet<_> = others.clone().into_iter().map(key).collect();
        assert_eq!(keys.len(), others.len());
    }

    #[test]
    fn derived_keys_do_not_change() {
        for (arguments, key) in VECTORS {
            assert_eq!(derive(arguments), *key, "{arguments}");
        }
        assert_eq!(derive(r#"{"name":"Billing","limit":5.0}"#), VECTORS[1].1);
    }

    #[test]
    fn every_part_of_a_call_is_in_its_key() {
        let key = |run, call, tool| IdempotencyKey::derive(run, call, tool, &json!({}));
        let keys = [
            key("a", "b", "c"),
            key("ab", "", "c"),
            key("", "ab", "c"),
            key("a", "bc", ""),
            key("b", "a", "c"),
            IdempotencyKey::derive("a", "b", "c", &json!({"a": null})),
            IdempotencyKey::derive("a", "b", "c", &json!({"a": 9_007_199_254_740_992_u64})),
            IdempotencyKey::derive("a", "b", "c", &json!({"a": 9_007_199_254_740_993_u64})),
        ];
        let different: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
    }

    #[test]
    fn a_key_is_visible_ascii() {
        for wrong in ["", " ", "a b", "é", "a\n", &"a".repeat(256)] {
            assert_eq!(IdempotencyKey::new(wrong), Err(InvalidKey), "{wrong:?}");
        }
        assert_eq!(IdempotencyKey::new("run-1/5").unwrap().as_str(), "run-1/5");
    }
}
