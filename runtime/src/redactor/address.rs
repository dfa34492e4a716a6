//! Secrets in addresses and forms.

use percent_encoding::percent_decode_str;

use super::{REDACTED, Redactor};

impl Redactor {
    /// Returns a text without the secrets among its parameters: those of the query of an address, of its
    /// fragment, of another address in it, or of a form. The password of an address is a secret, too.
    pub(crate) fn redact_address(&self, text: &str) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut is_inside = false;
        for piece in self.without_password(text).split_inclusive(['?', '#', '&']) {
            let body = piece.trim_end_matches(['?', '#', '&']);
            let end = piece.get(body.len()..).unwrap_or_default();
            if !is_inside {
                is_inside = self.push_parameter(body, &mut redacted);
            }
            // A value may contain this sign.
            is_inside &= end == "?";
            if !is_inside {
                redacted.push_str(end);
            }
        }
        redacted
    }

    /// Writes a parameter. Returns `true` if its value is a secret.
    fn push_parameter(&self, parameter: &str, redacted: &mut String) -> bool {
        match parameter.split_once('=') {
            Some((name, value)) if !value.is_empty() && self.is_secret(&field_of(name)) => {
                redacted.push_str(name);
                redacted.push('=');
                redacted.push_str(REDACTED);
                true
            }
            _ => {
                redacted.push_str(parameter);
                false
            }
        }
    }

    /// Returns a text in which the password of an address is redacted, as in `https://user:password@host`.
    fn without_password(&self, text: &str) -> String {
        let found = || {
            let (_, rest) = text.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            let (user, _) = authority.rsplit_once('@')?;
            let (_, password) = user.split_once(':').filter(|(_, it)| !it.is_empty())?;
            let end = text.len() - rest.len() + user.len();
            Some((end - password.len(), end))
        };
        match found().filter(|_| !self.is_off) {
            Some((start, end)) => {
                let (before, after) = (text.get(..start), text.get(end..));
                [
                    before.unwrap_or_default(),
                    REDACTED,
                    after.unwrap_or_default(),
                ]
                .concat()
            }
            None => text.to_owned(),
        }
    }
}

/// Returns the field that a parameter names: `token` for `filter[token][0]`.
fn field_of(parameter: &str) -> String {
    let decoded = percent_decode_str(parameter).decode_utf8_lossy();
    let mut parts = decoded.rsplit('[').map(|part| part.trim_end_matches(']'));
    let is_name = |part: &&str| part.parse::<usize>().is_err() && !part.is_empty();
    parts.find(is_name).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_the_secrets_of_addresses_and_forms() {
        for (text, expected) in [
            ("https://a.test/b?c=d#e", "https://a.test/b?c=d#e"),
            ("/a?b=c&access_token=s", "/a?b=c&access_token=[hidden]"),
            ("token=s&b=c", "token=[hidden]&b=c"),
            (
                "filter%5Btoken%5D[0]=s&b=c",
                "filter%5Btoken%5D[0]=[hidden]&b=c",
            ),
            (
                "https://a.test/#access_token=s&b=c",
                "https://a.test/#access_token=[hidden]&b=c",
            ),
            ("/a?token=s?t#b=c", "/a?token=[hidden]#b=c"),
            ("/a#/b?token=s", "/a#/b?token=[hidden]"),
            (
                "/a?next=https://b.test?token=s&c=d",
                "/a?next=https://b.test?token=[hidden]&c=d",
            ),
            ("https://user:s@a.test/b", "https://user:[hidden]@a.test/b"),
            ("https://user@a.test/b:c@d", "https://user@a.test/b:c@d"),
            ("?token=&a=b", "?token=&a=b"),
            ("?b&&", "?b&&"),
        ] {
            assert_eq!(Redactor::default().redact_address(text), expected, "{text}");
        }
    }
}
