//! The HTTP clients: one for each set of trusted certificates, made when first needed, so that a run that
//! asks nobody reads no certificates.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Certificate, Client, ClientBuilder, Url};

use super::limits::{Limits, REQUESTS_PER_REGISTRY};
use super::proxy;

/// Why there is no client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoClient {
    /// The system has none.
    #[error("no certificate authority of this system could be loaded")]
    Authorities,
    /// Those of the policy cannot be used.
    #[error("the certificates of the policy's `ca` cannot be used")]
    Certificates,
    /// A variable that has to name a proxy does not.
    #[error("{0} is no address of an HTTP proxy")]
    Proxy(&'static str),
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
        proxy::of(url).map_err(NoClient::Proxy)?;
        let trust = match (url.scheme(), ca) {
            ("http", _) => Trust::Nobody,
            (_, None) => Trust::System,
            (_, Some(pem)) => Trust::And(Arc::clone(pem)),
        };
        let kind = Kind {
            trust,
            direct: proxy::is_never_for(url),
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || make(&kind, &self.limits);
        match made.get(&kind) {
            Some(client) => client.clone(),
            None => made.entry(kind.clone()).or_insert(make()).clone(),
        }
    }
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
