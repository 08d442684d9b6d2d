//! Scanners that are run: Trivy or Grype, found on `PATH`, one run for each digest.
//!
//! A run is bounded in time and output, and ends with what it started. The scanner is the user's tool and
//! gets his environment, but neither the folder that is being checked nor settings that change what is
//! found, such as a `.trivyignore` or `~/.grype.yaml` (`variables` has the table): what counts stands in
//! the policy alone. Nothing here knows which scan is good enough.

mod advice;
mod answer;
mod command;
mod failure;
mod pieces;
mod process;
mod variables;

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Mutex, OnceCell, Semaphore};

use super::scans::format::Report;
use crate::model::digest::Digest;
use crate::model::evidence::{Evidence, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::scan::{Binding, FoundScan, Scan, ScanFacts, ScanOrigin, Unusable};
use crate::programs;
use command::Scanner;
use failure::Failure;

pub use answer::answer;

/// What a scanner may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long one run may last.
    pub time: Duration,
    /// Most bytes that one run may print as its report.
    pub output: u64,
    /// Runs at the same time: a scanner reads whole images, and uses several cores.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(5 * 60),
            output: 256 * 1024 * 1024,
            at_once: 2,
        }
    }
}

/// What was found in the image that a scanner was called with.
type Answer = Result<Result<Arc<Scan>, Unusable>, String>;

/// The scanners of one run of imagegate.
pub struct Scanners {
    path: Option<OsString>,
    limits: Limits,
    turns: Semaphore,
    runs: Mutex<HashMap<(Scanner, Digest), Run>>,
}

/// A run, with its answer as soon as there is one.
type Run = Arc<OnceCell<Answer>>;

impl Scanners {
    /// Looks for scanners in `path`.
    pub fn new(path: Option<OsString>, limits: Limits) -> Self {
        Self {
            path,
            limits,
            turns: Semaphore::new(limits.at_once.max(1)),
            runs: Mutex::default(),
        }
    }

    /// What the scanner that the policy calls `name` finds in the image: in each of its platforms, since a
    /// scanner that is called with an index looks at one platform and says nothing of the others.
    pub async fn scan(
        &self,
        name: &str,
        image: &ImageReference,
        resolved: &ResolvedImage,
    ) -> Evidence<Arc<ScanFacts>> {
        let Some(scanner) = Scanner::named(name) else {
            let reason = format!("imagegate cannot run `{name}`, which is a fault of imagegate");
            return Evidence::Unavailable(reason.into());
        };
        let mut digests: Vec<&Digest> = Vec::new();
        for (digest, _) in &resolved.platforms {
            if !digests.contains(&digest) {
                digests.push(digest);
            }
        }
        if digests.is_empty() {
            digests.push(&resolved.digest);
        }
        let asking = digests
            .into_iter()
            .map(|digest| self.scan_of(scanner, image, digest));
        let mut facts = ScanFacts {
            asked: vec![format!("`{name}`")],
            ..ScanFacts::default()
        };
        for answer in join_all(asking).await {
            match answer {
                Ok(scan) => facts.found.push(FoundScan {
                    origin: ScanOrigin::Scanner(name.to_owned()),
                    scan,
                }),
                Err(reason) if facts.unread.contains(&reason) => {}
                Err(reason) => facts.unread.push(reason),
            }
        }
        match facts.found.is_empty() {
            true => Evidence::Unavailable(facts.unread.join("; ").into()),
            false => Evidence::Known(Arc::new(facts)),
        }
    }

    /// The scan of one digest. Everybody who asks for the same digest, under whatever name, waits for the
    /// one run.
    async fn scan_of(&self, scanner: Scanner, image: &ImageReference, digest: &Digest) -> Answer {
        let run = {
            let mut runs = self.runs.lock().await;
            Run::clone(runs.entry((scanner, digest.clone())).or_default())
        };
        let running = async {
            let target = format!("{}@{digest}", image.name());
            let report = self.report(scanner, &target).await;
            let scan = report.and_then(|report| bound(report, digest));
            scan.map_err(|failure| failure.of(scanner, &target))
        };
        run.get_or_init(|| running).await.clone()
    }

    async fn report(&self, scanner: Scanner, target: &str) -> Result<Report, Failure> {
        let program = programs::find(self.path.as_deref(), scanner.program());
        let program = program.ok_or(Failure::Missing)?;
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await;
        tracing::debug!(target: "imagegate::gather", "{} scans {target}", program.display());
        process::run(&program, scanner, target, self.limits).await
    }
}

/// The scan as one of the image with `digest`, unless the report names another one.
fn bound(report: Report, digest: &Digest) -> Result<Result<Arc<Scan>, Unusable>, Failure> {
    if let Some(other) = report.digests.first()
        && !report.digests.contains(digest)
    {
        return Err(Failure::OtherImage(other.clone()));
    }
    let binding = Binding::Digest(digest.clone());
    let scan = report.scan.map(|scan| Arc::new(scan.bound_by(binding)));
    Ok(scan.map_err(Unusable::from))
}
