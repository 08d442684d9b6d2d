//! What of an image the scans speak of: all of it, or some of its platforms.
//!
//! A scan of the image's own digest speaks of the image; else one bound by its tag, which the policy has to
//! allow. Scanners look at one platform of an index, so a scan of a platform that is not older decides
//! beside it. Without a scan of the image each platform needs one of its own: which of them a node will run
//! is not known here.
//!
//! A scan gives way only to one of the same scanner: what one scanner found, another one may not look for.

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
        by_tag.retain(|read| of_scanner(&whole, read).next().is_none());
        whole.append(&mut by_tag);
        for (number, (digest, platform)) in platforms.iter().enumerate() {
            // An index may name one image for several platforms: its scans stand with the first.
            if number_of(digest, platforms) != Some(number) {
                continue;
            }
            let scans = of_platform.get_mut(number).map(std::mem::take);
            let mut scans = scans.unwrap_or_default();
            scans.retain(|read| !is_older(read, &whole));
            let platform = platform.as_str();
            match scans.is_empty() {
                false => coverage.parts.push(Part {
                    platform: Some(platform),
                    scans,
                }),
                true if whole.is_empty() => coverage.missing.push(platform),
                true => {}
            }
        }
        if !whole.is_empty() {
            let (platform, scans) = (None, whole);
            coverage.parts.insert(0, Part { platform, scans });
        }
        if coverage.parts.is_empty() {
            coverage.missing.clear();
        }
        coverage
    }

    /// The scans of the whole image.
    pub fn whole(&self) -> &[Read<'f>] {
        let first = self.parts.first();
        let first = first.filter(|part| part.platform.is_none());
        first.map_or(&[], |part| &part.scans)
    }

    /// Whether the scanner has scanned the whole image since that scan of something else.
    pub fn has_newer(&self, read: &Read<'_>) -> bool {
        is_older(read, self.whole())
    }
}

impl<'f> Part<'f> {
    /// The scans of each scanner.
    pub fn by_scanner(&self) -> Vec<Vec<&Read<'f>>> {
        let mut scanners: Vec<Vec<&Read<'f>>> = Vec::new();
        for read in &self.scans {
            let known = scanners.iter_mut().find(|scans| {
                let first = scans.first();
                first.is_some_and(|first| first.scan.is_by(&read.scan.scanner))
            });
            match known {
                Some(scans) => scans.push(read),
                None => scanners.push(vec![read]),
            }
        }
        scanners
    }
}

/// The scans that the scanner of `read` made, too.
fn of_scanner<'s, 'f>(
    scans: &'s [Read<'f>],
    read: &Read<'_>,
) -> impl Iterator<Item = &'s Read<'f>> {
    let scanner = read.scan.scanner.as_str();
    scans.iter().filter(move |other| other.scan.is_by(scanner))
}

/// Whether the same scanner has made one of `scans` later.
fn is_older(read: &Read<'_>, scans: &[Read<'_>]) -> bool {
    let times = of_scanner(scans, read).map(|other| other.scan.finished_at);
    // Where one does not say when it was made, the newest of them is not known.
    let times: Option<Vec<Timestamp>> = times.collect();
    let newest = times.and_then(|times| times.into_iter().max());
    match (read.scan.finished_at, newest) {
        (Some(finished_at), Some(newest)) => finished_at < newest,
        (None, _) | (_, None) => false,
    }
}

fn number_of(digest: &Digest, platforms: &[(Digest, String)]) -> Option<usize> {
    platforms.iter().position(|(known, _)| known == digest)
}
