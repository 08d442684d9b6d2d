//! What report files say about images: which files a source of the policy names, and which of the reports
//! in them are about which image.
//!
//! A report is about an image when it names its digest, or that of one of its platforms. Where the policy
//! lets a tag bind, the written name suffices too, unless the image is written with a digest, or the report
//! names other digests of it than the tag now has.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::format::Report;
use super::pattern::{self, quoted};
use super::shelf::{Name, Outcome, Shelf, Wanted};
use crate::model::digest::Digest;
use crate::model::evidence::{Evidence, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::scan::{Binding, FoundScan, Scan, ScanFacts, ScanOrigin};

/// Most sentences about what could not be read that one image carries.
const MAX_UNREAD: usize = 20;

/// A source of the policy that names report files.
#[derive(Debug, Clone)]
pub struct ReportSource<'a> {
    /// Its number in `accept`.
    pub number: usize,
    /// Its globs.
    pub files: Vec<&'a str>,
    /// Whether a tag binds.
    pub by_tag: bool,
}

/// An image that is asked about.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// As written.
    pub image: &'a ImageReference,
    /// What it stands for.
    pub resolved: Evidence<ResolvedImage>,
}

/// Answers by number of the source, then by image.
pub type Answers = HashMap<usize, HashMap<ImageReference, Evidence<Arc<ScanFacts>>>>;

/// Asks every source about every image. `folder` is the one that globs are relative to; each file is read
/// once.
///
/// An answer is [`Evidence::Known`], also when no report speaks of the image: the facts say where it was
/// looked and what could not be read. It is [`Evidence::Unavailable`] when the digest is not known and
/// nothing but the digest binds.
pub fn answer(folder: &Path, sources: &[ReportSource<'_>], subjects: &[Subject<'_>]) -> Answers {
    let by_tag = sources.iter().any(|source| source.by_tag);
    let subjects: Vec<Known<'_>> = subjects.iter().map(Known::of).collect();
    let wanted = Wanted {
        digests: subjects.iter().flat_map(Known::digests).cloned().collect(),
        names: subjects
            .iter()
            .filter_map(|subject| subject.name.clone())
            .filter(|_| by_tag)
            .collect(),
    };
    let mut shelf = Shelf::default();
    let places: Vec<Place> = sources
        .iter()
        .map(|source| Place::of(source, folder, &mut shelf))
        .collect();
    let outcomes = shelf.read(&wanted);
    let mut shelved: Vec<Shelved<'_>> = outcomes
        .into_iter()
        .zip(&shelf.files)
        .map(|(outcome, named)| Shelved::new(outcome, &named.shown))
        .collect();
    let mut answers = Answers::new();
    for (source, place) in sources.iter().zip(places) {
        let asking = Asking::new(source, place, &shelved);
        let answers = answers.entry(source.number).or_default();
        for subject in &subjects {
            let answer = asking.about(subject, &mut shelved);
            answers.insert(subject.image.clone(), answer);
        }
    }
    answers
}

/// What is known of an image.
struct Known<'a> {
    image: &'a ImageReference,
    /// The name by which a tag may bind; none when a digest is written, since then no tag is pulled.
    name: Option<Name>,
    /// Its own digest, written or resolved.
    digest: Option<&'a Digest>,
    platforms: Vec<&'a Digest>,
    /// Why not all of this is known.
    gap: Option<&'a str>,
}

impl<'a> Known<'a> {
    fn of(subject: &'a Subject<'_>) -> Self {
        let written = subject.image.digest.as_ref();
        let (resolved, gap) = match &subject.resolved {
            Evidence::Known(resolved) => (Some(resolved), None),
            Evidence::Absent => (None, None),
            Evidence::Unavailable(reason) => (None, Some(reason.as_str())),
        };
        let platforms = resolved.map_or(&[][..], |resolved| &resolved.platforms);
        Self {
            image: subject.image,
            name: written.is_none().then(|| Name::of(subject.image)),
            digest: written.or(resolved.map(|resolved| &resolved.digest)),
            platforms: platforms.iter().map(|(digest, _)| digest).collect(),
            gap,
        }
    }

    fn digests(&self) -> impl Iterator<Item = &'a Digest> {
        let platforms = self.platforms.iter().copied();
        let others = platforms.filter(|platform| Some(*platform) != self.digest);
        self.digest.into_iter().chain(others)
    }

    fn has(&self, digest: &Digest) -> bool {
        self.digests().any(|own| own == digest)
    }
}

/// What the globs of one source name.
struct Place {
    /// Numbers of files, each once.
    files: Vec<usize>,
    unread: Vec<String>,
    asked: Vec<String>,
}

impl Place {
    fn of(source: &ReportSource<'_>, folder: &Path, shelf: &mut Shelf) -> Self {
        let mut place = Self {
            files: Vec::new(),
            unread: Vec::new(),
            asked: Vec::new(),
        };
        for glob in &source.files {
            let mut listing = pattern::list(folder, glob);
            place.unread.append(&mut listing.unread);
            place.asked.push(match listing.files.len() {
                0 => format!("{}, which matches no file", quoted(glob)),
                _ => quoted(glob),
            });
            place.files.extend(shelf.add(listing));
        }
        place.files.sort_unstable();
        place.files.dedup();
        place
    }
}

/// A file that was read.
struct Shelved<'a> {
    shown: &'a str,
    outcome: Outcome,
    /// The scans made of it, each for another binding.
    made: Vec<Arc<Scan>>,
}

impl<'a> Shelved<'a> {
    fn new(outcome: Outcome, shown: &'a str) -> Self {
        Self {
            shown,
            outcome,
            made: Vec::new(),
        }
    }

    fn report(&self) -> Option<&Report> {
        match &self.outcome {
            Outcome::Kept(report) => Some(report),
            Outcome::Other { .. } | Outcome::Unread(_) => None,
        }
    }

    fn names(&self, digest: Option<&Digest>) -> bool {
        let mut named = self.report().into_iter().flat_map(Report::all_digests);
        named.any(|named| Some(named) == digest)
    }

    /// Why the file is of no use to a source, whatever the image; a sentence.
    fn unread(&self, by_tag: bool) -> Option<String> {
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
    fn scan(&mut self, binding: Binding) -> FoundScan {
        FoundScan {
            origin: ScanOrigin::Report(self.shown.to_owned()),
            scan: self.bound(binding),
        }
    }

    fn bound(&mut self, binding: Binding) -> Result<Arc<Scan>, String> {
        if let Some(made) = self.made.iter().find(|scan| scan.bound_by == binding) {
            return Ok(Arc::clone(made));
        }
        let Outcome::Kept(report) = &mut self.outcome else {
            return Err("it was not kept, which is a fault of imagegate".to_owned());
        };
        let scan = report.scan.as_mut().map_err(|reason| reason.clone())?;
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

/// One source, with its reports by what they name.
struct Asking {
    by_tag: bool,
    by_digest: HashMap<Digest, Vec<usize>>,
    by_name: HashMap<Name, Vec<usize>>,
    unread: Vec<String>,
    asked: Vec<String>,
}

impl Asking {
    fn new(source: &ReportSource<'_>, place: Place, shelved: &[Shelved<'_>]) -> Self {
        let mut asking = Self {
            by_tag: source.by_tag,
            by_digest: HashMap::new(),
            by_name: HashMap::new(),
            unread: place.unread,
            asked: place.asked,
        };
        for number in place.files {
            let Some(file) = shelved.get(number) else {
                continue;
            };
            asking.unread.extend(file.unread(source.by_tag));
            let Some(report) = file.report() else {
                continue;
            };
            for digest in report.all_digests() {
                let numbers = asking.by_digest.entry(digest.clone()).or_default();
                add_once(numbers, number);
            }
            for name in report.names.iter().filter(|_| source.by_tag) {
                let numbers = asking.by_name.entry(Name::of(name)).or_default();
                add_once(numbers, number);
            }
        }
        asking
    }

    fn about(&self, subject: &Known<'_>, shelved: &mut [Shelved<'_>]) -> Evidence<Arc<ScanFacts>> {
        if let (false, None, Some(reason)) = (self.by_tag, subject.digest, subject.gap) {
            return Evidence::Unavailable(reason.to_owned());
        }
        let mut found = Vec::new();
        for digest in subject.digests() {
            for &number in self.by_digest.get(digest).into_iter().flatten() {
                let file = shelved.get_mut(number);
                // What speaks of the whole image is not repeated for each of its platforms.
                let file = file
                    .filter(|file| Some(digest) == subject.digest || !file.names(subject.digest));
                found.extend(file.map(|file| file.scan(Binding::Digest(digest.clone()))));
            }
        }
        let mut unread = self.by_name(subject, shelved, &mut found);
        if found.is_empty()
            && let Some(reason) = subject.gap
        {
            unread.push(format!(
                "which digests the image has is not known: {reason}"
            ));
        }
        unread.extend_from_slice(&self.unread);
        found.sort_by_key(|found| Reverse(finished_at(found)));
        Evidence::Known(Arc::new(ScanFacts {
            found,
            unread: at_most(MAX_UNREAD, unread),
            asked: self.asked.clone(),
        }))
    }

    /// Adds the scans that only the image's name binds; returns what is to be said of others that have it.
    fn by_name(
        &self,
        subject: &Known<'_>,
        shelved: &mut [Shelved<'_>],
        found: &mut Vec<FoundScan>,
    ) -> Vec<String> {
        let mut moved = Vec::new();
        let numbers = subject
            .name
            .as_ref()
            .and_then(|name| self.by_name.get(name));
        for &number in numbers.into_iter().flatten() {
            let Some(file) = shelved.get_mut(number) else {
                continue;
            };
            let Some(report) = file.report() else {
                continue;
            };
            if report.all_digests().any(|digest| subject.has(digest)) {
                continue;
            }
            match (subject.digest, report.digests.is_empty()) {
                (Some(now), false) => moved.push(format!(
                    "{} has the tag, but of another digest than {now}, which the tag names now",
                    quoted(file.shown)
                )),
                (Some(_) | None, _) => {
                    found.push(file.scan(Binding::Tag(subject.image.to_string())))
                }
            }
        }
        moved
    }
}

/// A report may name one thing in two ways, such as `nginx` and `nginx:latest`.
fn add_once(numbers: &mut Vec<usize>, number: usize) {
    if numbers.last() != Some(&number) {
        numbers.push(number);
    }
}

/// The newest is the largest.
fn finished_at(found: &FoundScan) -> Option<Timestamp> {
    found.scan.as_ref().ok().and_then(|scan| scan.finished_at)
}

/// The first sentences, and how many more there are.
fn at_most(limit: usize, mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(limit);
    if more > 0 {
        sentences.truncate(limit);
        sentences.push(format!("{more} more files could not be used"));
    }
    sentences
}
