//! The questions to scanners of one run: all at once, until they are answered or something stops the run.

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::{Limits, Scanners};
use crate::gather::settings::GatherSettings;
use crate::model::evidence::{Evidence, Gathered, Needs, ResolvedImage};
use crate::model::reason::Reason;
use crate::model::reference::ImageReference;
use crate::model::scan::{Binding, Scan, ScanFacts};
use crate::policy::settings::{Policy, ScanSource};
use crate::programs::interrupt::Stop;

/// A question: the number of the source, the scanner's name, the image and what it stands for.
struct Question<'n> {
    source: usize,
    name: &'n str,
    image: &'n ImageReference,
    resolved: ResolvedImage,
}

/// Answers every question to a scanner. The digests of the images must have been gathered.
pub fn answer(
    needs: &Needs,
    policy: &Policy,
    settings: &GatherSettings<'_>,
    stop: Stop,
    gathered: &mut Gathered,
) {
    let mut questions = Vec::new();
    for (source, image) in &needs.scans {
        let Some(ScanSource::Scanner(name)) = policy.scan_source(*source) else {
            continue;
        };
        let reported = (0..*source).any(|earlier| is_reported(policy, gathered, earlier, image));
        let subject = match reported {
            // A run takes minutes, and a report that answers is not overruled.
            true => Err(format!("`{name}` was not run, since a report comes before it").into()),
            false => subject(name, image, settings, gathered),
        };
        match subject {
            Ok(resolved) => questions.push(Question {
                source: *source,
                name,
                image,
                resolved,
            }),
            Err(reason) => keep(gathered, *source, image, Evidence::Unavailable(reason)),
        }
    }
    if questions.is_empty() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let reason = match runtime {
        Ok(runtime) => {
            let reason = runtime.block_on(asked(&questions, settings, stop, gathered));
            // A thread that still reads a report is not waited for.
            runtime.shutdown_background();
            reason
        }
        Err(error) => Some(format!("no threads could be started: {error}")),
    };
    let reason = reason.unwrap_or_else(|| "it was not answered".to_owned());
    let reason = Reason::of_run(reason);
    for question in questions {
        let answers = gathered.scans.entry(question.source).or_default();
        let unanswered = || Evidence::Unavailable(reason.clone());
        let image = question.image.clone();
        answers.entry(image).or_insert_with(unanswered);
    }
}

/// Whether a source is report files that have a scan of the whole image: those of some platforms are no
/// answer where another has none.
fn is_reported(
    policy: &Policy,
    gathered: &Gathered,
    source: usize,
    image: &ImageReference,
) -> bool {
    let is_report = matches!(policy.scan_source(source), Some(ScanSource::Report { .. }));
    let resolved = match gathered.digest(image) {
        Evidence::Known(resolved) => Some(resolved.digest),
        Evidence::Absent | Evidence::Unavailable(_) => None,
    };
    let own = image.digest.as_ref().or(resolved.as_ref());
    let is_whole = |scan: &Scan| match &scan.bound_by {
        Binding::Digest(digest) => Some(digest) == own,
        Binding::Tag(_) => true,
    };
    match gathered.scan(source, image) {
        Evidence::Known(facts) if is_report => {
            let mut scans = facts
                .found
                .iter()
                .filter_map(|found| found.scan.as_ref().ok());
            scans.any(|scan| is_whole(scan))
        }
        _ => false,
    }
}

/// What a scanner is to look at; or why it is not run.
fn subject(
    name: &str,
    image: &ImageReference,
    settings: &GatherSettings<'_>,
    gathered: &Gathered,
) -> Result<ResolvedImage, Reason> {
    if settings.offline {
        return Err(Reason::of_run(format!(
            "`{name}` is not run with --offline: it would fetch the image from its registry"
        )));
    }
    match gathered.digest(image) {
        Evidence::Known(resolved) => Ok(resolved),
        Evidence::Absent => Err("there is no such image".into()),
        Evidence::Unavailable(reason) => Err(reason),
    }
}

fn keep(
    gathered: &mut Gathered,
    source: usize,
    image: &ImageReference,
    found: Evidence<Arc<ScanFacts>>,
) {
    let answers = gathered.scans.entry(source).or_default();
    answers.insert(image.clone(), found);
}

/// Asks until something stops it; then the reason.
async fn asked(
    questions: &[Question<'_>],
    settings: &GatherSettings<'_>,
    mut stop: Stop,
    gathered: &mut Gathered,
) -> Option<String> {
    let scanners = Scanners::new(settings.environment.path.clone(), Limits::default());
    let mut asking: FuturesUnordered<_> = questions
        .iter()
        .map(async |question| {
            let found = scanners.scan(question.name, question.image, &question.resolved);
            (question, found.await)
        })
        .collect();
    loop {
        let next = tokio::select! {
            next = asking.next() => next,
            reason = stop.stopped() => return Some(reason),
        };
        let (question, found) = next?;
        keep(gathered, question.source, question.image, found);
    }
}
