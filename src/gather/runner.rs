//! Asks about many images at once, until all are answered, the time is over, or somebody presses Ctrl-C.
//! Whatever is not answered by then is answered with that reason: no question gets lost.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, StreamExt as _};

use super::cache::Cache;
use super::credentials::Credentials;
use super::image::Images;
use super::remembered::Remembered;
use super::settings::{GatherSettings, Progress, Suffices};
use super::store::remote::{Limits, Remote, RemoteSettings};
use super::stores::Stores;
use super::verify::Verifier;
use crate::model::evidence::{Evidence, Gathered, Needs, ResolvedImage, SignatureNeed};
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::scan::ScanFacts;
use crate::model::signature::SignatureFacts;
use crate::policy::settings::Policy;
use crate::programs::interrupt::Stop;

/// Images that are asked about at the same time.
const IMAGES_AT_ONCE: usize = 32;

/// What is known of one image.
struct Answered<'n> {
    image: &'n ImageReference,
    digest: Evidence<ResolvedImage>,
    signatures: Option<Evidence<Arc<SignatureFacts>>>,
    attestations: Option<Evidence<Arc<ScanFacts>>>,
}

/// Digests that are known, for a run that is stopped before it is done with their images.
type Resolved<'n> = Mutex<Vec<(&'n ImageReference, Evidence<ResolvedImage>)>>;

/// Answers the questions about digests, signatures and attestations.
pub fn run(
    needs: &Needs,
    policy: &Policy,
    settings: &GatherSettings<'_>,
    suffices: Suffices<'_>,
    stop: Stop,
    gathered: &mut Gathered,
) {
    let mut images: Vec<&ImageReference> = needs.digests.iter().collect();
    let others = needs.signatures.keys().chain(needs.attestations.keys());
    images.extend(others.filter(|image| !needs.digests.contains(image)));
    if images.is_empty() {
        return;
    }
    let unanswered = match started(policy, settings, suffices) {
        Ok((runtime, images_of_run)) => {
            let answering = answer(&images, needs, &images_of_run, settings, stop, gathered);
            let stopped = runtime.block_on(answering);
            // A thread that still verifies, or a helper that still runs, is not waited for.
            runtime.shutdown_background();
            stopped
        }
        Err(reason) => Some(reason),
    };
    let reason = unanswered.unwrap_or_else(|| "it was not answered".to_owned());
    let reason = Reason::of_run(reason);
    for image in images {
        if !gathered.digests.contains_key(image) {
            let digest = Evidence::Unavailable(reason.clone());
            gathered.digests.insert(image.clone(), digest);
        }
        if needs.signatures.contains_key(image) && !gathered.signatures.contains_key(image) {
            let signatures = Evidence::Unavailable(reason.clone());
            gathered.signatures.insert(image.clone(), signatures);
        }
        if needs.attestations.contains_key(image) && !gathered.attestations.contains_key(image) {
            let attestations = Evidence::Unavailable(reason.clone());
            gathered.attestations.insert(image.clone(), attestations);
        }
    }
}

fn started<'a>(
    policy: &'a Policy,
    settings: &GatherSettings<'a>,
    suffices: Suffices<'a>,
) -> Result<(tokio::runtime::Runtime, Images<'a>), String> {
    let root = policy.trusted_root.as_ref();
    let verifier = Verifier::new(root.map(|root| &*root.value.bytes));
    let verifier = verifier.map_err(|error| match root {
        Some(root) => format!("`{}` cannot be used: {error}", root.value.path),
        None => format!("the built-in trusted root cannot be used: {error}"),
    })?;
    let remote = (!settings.offline).then(|| Arc::new(remote(policy, settings)));
    let folder = settings.folder.unwrap_or(Path::new("."));
    let stores = Stores::new(policy, folder, remote);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads could be started: {error}"))?;
    let remembered = remembered(settings);
    Ok((runtime, Images::new(suffices, stores, verifier, remembered)))
}

/// The cache, when there is one that can be trusted. A run goes on without.
#[expect(
    clippy::disallowed_methods,
    reason = "how old the digest of a tag is counts from now"
)]
fn remembered(settings: &GatherSettings<'_>) -> Option<Remembered> {
    let cache = Cache::open(settings.cache.as_deref()?);
    let cache = cache.inspect_err(|refused| {
        tracing::warn!(target: "imagegate::gather", "no cache is used: {refused}");
    });
    Some(Remembered {
        cache: cache.ok()?,
        tag_ttl: settings.tag_ttl,
        now: jiff::Timestamp::now(),
    })
}

/// What is held against everything that lies beside an image, so that nothing is verified twice when both
/// its signatures and its attestations are judged.
fn needs_of(needs: &Needs, image: &ImageReference) -> [Option<SignatureNeed>; 2] {
    let mut both =
        [needs.signatures.get(image), needs.attestations.get(image)].map(Option::<&_>::cloned);
    if let [Some(signatures), Some(attestations)] = &mut both {
        signatures.trials.append(&mut attestations.trials.clone());
        attestations.trials.clone_from(&signatures.trials);
    }
    both
}

/// Answers what is asked about one image.
async fn answered<'n>(
    image: &'n ImageReference,
    needs: &Needs,
    run: &Images<'_>,
    resolved: &Resolved<'n>,
) -> Answered<'n> {
    let [signatures, attestations] = needs_of(needs, image);
    let mut digest = run.resolve(image).await;
    if let Evidence::Known(_) = &digest {
        let mut resolved = resolved.lock().unwrap_or_else(PoisonError::into_inner);
        resolved.push((image, digest.clone()));
    }
    let signatures = match (&signatures, &digest) {
        (None, _) => None,
        (Some(need), Evidence::Known(resolved)) => {
            let facts = run.signatures(image, resolved, need).await;
            Some(Evidence::Known(Arc::new(facts)))
        }
        (Some(need), Evidence::Absent) => Some(match run.only_signed(image, need).await {
            Some((resolved, facts)) => {
                digest = Evidence::Known(resolved);
                Evidence::Known(Arc::new(facts))
            }
            None => Evidence::Absent,
        }),
        (Some(_), Evidence::Unavailable(reason)) => Some(Evidence::Unavailable(reason.clone())),
    };
    let attestations = match (&attestations, &digest) {
        (None, _) => None,
        (Some(need), Evidence::Known(resolved)) => {
            let (facts, unread) = run.attestations(image, resolved, need).await;
            Some(evidence_of(facts, &unread))
        }
        (Some(_), Evidence::Absent) => Some(Evidence::Unavailable("there is no such image".into())),
        (Some(_), Evidence::Unavailable(reason)) => Some(Evidence::Unavailable(reason.clone())),
    };
    Answered {
        image,
        digest,
        signatures,
        attestations,
    }
}

/// What facts about scans amount to as evidence, with the reasons for what could not be read.
fn evidence_of(facts: ScanFacts, unread: &[Reason]) -> Evidence<Arc<ScanFacts>> {
    match (facts.found.is_empty(), unread.is_empty()) {
        (false, _) => Evidence::Known(Arc::new(facts)),
        (true, true) => Evidence::Absent,
        (true, false) => Evidence::Unavailable(Reason::joined(unread)),
    }
}

/// Answers until something stops it; then the reason.
async fn answer(
    images: &[&ImageReference],
    needs: &Needs,
    run: &Images<'_>,
    settings: &GatherSettings<'_>,
    mut stop: Stop,
    gathered: &mut Gathered,
) -> Option<String> {
    let network = images.iter().any(|image| run.uses_network(image));
    let resolved = Resolved::default();
    let asking = stream::iter(images).map(|image| answered(image, needs, run, &resolved));
    let mut asking = std::pin::pin!(asking.buffer_unordered(IMAGES_AT_ONCE));
    let mut done = 0;
    let stopped = loop {
        (settings.progress)(Progress {
            done,
            of: images.len(),
            network,
        });
        let next = tokio::select! {
            next = asking.next() => next,
            reason = stop.stopped() => break reason,
        };
        let answered = next?;
        done += 1;
        let image = answered.image;
        gathered.digests.insert(image.clone(), answered.digest);
        if let Some(signatures) = answered.signatures {
            gathered.signatures.insert(image.clone(), signatures);
        }
        if let Some(attestations) = answered.attestations {
            gathered.attestations.insert(image.clone(), attestations);
        }
    };
    let mut resolved = resolved.lock().unwrap_or_else(PoisonError::into_inner);
    for (image, digest) in resolved.drain(..) {
        gathered.digests.entry(image.clone()).or_insert(digest);
    }
    Some(stopped)
}

fn remote(policy: &Policy, settings: &GatherSettings<'_>) -> Remote {
    let registries = policy.registries.iter().map(|entry| entry.value.clone());
    let settings_of_remote = RemoteSettings {
        registries: registries.collect(),
        limits: Limits {
            run: settings.timeout,
            ..Limits::default()
        },
    };
    let credentials = Credentials::new(settings.environment.clone());
    Remote::new(settings_of_remote, Arc::new(credentials))
}
