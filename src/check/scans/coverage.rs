//! What of an image the scans speak of: all of it, or some of its platforms.
//!
//! A scan of the image's own digest speaks of the image; else one bound by its tag, which the policy has to
//! allow. Scanners look at one platform of an index, so a scan of a platform that is not older decides
//! beside it. Without a scan of the image each platform needs one of its own: which of them a node will run
//! is not known here.

use std::sync::Arc;

use jiff::Timestamp;

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
        let since = image.as_ref().map(|scans| newest(scans));
        let platform = None;
        coverage
            .parts
            .extend(image.map(|scans| Part { platform, scans }));
        for (number, (digest, platform)) in platforms.iter().enumerate() {
            // An index may name one image for several platforms: its scans stand with the first.
            if number_of(digest, platforms) != Some(number) {
                continue;
            }
            let scans = of_platform.get_mut(number).map(std::mem::take);
            let mut scans = scans.unwrap_or_default();
            if let Some(since) = since {
                scans.retain(|read| is_not_older(read, since));
            }
            let platform = platform.as_str();
            match scans.is_empty() {
                false => coverage.parts.push(Part {
                    platform: Some(platform),
                    scans,
                }),
                true if since.is_none() => coverage.missing.push(platform),
                true => {}
            }
        }
        if coverage.parts.is_empty() {
            coverage.missing.clear();
        }
        coverage
    }
}

/// When the newest of them ended; `None` when one does not say when it did.
fn newest(scans: &[Read<'_>]) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = scans.iter().map(|read| read.scan.finished_at).collect();
    times?.into_iter().max()
}

/// Whether the scan may be as new as those that ended at `since`.
fn is_not_older(read: &Read<'_>, since: Option<Timestamp>) -> bool {
    match (read.scan.finished_at, since) {
        (Some(finished_at), Some(since)) => finished_at >= since,
        (None, _) | (_, None) => true,
    }
}

fn number_of(digest: &Digest, platforms: &[(Digest, String)]) -> Option<usize> {
    platforms.iter().position(|(known, _)| known == digest)
}
