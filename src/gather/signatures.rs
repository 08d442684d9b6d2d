//! The signatures of a digest in one repository, found and verified once in a run.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::find::{Examiner, Found, Search, Wave};
use super::scans::format;
use super::stored::StoredSignature;
use super::stores::Stores;
use super::verify::Verifier;
use crate::model::digest::Digest;
use crate::model::repository::Repository;
use crate::model::scan::{Scan, Unusable};
use crate::model::signature::{Candidate, Content, Format, Gap, Trial};

/// Most bytes of evidence of one image that are held for the cache, so that memory does not grow with the
/// attestations of all images.
const HELD_BYTES: usize = 256 * 1024;

/// Most evidence that is held at the same time, in KiB. A single blob may be that large.
const ROOM_KIB: u32 = 32 * 1024;

/// `notaryproject/specifications`, "Signature Specification": the type of a signature's manifest.
const NOTARY_SIGNATURE: &str = "application/vnd.cncf.notary.signature";

/// Reads and verifies signatures.
pub struct Signatures<'a> {
    /// Who holds which repository.
    pub stores: Stores<'a>,
    verifier: Arc<Verifier>,
    room: Arc<Semaphore>,
    read: Mutex<HashMap<Question, Arc<OnceCell<Arc<Found>>>>>,
}

/// One reading: images that share a digest share it.
#[derive(PartialEq, Eq, Hash)]
struct Question {
    repository: Repository,
    subject: Digest,
    wave: Wave,
    trials: BTreeSet<Trial>,
}

impl<'a> Signatures<'a> {
    /// With nothing read yet.
    pub fn new(stores: Stores<'a>, verifier: Verifier) -> Self {
        Self {
            stores,
            verifier: Arc::new(verifier),
            room: Arc::new(Semaphore::new(ROOM_KIB as usize)),
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
    ) -> Arc<Found> {
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
    ) -> Found {
        let store = match self.stores.of(repository) {
            Ok(store) => store,
            Err(unanswered) => {
                return Found {
                    gaps: vec![Gap {
                        repository: repository.clone(),
                        storage: None,
                        reason: unanswered.into(),
                    }],
                    ..Found::default()
                };
            }
        };
        let examining = self.examining(subject, trials);
        let search = Search {
            store: &store,
            repository,
            subject,
            examiner: &examining,
            named: AtomicUsize::new(0),
        };
        let mut found = search.wave(wave).await;
        // Without what did not fit, the rest would be taken for all that there is.
        if examining.held.load(Ordering::Relaxed) > HELD_BYTES {
            found.stored.clear();
        }
        found
    }

    /// The facts about signatures that an earlier run fetched.
    pub async fn verified(
        &self,
        stored: Vec<StoredSignature>,
        subject: &Digest,
        trials: &BTreeSet<Trial>,
    ) -> Found {
        let examining = self.examining(subject, trials);
        let mut found = Found::default();
        for stored in stored {
            found = found.and(examining.examined(stored).await);
        }
        found
    }

    fn examining<'e>(&'e self, subject: &'e Digest, trials: &'e BTreeSet<Trial>) -> Examining<'e> {
        Examining {
            verifier: &self.verifier,
            room: &self.room,
            subject,
            trials,
            held: AtomicUsize::new(0),
        }
    }
}

/// Holds signatures of one image against the same trials.
struct Examining<'e> {
    verifier: &'e Arc<Verifier>,
    room: &'e Arc<Semaphore>,
    subject: &'e Digest,
    trials: &'e BTreeSet<Trial>,
    /// How many bytes are held for the cache, with those that were not because there were too many.
    held: AtomicUsize,
}

impl Examining<'_> {
    /// Whether the evidence may be held for the cache.
    fn holds(&self, stored: &StoredSignature) -> bool {
        let annotations = stored.annotations.iter();
        let annotations: usize = annotations
            .map(|(name, value)| name.len() + value.len())
            .sum();
        let bytes = stored.bytes.len() + annotations;
        self.held.fetch_add(bytes, Ordering::Relaxed) + bytes <= HELD_BYTES
    }
}

impl Examiner for Examining<'_> {
    type Room = Option<OwnedSemaphorePermit>;

    async fn room(&self, bytes: u64) -> Self::Room {
        let wanted = u32::try_from(bytes / 1024 + 1).unwrap_or(ROOM_KIB);
        let room = Arc::clone(self.room).acquire_many_owned(wanted.min(ROOM_KIB));
        // Only a closed semaphore gives none, and nobody closes this one.
        room.await.ok()
    }

    /// Verifies on a thread of its own, so that the requests of other images go on.
    async fn examined(&self, stored: StoredSignature) -> Found {
        let is_held = self.holds(&stored);
        if let Format::Unknown(_) = &stored.format {
            return Found {
                candidates: vec![unread(&stored)],
                stored: is_held.then_some(stored).into_iter().collect(),
                ..Found::default()
            };
        }
        let gap = Gap {
            repository: stored.place.repository.clone(),
            storage: Some(stored.place.storage),
            reason: format!("{} could not be verified", stored.place.manifest).into(),
        };
        let verifier = Arc::clone(self.verifier);
        let (subject, trials) = (self.subject.clone(), self.trials.clone());
        let examined = tokio::task::spawn_blocking(move || {
            let (candidate, statement) = verifier.examine_statement(&stored, &subject, &trials);
            let scan = statement.and_then(|bytes| scan(&candidate, &bytes, &subject));
            (candidate, scan, is_held.then_some(stored))
        });
        match examined.await {
            Ok((candidate, scan, stored)) => Found {
                scans: scan
                    .map(|scan| (candidate.place.clone(), scan))
                    .into_iter()
                    .collect(),
                candidates: vec![candidate],
                stored: stored.into_iter().collect(),
                ..Found::default()
            },
            Err(_) => Found {
                gaps: vec![gap],
                ..Found::default()
            },
        }
    }
}

/// The scan in a statement about `subject`; `None` when it is no statement about a scan.
fn scan(
    candidate: &Candidate,
    statement: &[u8],
    subject: &Digest,
) -> Option<Result<Arc<Scan>, Unusable>> {
    let Content::Attestation { predicate_type } = &candidate.content else {
        return None;
    };
    let scan = format::statement(predicate_type, statement, subject)?;
    Some(scan.map(Arc::new))
}

/// Something that belongs to the image and is no signature that is read here.
fn unread(stored: &StoredSignature) -> Candidate {
    let reason = match &stored.format {
        Format::Unknown(media_type) if media_type == NOTARY_SIGNATURE => {
            "it is a signature of the Notary Project (notation), which is not verified here; sign with cosign too"
                .to_owned()
        }
        Format::Unknown(media_type) => {
            format!("its type is `{media_type}`, which holds no signature that is read")
        }
        _ => "it was not read".to_owned(),
    };
    Candidate {
        place: stored.place.clone(),
        format: stored.format.clone(),
        content: Content::Malformed(reason),
        claimed: None,
        trials: Vec::new(),
    }
}
