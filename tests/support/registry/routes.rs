//! The right answers: the "pull" half of the OCI distribution specification 1.1.

use serde_json::{Value, json};

use super::content::INDEX;
use super::login;
use super::wire::{Reply, Request};
use super::{ReferrersApi, Shared};

pub(super) fn answer(shared: &Shared, request: &Request) -> Reply {
    let path = request.path();
    if path == "/token" {
        return login::token(shared, request);
    }
    let Some(rest) = path.strip_prefix("/v2/") else {
        return Reply::new(404);
    };
    let Some((repository, kind, target)) = split(rest) else {
        return Reply::error(404, "UNSUPPORTED");
    };
    if let Some(refusal) = login::refusal(shared, request, repository) {
        return refusal;
    }
    let content = &shared.setup.content;
    if !content.has_repository(repository) {
        return Reply::error(404, "NAME_UNKNOWN");
    }
    match kind {
        "manifests" => match content.find(repository, target) {
            Some((digest, media_type, bytes)) => Reply::new(200)
                .with("Content-Type", media_type)
                .with("Docker-Content-Digest", digest)
                .body(bytes),
            None if content.is_broken(repository, target) => Reply::error(500, "UNKNOWN"),
            None => Reply::error(404, "MANIFEST_UNKNOWN"),
        },
        "blobs" => match content.read(target) {
            Some(bytes) => Reply::new(200)
                .with("Content-Type", "application/octet-stream")
                .body(bytes),
            None => Reply::error(404, "BLOB_UNKNOWN"),
        },
        _ => referrers(shared, request, target),
    }
}

fn referrers(shared: &Shared, request: &Request, digest: &str) -> Reply {
    let all = shared.setup.content.referrers(digest);
    let from = match request.query().strip_prefix("from=") {
        Some(number) => number.parse().unwrap_or(0),
        None => 0,
    };
    let size = match shared.setup.referrers {
        ReferrersApi::Missing => return Reply::new(404).body(b"404 page not found\n"),
        ReferrersApi::Whole => usize::MAX,
        ReferrersApi::Pages(size) => size,
    };
    let page: Vec<&Value> = all.iter().skip(from).take(size).collect();
    let document = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": page });
    let reply = Reply::json(200, INDEX, &document);
    match from.saturating_add(size) {
        next if next < all.len() => {
            let link = format!("<{}?from={next}>; rel=\"next\"", request.path());
            reply.with("Link", &link)
        }
        _ => reply,
    }
}

/// Repository, kind and tag or digest.
fn split(path: &str) -> Option<(&str, &str, &str)> {
    let (front, target) = path.rsplit_once('/')?;
    let (repository, kind) = front.rsplit_once('/')?;
    let known = ["manifests", "blobs", "referrers"].contains(&kind);
    known.then_some((repository, kind, target))
}
