//! One request with what the registry wants to be shown for it.

use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode, Url};

use super::super::Unanswered;
use super::authorization::Maker;
use super::body::Size;
use super::endpoint::shown;
use super::exchange::{Answer, Call, Line};
use super::limits::Budget;
use super::{Remote, refusal};
use crate::model::repository::Repository;

/// A request to a registry, without what has to be shown for it.
pub(super) struct Request<'a> {
    pub(super) repository: &'a Repository,
    pub(super) method: Method,
    pub(super) url: Url,
    /// What is asked, in words that may be shown.
    pub(super) asked: String,
    pub(super) accept: Option<&'static str>,
    pub(super) size: Size,
}

/// An answer, and what was shown for it.
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) anonymous: bool,
}

impl Remote {
    /// Asks with what the registry wants to be shown. When it is refused with 401, what it wants is
    /// learnt, or a new token is fetched, once.
    pub(super) async fn fetch(
        &self,
        request: &Request<'_>,
        budget: &mut Budget,
    ) -> Result<Answered, Unanswered> {
        let repository = request.repository;
        let endpoint = self.endpoint(repository)?;
        let registry = self.registry(&endpoint);
        let line = Line {
            endpoint: &endpoint,
            gate: &registry.gate,
        };
        let maker = Maker {
            exchange: &self.exchange,
            line: &line,
            repository,
        };
        let turn = registry.turn().await;
        let mut turn = turn.map_err(|failure| failure.to(&request.asked))?;
        let shown = registry.authorize(&maker, &self.credentials, None).await;
        let mut shown = shown.map_err(Unanswered::before)?;
        let mut refused = false;
        loop {
            let call = request.call(shown.as_ref().map(|shown| &shown.header));
            let answer = registry
                .ask(&self.exchange, &line, &call, budget, turn.take())
                .await;
            let answer = answer.map_err(|failure| failure.to(&request.asked))?;
            let may_renew = shown.as_ref().is_none_or(|shown| shown.is_token());
            let is_final = answer.status != StatusCode::UNAUTHORIZED || answer.elsewhere;
            if is_final || refused || !may_renew {
                let anonymous = shown.is_none_or(|shown| shown.anonymous);
                return Ok(Answered { answer, anonymous });
            }
            refused = true;
            if let (None, Err(error)) = (&shown, answer.challenge()) {
                let failure = refusal::of_challenge(&answer, &error, &repository.registry);
                return Err(failure.to(&request.asked));
            }
            let number = shown.map(|shown| shown.number);
            shown = registry
                .authorize(&maker, &self.credentials, number)
                .await
                .map_err(Unanswered::before)?;
        }
    }
}

impl<'a> Request<'a> {
    /// Asks for something in a repository, such as `manifests` and a tag.
    ///
    /// # Errors
    /// The registry's name is no host.
    pub(super) fn new(
        remote: &Remote,
        repository: &'a Repository,
        method: Method,
        (kind, target): (&str, &str),
        size: Size,
    ) -> Result<Self, Unanswered> {
        let url = remote
            .endpoint(repository)?
            .url(&repository.path, kind, target);
        Ok(Self {
            repository,
            asked: format!("{method} {}", shown(&url)),
            method,
            url,
            accept: None,
            size,
        })
    }

    fn call(&self, authorization: Option<&HeaderValue>) -> Call {
        Call {
            method: self.method.clone(),
            url: self.url.clone(),
            accept: self.accept,
            authorization: authorization.cloned(),
            form: None,
            size: self.size,
        }
    }
}

impl Answered {
    /// Why the answer is none.
    pub(super) fn refused(&self, request: &Request<'_>) -> Unanswered {
        let registry = &request.repository.registry;
        refusal::of(&self.answer, registry, self.anonymous).to(&request.asked)
    }
}
