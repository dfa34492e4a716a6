//! The addresses to which requests may go. URLs of metadata come from servers, which must not make this
//! program call machines that only it can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use toolsmith_dialect::loopback::is_loopback;
use url::{Host, Url};

use super::error::{OAuthError, OAuthErrorKind};

/// The variables that name proxies. A proxy resolves names itself, so its own address is not checked.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The reach of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AddressClass {
    Public,
    /// This machine.
    Loopback,
    /// A private network.
    Private,
    /// Link-local, which includes the metadata services of clouds, multicast, unspecified and reserved.
    Special,
}

/// Addresses that are allowed in addition to public ones: those of the kind that the MCP server has, whose URL
/// a person chose.
#[derive(Debug, Clone, Default)]
pub(super) struct AddressPolicy {
    /// The URL of the server names this machine, so that plain HTTP stays on it.
    is_local: bool,
    allows_loopback: bool,
    allows_private: bool,
    proxies: Arc<[String]>,
}

impl AddressPolicy {
    /// Returns the policy for the metadata of a server.
    pub(super) async fn of_server(url: &Url) -> Self {
        let is_local = is_loopback(url);
        let addresses: Vec<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            Some(Host::Domain(host)) if !is_local => {
                let port = url.port_or_known_default().unwrap_or(443);
                let found = tokio::net::lookup_host((host, port)).await;
                found.into_iter().flatten().map(|it| it.ip()).collect()
            }
            Some(Host::Domain(_)) | None => Vec::new(),
        };
        let variables = PROXY_VARIABLES
            .iter()
            .filter_map(|name| std::env::var(name).ok());
        let proxies = variables.filter_map(|proxy| {
            let url = Url::parse(&proxy).or_else(|_| Url::parse(&format!("http://{proxy}")));
            url.ok()?.host_str().map(str::to_owned)
        });
        Self {
            proxies: proxies.collect(),
            ..Self::of_addresses(is_local, &addresses)
        }
    }

    /// Returns the policy for a server with these addresses. One with a public address as well is a public
    /// server.
    fn of_addresses(is_local: bool, addresses: &[IpAddr]) -> Self {
        let classes = addresses.iter().map(|address| class_of(*address));
        // Those are never allowed. A machine of the network may have a link-local address as well.
        let classes = classes.filter(|class| *class != AddressClass::Special);
        let classes: Vec<AddressClass> = classes.collect();
        let is_inside = !classes.contains(&AddressClass::Public);
        Self {
            is_local,
            allows_loopback: is_local || (is_inside && classes.contains(&AddressClass::Loopback)),
            allows_private: is_inside && classes.contains(&AddressClass::Private),
            proxies: Arc::default(),
        }
    }

    /// Returns `true` if the URL of the server names this machine, so that requests need no proxy.
    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    /// Checks a URL that a server named. `what` says which, for the message.
    pub(super) fn check(&self, url: &Url, what: &str) -> Result<(), OAuthError> {
        let refuse = |why: &str| {
            let message = format!("{what} is at {}, {why}", origin(url));
            Err(OAuthError::new(OAuthErrorKind::Unsupported, message))
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("with credentials in its URL");
        }
        match url.scheme() {
            "https" => {}
            "http" if self.is_local && is_loopback(url) => {}
            "http" => return refuse("which is plain HTTP and exposes tokens to the network"),
            _ => return refuse("which is not an https URL"),
        }
        let is_allowed = match url.host() {
            Some(Host::Ipv4(address)) => self.allows(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.allows(IpAddr::V6(address)),
            Some(Host::Domain(name)) => self.allows_loopback || !may_name_this_machine(name),
            None => false,
        };
        if is_allowed {
            return Ok(());
        }
        refuse("an address inside this machine or network, which the MCP server is not in")
    }

    fn allows(&self, address: IpAddr) -> bool {
        match class_of(address) {
            AddressClass::Public => true,
            AddressClass::Loopback => self.allows_loopback,
            AddressClass::Private => self.allows_private,
            AddressClass::Special => false,
        }
    }
}

/// Resolves names, and leaves out the addresses that are not allowed: a public name may have a private
/// address.
impl Resolve for AddressPolicy {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            let found = tokio::net::lookup_host((host, 0)).await?;
            let is_proxy = policy.proxies.iter().any(|proxy| proxy == host);
            let allowed: Vec<SocketAddr> = found
                .filter(|address| is_proxy || policy.allows(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err("the host has no address that is allowed here".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Returns the scheme, host and port of a URL. The rest may be a secret.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Returns a URL of the same origin with another path alone.
pub(super) fn at(url: &Url, path: &str) -> Url {
    let mut url = url.clone();
    url.set_path(path);
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Returns `true` if a name may lead to this machine.
fn may_name_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn class_of(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(address) => class_of_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(address) => class_of_v4(address),
            None => class_of_v6(address),
        },
    }
}

fn class_of_v4(address: Ipv4Addr) -> AddressClass {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_special = address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || first >= 240
        || (first == 198 && (second == 18 || second == 19));
    if address.is_loopback() {
        AddressClass::Loopback
    } else if address.is_private() || is_shared {
        AddressClass::Private
    } else if is_special {
        AddressClass::Special
    } else {
        AddressClass::Public
    }
}

fn class_of_v6(address: Ipv6Addr) -> AddressClass {
    if address.is_loopback() {
        AddressClass::Loopback
    } else if address.is_unique_local() {
        AddressClass::Private
    } else if address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        // Addresses of tunnels, which may contain any other.
        || matches!(address.segments(), [0x2001, 0, ..] | [0x64, 0xff9b, 1, ..])
    {
        AddressClass::Special
    } else {
        AddressClass::Public
    }
}

/// Returns the address of version 4 that an address of version 6 contains.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        // Mapped, and translated.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(of(high, low))
        }
        // 6to4.
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(allows_loopback: bool, allows_private: bool) -> AddressPolicy {
        AddressPolicy {
            is_local: allows_loopback,
            allows_loopback,
            allows_private,
            proxies: Arc::default(),
        }
    }

    #[test]
    fn metadata_reaches_no_further_than_its_server() {
        // The URL, and whether it is allowed for a server that is public, on this machine, private.
        for (url, allowed) in [
            ("https://auth.test/token", [true, true, true]),
            ("https://8.8.8.8/token", [true, true, true]),
            ("http://auth.test/token", [false, false, false]),
            ("http://127.0.0.1:9/token", [false, true, false]),
            ("https://127.0.0.1:9/token", [false, true, false]),
            ("https://localhost/token", [false, true, false]),
            ("http://localhost./token", [false, true, false]),
            ("http://[::ffff:127.0.0.1]/token", [false, true, false]),
            ("https://a.localhost./token", [false, true, false]),
            ("https://[::1]/token", [false, true, false]),
            ("https://[::ffff:127.0.0.1]/token", [false, true, false]),
            ("https://10.0.0.9/token", [false, false, true]),
            ("https://192.168.1.1/token", [false, false, true]),
            ("https://100.64.0.1/token", [false, false, true]),
            ("https://[fd00::1]/token", [false, false, true]),
            ("http://10.0.0.9/token", [false, false, false]),
            ("https://169.254.169.254/latest", [false, false, false]),
            ("http://169.254.169.254/latest", [false, false, false]),
            ("https://[::ffff:169.254.169.254]/", [false, false, false]),
            ("https://[64:ff9b::a9fe:a9fe]/", [false, false, false]),
            ("https://[2002:a9fe:a9fe::]/", [false, false, false]),
            ("https://[fe80::1]/", [false, false, false]),
            ("https://0.0.0.0/", [false, false, false]),
            ("https://2852039166/", [false, false, false]),
            ("https://me:xyzzy@auth.test/", [false, false, false]),
            ("file:///etc/passwd", [false, false, false]),
            ("javascript:alert(1)", [false, false, false]),
        ] {
            let url = Url::parse(url).unwrap();
            let policies = [
                policy(false, false),
                policy(true, false),
                policy(false, true),
            ];
            let checked = policies.map(|policy| policy.check(&url, "the token endpoint"));
            assert_eq!(checked.clone().map(|it| it.is_ok()), allowed, "{url}");
            for error in checked.into_iter().filter_map(Result::err) {
                let text = error.to_string();
                assert!(
                    !text.contains("xyzzy") && !text.contains("passwd"),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_server_on_a_name_of_this_machine_or_network_is_reached() {
        // The addresses of the name, and whether those of this machine and of the network are allowed.
        let cases: [(&[&str], [bool; 2]); 9] = [
            (&["127.0.1.1"], [true, false]),
            (&["127.0.0.1", "::1"], [true, false]),
            (&["::ffff:127.0.0.1"], [true, false]),
            (&["127.0.1.1", "192.168.1.9"], [true, true]),
            (&["192.168.1.9", "fe80::1"], [false, true]),
            (&["127.0.1.1", "8.8.8.8"], [false, false]),
            (&["192.168.1.9", "8.8.8.8"], [false, false]),
            (&["169.254.169.254"], [false, false]),
            (&[], [false, false]),
        ];
        for (addresses, expected) in cases {
            let addresses: Vec<IpAddr> = addresses.iter().map(|it| it.parse().unwrap()).collect();
            let policy = AddressPolicy::of_addresses(false, &addresses);
            let allowed = [policy.allows_loopback, policy.allows_private];
            assert_eq!(allowed, expected, "{addresses:?}");
            // Another name of this machine may be resolved by a name server.
            let plain = Url::parse("http://127.0.0.1:9/token").unwrap();
            assert!(policy.check(&plain, "the token endpoint").is_err());
            let encrypted = Url::parse("https://127.0.0.1:9/token").unwrap();
            let checked = policy.check(&encrypted, "the token endpoint");
            assert_eq!(checked.is_ok(), expected[0], "{addresses:?}");
        }
    }

    #[tokio::test]
    async fn names_are_checked_by_their_addresses() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(policy(false, false).resolve(name()).await.is_err());
        assert!(policy(true, false).resolve(name()).await.is_ok());
        let server = Url::parse("http://127.0.0.1:1/mcp").unwrap();
        assert!(AddressPolicy::of_server(&server).await.is_local());
    }
}
