//! Following objects that apply others, from those that nobody deploys.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::choose::Choice;
use super::settings::Settings;
use super::{Applied, Id, Object, substitute};
use crate::compose::json::Written as Json;
use crate::compose::kustomize::{Builder, Built, Files, Resource};
use crate::compose::tree::FileId;

/// Most objects that all of them deploy together.
const DEPLOYED: usize = 200_000;

/// Most ways in which one object is changed by others.
const VARIANTS: usize = 50;

/// What became of them.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What each deploys.
    pub applied: Vec<Applied>,
    /// Of those that are not followed wholly, why.
    pub unknown: BTreeMap<Id, Arc<str>>,
}

/// Following them.
#[derive(Debug)]
pub struct Applying<'a> {
    builder: &'a Builder<'a>,
    files: &'a dyn Files,
    objects: Vec<Object>,
    /// What each of them says, as it is written.
    written: HashMap<Id, String>,
    choice: Choice,
    room: usize,
    as_written: HashMap<Id, (Vec<Built>, Option<Arc<str>>)>,
}

impl std::fmt::Debug for dyn Files + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").finish_non_exhaustive()
    }
}

impl<'a> Applying<'a> {
    /// Builds each as it is written.
    pub fn new(builder: &'a Builder<'a>, files: &'a dyn Files, objects: Vec<Object>) -> Self {
        let mut applying = Self {
            builder,
            files,
            choice: Choice::new(&objects, files),
            objects: Vec::new(),
            written: HashMap::new(),
            room: DEPLOYED,
            as_written: HashMap::new(),
        };
        for object in &objects {
            let built = applying.build(object);
            applying.as_written.insert(object.id, built);
            let says = Seen::spec(object);
            applying.written.insert(object.id, says);
        }
        applying.objects = objects;
        applying
    }

    /// The kustomizations that are included by what they apply.
    pub fn included(&self) -> BTreeSet<FileId> {
        let built = self.as_written.values().flat_map(|(built, _)| built);
        built
            .flat_map(|built| built.included.iter().copied())
            .collect()
    }

    /// What an object deploys, of each of its sources, and why not all of it.
    fn build(&mut self, object: &Object) -> (Vec<Built>, Option<Arc<str>>) {
        let mut all = Vec::new();
        let mut unknown = None;
        for wanted in object.wanted() {
            let file = object.id.0;
            let folder = wanted.and_then(|wanted| {
                let folder = self.choice.folder(self.files, file, &wanted)?;
                Ok((wanted, folder))
            });
            let (mut wanted, folder) = match folder {
                Ok(found) => found,
                Err(why) => {
                    unknown.get_or_insert(why);
                    continue;
                }
            };
            if self.room == 0 {
                unknown.get_or_insert("such objects apply too much together".into());
                continue;
            }
            wanted.overlay.folder = folder;
            if let Some(built) = self.builder.build_overlay(&wanted.overlay) {
                self.room = self.room.saturating_sub(built.resources.len().max(1));
                all.push(built);
            }
        }
        (all, unknown)
    }

    /// Follows all of them; `tops` are the objects that kustomizations deploy which nobody applies, and
    /// `settings` what may fill in variables besides what is applied.
    pub fn follow(mut self, tops: &[&Resource], mut settings: Settings) -> Outcome {
        let mut deployed: HashSet<Id> = HashSet::new();
        for (id, (built, _)) in &self.as_written {
            for resource in built.iter().flat_map(|built| &built.resources) {
                settings.add(resource);
                deployed.extend(Object::of(resource).map(|it| it.id).filter(|it| it != id));
            }
        }
        let mut open: VecDeque<Object> = VecDeque::new();
        for resource in tops {
            settings.add(resource);
            open.extend(Object::of(resource));
        }
        deployed.extend(open.iter().map(|object| object.id));
        let roots = self.objects.iter();
        open.extend(roots.filter(|it| !deployed.contains(&it.id)).cloned());
        let mut outcome = Outcome::default();
        let mut seen = Seen::default();
        self.run(&mut open, &settings, &mut seen, &mut outcome);
        // Those that apply each other have no beginning.
        for object in self.objects.clone() {
            if !seen.variants.contains_key(&object.id) {
                open.push_back(object);
                self.run(&mut open, &settings, &mut seen, &mut outcome);
            }
        }
        outcome
    }

    fn run(
        &mut self,
        open: &mut VecDeque<Object>,
        settings: &Settings,
        seen: &mut Seen,
        outcome: &mut Outcome,
    ) {
        while let Some(object) = open.pop_front() {
            match seen.is_new(&object) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    let why = "others change it in too many ways";
                    outcome.unknown.insert(object.id, why.into());
                    continue;
                }
            }
            let (all, unknown) = self.deployed_by(&object);
            if let Some(why) = unknown {
                outcome.unknown.entry(object.id).or_insert(why);
            }
            let wanted = object.wanted().into_iter().flatten();
            let variables = wanted.filter_map(|wanted| wanted.variables).next();
            for mut built in all {
                if let Some(variables) = &variables {
                    let sets = settings.of(variables);
                    if let Some(why) = &sets.unknown {
                        let why = Arc::clone(why);
                        outcome.unknown.entry(object.id).or_insert(why);
                    }
                    substitute::run(&mut built, &sets);
                    self.room = self.room.saturating_sub(built.resources.len());
                }
                open.extend(built.resources.iter().filter_map(Object::of));
                let id = object.id;
                outcome.applied.push(Applied { id, built });
            }
        }
    }

    /// What an object deploys; as it is written that is known already.
    fn deployed_by(&mut self, object: &Object) -> (Vec<Built>, Option<Arc<str>>) {
        let is_as_written = self.written.get(&object.id) == Some(&Seen::spec(object));
        let known = match is_as_written {
            true => self.as_written.remove(&object.id),
            false => None,
        };
        match known {
            Some(known) => known,
            None => self.build(object),
        }
    }
}

/// The ways in which each object was met.
#[derive(Debug, Default)]
struct Seen {
    variants: BTreeMap<Id, BTreeSet<String>>,
}

impl Seen {
    /// Whether it was not met like this; `None` when it was met in too many ways.
    fn is_new(&mut self, object: &Object) -> Option<bool> {
        let variants = self.variants.entry(object.id).or_default();
        let spec = Self::spec(object);
        if variants.contains(&spec) {
            return Some(false);
        }
        (variants.len() < VARIANTS).then(|| variants.insert(spec))
    }

    fn spec(object: &Object) -> String {
        let namespace = object.node.text(&["metadata", "namespace"]);
        let spec = object.node.get("spec").and_then(Json::of);
        let spec = spec.map_or_else(String::new, |written| written.text);
        format!("{} {spec}", namespace.unwrap_or_default())
    }
}
