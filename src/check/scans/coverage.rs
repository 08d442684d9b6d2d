//! What of an image the scans speak of: all of it, or some of its platforms.
//!
//! A scan of the image's own digest speaks of the image, and then those of its platforms are not asked.
//! Else those bound by its tag, which the policy has to allow. Else each platform needs a scan of its own:
//! which of them a node will run is not known here.

use std::sync::Arc;

use crate::model::digest::Digest;
use crate::model::evidence::ResolvedImage;
use crate::model::reference::ImageReference;
use crate::model::scan::{Binding, Scan, ScanOrigin};

/// A scan that counts.
#[derive(Debug, Clone)]
pub struct Read<'f> {
    /// Where it comes from.
    pub origin: &'f ScanOrigin,
    /// Who signed it, for an attestation.
    pub signed_by: Option<String>,
    /// What it says.
    pub scan: &'f Arc<Scan>,
}

/// The scans of the image, or of one platform of it; at least one.
#[derive(Debug)]
pub struct Part<'f> {
    /// The platform.
    pub platform: Option<&'f str>,
    /// The scans, each content once.
    pub scans: Vec<Read<'f>>,
}

/// Who speaks of what.
#[derive(Debug, Default)]
pub struct Coverage<'f> {
    /// The image, or its platforms.
    pub parts: Vec<Part<'f>>,
    /// The platforms without a scan while others have one.
    pub missing: Vec<&'f str>,
    /// Scans that speak of none of it.
    pub strangers: usize,
}

impl<'f> Coverage<'f> {
    /// Sorts scans that were found for the image.
    pub fn of(
        scans: Vec<Read<'f>>,
        image: &ImageReference,
        resolved: Option<&'f ResolvedImage>,
    ) -> Self {
        let own = image
            .digest
            .as_ref()
            .or(resolved.map(|found| &found.digest));
        let platforms = resolved.map_or(&[][..], |found| found.platforms.as_slice());
        let mut whole: Vec<Read<'f>> = Vec::new();
        let mut by_tag: Vec<Read<'f>> = Vec::new();
        let mut of_platform: Vec<Vec<Read<'f>>> = vec![Vec::new(); platforms.len()];
        let mut coverage = Self::default();
        for read in scans {
            let into = match &read.scan.bound_by {
                Binding::Tag(_) => Some(&mut by_tag),
                Binding::Digest(digest) if Some(digest) == own => Some(&mut whole),
                Binding::Digest(digest) => {
                    let platform = number_of(digest, platforms);
                    platform.and_then(|number| of_platform.get_mut(number))
                }
            };
            match into {
                Some(known) if known.iter().any(|other| other.scan == read.scan) => {}
                Some(known) => known.push(read),
                None => coverage.strangers += 1,
            }
        }
        let image = [whole, by_tag].into_iter().find(|scans| !scans.is_empty());
        if let Some(scans) = image {
            let platform = None;
            coverage.parts.push(Part { platform, scans });
            return coverage;
        }
        for (number, (digest, platform)) in platforms.iter().enumerate() {
            // An index may name one image for several platforms: its scans stand with the first.
            if number_of(digest, platforms) != Some(number) {
                continue;
            }
            match of_platform.get_mut(number).map(std::mem::take) {
                Some(scans) if !scans.is_empty() => coverage.parts.push(Part {
                    platform: Some(platform),
                    scans,
                }),
                _ => coverage.missing.push(platform),
            }
        }
        if coverage.parts.is_empty() {
            coverage.missing.clear();
        }
        coverage
    }
}

fn number_of(digest: &Digest, platforms: &[(Digest, String)]) -> Option<usize> {
    platforms.iter().position(|(known, _)| known == digest)
}
