//! What went wrong with one attempt at a request, in words, and whether another attempt may help.
//!
//! No text here comes from an answer's body or from an address's user, password or query.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::Url;

use super::super::Unanswered;
use super::client::NoClient;
use super::proxy::Proxy;
use crate::model::shorten::shorten;

/// Longest part of somebody else's words that is repeated, in characters.
pub(super) const REPEATED: usize = 120;

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// What came back.
    pub(super) answer: String,
    /// The same without how often it came, and for which request.
    pub(super) root: String,
    /// What a person can do.
    pub(super) advice: Option<String>,
    /// Whether to try again.
    pub(super) again: Again,
    /// Whether no connection came about at all.
    pub(super) unreachable: bool,
}

/// Whether another attempt may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It would end the same way.
    Never,
    /// A single one: each costs the whole time limit.
    Once,
    /// After a short pause.
    Soon,
    /// After the pause that the server asks for.
    After(Duration),
}

impl Failure {
    /// Final, without advice.
    pub(super) fn new(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self {
            root: answer.clone(),
            answer,
            advice: None,
            again: Again::Never,
            unreachable: false,
        }
    }

    /// With advice.
    pub(super) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// With another opinion about a further attempt.
    pub(super) fn again(mut self, again: Again) -> Self {
        self.again = again;
        self
    }

    fn unreachable(mut self) -> Self {
        self.unreachable = true;
        self
    }

    /// The answer to a question, after so many attempts.
    pub(super) fn after(mut self, attempts: u32) -> Self {
        if attempts > 1 {
            self.answer = format!("{}, {attempts} times", self.answer);
        }
        self
    }

    /// The same for a question that was not asked because of it.
    pub(super) fn of_earlier(mut self) -> Self {
        self.answer = format!("not asked, because of an earlier request: {}", self.answer);
        self
    }

    /// As the answer to what was asked.
    pub(super) fn to(self, asked: impl Into<String>) -> Unanswered {
        Unanswered {
            asked: asked.into(),
            answer: self.answer,
            advice: self.advice,
            root: self.root,
            registry: None,
        }
    }

    /// What was said leads from a public registry into this machine's network.
    pub(super) fn leads_inside(what: &str, url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let host = shorten(host, REPEATED);
        Self::new(format!(
            "{what} to {host}, an address of this machine or of a private network, which is not followed"
        ))
        .advise(
            "a registry outside must not lead there; one inside is reached at its own address, without a proxy",
        )
    }

    /// The attempt took longer than it may.
    pub(super) fn late(limit: Duration) -> Self {
        // What is left of the time is another for each question.
        let root = "no complete answer in time".to_owned();
        Self {
            root,
            ..Self::new(format!("no complete answer within {}", in_seconds(limit)))
        }
        .advise("try again when the network and the registry are less busy")
        .again(Again::Once)
    }

    /// No request could be made.
    pub(super) fn of_client(error: &NoClient) -> Self {
        let failure = Self::new(error.to_string()).unreachable();
        match error {
            NoClient::Authorities => failure.advise(
                "install the system's CA certificates, or set SSL_CERT_FILE to a PEM file with them",
            ),
            NoClient::Certificates => failure
                .advise("`ca` of the policy must name a PEM file with the authority's certificates"),
            NoClient::Proxy(_) => failure.advise(
                "it must be `http://proxy:port` or `http://USER:PASSWORD@proxy:port`; NO_PROXY excepts hosts \
                 from it",
            ),
            NoClient::Setup => failure,
        }
    }

    /// The proxy wants to know who asks (407).
    pub(super) fn of_proxy(proxy: &Proxy) -> Self {
        let address = &proxy.address;
        let failure = Self::new(format!(
            "407 Proxy Authentication Required, by the proxy {address}"
        ));
        match (proxy.variable, proxy.has_user) {
            (Some(variable), true) => failure.advise(format!(
                "the proxy does not take the user and password that are in {variable}; signs such as `@` and \
                 `:` in them are written `%40` and `%3A`"
            )),
            (Some(variable), false) => failure.advise(format!(
                "write user and password into the variable: {variable}=http://USER:PASSWORD@{address}"
            )),
            (None, _) => failure.advise(format!(
                "set HTTPS_PROXY, or HTTP_PROXY for plain HTTP, to http://USER:PASSWORD@{address}"
            )),
        }
    }

    /// The proxy did not open the connection to `host`, for the reason in reqwest's words.
    fn of_tunnel(why: &str, host: &str, proxy: &Proxy) -> Option<Self> {
        if why.contains("proxy authorization required") {
            return Some(Self::of_proxy(proxy));
        }
        let failure = Self::new(format!(
            "the proxy {} opens no connection to {host}",
            proxy.address
        ));
        why.ends_with("unsuccessful").then(|| {
            failure.again(Again::Soon).unreachable().advise(
                "ask who runs the proxy to let these requests through; NO_PROXY excepts hosts from it",
            )
        })
    }

    /// The connection to `host`, through that proxy, did not come about or broke.
    pub(super) fn of_connection(error: &reqwest::Error, host: &str, proxy: Option<&Proxy>) -> Self {
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::of_tls(tls, host);
        }
        let why = innermost(error);
        let why = shorten(&why, REPEATED);
        if let Some(failure) = proxy.and_then(|proxy| Self::of_tunnel(&why, host, proxy)) {
            return failure;
        }
        let failure = if error.is_builder() || error.is_request() && !has_cause(error) {
            return Self::new(format!("the request could not be made ({why})"));
        } else if error.is_dns() {
            Self::new(format!("the name {host} could not be resolved ({why})"))
                .again(Again::Soon)
                .unreachable()
                .advise("check the name and the network")
        } else if error.is_connect() && error.is_timeout() {
            Self::new(format!("no connection to {host} in time"))
                .again(Again::Once)
                .unreachable()
                .advise("check the name and the network")
        } else if error.is_connect() {
            Self::new(format!("no connection to {host} ({why})"))
                .again(Again::Soon)
                .unreachable()
                .advise("check the name and the network")
        } else {
            Self::new(format!("the connection to {host} broke ({why})")).again(Again::Soon)
        };
        match (&failure.advice, proxy) {
            (Some(advice), Some(proxy)) => {
                let variable = proxy.variable.unwrap_or("the system's settings");
                let advice = format!(
                    "{advice}, and the proxy {} of {variable}; NO_PROXY excepts hosts from it",
                    proxy.address
                );
                failure.advise(advice)
            }
            _ => failure,
        }
    }

    fn of_tls(error: &rustls::Error, host: &str) -> Self {
        use rustls::CertificateError as Certificate;
        let why = error.to_string();
        let failure = Self::new(format!("TLS with {host}: {}", shorten(&why, REPEATED)));
        let advice = match error {
            rustls::Error::InvalidCertificate(
                Certificate::UnknownIssuer | Certificate::BadSignature,
            ) => {
                "when the registry has an authority of its own, name its certificates in the policy: \
                  `registries`, key `ca`"
            }
            rustls::Error::InvalidCertificate(
                Certificate::Expired
                | Certificate::ExpiredContext { .. }
                | Certificate::NotValidYet
                | Certificate::NotValidYetContext { .. },
            ) => "the registry needs another certificate, unless this machine's clock is wrong",
            rustls::Error::InvalidCertificate(
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
            ) => "use the name that the certificate is for",
            rustls::Error::InvalidMessage(_) => {
                "the server may speak plain HTTP: `http: true` under `registries` in the policy allows that"
            }
            _ => return failure.unreachable(),
        };
        failure.unreachable().advise(advice)
    }
}

/// Milliseconds below a second, else seconds.
pub(super) fn in_seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds => format!("{seconds} s"),
    }
}

fn has_cause(error: &reqwest::Error) -> bool {
    error.source().is_some()
}

/// The first cause of that type.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        // `io::Error::source` passes over the error that it wraps.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|wrapped| find::<T>(wrapped)) {
            return Some(found);
        }
        at = error.source();
    }
    None
}

/// The words of the last cause. Those before it repeat it, or name addresses.
fn innermost(error: &reqwest::Error) -> String {
    let mut last: Option<&dyn Error> = None;
    let mut at = error.source();
    while let Some(error) = at {
        last = Some(error);
        at = error.source();
    }
    last.map_or_else(|| "no reason given".to_owned(), ToString::to_string)
}
