//! What is shown to a registry: a token, or user and password.
//!
//! A token is fetched once for each repository, with the scope to pull from it and no other; those who
//! want it at the same time wait for it. Credentials go to the registry, and to the token server that the
//! registry names, as with docker: whoever runs the registry could ask for them anyway. A failure here is
//! an answer of its own; nothing goes on anonymously because a token could not be had.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use tokio::time::Instant;

use super::super::Unanswered;
use super::body::Size;
use super::challenge::Challenge;
use super::endpoint::shown;
use super::exchange::{Call, Exchange, Line};
use super::failure::Failure;
use super::limits::{Budget, TOKEN_BYTES};
use super::refusal;
use crate::gather::credentials::{Credential, Secret};
use crate::model::repository::Repository;

/// What a token server takes us for.
const CLIENT: &str = "imagegate";

/// The shortest time that a token holds: the token specification's value for `expires_in` when it is not
/// written, and the least that servers may write.
const SHORTEST_LIFE: Duration = Duration::from_secs(60);

/// The longest time that a token is used; a year is only an arbitrary bound to arithmetic.
const LONGEST_LIFE: Duration = Duration::from_secs(365 * 24 * 3600);

/// A token that ends so soon is not used any more.
const NEARLY_OVER: Duration = Duration::from_secs(10);

/// The value of a header `Authorization`, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Authorization {
    /// Marked as sensitive, so that its `Debug` shows nothing.
    pub(super) header: HeaderValue,
    /// When it is not to be used any more.
    ends: Option<Instant>,
    /// Tells it from the ones before it.
    pub(super) number: u64,
    /// Whether no credentials stand behind it.
    pub(super) anonymous: bool,
}

impl Authorization {
    pub(super) fn holds(&self) -> bool {
        self.ends.is_none_or(|ends| Instant::now() < ends)
    }

    /// Whether another one of the same kind could be fetched.
    pub(super) const fn is_token(&self) -> bool {
        self.ends.is_some()
    }
}

/// What a registry wants to be shown.
pub(super) struct Wanted {
    pub(super) challenge: Challenge,
    /// The address at which it said so, when that is known.
    pub(super) peer: Option<IpAddr>,
}

/// Makes authorizations for one repository.
pub(super) struct Maker<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) line: &'a Line<'a>,
    pub(super) repository: &'a Repository,
}

impl Maker<'_> {
    /// Makes what the registry wants to be shown. `number` tells it from others.
    ///
    /// # Errors
    /// It cannot be made with that credential, or the token server gave none.
    pub(super) async fn make(
        &self,
        wanted: &Wanted,
        credential: Credential,
        number: u64,
    ) -> Result<Authorization, Unanswered> {
        let anonymous = credential == Credential::Anonymous;
        let (header, ends) = match (&wanted.challenge, credential) {
            (_, Credential::Bearer(token)) => (bearer(token.expose()), None),
            (Challenge::Basic, Credential::Basic { user, password }) => {
                (basic(&user, &password), None)
            }
            (Challenge::Basic, _) => return Err(self.no_password()),
            (Challenge::Bearer { realm, service }, credential) => {
                let realm = self.realm(realm, wanted.peer)?;
                let (token, life) = self.fetch(realm, service.as_deref(), credential).await?;
                let ends = Instant::now() + life - NEARLY_OVER;
                (bearer(token.expose()), Some(ends))
            }
        };
        let Some(header) = header else {
            let asked = format!("credentials for {}", self.repository.registry);
            return Err(Unanswered::new(asked, "they cannot be sent in a header"));
        };
        Ok(Authorization {
            header,
            ends,
            number,
            anonymous,
        })
    }

    fn no_password(&self) -> Unanswered {
        let registry = &self.repository.registry;
        let asked = format!("GET {}", shown(&self.line.endpoint.base));
        Unanswered::new(asked, "it wants user and password, and none are configured")
            .advise(refusal::log_in(registry))
    }

    /// A token and how long it holds.
    async fn fetch(
        &self,
        realm: Url,
        service: Option<&str>,
        credential: Credential,
    ) -> Result<(Secret, Duration), Unanswered> {
        let scope = format!("repository:{}:pull", self.repository.path);
        let mut fields = vec![("scope", scope.as_str())];
        fields.extend(service.map(|service| ("service", service)));
        let anonymous = credential == Credential::Anonymous;
        let call = match credential {
            Credential::IdentityToken(token) => {
                fields.push(("client_id", CLIENT));
                fields.push(("grant_type", "refresh_token"));
                fields.push(("refresh_token", token.expose()));
                call(realm, &fields, Method::POST, None)
            }
            Credential::Basic { user, password } => {
                call(realm, &fields, Method::GET, basic(&user, &password))
            }
            Credential::Anonymous | Credential::Bearer(_) => {
                call(realm, &fields, Method::GET, None)
            }
        };
        let asked = format!("{} {}", call.method, shown(&call.url));
        let mut budget = Budget::new(self.exchange.limits().question);
        let answer = self.exchange.ask(self.line, &call, &mut budget).await;
        let answer = answer.map_err(|failure| failure.to(&asked))?;
        if answer.status != StatusCode::OK {
            let registry = &self.repository.registry;
            let failure = refusal::of(&answer, registry, anonymous);
            return Err(failure.to(asked));
        }
        let read = answer.body.as_deref().and_then(read);
        read.ok_or_else(|| Failure::new("an answer that holds no token").to(asked))
    }

    /// The address of the token server, when credentials may go there.
    fn realm(&self, realm: &str, peer: Option<IpAddr>) -> Result<Url, Unanswered> {
        let base = &self.line.endpoint.base;
        let refused = |answer: &str| {
            let advice = "the registry's configuration of its token server is wrong";
            Unanswered::new(format!("GET {}", shown(base)), answer).advise(advice)
        };
        let url = Url::parse(realm)
            .map_err(|_| refused("it names a token server whose address cannot be read"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it names a token server together with a user"));
        }
        if !self.line.endpoint.may_refer_to(&url) {
            return Err(refused("it names a token server without encryption"));
        }
        if self.line.endpoint.leads_inside(&url, peer) {
            let failure = Failure::leads_inside("it names a token server that leads", &url);
            return Err(failure.to(format!("GET {}", shown(base))));
        }
        Ok(url)
    }
}

fn call(
    mut url: Url,
    fields: &[(&str, &str)],
    method: Method,
    authorization: Option<HeaderValue>,
) -> Call {
    url.set_fragment(None);
    let mut form = None;
    if method == Method::POST {
        // The address type is also the one that writes forms.
        let mut written = url.clone();
        written.query_pairs_mut().clear().extend_pairs(fields);
        form = written.query().map(str::to_owned);
    } else {
        url.query_pairs_mut().extend_pairs(fields);
    }
    Call {
        method,
        url,
        accept: None,
        authorization,
        form,
        size: Size::AtMost(TOKEN_BYTES),
    }
}

/// The answer of a token server ("Token Response" of the token specification, and OAuth2's).
#[derive(Deserialize)]
struct Written {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<serde_json::Value>,
}

fn read(body: &[u8]) -> Option<(Secret, Duration)> {
    let written: Written = serde_json::from_slice(body).ok()?;
    let token = written.token.filter(|token| !token.is_empty());
    let token = token.or(written.access_token).map(Secret::new)?;
    let seconds = written.expires_in.and_then(|written| written.as_u64());
    let life = seconds.map_or(SHORTEST_LIFE, Duration::from_secs);
    let sound = !token.expose().is_empty() && token.expose().bytes().all(|b| b.is_ascii_graphic());
    sound.then(|| (token, life.clamp(SHORTEST_LIFE, LONGEST_LIFE)))
}

/// `None` when it cannot stand in a header.
fn bearer(token: &str) -> Option<HeaderValue> {
    sensitive(&format!("Bearer {token}"))
}

fn basic(user: &str, password: &Secret) -> Option<HeaderValue> {
    let pair = format!("{user}:{}", password.expose());
    sensitive(&format!("Basic {}", STANDARD.encode(pair)))
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
