//! The questions for a manifest and for the digest of a tag, and what is checked of the answers.

use reqwest::{Method, StatusCode};

use super::super::oci::Document;
use super::super::{MAX_MANIFEST_BYTES, StoredManifest, Target, Unanswered};
use super::body::Size;
use super::exchange::Answer;
use super::failure::Failure;
use super::limits::Budget;
use super::request::Request;
use super::{INDEX, Remote, refusal};
use crate::model::digest::Digest;
use crate::model::repository::Repository;

/// The media types of manifests and indexes that are read.
const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.manifest.v1+json",
    INDEX,
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// The same, as a header.
const ACCEPT_MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, \
     application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.docker.distribution.manifest.list.v2+json";

/// The header in which registries say a manifest's digest.
const CONTENT_DIGEST: &str = "docker-content-digest";

impl Remote {
    pub(super) async fn ask_manifest(
        &self,
        repository: &Repository,
        target: Target<'_>,
    ) -> Result<Option<StoredManifest>, Unanswered> {
        let named = target.to_string();
        let most = Size::AtMost(MAX_MANIFEST_BYTES);
        let place = ("manifests", named.as_str());
        let mut request = Request::new(self, repository, Method::GET, place, most)?;
        request.accept = Some(ACCEPT_MANIFESTS);
        let mut budget = Budget::new(self.limits().question);
        let answered = self.fetch(&request, &mut budget).await?;
        if refusal::is_none(&answered.answer) {
            return Ok(None);
        }
        if answered.answer.status != StatusCode::OK {
            return Err(answered.refused(&request));
        }
        let manifest = checked_manifest(answered.answer, target);
        manifest
            .map(Some)
            .map_err(|failure| failure.to(&request.asked))
    }

    /// `None` when `HEAD` does not tell.
    pub(super) async fn ask_tag(
        &self,
        repository: &Repository,
        tag: &str,
    ) -> Result<Option<Digest>, Unanswered> {
        let most = Size::AtMost(MAX_MANIFEST_BYTES);
        let place = ("manifests", tag);
        let mut request = Request::new(self, repository, Method::HEAD, place, most)?;
        request.accept = Some(ACCEPT_MANIFESTS);
        let mut budget = Budget::new(self.limits().question);
        let answered = self.fetch(&request, &mut budget).await?;
        let said = answered.answer.header(CONTENT_DIGEST);
        let found = answered.answer.status == StatusCode::OK;
        Ok(said.and_then(Digest::parse).filter(|_| found))
    }
}

/// What came in place of a manifest.
fn no_manifest(answer: &Answer) -> Failure {
    match refusal::is_page(answer) {
        true => Failure::new("a page for people in place of a manifest or index")
            .advise("a proxy, a firewall or a web server wrote that page, not the registry"),
        false => Failure::new("something else than a manifest or index"),
    }
}

/// Whether an answer is served without a type of its own, as by a web server: what is in it has to show
/// what it is.
pub(super) fn is_untyped(media_type: Option<&str>) -> bool {
    const GENERAL: [&str; 3] = ["application/json", "application/octet-stream", "text/plain"];
    media_type.is_none_or(|found| GENERAL.contains(&found))
}

/// Whether the answer to the question for a tag is a manifest or an index, by its type and by what is in
/// it: a proxy may write anything with "200 OK".
fn is_manifest(answer: &Answer) -> bool {
    let media_type = answer.media_type();
    let is_typed = media_type
        .as_deref()
        .is_some_and(|found| MANIFESTS.contains(&found));
    if !is_typed && !is_untyped(media_type.as_deref()) {
        return false;
    }
    let body = answer.body.as_deref().unwrap_or_default();
    Document::parse(body).is_ok_and(|document| {
        let names_itself =
            document.media_type.is_empty() || MANIFESTS.contains(&document.media_type.as_str());
        document.is_manifest_or_index() && (is_typed || (document.is_of_schema_2 && names_itself))
    })
}

/// Holds an answer against the digest that was asked for and the one that the registry says.
fn checked_manifest(answer: Answer, target: Target<'_>) -> Result<StoredManifest, Failure> {
    // Bytes with the digest that was asked for are right whatever they are called.
    if matches!(target, Target::Tag(_)) && !is_manifest(&answer) {
        return Err(no_manifest(&answer));
    }
    let said = match answer.headers.get(CONTENT_DIGEST) {
        None => None,
        Some(written) => {
            let digest = written.to_str().ok().and_then(Digest::parse);
            let unreadable = || Failure::new("a digest of it that is none");
            Some(digest.ok_or_else(unreadable)?)
        }
    };
    let bytes = answer.body.unwrap_or_default();
    let wanted = match target {
        Target::Digest(digest) => Some(digest),
        Target::Tag(_) => None,
    };
    for digest in [wanted, said.as_ref()].into_iter().flatten() {
        let real = digest.of_same_algorithm(&bytes);
        if real != *digest {
            return Err(Failure::new(format!(
                "bytes with the digest {real}, not {digest}"
            )));
        }
    }
    let digest = wanted
        .cloned()
        .or(said)
        .unwrap_or_else(|| Digest::sha256(&bytes));
    Ok(StoredManifest {
        digest,
        bytes: bytes.into(),
    })
}
