//! Where a registry is reached, and what may be spoken to in its name.
//!
//! - Docker Hub (`docker.io`) is reached at `registry-1.docker.io`.
//! - HTTPS, except: `http: true` in the policy; and registries on this machine's loopback, as docker does,
//!   unless the policy names a `ca` for them.
//! - A registry at a public address leads to no address of this machine or of a private network: whoever
//!   runs it would choose what is asked there.
//! - The certificates of a `ca` are trusted, besides the system's, for the registry that they are named
//!   for: for its own address, and for the token server and the storage that it refers to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use reqwest::Url;

use super::super::Unanswered;
use crate::model::repository::Repository;
use crate::model::shorten::shorten;
use crate::policy::settings::RegistryAccess;

/// Where Docker Hub serves images.
const DOCKER_HUB: &str = "registry-1.docker.io";

/// Most characters of an address that are shown: all of one that asks for an image.
const SHOWN: usize = 700;

/// Where requests for one repository go. What is learnt at one endpoint holds for no other: what is said
/// over plain HTTP, or under a certificate of another authority, may be said by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Endpoint {
    /// Scheme, host and port.
    pub(super) base: Url,
    /// Certificates in PEM that are trusted besides the system's.
    pub(super) ca: Option<Arc<[u8]>>,
    /// `http: true`.
    http: bool,
}

impl Endpoint {
    /// # Errors
    /// The registry's name is no host.
    pub(super) fn of(
        repository: &Repository,
        registries: &[RegistryAccess],
    ) -> Result<Self, Unanswered> {
        let access = RegistryAccess::of(registries.iter(), repository);
        let http = access.is_some_and(|access| access.http);
        let ca = access.and_then(|access| access.ca.as_ref());
        let host = match repository.registry.as_str() {
            "docker.io" => DOCKER_HUB,
            other => other,
        };
        let at = |scheme: &str| Url::parse(&format!("{scheme}://{host}/")).ok();
        let base = at("https").filter(is_bare).ok_or_else(|| {
            Unanswered::new(format!("registry {host}"), "that is no name of a host")
        })?;
        let plain = http || (ca.is_none() && is_loopback(&base));
        let base = if plain {
            at("http").unwrap_or(base)
        } else {
            base
        };
        Ok(Self {
            base,
            ca: ca.map(|file| Arc::clone(&file.bytes)),
            http,
        })
    }

    /// The address of something in a repository, such as `manifests` and a tag.
    pub(super) fn url(&self, path: &str, kind: &str, target: &str) -> Url {
        let mut url = self.base.clone();
        // Fails for addresses without a host only.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            segments.push("v2").extend(path.split('/'));
            segments.push(kind).push(target);
        }
        url
    }

    /// Whether plain HTTP is spoken with the registry itself.
    pub(super) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// Whether the registry may send us to that address: over HTTPS everywhere; over plain HTTP only
    /// when it is itself spoken to like that, and then on this machine or with `http: true`.
    pub(super) fn may_refer_to(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => url.has_host(),
            "http" => self.is_plain() && (self.http || is_loopback(url)),
            _ => false,
        }
    }

    /// Whether that address is one which only this machine or its network can reach, while the registry is
    /// not known to be there too. `peer` is the address at which it answered, when that is known.
    pub(super) fn leads_inside(&self, url: &Url, peer: Option<IpAddr>) -> bool {
        let already = is_inside(&self.base) || peer.is_some_and(is_internal);
        is_link_local(url) || (is_inside(url) && !already)
    }
}

/// Whether nothing but host and port were read.
fn is_bare(url: &Url) -> bool {
    url.path() == "/"
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// Whether the host is this machine: `localhost`, 127.0.0.0/8 or `::1`.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether the host is written as this machine, or as a number that is not reached from everywhere. A name
/// is not resolved: who gives it an inner address owns the network's names, or has no certificate for it.
fn is_inside(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost") || number(host).is_some_and(is_internal)
}

/// Whether the host is written as an address of the link, where clouds keep what their machines are told.
fn is_link_local(url: &Url) -> bool {
    match url.host_str().and_then(number).map(embedded) {
        Some(IpAddr::V4(address)) => address.is_link_local(),
        Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
        None => false,
    }
}

fn number(host: &str) -> Option<IpAddr> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse().ok()
}

/// Whether only this machine or its network reach the address (IANA's special-purpose registries).
fn is_internal(address: IpAddr) -> bool {
    match embedded(address) {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            first == 0
                || is_shared
                || address.is_loopback()
                || address.is_private()
                || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

/// The IPv4 address that an IPv6 one stands for: mapped (RFC 4291) or translated (RFC 6052).
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(long) = address else {
        return address;
    };
    let translated = match long.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    };
    let short = translated.or_else(|| Ipv6Addr::to_ipv4_mapped(&long));
    short.map_or(address, IpAddr::V4)
}

/// The address without what may be a secret: user, password and query (a signature, in storage links).
pub(super) fn shown(url: &Url) -> String {
    let whole = format!("{}{}", url.origin().ascii_serialization(), url.path());
    shorten(&whole, SHOWN).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::settings::NamedFile;

    fn entry(name: &str, http: bool, ca: bool) -> RegistryAccess {
        let bytes: Arc<[u8]> = Arc::from(&b"PEM"[..]);
        let file = NamedFile {
            path: "ca.pem".to_owned(),
            bytes,
        };
        RegistryAccess {
            name: name.to_owned(),
            http,
            ca: ca.then_some(file),
            layout: None,
        }
    }

    fn endpoint(name: &str, registries: &[RegistryAccess]) -> Endpoint {
        Endpoint::of(&Repository::parse(name).unwrap(), registries).unwrap()
    }

    #[test]
    fn each_registry_is_reached_at_its_own_address() {
        let http = [
            entry("registry.internal:5000", true, false),
            entry("ghcr.io/acme/plain", true, false),
            entry("localhost:5001", false, true),
        ];
        let table = [
            ("nginx", "https://registry-1.docker.io/"),
            ("ghcr.io/acme/app", "https://ghcr.io/"),
            ("ghcr.io/acme/plain", "http://ghcr.io/"),
            (
                "registry.internal:5000/app",
                "http://registry.internal:5000/",
            ),
            (
                "registry.internal:5001/app",
                "https://registry.internal:5001/",
            ),
            ("localhost:5000/app", "http://localhost:5000/"),
            ("localhost:5001/app", "https://localhost:5001/"),
            ("127.9.9.9:5000/app", "http://127.9.9.9:5000/"),
            ("[::1]:5000/app", "http://[::1]:5000/"),
            (
                "localhost.example.com/app",
                "https://localhost.example.com/",
            ),
        ];
        for (name, base) in table {
            assert_eq!(endpoint(name, &http).base.as_str(), base, "{name}");
        }
    }

    #[test]
    fn plain_http_is_never_reached_from_https() {
        let to = |url: &str| Url::parse(url).unwrap();
        let secure = endpoint("ghcr.io/acme/app", &[]);
        assert!(secure.may_refer_to(&to("https://storage.example.com/x?sig=1")));
        assert!(!secure.may_refer_to(&to("http://ghcr.io/")));
        assert!(!secure.may_refer_to(&to("http://127.0.0.1/")));
        assert!(!secure.may_refer_to(&to("file:///etc/passwd")));
        let here = endpoint("localhost:5000/app", &[]);
        assert!(here.may_refer_to(&to("http://127.0.0.1:5001/")));
        assert!(!here.may_refer_to(&to("http://storage.example.com/")));
    }

    #[test]
    fn a_public_registry_leads_nowhere_inside() {
        let to = |url: &str| Url::parse(url).unwrap();
        let public = endpoint("ghcr.io/acme/app", &[]);
        let outside: IpAddr = "140.82.121.33".parse().unwrap();
        let own: IpAddr = "10.1.2.3".parse().unwrap();
        let link = [
            "https://169.254.169.254/latest/",
            "https://[fe80::1]/",
            "https://[::ffff:169.254.169.254]/",
        ];
        let inside = [
            "https://127.0.0.1:8443/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0.0.0.0/",
            "https://localhost./",
            "https://a.localhost/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fd00:ec2::254]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
        ];
        for url in inside {
            assert!(public.leads_inside(&to(url), None), "{url}");
            assert!(public.leads_inside(&to(url), Some(outside)), "{url}");
            assert!(!public.leads_inside(&to(url), Some(own)), "{url}");
        }
        for url in link {
            assert!(public.leads_inside(&to(url), None), "{url}");
            assert!(public.leads_inside(&to(url), Some(own)), "{url}");
        }
        for url in [
            "https://storage.example.com/",
            "https://8.8.8.8/",
            "https://[2001:4860::8]/",
        ] {
            assert!(!public.leads_inside(&to(url), Some(outside)), "{url}");
        }
        let here = endpoint("localhost:5000/app", &[]);
        assert!(!here.leads_inside(&to("http://127.0.0.1:5001/"), None));
    }

    #[test]
    fn what_may_be_secret_in_an_address_is_not_shown() {
        let url = Url::parse("https://user:word@storage.example.com/a/b?signature=x#y").unwrap();
        assert_eq!(shown(&url), "https://storage.example.com/a/b");
    }
}
