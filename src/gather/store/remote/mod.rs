//! A registry over HTTP: the "pull" half of the OCI distribution specification 1.1.
//!
//! Nothing that a registry sends can make a run take unbounded memory or time (`limits`), and nothing but
//! a plain "not found" is taken for "there is none" (`refusal`). What comes out was hashed. Credentials
//! are shown to the registry and to the token server that it names, and never reach an error or a log.
//!
//! The path of a question: `memo` (was it asked before?) → `registry` (what does it want to be shown?) →
//! `authorization` (a token) → `gate` (is it its turn?) → `exchange` (attempts, redirects, time) → `body` (size).

mod authorization;
mod blobs;
mod body;
mod challenge;
mod client;
mod endpoint;
mod exchange;
mod failure;
mod gate;
mod limits;
mod link;
mod manifests;
mod memo;
mod pause;
mod proxy;
mod referrers;
mod refusal;
mod registry;
mod request;

pub use limits::Limits;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use self::endpoint::Endpoint;
use self::exchange::Exchange;
use self::memo::Memo;
use self::registry::Registry;
use super::{Referrers, StoredManifest, Target, Unanswered, oci};
use crate::gather::credentials::Credentials;
use crate::model::digest::Digest;
use crate::model::repository::Repository;
use crate::policy::settings::RegistryAccess;

/// Media type of an OCI index.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What registries are asked with.
#[derive(Debug, Clone, Default)]
pub struct RemoteSettings {
    /// `registries` of the policy; entries with a `layout` are not for here.
    pub registries: Vec<RegistryAccess>,
    /// How long things may take.
    pub limits: Limits,
}

/// The answer to the question for a blob.
type Blob = Result<Option<Vec<u8>>, Unanswered>;

/// All registries of one run. What it learns (tokens, answers, failures) holds for the run.
///
/// Every future may be dropped at any point; nothing goes on behind it.
pub struct Remote {
    access: Vec<RegistryAccess>,
    credentials: Arc<Credentials>,
    exchange: Exchange,
    registries: Mutex<HashMap<Endpoint, Arc<Registry>>>,
    manifests: Memo<(Repository, String), Result<Option<StoredManifest>, Unanswered>>,
    tags: Memo<(Repository, String), Result<Option<Digest>, Unanswered>>,
    blobs: Memo<(Repository, Digest, u64), Blob>,
    referrers: Memo<(Repository, Digest), Result<Referrers, Unanswered>>,
}

impl Remote {
    /// Asks nobody yet and reads no certificates.
    pub fn new(settings: RemoteSettings, credentials: Arc<Credentials>) -> Self {
        Self {
            access: settings.registries,
            credentials,
            exchange: Exchange::new(settings.limits),
            registries: Mutex::default(),
            manifests: Memo::new(|answer| match answer {
                Ok(Some(manifest)) => manifest.bytes.len(),
                _ => 0,
            }),
            tags: Memo::new(|_| 0),
            blobs: Memo::new(|answer| match answer {
                Ok(Some(bytes)) => bytes.len(),
                _ => 0,
            }),
            referrers: Memo::new(|answer| match answer {
                Ok(Referrers::Listed(all)) => all.len() * size_of::<oci::Descriptor>(),
                _ => 0,
            }),
        }
    }

    /// The manifest or index that `target` names; `None` when there is none.
    ///
    /// # Errors
    /// There is no answer, or its bytes have another digest than was asked for or is said of them.
    pub async fn manifest(
        &self,
        repository: &Repository,
        target: Target<'_>,
    ) -> Result<Option<StoredManifest>, Unanswered> {
        let question = (repository.clone(), target.to_string());
        let ask = async || self.ask_manifest(repository, target).await;
        let answer = self.manifests.get(&question, ask).await;
        if let (Target::Tag(_), Ok(Some(manifest))) = (target, &answer) {
            let by_digest = (repository.clone(), manifest.digest.to_string());
            self.manifests.put(by_digest, &answer);
        }
        answer
    }

    /// The digest that a tag points to; `None` when there is no such tag. It is as the registry says it:
    /// the content may not have been fetched.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn tag_digest(
        &self,
        repository: &Repository,
        tag: &str,
    ) -> Result<Option<Digest>, Unanswered> {
        let question = (repository.clone(), tag.to_owned());
        if let Some(answer) = self.manifests.known(&question) {
            return answer.map(|manifest| manifest.map(|manifest| manifest.digest));
        }
        let ask = async || match self.ask_tag(repository, tag).await? {
            Some(digest) => Ok(Some(digest)),
            // An answer to HEAD has no body that would say what a 404 means.
            None => {
                let manifest = self.manifest(repository, Target::Tag(tag)).await?;
                Ok(manifest.map(|manifest| manifest.digest))
            }
        };
        self.tags.get(&question, ask).await
    }

    /// The blob that a descriptor names; `None` when there is none.
    ///
    /// # Errors
    /// There is no answer, or the bytes are not those of the descriptor, or they are too many.
    pub async fn blob(
        &self,
        repository: &Repository,
        descriptor: &oci::Descriptor,
    ) -> Result<Option<Vec<u8>>, Unanswered> {
        let question = (
            repository.clone(),
            descriptor.digest.clone(),
            descriptor.size,
        );
        let ask = async || self.ask_blob(repository, descriptor).await;
        self.blobs.get(&question, ask).await
    }

    /// What the referrers API says about a digest.
    ///
    /// # Errors
    /// There is no answer, or it is too long.
    pub async fn referrers(
        &self,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<Referrers, Unanswered> {
        let question = (repository.clone(), digest.clone());
        let ask = async || self.ask_referrers(repository, digest).await;
        self.referrers.get(&question, ask).await
    }

    fn endpoint(&self, repository: &Repository) -> Result<Endpoint, Unanswered> {
        Endpoint::of(repository, &self.access)
    }

    fn registry(&self, endpoint: &Endpoint) -> Arc<Registry> {
        let registries = self.registries.lock();
        let mut registries = registries.unwrap_or_else(PoisonError::into_inner);
        match registries.get(endpoint) {
            Some(registry) => Arc::clone(registry),
            None => {
                let registry = Arc::new(Registry::new());
                registries.insert(endpoint.clone(), Arc::clone(&registry));
                registry
            }
        }
    }

    fn limits(&self) -> &Limits {
        self.exchange.limits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_send<T: Send>(_: T) {}

    /// Questions are asked from tasks that move between threads.
    #[test]
    fn questions_may_be_asked_from_any_task() {
        fn all(remote: &Remote, repository: &Repository, blob: &oci::Descriptor) {
            is_send(remote.manifest(repository, Target::Tag("")));
            is_send(remote.tag_digest(repository, ""));
            is_send(remote.blob(repository, blob));
            is_send(remote.referrers(repository, &blob.digest));
        }
        let _ = all;
    }
}
