//! What report files say about images: which files a source of the policy names, and which of the reports
//! in them are about which image.
//!
//! A report is about an image when it names its digest, or that of one of its platforms. Where the policy
//! lets a tag bind, the written name suffices too, unless the image is written with a digest, or the report
//! names other digests of it than the tag now has. As long as it is not known which digests the image has,
//! the reports of other digests of its repository are handed on too: each may be about it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::format::Report;
use super::pattern::{self, quoted};
use super::related::{self, Related};
use super::shelf::{Name, Shelf, Wanted};
use super::shelved::Shelved;
use super::subject::Known;
use crate::model::digest::Digest;
use crate::model::evidence::Evidence;
use crate::model::reference::ImageReference;
use crate::model::scan::{Binding, FoundScan, ScanFacts};

pub use super::subject::Subject;

/// Most sentences about what could not be read, or does not count, that one image carries.
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

/// Answers by number of the source, then by image.
pub type Answers = HashMap<usize, HashMap<ImageReference, Evidence<Arc<ScanFacts>>>>;

/// Asks every source about every image. `folder` is the one that globs are relative to; each file is read
/// once.
///
/// An answer is [`Evidence::Known`], also when no report speaks of the image: the facts say where it was
/// looked and what could not be read. It is [`Evidence::Unavailable`] when the digest is not known and
/// nothing but the digest binds; a source that names no file has no scan all the same.
pub fn answer(folder: &Path, sources: &[ReportSource<'_>], subjects: &[Subject<'_>]) -> Answers {
    let by_tag = sources.iter().any(|source| source.by_tag);
    let subjects: Vec<Known<'_>> = subjects.iter().map(Known::of).collect();
    let wanted = Wanted {
        digests: subjects.iter().flat_map(Known::digests).cloned().collect(),
        names: subjects
            .iter()
            .flat_map(|subject| [&subject.name, &subject.beside])
            .filter_map(Option::clone)
            .filter(|_| by_tag)
            .collect(),
        possible: Related::new(
            subjects
                .iter()
                .filter(|subject| subject.gap.is_some())
                .map(|subject| &subject.repository),
        ),
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

/// One source, with its reports by what they name.
struct Asking {
    by_tag: bool,
    by_digest: HashMap<Digest, Vec<usize>>,
    by_name: HashMap<Name, Vec<usize>>,
    /// By the last part of the path of a repository; under an empty one those that name no repository.
    by_end: HashMap<String, Vec<usize>>,
    /// Whether the globs name any file.
    names_files: bool,
    unread: Vec<String>,
    asked: Vec<String>,
}

impl Asking {
    fn new(source: &ReportSource<'_>, place: Place, shelved: &[Shelved<'_>]) -> Self {
        let mut asking = Self {
            by_tag: source.by_tag,
            by_digest: HashMap::new(),
            by_name: HashMap::new(),
            by_end: HashMap::new(),
            names_files: !place.files.is_empty(),
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
            let mut ends: Vec<&str> = report.repositories.iter().map(related::end).collect();
            if ends.is_empty() {
                ends.push("");
            }
            for end in ends {
                let numbers = asking.by_end.entry(end.to_owned()).or_default();
                add_once(numbers, number);
            }
        }
        asking
    }

    fn about(&self, subject: &Known<'_>, shelved: &mut [Shelved<'_>]) -> Evidence<Arc<ScanFacts>> {
        if !self.names_files && self.unread.is_empty() {
            // Whatever digests the image has, none of no files is about it.
            return Evidence::Known(Arc::new(ScanFacts {
                asked: self.asked.clone(),
                ..ScanFacts::default()
            }));
        }
        if let (false, None, Some(reason)) = (self.by_tag, subject.digest, &subject.gap) {
            return Evidence::Unavailable(reason.clone());
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
            && let Some(reason) = &subject.gap
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
            possible: self.possible(subject, shelved),
            passed_over: at_most(MAX_UNREAD, self.passed_over(subject, shelved)),
        }))
    }

    /// The reports of other digests that may be of the image, as long as not all of its digests are known.
    fn possible(&self, subject: &Known<'_>, shelved: &mut [Shelved<'_>]) -> Vec<FoundScan> {
        if subject.gap.is_none() {
            return Vec::new();
        }
        let ends = [related::end(&subject.repository), ""];
        let numbers = ends.iter().filter_map(|end| self.by_end.get(*end));
        let mut possible = Vec::new();
        for &number in numbers.flatten() {
            let Some(file) = shelved.get_mut(number) else {
                continue;
            };
            let Some(report) = file.report() else {
                continue;
            };
            let is_found = report.all_digests().any(|digest| subject.has(digest))
                || (self.by_tag && self.is_bound_by_name(report, subject));
            if is_found || !related::may_be_of(report, &subject.repository) {
                continue;
            }
            let other = report.all_digests().next().cloned();
            possible.extend(other.map(|other| file.scan(Binding::Digest(other))));
        }
        possible.sort_by_key(|found| Reverse(finished_at(found)));
        possible
    }

    /// Whether the tag alone ties the report to the image.
    fn is_bound_by_name(&self, report: &Report, subject: &Known<'_>) -> bool {
        let mut names = report.names.iter().map(Name::of);
        subject.digest.is_none() && names.any(|name| Some(name) == subject.name)
    }

    /// Reports of a tag that does not count, since a digest is written beside it.
    fn passed_over(&self, subject: &Known<'_>, shelved: &[Shelved<'_>]) -> Vec<String> {
        let beside = subject.beside.as_ref();
        let numbers = beside.and_then(|name| self.by_name.get(name));
        let files = numbers.into_iter().flatten();
        let files = files.filter_map(|number| shelved.get(*number));
        let others = files.filter(|file| {
            let mut reports = file.report().into_iter();
            reports.any(|report| !report.all_digests().any(|digest| subject.has(digest)))
        });
        let tag = subject.image.tag.as_deref().unwrap_or_default();
        others
            .map(|file| {
                format!(
                    "the report {} of the tag {}, which does not count, since the digest that is written \
                     beside the tag is what is deployed, and the report does not name it",
                    quoted(file.shown),
                    quoted(tag)
                )
            })
            .collect()
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
