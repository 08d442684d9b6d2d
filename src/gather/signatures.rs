//! The signatures of a digest in one repository, found and verified once in a run.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use tokio::sync::OnceCell;

use super::find::{Search, Wave};
use super::stored::StoredSignature;
use super::stores::Stores;
use super::verify::Verifier;
use crate::model::digest::Digest;
use crate::model::repository::Repository;
use crate::model::signature::{Candidate, Content, Format, Gap, SignatureFacts, Trial};

/// Most bytes of evidence that are held for the cache after a reading, so that memory does not grow with
/// the attestations of all images.
const HELD_BYTES: usize = 256 * 1024;

/// Reads and verifies signatures.
pub struct Signatures<'a> {
    /// Who holds which repository.
    pub stores: Stores<'a>,
    verifier: Arc<Verifier>,
    read: Mutex<HashMap<Question, Arc<OnceCell<Arc<Read>>>>>,
}

/// One reading: images that share a digest share it.
#[derive(PartialEq, Eq, Hash)]
struct Question {
    repository: Repository,
    subject: Digest,
    wave: Wave,
    trials: BTreeSet<Trial>,
}

/// What a reading yielded.
#[derive(Debug, Default)]
pub struct Read {
    /// Signatures and attestations, verified.
    pub candidates: Vec<Candidate>,
    /// What gave no answer.
    pub gaps: Vec<Gap>,
    /// Whether the referrers tag was read.
    pub referrers_tag: bool,
    /// The evidence as it was fetched, when it is small enough to be held.
    pub stored: Vec<StoredSignature>,
}

impl Read {
    /// Adds what was read to the facts.
    pub fn add_to(&self, facts: &mut SignatureFacts) {
        facts.candidates.extend(self.candidates.iter().cloned());
        facts.gaps.extend(self.gaps.iter().cloned());
    }
}

impl<'a> Signatures<'a> {
    /// With nothing read yet.
    pub fn new(stores: Stores<'a>, verifier: Verifier) -> Self {
        Self {
            stores,
            verifier: Arc::new(verifier),
            read: Mutex::default(),
        }
    }

    /// What lies in the places of one wave.
    pub async fn read(
        &self,
        repository: &Repository,
        subject: &Digest,
        wave: Wave,
        trials: &BTreeSet<Trial>,
    ) -> Arc<Read> {
        let question = Question {
            repository: repository.clone(),
            subject: subject.clone(),
            wave,
            trials: trials.clone(),
        };
        let cell = {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(read.entry(question).or_default())
        };
        let read = cell.get_or_init(|| async {
            Arc::new(self.search(repository, subject, wave, trials).await)
        });
        Arc::clone(read.await)
    }

    async fn search(
        &self,
        repository: &Repository,
        subject: &Digest,
        wave: Wave,
        trials: &BTreeSet<Trial>,
    ) -> Read {
        let store = match self.stores.of(repository) {
            Ok(store) => store,
            Err(unanswered) => {
                return Read {
                    gaps: vec![Gap {
                        repository: repository.clone(),
                        storage: None,
                        reason: unanswered.to_string(),
                    }],
                    ..Read::default()
                };
            }
        };
        let search = Search {
            store: &store,
            repository,
            subject,
        };
        let found = search.wave(wave).await;
        let mut read = self.verified(found.stored, subject, trials).await;
        read.gaps.extend(found.gaps);
        read.referrers_tag = found.referrers_tag;
        read
    }

    /// The facts about signatures that were fetched, in this run or an earlier one.
    pub async fn verified(
        &self,
        stored: Vec<StoredSignature>,
        subject: &Digest,
        trials: &BTreeSet<Trial>,
    ) -> Read {
        let bytes: usize = stored.iter().map(|stored| stored.bytes.len()).sum();
        let examined = stored
            .into_iter()
            .map(|stored| self.examined(stored, subject, trials));
        let mut read = Read::default();
        for (examined, stored) in join_all(examined).await {
            match examined {
                Ok(candidate) => read.candidates.push(candidate),
                Err(gap) => read.gaps.push(gap),
            }
            read.stored.extend(stored.filter(|_| bytes <= HELD_BYTES));
        }
        read
    }

    /// Verifies on a thread of its own, so that the requests of other images go on.
    async fn examined(
        &self,
        stored: StoredSignature,
        subject: &Digest,
        trials: &BTreeSet<Trial>,
    ) -> (Result<Candidate, Gap>, Option<StoredSignature>) {
        if let Format::Unknown(media_type) = &stored.format {
            let reason =
                format!("its type is `{media_type}`, which holds no signature that is read");
            let candidate = Candidate {
                place: stored.place.clone(),
                format: stored.format.clone(),
                content: Content::Malformed(reason),
                claimed: None,
                trials: Vec::new(),
            };
            return (Ok(candidate), Some(stored));
        }
        let gap = Gap {
            repository: stored.place.repository.clone(),
            storage: Some(stored.place.storage),
            reason: format!("{} could not be verified", stored.place.manifest),
        };
        let verifier = Arc::clone(&self.verifier);
        let (subject, trials) = (subject.clone(), trials.clone());
        let examined = tokio::task::spawn_blocking(move || {
            (verifier.examine(&stored, &subject, &trials), stored)
        });
        match examined.await {
            Ok((candidate, stored)) => (Ok(candidate), Some(stored)),
            Err(_) => (Err(gap), None),
        }
    }
}
