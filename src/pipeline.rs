//! The whole story of a run, stage after stage, without detail: discover has found the inputs; here
//! they are read, parsed and extracted, evidence is gathered, the policy judges, and a report comes out.

mod repository;
mod sources;

use std::fmt::Display;
use std::mem;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::check;
use crate::discover::read;
use crate::discover::{Discovered, Input};
use crate::extract::{ExtractSettings, file};
use crate::gather;
use crate::gather::settings::GatherSettings;
use crate::model::caveat::{self, Caveat};
use crate::model::evidence::Needs;
use crate::model::file_facts::FileFacts;
use crate::model::problem::InputProblem;
use crate::model::reference::ImageReference;
use crate::model::rule::Rule;
use crate::model::signature::SignatureFacts;
use crate::model::source::{Source, SourceId, SourceText, Sources};
use crate::model::span::{Location, Position, Span};
use crate::model::strict::Strict;
use crate::model::summary::Summary;
use crate::parse::ParseSettings;
use crate::parse::encoding;
use crate::policy::settings::Policy;
use crate::render::{self, Rendering};
use crate::report::inspect::{InspectReport, InspectedImage};
use crate::report::{CheckReport, ImagesReport, Listing};

/// What a run rests on besides its inputs.
#[derive(Debug)]
pub struct Settings<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// `--namespace`: for objects that name none.
    pub namespace: Option<&'a str>,
    /// The day against which expiry dates are held, in UTC.
    pub today: jiff::civil::Date,
    /// The time against which the age of a scan is held.
    pub now: jiff::Timestamp,
    /// Most threads that read at the same time.
    pub jobs: NonZeroUsize,
    /// The folder that the policy is for, absolute and without links; `None` when that is not known.
    pub governed: Option<&'a Path>,
    /// Whether evidence is asked for about images too that a rule refuses by their text.
    pub all_evidence: bool,
    /// What the user's own tools render, where the policy or this asks for it; `None`: no tool runs.
    pub rendering: Option<&'a Rendering>,
    /// Whether it is judged what kustomizations make of the files, what objects of Flux and Argo CD apply, and
    /// values of charts.
    pub sources: bool,
    /// Whether the places of images are listed that a rule does not judge; else they are counted only.
    pub places_of_images_by_rule: bool,
}

/// Checks every input; `gathering` says how evidence is reached.
pub fn check(
    found: &Discovered,
    settings: &Settings<'_>,
    gathering: &GatherSettings<'_>,
) -> CheckReport {
    let mut sources = Sources::default();
    let (files, spent) = deployed(found, settings);
    let gathering = &gathering.after(spent);
    let files = apart(files, &mut sources);
    let policy_text = settings.policy.text.as_deref();
    let needs = needs(&files, settings);
    let suffices = |image: &ImageReference, facts: &SignatureFacts| {
        check::signatures_suffice(settings.policy, image, facts)
    };
    let evidence = gather::gather(&needs, settings.policy, gathering, &suffices);
    let all_read = files.iter().all(|(_, facts)| {
        let mut problems = facts.problems.iter();
        !problems.any(|problem| problem.not_checked)
    });
    let governed = settings.governed;
    let context = check::Context {
        policy: settings.policy,
        policy_source: policy_text.map(|text| sources.push(every_line(text))),
        namespace: settings.namespace,
        today: settings.today,
        now: settings.now,
        evidence: &evidence,
        all_governed_checked: all_read && governed.is_some_and(|folder| found.covers(folder)),
        places_of_images_by_rule: settings.places_of_images_by_rule,
    };
    let check::Judgement {
        findings,
        resolved,
        mut summary,
        mut caveats,
    } = check::judge(&files, &context);
    add_left_out(&mut summary, &mut caveats, found);
    CheckReport {
        findings,
        sources,
        resolved,
        summary,
        caveats,
        listing: Listing::default(),
        strict: Strict::default(),
        policy_files: policy_text
            .map(|text| text.path().to_string())
            .into_iter()
            .collect(),
    }
}

/// The files with their lines put aside: these are for the report; to judge, the name is enough.
fn apart(files: Vec<FileFacts>, sources: &mut Sources) -> Vec<(SourceId, FileFacts)> {
    let files = files.into_iter().map(|mut facts| {
        let source = Source {
            path: Arc::clone(&facts.source.path),
            lines: mem::take(&mut facts.source.lines),
        };
        (sources.push(source), facts)
    });
    files.collect()
}

/// What has to be asked.
fn needs(files: &[(SourceId, FileFacts)], settings: &Settings<'_>) -> Needs {
    let (policy, namespace) = (settings.policy, settings.namespace);
    match settings.all_evidence {
        true => check::needs(files, policy, namespace),
        false => check::needs_unless_refused(files, policy, namespace, settings.today),
    }
}

/// Lists the images of every input, with what is wrong with the inputs.
pub fn images(
    found: &Discovered,
    settings: &Settings<'_>,
) -> (ImagesReport, Vec<(SourceId, InputProblem)>) {
    let (files, _) = deployed(found, settings);
    let (mut summary, mut caveats) = check::counts(&files);
    add_left_out(&mut summary, &mut caveats, found);
    let mut report = ImagesReport {
        summary,
        caveats,
        ..ImagesReport::default()
    };
    let mut problems = Vec::new();
    for facts in files {
        let source = report.sources.push(facts.source);
        let uses = facts.uses.into_iter();
        report.images.extend(uses.map(|used| (source, used)));
        let of_file = facts.problems.into_iter();
        problems.extend(of_file.map(|problem| (source, problem)));
    }
    (report, problems)
}

/// Finds out what is stored for images, whatever the policy wants of them; `policy_file` is its name as
/// shown.
pub fn inspect(
    images: &[ImageReference],
    policy: &Policy,
    policy_file: Option<String>,
    gathering: &GatherSettings<'_>,
) -> InspectReport {
    let needs = check::alone::needs_of(images, policy);
    let evidence = gather::gather(&needs, policy, gathering, &|_, _| false);
    let inspected = images.iter().map(|image| {
        let (scans, unread_scans) = check::alone::scans_of(image, policy, &evidence);
        InspectedImage {
            reference: image.clone(),
            digest: evidence.digest(image),
            signatures: evidence.signatures(image),
            verdict: check::alone::verdict_of(image, policy, &evidence),
            scans,
            unread_scans,
        }
    });
    InspectReport {
        images: inspected.collect(),
        signers: check::alone::signers(policy),
        policy_file,
    }
}

/// Adds what was not even read.
fn add_left_out(summary: &mut Summary, caveats: &mut Vec<Caveat>, found: &Discovered) {
    for left_out in &found.left_out {
        summary.add(left_out.reason, left_out.times);
        caveats.push(left_out.clone());
    }
    caveat::arrange(caveats);
}

/// The facts of every input, and of what the tools render that somebody asked for; and how long these took.
fn deployed(found: &Discovered, settings: &Settings<'_>) -> (Vec<FileFacts>, Duration) {
    let policy = settings.policy;
    let mut files = facts(found, settings);
    if let Some(rendering) = settings.rendering
        && rendering.is_wanted(policy)
    {
        let governed = settings.governed;
        let spent = render::render(&mut files, found, policy, governed, rendering);
        return (files, spent);
    }
    (files, Duration::ZERO)
}

/// The facts of every input, in the order of the inputs. Each thread holds one text at a time and
/// keeps only the facts, so memory is bounded by what is found and not by what is read.
fn facts(found: &Discovered, run: &Settings<'_>) -> Vec<FileFacts> {
    let custom = run.policy.custom_resources.clone();
    let settings = ExtractSettings::new(custom, ParseSettings::default());
    let settings = match run.sources {
        true => settings.with_files(found.inputs.iter().map(|input| &*input.shown)),
        false => settings.without_values(),
    };
    let facts = facts_of_each(found, &settings, run.jobs);
    match run.sources {
        true => sources::compose(found, facts, &settings),
        false => facts,
    }
}

fn facts_of_each(
    found: &Discovered,
    settings: &ExtractSettings,
    jobs: NonZeroUsize,
) -> Vec<FileFacts> {
    let inputs = &found.inputs;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match inputs.get(index) {
                Some(input) => done.push((index, facts_of(input, settings))),
                None => return done,
            }
        }
    };
    let mut all = thread::scope(|scope| {
        // This thread works too. A thread that cannot be had is not missed: the others take its work.
        let others: Vec<_> = (1..jobs.get().min(inputs.len()))
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, facts)| facts).collect()
}

fn facts_of(input: &Input, settings: &ExtractSettings) -> FileFacts {
    let shown = Arc::clone(&input.shown);
    match read::read(input) {
        Ok(bytes) => match encoding::foreign(&bytes) {
            Some(name) => unreadable(
                shown,
                &format_args!("it is text in {name}, which neither Kubernetes nor imagegate reads"),
                Some("save it as UTF-8, or exclude it"),
            ),
            None => {
                let text = encoding::decode(bytes).text.into();
                file::facts_of_linked(shown, &input.links, text, settings)
            }
        },
        Err(error) => unreadable(shown, &error, error.help()),
    }
}

/// A file of which nothing is known but that it could not be read.
fn unreadable(shown: Arc<str>, why: &dyn Display, help: Option<&str>) -> FileFacts {
    let message = format!("`{shown}` could not be read: {why}");
    let problem = InputProblem {
        help: help.map(str::to_owned),
        not_checked: true,
        ..InputProblem::new(Rule::UnreadableInput, message)
    };
    FileFacts {
        problems: vec![problem],
        ..FileFacts::empty(Source {
            path: shown,
            lines: Vec::new(),
        })
    }
}

/// A policy is short and any line of it may be shown.
fn every_line(text: &SourceText) -> Source {
    let lines: Vec<Location> = (1..=text.line_count())
        .map(|line| {
            let position = Position { line, column: 1 };
            Location {
                start: position,
                end: position,
                span: Span::default(),
            }
        })
        .collect();
    text.excerpt(&lines)
}
