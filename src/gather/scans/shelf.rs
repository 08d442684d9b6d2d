//! Report files, each read once, however many sources name it. Reads with several processors, and keeps of
//! a report only that it was read when it speaks of no image that is asked about.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::file;
use super::format::Report;
use super::pattern::{Listing, Named};
use super::related::Related;
use crate::model::digest::Digest;
use crate::model::reference::ImageReference;

/// Most files that are read at the same time, each with a buffer of its own.
const MAX_WORKERS: usize = 8;

/// Registry, repository and tag; where no tag is written it is the one that is pulled then.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) registry: String,
    pub(super) repository: String,
    pub(super) tag: String,
}

/// What is pulled when no tag is written (Kubernetes "Images", "Image names").
const DEFAULT_TAG: &str = "latest";

impl Name {
    pub(super) fn of(image: &ImageReference) -> Self {
        Self {
            registry: image.registry.clone(),
            repository: image.repository.clone(),
            tag: image.tag.as_deref().unwrap_or(DEFAULT_TAG).to_owned(),
        }
    }
}

/// The images that are asked about.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) digests: HashSet<Digest>,
    pub(super) names: HashSet<Name>,
    /// The repositories of images that may have other digests than those.
    pub(super) possible: Related,
}

/// What became of a file.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It speaks of an image that is asked about.
    Kept(Box<Report>),
    /// It was read and is about another image.
    Other {
        /// Whether it names a digest of its image.
        has_digest: bool,
        /// Whether it names its image otherwise.
        has_name: bool,
    },
    /// Why it could not be read; a sentence part.
    Unread(String),
}

/// The files of all sources, each once.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// How the files are shown, and where they are.
    pub(super) files: Vec<Named>,
    known: HashMap<PathBuf, usize>,
}

impl Shelf {
    /// Adds what a glob names; returns the numbers of its files.
    pub(super) fn add(&mut self, listing: Listing) -> Vec<usize> {
        let files = listing.files.into_iter();
        let numbers = files.map(|named| match self.known.get(&named.identity) {
            Some(&number) => number,
            None => {
                self.known.insert(named.identity.clone(), self.files.len());
                self.files.push(named);
                self.files.len() - 1
            }
        });
        numbers.collect()
    }

    /// Reads all files; one outcome for each, in their order.
    pub(super) fn read(&self, wanted: &Wanted) -> Vec<Outcome> {
        let next = AtomicUsize::new(0);
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let workers = workers.min(MAX_WORKERS).min(self.files.len());
        let read = thread::scope(|scope| {
            let workers: Vec<_> = (0..workers)
                .map(|_| scope.spawn(|| self.work(&next, wanted)))
                .collect();
            let read = workers.into_iter().filter_map(|worker| worker.join().ok());
            read.flatten().collect::<Vec<_>>()
        });
        let mut outcomes: Vec<Outcome> = Vec::new();
        outcomes.resize_with(self.files.len(), || {
            Outcome::Unread("reading it failed, which is a fault of imagegate".to_owned())
        });
        for (number, outcome) in read {
            if let Some(place) = outcomes.get_mut(number) {
                *place = outcome;
            }
        }
        outcomes
    }

    /// Reads files until none is left that no other worker has taken.
    fn work(&self, next: &AtomicUsize, wanted: &Wanted) -> Vec<(usize, Outcome)> {
        let mut buffer = Vec::new();
        let mut read = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(named) = self.files.get(number) else {
                return read;
            };
            let outcome = match file::report(&named.path, &mut buffer) {
                Ok(report) => sorted(report, wanted),
                Err(reason) => Outcome::Unread(reason),
            };
            read.push((number, outcome));
        }
    }
}

fn sorted(report: Report, wanted: &Wanted) -> Outcome {
    let by_digest = report
        .all_digests()
        .any(|digest| wanted.digests.contains(digest));
    let by_name = || {
        let mut names = report.names.iter();
        names.any(|name| wanted.names.contains(&Name::of(name)))
    };
    if by_digest || by_name() || wanted.possible.may_have(&report) {
        return Outcome::Kept(Box::new(report));
    }
    Outcome::Other {
        has_digest: report.all_digests().next().is_some(),
        has_name: !report.names.is_empty(),
    }
}
