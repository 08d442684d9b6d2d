//! The HTTP clients: one for each set of trusted certificates, made when first needed, so that a run that
//! asks nobody reads no certificates.
#![expect(
    clippy::disallowed_methods,
    reason = "whether the environment names a proxy is said in advice"
)]

use std::collections::HashMap;
use std::env;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Certificate, Client, ClientBuilder, Url};

use super::endpoint::is_loopback;
use super::limits::{Limits, REQUESTS_PER_REGISTRY};

/// Where proxies are configured; the names that reqwest reads.
const PROXY_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Why there is no client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoClient {
    /// The system has none.
    #[error("no certificate authority of this system could be loaded")]
    Authorities,
    /// Those of the policy cannot be used.
    #[error("the certificates of the policy's `ca` cannot be used")]
    Certificates,
    /// Something else, which no input can cause.
    #[error("no HTTP client could be set up")]
    Setup,
}

/// Which client: clients differ in whom they trust and in whether they use a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    trust: Trust,
    /// Without a proxy.
    direct: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Trust {
    /// No one: for plain HTTP.
    Nobody,
    /// The system's authorities.
    System,
    /// These in PEM, besides the system's.
    And(Arc<[u8]>),
}

/// All clients of a run.
pub(super) struct Clients {
    limits: Limits,
    made: Mutex<HashMap<Kind, Result<Client, NoClient>>>,
}

impl Clients {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            made: Mutex::default(),
        }
    }

    /// The client for an address.
    ///
    /// # Errors
    /// None can be made.
    pub(super) fn for_url(&self, url: &Url, ca: Option<&Arc<[u8]>>) -> Result<Client, NoClient> {
        let trust = match (url.scheme(), ca) {
            ("http", _) => Trust::Nobody,
            (_, None) => Trust::System,
            (_, Some(pem)) => Trust::And(Arc::clone(pem)),
        };
        let kind = Kind {
            trust,
            direct: is_loopback(url) || is_excepted(url),
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || make(&kind, &self.limits);
        match made.get(&kind) {
            Some(client) => client.clone(),
            None => made.entry(kind.clone()).or_insert(make()).clone(),
        }
    }
}

/// Whether a request to that address may go through a proxy.
pub(super) fn may_be_proxied(url: &Url) -> bool {
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_loopback(url) && !is_excepted(url) && PROXY_VARIABLES.iter().any(is_set)
}

/// Where hosts are excepted from the proxy; the names that reqwest reads, the first that is set counts.
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Whether `NO_PROXY` excepts the host by a star, which reqwest does not know: `*.corp.example` is every host
/// below it, as for Go's programs (golang.org/x/net/http/httpproxy). All else is left to reqwest.
fn is_excepted(url: &Url) -> bool {
    let list = NO_PROXY_VARIABLES
        .iter()
        .find_map(|name| env::var(name).ok());
    let host = url.host_str().unwrap_or_default();
    list.is_some_and(|list| is_below_a_star(host, url.port_or_known_default(), &list))
}

fn is_below_a_star(host: &str, port: Option<u16>, list: &str) -> bool {
    list.split(',').any(|entry| {
        let Some(below) = entry.trim().strip_prefix('*') else {
            return false;
        };
        let (below, wanted) = match below.rsplit_once(':') {
            Some((below, wanted)) => (below, wanted.parse().ok()),
            None => (below, port),
        };
        let host_end = host.len().checked_sub(below.len());
        let end = host_end.and_then(|at| host.get(at..));
        below.starts_with('.')
            && wanted == port
            && end.is_some_and(|end| end.eq_ignore_ascii_case(below))
    })
}

fn make(kind: &Kind, limits: &Limits) -> Result<Client, NoClient> {
    let builder = ClientBuilder::new()
        .user_agent(concat!("imagegate/", env!("CARGO_PKG_VERSION")))
        // Redirects and further attempts are bounded, and shorn of credentials, in `exchange`.
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(limits.connect)
        .pool_max_idle_per_host(REQUESTS_PER_REGISTRY);
    let builder = match kind.direct {
        true => builder.no_proxy(),
        false => builder,
    };
    match &kind.trust {
        Trust::Nobody => builder
            .tls_certs_only([])
            .build()
            .map_err(|_| NoClient::Setup),
        Trust::System => builder.build().map_err(|_| NoClient::Authorities),
        Trust::And(pem) => {
            let certificates = Certificate::from_pem_bundle(pem);
            let certificates = certificates.map_err(|_| NoClient::Certificates)?;
            let builder = builder.tls_certs_merge(certificates);
            builder.build().map_err(|_| NoClient::Certificates)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_below_a_star;

    #[test]
    fn a_star_excepts_the_hosts_below_a_domain() {
        for (list, is_excepted) in [
            ("*.corp.example", true),
            ("localhost, *.Corp.example", true),
            ("*.corp.example:443", true),
            ("*.corp.example:5000", false),
            ("*.other.example", false),
            ("*corp.example", false),
            ("corp.example", false),
            ("*", false),
            ("", false),
        ] {
            let excepted = is_below_a_star("a.b.corp.example", Some(443), list);
            assert_eq!(excepted, is_excepted, "{list}");
        }
        assert!(!is_below_a_star(
            "corp.example",
            Some(443),
            "*.corp.example"
        ));
    }
}
