//! What objects of Flux and Argo CD apply, for a run: which files hold them, and what is said of those that are
//! not followed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{Composing, Of, Repository};
use crate::compose::gitops::{Applying, Id, Object, Outcome, Settings};
use crate::compose::kustomize::{Builder, objects};
use crate::compose::tree::FileId;
use crate::extract::{ExtractSettings, file};
use crate::model::caveat::Caveat;
use crate::model::shorten::shorten;
use crate::model::span::Position;
use crate::model::summary::NotLookedAt;

/// What objects that apply others are counted as where they are not followed.
const COUNTED: [NotLookedAt; 2] = [NotLookedAt::FluxKustomization, NotLookedAt::Application];

/// Most characters of a text from the input that are kept beside a place.
const TEXT: usize = 160;

/// The word without which nothing is filled in.
const SUBSTITUTE: &str = "substitute";

/// What objects of a run deploy.
#[derive(Default)]
pub(super) struct Followed {
    /// What each deploys.
    pub(super) all: Vec<Of>,
    /// Those that are followed wholly, by the number of the facts of their file.
    pub(super) wholly: HashSet<(usize, u32)>,
}

impl Composing {
    /// Whether there is anything that applies others.
    pub(super) fn has_objects(&self) -> bool {
        let mut caveats = self.facts.iter().flat_map(|facts| &facts.caveats);
        caveats.any(|caveat| COUNTED.contains(&caveat.reason))
    }

    /// Follows the objects of the inputs; `all` are the kustomizations.
    pub(super) fn follow(
        &mut self,
        repository: &Repository,
        builder: &Builder<'_>,
        all: &[Of],
        settings: &ExtractSettings,
    ) -> Followed {
        let (files, objects) = self.objects(repository);
        if objects.is_empty() {
            self.say_of_the_rest(&files);
            return Followed::default();
        }
        self.take_values(repository, &objects, settings);
        let ids: Vec<Id> = objects.iter().map(|object| object.id).collect();
        let fills_in = files.keys().any(|file| {
            let opened = repository.opened(*file);
            opened.is_some_and(|opened| opened.source.text().contains(SUBSTITUTE))
        });
        let known = match fills_in {
            true => self.settings(repository),
            false => Settings::default(),
        };
        let applying = Applying::new(builder, repository, objects);
        let mut included: BTreeSet<FileId> = applying.included();
        let of_each = all.iter().flat_map(|of| &of.built.included);
        included.extend(of_each.copied());
        let tops = all.iter().filter(|of| !included.contains(&of.file));
        let tops: Vec<_> = tops.flat_map(|of| &of.built.resources).collect();
        let outcome = applying.follow(&tops, known);
        self.followed(repository, &files, &ids, outcome)
    }

    /// The objects of the inputs that apply others, and the facts of their files.
    fn objects(&self, repository: &Repository) -> (HashMap<FileId, usize>, Vec<Object>) {
        let mut paths: Vec<_> = self.by_path.iter().collect();
        paths.sort();
        let mut files = HashMap::new();
        let mut found = Vec::new();
        for (path, number) in paths {
            let facts = self.facts.get(*number);
            let mut caveats = facts.iter().flat_map(|facts| &facts.caveats);
            if !caveats.any(|caveat| COUNTED.contains(&caveat.reason)) {
                continue;
            }
            if let Ok(file) = repository.open(path) {
                files.insert(file, *number);
                let values = repository.values(file);
                found.extend(objects(&values, file).iter().filter_map(Object::of));
            }
        }
        (files, found)
    }

    /// Reads the files again that hold values since an object says so, and not by their names.
    fn take_values(
        &mut self,
        repository: &Repository,
        objects: &[Object],
        settings: &ExtractSettings,
    ) {
        let named: BTreeSet<FileId> = objects
            .iter()
            .flat_map(|object| object.values_files(repository))
            .collect();
        for file in named {
            let Some(opened) = repository.opened(file) else {
                continue;
            };
            let number = self.by_path.get(&opened.path).copied();
            let Some(facts) = number.and_then(|number| self.facts.get_mut(number)) else {
                continue;
            };
            if facts.manifests > 0 {
                continue;
            }
            let path = Arc::clone(&facts.source.path);
            let text = opened.source.text().into();
            let values = file::facts_of_values(path, &facts.links, text, settings);
            if let Some(values) = values {
                *facts = values;
            }
        }
    }

    /// The ConfigMaps and Secrets of the inputs.
    fn settings(&self, repository: &Repository) -> Settings {
        let mut settings = Settings::default();
        let mut paths: Vec<_> = self.by_path.iter().collect();
        paths.sort();
        for (path, number) in paths {
            let has = self.facts.get(*number).is_some_and(|it| it.has_settings);
            if let Some(file) = has.then(|| repository.open(path).ok()).flatten() {
                let values = repository.values(file);
                for resource in objects(&values, file) {
                    settings.add(&resource);
                }
            }
        }
        settings
    }

    fn followed(
        &mut self,
        repository: &Repository,
        files: &HashMap<FileId, usize>,
        ids: &[Id],
        outcome: Outcome,
    ) -> Followed {
        let mut unknown = outcome.unknown;
        let mut followed = Followed::default();
        let ids_of_applied: HashSet<Id> = outcome.applied.iter().map(|it| it.id).collect();
        for mut applied in outcome.applied {
            let file = applied.id.0;
            // What an object that is followed puts somewhere is met where it does.
            applied.built.resources.retain(|resource| {
                Object::of(resource).is_none_or(|object| !ids_of_applied.contains(&object.id))
            });
            if applied.built.failed {
                let why = "the kustomization that it applies is not read";
                unknown.entry(applied.id).or_insert_with(|| why.into());
            }
            followed.all.push(Of {
                file,
                asked: files.contains_key(&file),
                applied_by: Some(applied.id.1),
                built: applied.built,
            });
        }
        for id in ids {
            let (Some(number), Some(opened)) = (files.get(&id.0), repository.opened(id.0)) else {
                continue;
            };
            let at = opened.source.position(id.1);
            let why = unknown.get(id);
            if why.is_none() {
                followed.wholly.insert((*number, id.1));
            }
            if let Some(facts) = self.facts.get_mut(*number) {
                say(&mut facts.caveats, at, why);
            }
        }
        self.say_of_the_rest(files);
        followed
    }

    /// Says why of those that are no objects for the one who follows, such as templates.
    fn say_of_the_rest(&mut self, files: &HashMap<FileId, usize>) {
        for number in files.values() {
            let facts = self.facts.get_mut(*number);
            for caveat in facts.into_iter().flat_map(|facts| &mut facts.caveats) {
                if COUNTED.contains(&caveat.reason) && caveat.detail.is_none() {
                    caveat.detail = Some("it could not be read as an object with a name".into());
                }
            }
        }
    }
}

/// Takes away what is said of an object that begins at `at`, or says why it is not followed.
fn say(caveats: &mut Vec<Caveat>, at: Position, why: Option<&Arc<str>>) {
    let is_object = |caveat: &Caveat| {
        COUNTED.contains(&caveat.reason) || caveat.reason == NotLookedAt::Kustomization
    };
    let of_objects = caveats.iter().filter(|caveat| is_object(caveat));
    let starts: Vec<Position> = of_objects.filter_map(|caveat| caveat.position).collect();
    let Some(start) = starts.iter().copied().filter(|start| *start <= at).max() else {
        return;
    };
    let end = starts.iter().copied().filter(|it| *it > start).min();
    match why {
        Some(why) => {
            for caveat in caveats.iter_mut() {
                if caveat.position == Some(start) && COUNTED.contains(&caveat.reason) {
                    caveat.detail = Some(shorten(why, TEXT).into());
                }
            }
        }
        None => caveats.retain(|caveat| {
            let is_of_it = caveat
                .position
                .is_some_and(|it| it >= start && end.is_none_or(|end| it < end));
            let is_said = COUNTED.contains(&caveat.reason) && caveat.position == Some(start)
                || caveat.reason == NotLookedAt::KustomizeImage && is_of_it;
            !is_said
        }),
    }
}
