//! The referrers API (OCI distribution specification 1.1, "Listing Referrers"): all pages of the list, or
//! no answer. A list that is cut off would make signatures disappear.

use std::collections::BTreeSet;

use reqwest::header::LINK;
use reqwest::{Method, StatusCode, Url};

use super::super::oci::{Descriptor, Document};
use super::super::{MAX_MANIFEST_BYTES, MAX_REFERRERS, Referrers, Unanswered};
use super::body::Size;
use super::exchange::Answer;
use super::failure::Failure;
use super::limits::{Budget, PAGES};
use super::manifests::is_untyped;
use super::request::Request;
use super::{INDEX, Remote, link, refusal};
use crate::model::digest::Digest;
use crate::model::repository::Repository;

impl Remote {
    /// Asks page after page.
    pub(super) async fn ask_referrers(
        &self,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<Referrers, Unanswered> {
        let most = Size::AtMost(MAX_MANIFEST_BYTES);
        let place = ("referrers", digest.as_str());
        let mut request = Request::new(self, repository, Method::GET, place, most)?;
        request.accept = Some(INDEX);
        let first = request.asked.clone();
        let mut budget = Budget::new(self.limits().question);
        let mut seen = BTreeSet::new();
        let mut listed = Vec::new();
        for page in 1..=PAGES {
            if page > 1 {
                request.asked = format!("{first}, page {page}");
            }
            let answered = self.fetch(&request, &mut budget).await?;
            let answer = &answered.answer;
            let unsupported = refusal::is_none(answer) || refusal::is_unsupported(answer);
            if page == 1 && unsupported {
                return Ok(Referrers::Unsupported);
            }
            if answer.status != StatusCode::OK {
                return Err(answered.refused(&request));
            }
            listed.extend(read(answer).map_err(|failure| failure.to(&request.asked))?);
            if listed.len() > MAX_REFERRERS {
                let failure = Failure::new(format!("a list of more than {MAX_REFERRERS} entries"));
                return Err(failure
                    .advise("remove old signatures of this image")
                    .to(&request.asked));
            }
            let next = next(answer, &request.url).map_err(|failure| failure.to(&request.asked))?;
            let Some(next) = next else {
                return Ok(Referrers::Listed(listed));
            };
            seen.insert(std::mem::replace(&mut request.url, next));
            if seen.contains(&request.url) {
                return Err(Failure::new("pages that lead in a circle").to(&request.asked));
            }
        }
        Err(Failure::new(format!("more than {PAGES} pages")).to(first))
    }
}

/// The descriptors of one page. A list that is served without its type has to show by what is in it that
/// it is an index.
fn read(answer: &Answer) -> Result<Vec<Descriptor>, Failure> {
    let media_type = answer.media_type();
    let is_typed = media_type.as_deref() == Some(INDEX);
    if !is_typed && !is_untyped(media_type.as_deref()) {
        return Err(Failure::new("something else than an OCI index"));
    }
    let body = answer.body.as_deref().unwrap_or_default();
    let document = Document::parse(body)
        .map_err(|error| Failure::new(format!("an OCI index that cannot be read: {error}")))?;
    let names_itself = ["", INDEX].contains(&document.media_type.as_str());
    if !(is_typed || document.is_of_schema_2 && names_itself) {
        return Err(Failure::new("something else than an OCI index"));
    }
    let manifests = document.manifests;
    manifests.ok_or_else(|| Failure::new("an OCI index without `manifests`"))
}

/// Where the next page is: in the same place as this one.
fn next(answer: &Answer, url: &Url) -> Result<Option<Url>, Failure> {
    let mut found = None;
    for header in answer.headers.get_all(LINK) {
        let unreadable = || Failure::new("a list whose next page cannot be found");
        let text = header.to_str().map_err(|_| unreadable())?;
        let target = link::next(text).map_err(|link::Unreadable| unreadable())?;
        let Some(target) = target else {
            continue;
        };
        let next = url.join(target).map_err(|_| unreadable())?;
        let same = next.origin() == url.origin() && next.username().is_empty();
        if !same || next.password().is_some() {
            return Err(Failure::new("a list whose next page is on another host"));
        }
        found = Some(next);
    }
    Ok(found)
}
