//! A report file that was read, and the scans that are made of it: one for each image that it is about.

use std::sync::Arc;

use super::format::Report;
use super::pattern::quoted;
use super::shelf::Outcome;
use crate::model::digest::Digest;
use crate::model::scan::{Binding, FoundScan, Scan, ScanOrigin, Unusable};

/// A file that was read.
pub(super) struct Shelved<'a> {
    pub(super) shown: &'a str,
    outcome: Outcome,
    /// The scans made of it, each for another binding.
    made: Vec<Arc<Scan>>,
}

impl<'a> Shelved<'a> {
    pub(super) fn new(outcome: Outcome, shown: &'a str) -> Self {
        Self {
            shown,
            outcome,
            made: Vec::new(),
        }
    }

    pub(super) fn report(&self) -> Option<&Report> {
        match &self.outcome {
            Outcome::Kept(report) => Some(report),
            Outcome::Other { .. } | Outcome::Unread(_) => None,
        }
    }

    pub(super) fn names(&self, digest: Option<&Digest>) -> bool {
        let mut named = self.report().into_iter().flat_map(Report::all_digests);
        named.any(|named| Some(named) == digest)
    }

    /// Why the file is of no use to a source, whatever the image; a sentence.
    pub(super) fn unread(&self, by_tag: bool) -> Option<String> {
        let shown = quoted(self.shown);
        let (has_digest, has_name) = match &self.outcome {
            Outcome::Unread(reason) => return Some(format!("{shown} could not be read: {reason}")),
            Outcome::Kept(report) => (
                report.all_digests().next().is_some(),
                !report.names.is_empty(),
            ),
            Outcome::Other {
                has_digest,
                has_name,
            } => (*has_digest, *has_name),
        };
        match (has_digest, by_tag) {
            (true, _) => None,
            (false, true) if has_name => None,
            (false, true) => Some(format!(
                "{shown} names neither a digest nor a tag of an image, so nothing ties it to one"
            )),
            (false, false) => Some(format!(
                "{shown} names no digest of an image, so nothing ties it to one: scan the image where it \
                 was pushed, or let its tag bind it with `bind: tag`"
            )),
        }
    }

    /// What it says, as a scan that `binding` ties to the image.
    pub(super) fn scan(&mut self, binding: Binding) -> FoundScan {
        FoundScan {
            origin: ScanOrigin::Report(self.shown.to_owned()),
            scan: self.bound(binding),
        }
    }

    fn bound(&mut self, binding: Binding) -> Result<Arc<Scan>, Unusable> {
        if let Some(made) = self.made.iter().find(|scan| scan.bound_by == binding) {
            return Ok(Arc::clone(made));
        }
        let Outcome::Kept(report) = &mut self.outcome else {
            return Err("it was not kept, which is a fault of imagegate".into());
        };
        let scan = report.scan.as_mut().map_err(|reason| reason.as_str())?;
        let scan = match self.made.first() {
            // The vulnerabilities moved into the first one.
            Some(first) => Scan {
                bound_by: binding,
                ..Scan::clone(first)
            },
            None => std::mem::take(scan).bound_by(binding),
        };
        let scan = Arc::new(scan);
        self.made.push(Arc::clone(&scan));
        Ok(scan)
    }
}
