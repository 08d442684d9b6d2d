//! I/O: the evidence that the rules need. Nothing here judges.

pub mod cache;
pub mod credentials;
mod disk;
mod environment;
mod find;
mod image;
mod platforms;
mod remembered;
mod runner;
pub mod scanner;
pub mod scans;
pub mod settings;
mod signatures;
pub mod store;
pub mod stored;
mod stores;
pub mod verify;

use std::path::Path;

use crate::model::evidence::{Evidence, Gathered, Needs};
use crate::policy::settings::{Policy, ScanSource};
use crate::programs::interrupt::Stop;
use settings::{GatherSettings, Suffices};

/// Answers every question of `needs`. An image for which the facts found so far suffice is not asked about
/// any further.
pub fn gather(
    needs: &Needs,
    policy: &Policy,
    settings: &GatherSettings<'_>,
    suffices: Suffices<'_>,
) -> Gathered {
    let mut gathered = Gathered {
        refused: needs.refused.clone(),
        ..Gathered::default()
    };
    if needs.is_empty() {
        return gathered;
    }
    let stop = Stop::after(settings.timeout);
    let registries = stop.clone();
    runner::run(needs, policy, settings, suffices, registries, &mut gathered);
    let folder = settings.folder.unwrap_or(Path::new("."));
    scans::sources::answer(needs, policy, folder, &mut gathered);
    scanner::answer(needs, policy, settings, stop, &mut gathered);
    for (source, image) in &needs.scans {
        let scan = match policy.scan_source(*source) {
            Some(ScanSource::Report { .. } | ScanSource::Scanner(_)) => continue,
            Some(ScanSource::Attestation { .. }) => gathered.attested(image),
            Some(ScanSource::Annotation { .. }) | None => Evidence::Unavailable(
                "no source of scans stands at that place of the policy".into(),
            ),
        };
        let answers = gathered.scans.entry(*source).or_default();
        answers.insert(image.clone(), scan);
    }
    gathered
}
