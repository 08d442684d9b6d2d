//! I/O: the evidence that the rules need. Nothing here judges.
//!
//! This version can fetch nothing. Every question is answered with the reason, so that a rule which
//! wants evidence ends as *could not check*, never as a pass and never as "unsigned" or "no scan".

pub mod cache;
pub mod credentials;
mod environment;
pub mod settings;
pub mod store;
pub mod stored;
pub mod verify;

use self::settings::GatherSettings;
use crate::model::evidence::{Evidence, Gathered, Needs};
use crate::policy::settings::{Policy, ScanSource};

/// Answers every question of `needs`.
pub fn gather(needs: &Needs, policy: &Policy, settings: &GatherSettings<'_>) -> Gathered {
    let _ = settings;
    let mut gathered = Gathered::default();
    for image in &needs.digests {
        let reason = "this version of imagegate cannot ask a registry for a digest";
        gathered
            .digests
            .insert(image.clone(), Evidence::Unavailable(reason.to_owned()));
    }
    for image in needs.signatures.keys() {
        let reason = "this version of imagegate cannot verify signatures";
        gathered
            .signatures
            .insert(image.clone(), Evidence::Unavailable(reason.to_owned()));
    }
    for (source, image) in &needs.scans {
        gathered.scans.entry(*source).or_default().insert(
            image.clone(),
            Evidence::Unavailable(scan_reason(*source, policy)),
        );
    }
    gathered
}

fn scan_reason(source: usize, policy: &Policy) -> String {
    let rule = policy.rules.check_vulnerability_scan.as_ref();
    let source = rule.and_then(|entry| entry.settings.accept.get(source));
    match source.map(|source| &source.value) {
        Some(ScanSource::Attestation { .. }) => {
            "this version of imagegate cannot verify attestations".to_owned()
        }
        Some(ScanSource::Report { .. }) => {
            "this version of imagegate cannot read scan reports".to_owned()
        }
        Some(ScanSource::Scanner(name)) => {
            format!("this version of imagegate cannot run {name}")
        }
        Some(ScanSource::Annotation { .. }) | None => {
            "no source of scans stands at that place of the policy".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reference::ImageReference;

    #[test]
    fn every_question_is_answered_with_a_reason() {
        let image = ImageReference::parse("nginx:1.27").unwrap();
        let needs = Needs {
            digests: [image.clone()].into(),
            signatures: [(image.clone(), Default::default())].into(),
            scans: [(0, image.clone())].into(),
        };
        let settings = GatherSettings {
            folder: None,
            offline: true,
            timeout: std::time::Duration::from_secs(1),
            cache: None,
            tag_ttl: None,
            progress: &|_| (),
            suffices: &|_, _| false,
        };
        let gathered = gather(&needs, &Policy::built_in(), &settings);
        assert!(matches!(gathered.digest(&image), Evidence::Unavailable(_)));
        assert!(matches!(
            gathered.signatures(&image),
            Evidence::Unavailable(_)
        ));
        assert!(matches!(gathered.scan(0, &image), Evidence::Unavailable(_)));
    }
}
