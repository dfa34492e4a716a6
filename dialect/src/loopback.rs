//! Addresses of this machine.

use url::{Host, Url};

/// Returns `true` if a URL points to this machine. A name below `localhost` may be resolved by a name
/// server, so it does not count.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.strip_suffix('.').unwrap_or(name) == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback() || mapped.is_some_and(|address| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_this_machine_are_known() {
        for (host, expected) in [
            ("localhost", true),
            ("LocalHost", true),
            ("localhost.", true),
            ("127.0.0.1", true),
            ("127.0.1.1", true),
            ("127.0.0.1.", true),
            ("127.1", true),
            ("2130706433", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("[::ffff:7f00:1]", true),
            ("localhost..", false),
            ("a.localhost", false),
            ("localhost.mcp.test", false),
            ("127.0.0.1.mcp.test", false),
            ("10.0.0.1", false),
            ("0.0.0.0", false),
            ("[::]", false),
            ("[::ffff:10.0.0.1]", false),
            // It is translated on the way.
            ("[64:ff9b::7f00:1]", false),
        ] {
            let Ok(url) = Url::parse(&format!("http://{host}:1/mcp")) else {
                assert!(!expected, "{host}");
                continue;
            };
            assert_eq!(is_loopback(&url), expected, "{host}");
        }
    }
}
