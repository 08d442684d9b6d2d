//! What kustomizations make of the files of a run: they are read, what they include is read, and the images
//! that they deploy take the place of those that they replace.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::repository::Repository;
use crate::compose::deploy::{Deploying, Known, Top};
use crate::compose::flux::Flux;
use crate::compose::kustomize::{Builder, Built, Unread, Why};
use crate::compose::tree::{FileId, Place};
use crate::discover::include;
use crate::discover::{self, Discovered};
use crate::extract::{ExtractSettings, file};
use crate::model::caveat::Caveat;
use crate::model::file_facts::FileFacts;
use crate::model::kustomization::KUSTOMIZATION_NAMES;
use crate::model::origin::{Deployment, Destination};
use crate::model::shorten::shorten;
use crate::model::summary::NotLookedAt;

mod gitops;
mod reaching;

/// Most characters of a text from the input that are kept beside a place.
const TEXT: usize = 100;

/// The facts of the inputs with what kustomizations make of them, and those of files that they include.
pub(super) fn compose(
    found: &Discovered,
    facts: Vec<FileFacts>,
    settings: &ExtractSettings,
) -> Vec<FileFacts> {
    let mut composing = Composing::new(found, facts);
    let folders = composing.folders(found);
    composing.build(&folders, settings);
    composing.facts
}

/// A run while it is composed.
struct Composing {
    facts: Vec<FileFacts>,
    /// How many of the facts are about inputs.
    inputs: usize,
    by_path: HashMap<PathBuf, usize>,
    repository: Repository,
    walked: Vec<PathBuf>,
    left_out: HashSet<Arc<str>>,
}

/// A kustomization that was built.
struct Of {
    file: FileId,
    asked: bool,
    /// Where the object begins in the file that applies it, so that nothing can include it.
    applied_by: Option<u32>,
    built: Built,
}

impl Composing {
    fn new(found: &Discovered, facts: Vec<FileFacts>) -> Self {
        let files = found.inputs.iter().enumerate();
        let files = files.filter_map(|(at, input)| match &input.place {
            discover::Place::File { identity, .. } => Some((identity.clone(), at)),
            _ => None,
        });
        let by_path: HashMap<PathBuf, usize> = files.collect();
        let names = by_path.iter().filter_map(|(path, at)| {
            let facts = facts.get(*at)?;
            Some((path.clone(), Arc::clone(&facts.source.path)))
        });
        Self {
            repository: Repository::new(names.collect(), found.walked.clone()),
            inputs: facts.len(),
            facts,
            by_path,
            walked: found.walked.clone(),
            left_out: found
                .left_out
                .iter()
                .map(|it| Arc::clone(&it.path))
                .collect(),
        }
    }

    /// The folders with a kustomization, and whether the run is asked about each.
    fn folders(&mut self, found: &Discovered) -> BTreeMap<PathBuf, bool> {
        let mut folders = BTreeMap::new();
        for input in &found.inputs {
            let names = std::iter::once(&input.shown).chain(&input.links);
            for name in names.filter(|name| is_kustomization(name)) {
                folders.extend(include::folder_of_shown(name).map(|folder| (folder, true)));
            }
        }
        for folder in self.including(found) {
            folders.entry(folder).or_insert(false);
        }
        folders
    }

    fn build(&mut self, folders: &BTreeMap<PathBuf, bool>, settings: &ExtractSettings) {
        let has_targets = self.facts.iter().any(|it| !it.flux_targets.is_empty());
        if folders.is_empty() && !has_targets && !self.has_objects() {
            return;
        }
        let repository = std::mem::take(&mut self.repository);
        let builder = Builder::new(&repository);
        let mut all = Vec::new();
        for (folder, asked) in folders {
            repository.stay_in(include::ground(folder, &self.walked));
            if let Some(built) = folder.to_str().and_then(|folder| builder.build(folder))
                && let Some(file) = built.file
            {
                all.push(Of {
                    file,
                    asked: *asked,
                    applied_by: None,
                    built,
                });
            }
        }
        let followed = self.follow(&repository, &builder, &all, settings);
        let is_followed = |number, start| followed.wholly.contains(&(number, start));
        let flux = Flux::new(&self.facts, &is_followed);
        all.extend(followed.all);
        let known = self.know(&repository, &all, settings);
        let included: BTreeSet<FileId> = all
            .iter()
            .flat_map(|of| of.built.included.iter().copied())
            .collect();
        let (included, tops): (Vec<Of>, Vec<Of>) = all
            .into_iter()
            .partition(|of| of.applied_by.is_none() && included.contains(&of.file));
        self.say(&repository, &builder, &known, included.iter().chain(&tops));
        let tops: Vec<Top> = tops
            .into_iter()
            .map(|of| {
                let name = repository.shown(of.file);
                let opened = of.applied_by.and_then(|_| repository.opened(of.file));
                let position = |start| Some(opened?.source.position(start));
                Top {
                    position: of.applied_by.and_then(position),
                    put_into: flux.of(&name),
                    name,
                    asked: of.asked,
                    built: of.built,
                }
            })
            .collect();
        let also = self.also(&flux, &repository, &builder, &tops, &known);
        self.deploy(known, &tops, &also, settings);
    }

    /// The facts of every file that kustomizations read; those of files that are no inputs are made.
    fn know(
        &mut self,
        repository: &Repository,
        all: &[Of],
        settings: &ExtractSettings,
    ) -> HashMap<FileId, Known> {
        let files: BTreeSet<FileId> = all.iter().flat_map(|of| of.built.files.clone()).collect();
        let mut known = HashMap::new();
        for file in files {
            let Some(opened) = repository.opened(file) else {
                continue;
            };
            let path = opened.source.path();
            let input = self.by_path.get(&opened.path).copied();
            let facts = match input {
                Some(input) => input,
                None if self.left_out.contains(path) => continue,
                None => {
                    let text = opened.source.text().into();
                    self.facts
                        .push(file::facts(Arc::clone(path), text, settings));
                    self.facts.len() - 1
                }
            };
            let asked = input.is_some();
            let source = opened.source;
            known.insert(
                file,
                Known {
                    source,
                    facts,
                    asked,
                },
            );
        }
        known
    }

    /// What deploys the content of each file besides the kustomizations that were built: Flux, and those that
    /// could not be read, of which anything may be true.
    fn also(
        &mut self,
        flux: &Flux,
        repository: &Repository,
        builder: &Builder<'_>,
        tops: &[Top],
        known: &HashMap<FileId, Known>,
    ) -> Vec<BTreeSet<Deployment>> {
        let mut also: Vec<BTreeSet<Deployment>> = Vec::new();
        for facts in &self.facts {
            let names = std::iter::once(&facts.source.path).chain(&facts.links);
            also.push(names.flat_map(|name| flux.of(name)).collect());
        }
        for file in builder.doubtful() {
            let Some(opened) = repository.opened(file) else {
                continue;
            };
            let deployment = Deployment {
                path: Arc::clone(opened.source.path()),
                namespace: Destination::Unknown,
                position: None,
            };
            let reached = reached_by(&opened.path, opened.source.text());
            for (path, at) in &self.by_path {
                if reached.iter().any(|reached| path.starts_with(reached))
                    && let Some(also) = also.get_mut(*at)
                {
                    also.insert(deployment.clone());
                }
            }
        }
        for (facts, also) in self.facts.iter_mut().zip(&also) {
            facts
                .put_into
                .extend(also.iter().map(|it| it.namespace.clone()));
        }
        for top in tops {
            for resource in &top.built.resources {
                if let Some(known) = known.get(&resource.file)
                    && let Some(facts) = self.facts.get_mut(known.facts)
                {
                    facts.put_into.extend(top.destinations(resource));
                    facts.put_into.sort();
                    facts.put_into.dedup();
                }
            }
        }
        also
    }

    fn deploy(
        &mut self,
        known: HashMap<FileId, Known>,
        tops: &[Top],
        also: &[BTreeSet<Deployment>],
        settings: &ExtractSettings,
    ) {
        let mut deploying = Deploying::new(known, &self.facts);
        for top in tops {
            let unread = deploying.take(top, settings);
            if unread && top.asked {
                self.count(top, "an object of it is too large or too deep");
            }
        }
        let wanted = deploying.wanted();
        if deploying.finish(&mut self.facts, also)
            && let Some(top) = tops.first()
        {
            self.count(top, "kustomizations make too many images");
        }
        let mut number = 0;
        let inputs = self.inputs;
        self.facts.retain(|_| {
            let is_kept = number < inputs || wanted.contains(&number);
            number += 1;
            is_kept
        });
    }

    fn count(&mut self, top: &Top, detail: &str) {
        let caveat = Caveat {
            detail: Some(detail.into()),
            ..Caveat::of_file(NotLookedAt::Kustomization, Arc::clone(&top.name))
        };
        if let Some(facts) = self.facts.first_mut() {
            facts.caveats.push(caveat);
        }
    }

    /// Says what of the kustomizations was not read, in place of that none of them is.
    fn say<'o>(
        &mut self,
        repository: &Repository,
        builder: &Builder<'_>,
        known: &HashMap<FileId, Known>,
        all: impl Iterator<Item = &'o Of>,
    ) {
        let mut said: HashSet<Unread> = HashSet::new();
        let mut caveats = Vec::new();
        let mut read: BTreeSet<FileId> = BTreeSet::new();
        for of in all {
            read.extend(of.built.included.iter().copied());
            read.extend(of.applied_by.is_none().then_some(of.file));
            for unread in of.built.unread.iter().filter(|_| of.asked) {
                if said.insert(unread.clone()) {
                    caveats.extend(unread_caveat(repository, unread));
                }
            }
        }
        for file in builder.failed() {
            read.remove(&file);
        }
        for file in &read {
            if let Some(known) = known.get(file)
                && let Some(facts) = self.facts.get_mut(known.facts)
            {
                facts.caveats.retain(|caveat| {
                    let of_all = [NotLookedAt::Kustomization, NotLookedAt::KustomizeImage];
                    !of_all.contains(&caveat.reason)
                });
            }
        }
        for unused in builder.unused() {
            // What was not read may hold the image.
            let reason = match unused.is_certain {
                true => NotLookedAt::UnusedReplacement,
                false => NotLookedAt::KustomizeImage,
            };
            let caveat = caveat_at(repository, unused.place, reason);
            caveats.extend(caveat.map(|caveat| Caveat {
                image: Some(shorten(&unused.name, TEXT).into()),
                ..caveat
            }));
        }
        if let Some(facts) = self.facts.first_mut() {
            facts.caveats.extend(caveats);
        }
    }
}

fn caveat_at(repository: &Repository, place: Place, reason: NotLookedAt) -> Option<Caveat> {
    let opened = repository.opened(place.file)?;
    let position = opened.source.position(place.span.start);
    Some(Caveat::at(
        reason,
        Arc::clone(opened.source.path()),
        position,
    ))
}

fn unread_caveat(repository: &Repository, unread: &Unread) -> Option<Caveat> {
    let reason = match unread.why {
        Why::HelmChart => NotLookedAt::HelmChart,
        _ => NotLookedAt::Kustomization,
    };
    let words = match unread.why {
        Why::Remote => "it is in the network: ",
        Why::HelmChart => "",
        Why::Plugin => "a program makes or changes objects: ",
        Why::Missing => "not found: ",
        Why::Outside => "it is outside of the repository: ",
        Why::Broken => "kustomize refuses it: ",
        Why::NotRead => "it is not understood: ",
        Why::TooLarge => "too much: ",
    };
    let detail = format!("{words}{}", shorten(&unread.detail, TEXT));
    let caveat = caveat_at(repository, unread.place, reason)?;
    Some(Caveat {
        detail: Some(detail.into()),
        ..caveat
    })
}

fn is_kustomization(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    KUSTOMIZATION_NAMES.contains(&file)
}

/// Most paths that are looked up of a kustomization that cannot be read.
const NAMED: usize = 1_000;

/// What a kustomization may include that could not be read: its folder, and whatever its text names above
/// that.
fn reached_by(path: &Path, text: &str) -> Vec<PathBuf> {
    let Some(folder) = path.parent() else {
        return Vec::new();
    };
    let mut reached = vec![folder.to_owned()];
    let words = text.split(|mark: char| !(mark.is_alphanumeric() || "./_-".contains(mark)));
    let above = words.filter(|word| word.contains("..") || word.starts_with('/'));
    for (number, word) in above.enumerate() {
        if number == NAMED {
            // Whoever names that many may name anything.
            return path
                .ancestors()
                .last()
                .map(Path::to_owned)
                .into_iter()
                .collect();
        }
        let named = folder.join(word);
        reached.extend(include::real(&named));
    }
    reached
}
