//! One request and its answer: attempts, redirects and time limits. What the answer means is not known
//! here, nor where an `Authorization` comes from.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, AsHeaderName, CONTENT_TYPE, HeaderMap, HeaderValue,
    LOCATION, WWW_AUTHENTICATE,
};
use reqwest::{Client, Method, Response, StatusCode, Url};
use tokio::time::{Instant, sleep, timeout};

use super::body::{self, Memory, Size};
use super::challenge::{Challenge, ChallengeError};
use super::client::Clients;
use super::endpoint::{Endpoint, shown};
use super::failure::{Again, Failure, REPEATED};
use super::gate::{Gate, Pass};
use super::limits::{Budget, ERROR_BYTES, Limits, REDIRECTS, REFUSALS};
use super::{pause, proxy};
use crate::model::shorten::shorten;

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// `GET`, `HEAD`, or `POST` with a form.
    pub(super) method: Method,
    /// The address.
    pub(super) url: Url,
    /// The media types that are understood.
    pub(super) accept: Option<&'static str>,
    /// Sent to the address itself, never to where it redirects, unless scheme, host and port are the same.
    pub(super) authorization: Option<HeaderValue>,
    /// A form as the body.
    pub(super) form: Option<String>,
    /// How large a good answer may be.
    pub(super) size: Size,
}

/// An answer that came in whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// The body; `None` when that of an answer with an error status could not be read.
    pub(super) body: Option<Vec<u8>>,
    /// Another host than the one that was asked gave it, after a redirect.
    pub(super) elsewhere: bool,
    /// The address at which the host that was asked answered; `None` behind a proxy.
    pub(super) peer: Option<IpAddr>,
}

impl Answer {
    /// What the registry itself wants to be shown, when it says so.
    ///
    /// # Errors
    /// It wants something, and that cannot be met.
    pub(super) fn challenge(&self) -> Result<Option<Challenge>, ChallengeError> {
        // Whoever a registry redirects to does not say where its credentials go.
        if self.status != StatusCode::UNAUTHORIZED || self.elsewhere {
            return Ok(None);
        }
        let headers = self.headers.get_all(WWW_AUTHENTICATE);
        Challenge::choose(headers.iter().map(HeaderValue::as_bytes)).map(Some)
    }

    /// The value of a header, when it is text.
    pub(super) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Content-Type` without parameters, in lower case.
    pub(super) fn media_type(&self) -> Option<String> {
        let written = self.header(CONTENT_TYPE)?.split(';').next()?;
        Some(written.trim().to_ascii_lowercase())
    }
}

/// Who gives an answer.
#[derive(Debug, Clone, Copy, Default)]
struct From {
    elsewhere: bool,
    peer: Option<IpAddr>,
}

/// What all requests of a run share.
pub(super) struct Exchange {
    clients: Clients,
    memory: Memory,
    limits: Limits,
    /// When the run ends.
    end: Instant,
}

/// What is known of the registry in whose name a request is made.
pub(super) struct Line<'a> {
    pub(super) endpoint: &'a Endpoint,
    /// Through which its requests go.
    pub(super) gate: &'a Gate,
}

impl Exchange {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            clients: Clients::new(limits.clone()),
            memory: Memory::new(),
            end: Instant::now() + limits.run,
            limits,
        }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Asks until there is an answer that another attempt would not change.
    ///
    /// # Errors
    /// No such answer came within the attempts and the budget.
    pub(super) async fn ask(
        &self,
        line: &Line<'_>,
        call: &Call,
        budget: &mut Budget,
    ) -> Result<Answer, Failure> {
        let (mut attempts, mut refusals) = (0, 0);
        loop {
            let pass = line.gate.enter().await;
            let number = attempts + refusals + 1;
            let failure = match self.attempt(line, call, number, budget).await {
                Err(failure) => failure,
                Ok(answer) => match pause::passing_failure(answer.status, &answer.headers) {
                    None => {
                        pass.answered();
                        return Ok(answer);
                    }
                    Some(failure) if pause::is_refusal(answer.status) => {
                        refusals += 1;
                        if self.goes_on(&pass, &failure) && refusals < REFUSALS {
                            continue;
                        }
                        return Err(failure.after(number));
                    }
                    Some(failure) => failure,
                },
            };
            // Nobody else waits for the pause of this one.
            drop(pass);
            attempts += 1;
            let wait = pause::before_next(&failure, attempts, &self.limits, *budget);
            let Some(wait) = wait else {
                return Err(failure.after(number));
            };
            sleep(wait).await;
            budget.spend(wait);
        }
    }

    /// Makes all requests to the registry wait; `false` when the refusal is final.
    fn goes_on(&self, pass: &Pass<'_>, failure: &Failure) -> bool {
        let wish = match failure.again {
            Again::After(wish) => Some(wish),
            Again::Never | Again::Once | Again::Soon => None,
        };
        let left = self.end.saturating_duration_since(Instant::now());
        pass.refused(wish, self.limits.pause, left)
    }

    /// One attempt, within its time.
    async fn attempt(
        &self,
        line: &Line<'_>,
        call: &Call,
        number: u32,
        budget: &mut Budget,
    ) -> Result<Answer, Failure> {
        let limit = self.limits.request.min(budget.left());
        let started = Instant::now();
        let outcome = timeout(limit, self.follow(line, call, number)).await;
        budget.spend(started.elapsed());
        outcome.unwrap_or_else(|_| Err(late(call, limit, number)))
    }

    /// Sends the request, follows redirects and reads the answer.
    async fn follow(&self, line: &Line<'_>, call: &Call, number: u32) -> Result<Answer, Failure> {
        let mut url = call.url.clone();
        let mut from = From::default();
        for hop in 0..=REDIRECTS {
            from.elsewhere |= url.origin() != call.url.origin();
            let client = self.clients.for_url(&url, line.endpoint.ca.as_ref());
            let client = client.map_err(|error| Failure::of_client(&error))?;
            let response = send(&client, call, &url, from.elsewhere, number).await?;
            let proxy = proxy::of(&url).ok().flatten();
            if let (StatusCode::PROXY_AUTHENTICATION_REQUIRED, Some(proxy)) =
                (response.status(), &proxy)
            {
                return Err(Failure::of_proxy(proxy));
            }
            if hop == 0 && proxy.is_none() {
                from.peer = response.remote_addr().map(|address| address.ip());
            }
            match next_address(line.endpoint, call, &url, &response)? {
                Some(next) if line.endpoint.leads_inside(&next, from.peer) => {
                    return Err(Failure::leads_inside("a redirect", &next));
                }
                Some(next) => url = next,
                None => return self.take(response, call, &url, from).await,
            }
        }
        let failure = Failure::new(format!("more than {REDIRECTS} redirects"));
        Err(failure.advise("the registry, or a proxy before it, sends in circles"))
    }

    async fn take(
        &self,
        mut response: Response,
        call: &Call,
        url: &Url,
        from: From,
    ) -> Result<Answer, Failure> {
        let status = response.status();
        let headers = response.headers().clone();
        let broken = |error: &reqwest::Error| broken(error, url);
        let memory = &self.memory;
        let body = match (call.method == Method::HEAD, status == StatusCode::OK) {
            (true, _) => Some(Vec::new()),
            (_, true) => Some(body::read(&mut response, call.size, memory, broken).await?),
            (_, false) => {
                let size = Size::AtMost(ERROR_BYTES);
                body::read(&mut response, size, memory, broken).await.ok()
            }
        };
        Ok(Answer {
            status,
            headers,
            body,
            elsewhere: from.elsewhere,
            peer: from.peer,
        })
    }
}

async fn send(
    client: &Client,
    call: &Call,
    url: &Url,
    elsewhere: bool,
    number: u32,
) -> Result<Response, Failure> {
    let mut request = client
        .request(call.method.clone(), url.clone())
        .header(ACCEPT_ENCODING, "identity");
    if let Some(accept) = call.accept {
        request = request.header(ACCEPT, accept);
    }
    if let Some(authorization) = call.authorization.as_ref().filter(|_| !elsewhere) {
        request = request.header(AUTHORIZATION, authorization);
    }
    if let Some(form) = &call.form {
        let form = form.clone();
        request = request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
    }
    let started = Instant::now();
    let outcome = request.send().await;
    let status = outcome
        .as_ref()
        .ok()
        .map(|response| response.status().as_u16());
    tracing::debug!(
        target: "imagegate::registry",
        status,
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        attempt = number,
        "{} {}",
        call.method,
        shown(url),
    );
    outcome.map_err(|error| broken(&error, url))
}

/// Where a redirect leads; `None` when the answer is none.
fn next_address(
    endpoint: &Endpoint,
    call: &Call,
    url: &Url,
    response: &Response,
) -> Result<Option<Url>, Failure> {
    let redirects = [301, 302, 303, 307, 308];
    if !redirects.contains(&response.status().as_u16()) {
        return Ok(None);
    }
    if call.form.is_some() {
        return Err(Failure::new(format!(
            "{} where credentials were sent, which are sent nowhere else",
            response.status()
        )));
    }
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let next = location.and_then(|location| url.join(location).ok());
    let Some(mut next) = next else {
        let status = response.status();
        return Err(Failure::new(format!(
            "{status} without an address to go to"
        )));
    };
    if !endpoint.may_refer_to(&next) {
        let place = match next.host_str() {
            Some(host) => format!("{}://{host}", next.scheme()),
            None => format!("{}:", next.scheme()),
        };
        let place = shorten(&place, REPEATED);
        let failure = Failure::new(format!("a redirect to {place}, which is not followed"));
        return Err(failure.advise("the registry must redirect to https addresses"));
    }
    // Nobody but the policy and the login commands says who we are.
    let _ = next.set_username("");
    let _ = next.set_password(None);
    next.set_fragment(None);
    Ok(Some(next))
}

fn broken(error: &reqwest::Error, url: &Url) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let proxy = proxy::of(url).ok().flatten();
    Failure::of_connection(error, host, proxy.as_ref())
}

fn late(call: &Call, limit: Duration, number: u32) -> Failure {
    tracing::debug!(
        target: "imagegate::registry",
        attempt = number,
        "gave up {} {}",
        call.method,
        shown(&call.url),
    );
    Failure::late(limit)
}
