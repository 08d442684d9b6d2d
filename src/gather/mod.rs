//! I/O: the evidence that the rules need. Nothing here judges.
//!
//! Scans cannot be fetched by this version: such a question is answered with that reason, so that the
//! rule ends as *could not check*, never as a pass and never as "no scan".

pub mod cache;
pub mod credentials;
mod disk;
mod environment;
mod find;
mod image;
mod interrupt;
mod remembered;
mod runner;
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
use settings::{GatherSettings, Suffices};

/// Answers every question of `needs`. An image for which the facts found so far suffice is not asked about
/// any further.
pub fn gather(
    needs: &Needs,
    policy: &Policy,
    settings: &GatherSettings<'_>,
    suffices: Suffices<'_>,
) -> Gathered {
    let mut gathered = Gathered::default();
    runner::run(needs, policy, settings, suffices, &mut gathered);
    let folder = settings.folder.unwrap_or(Path::new("."));
    scans::sources::answer(needs, policy, folder, &mut gathered);
    for (source, image) in &needs.scans {
        let scan = match policy.scan_source(*source) {
            Some(ScanSource::Attestation { .. }) => gathered.attested(image),
            Some(ScanSource::Report { .. }) => continue,
            _ => Evidence::Unavailable(scan_reason(*source, policy)),
        };
        let answers = gathered.scans.entry(*source).or_default();
        answers.insert(image.clone(), scan);
    }
    gathered
}

fn scan_reason(source: usize, policy: &Policy) -> String {
    match policy.scan_source(source) {
        Some(ScanSource::Scanner(name)) => {
            format!("this version of imagegate cannot run {name}")
        }
        _ => "no source of scans stands at that place of the policy".to_owned(),
    }
}
