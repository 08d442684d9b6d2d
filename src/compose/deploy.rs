//! From what kustomizations build to images that are judged: each at the place of the value that decides it,
//! with what deploys it. An image that every kustomization replaces is judged in place of the one that
//! stands in the base.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::facts::{leave_out, show};
use super::kustomize::{Built, Resource};
use super::tree::{FileId, Node, Piece, Place, Scalar};
use crate::extract::ExtractSettings;
use crate::model::file_facts::FileFacts;
use crate::model::image_use::{ImageUse, Role};
use crate::model::object::is_namespace;
use crate::model::origin::{Deployment, Destination, Origin, Part, Written};
use crate::model::source::SourceText;
use crate::model::span::{Location, Position};

mod changed;

/// Most images that all kustomizations of a run may make.
const COMPOSED: usize = 100_000;

/// Most kustomizations that are named for one image.
const DEPLOYMENTS: usize = 1_000;

/// A kustomization that no other one includes.
#[derive(Debug)]
pub struct Top {
    /// Its file as shown.
    pub name: Arc<str>,
    /// What it builds.
    pub built: Built,
    /// Where the object begins in it that deploys, when it is not the whole file.
    pub position: Option<Position>,
    /// Whether the run is asked about it, and not only about files that it includes.
    pub asked: bool,
    /// Namespaces into which others put all that it builds, with who does.
    pub put_into: Vec<Deployment>,
}

/// A file that kustomizations read.
#[derive(Debug)]
pub struct Known {
    /// Its text.
    pub source: Arc<SourceText>,
    /// Which of the facts are about it.
    pub facts: usize,
    /// Whether the run is asked about it.
    pub asked: bool,
}

/// The files of a run as kustomizations see them.
#[derive(Debug, Default)]
pub struct Deploying {
    known: HashMap<FileId, Known>,
    marks: HashMap<(usize, usize), Mark>,
    at: BTreeMap<(FileId, u32), Vec<Stands>>,
    /// The files in which images stand.
    has_uses: HashSet<FileId>,
    composed: BTreeMap<Key, Composed>,
    /// Whether there were too many images.
    too_many: bool,
}

/// An image that stands in a file.
#[derive(Debug, Clone)]
struct Stands {
    /// Which of the facts are about the file, and which of their uses it is.
    number: (usize, usize),
    text: Arc<str>,
    document: u32,
    object_index: u32,
    location: Location,
    role: Role,
}

/// What is known of an image that stands in a manifest.
#[derive(Debug, Default)]
struct Mark {
    deployed_by: BTreeSet<Deployment>,
    in_place_of: Vec<Piece>,
    /// Whether something else is deployed in its place.
    replaced: bool,
    /// Whether what is deployed is judged at the same place.
    filled_in: bool,
    asked: bool,
}

/// One image of one field, whatever deploys it.
type Key = (FileId, u32, Arc<str>, Vec<Place>, String);

#[derive(Debug)]
struct Composed {
    used: ImageUse,
    /// Whether an object of the file in which it stands uses it.
    is_of_file: bool,
    pieces: Vec<Piece>,
    replaced: Vec<Piece>,
    is_whole: bool,
    deployed_by: BTreeSet<Deployment>,
}

impl Deploying {
    /// With the files that kustomizations read.
    pub fn new(known: HashMap<FileId, Known>, facts: &[FileFacts]) -> Self {
        let mut at: BTreeMap<(FileId, u32), Vec<Stands>> = BTreeMap::new();
        for (file, known) in &known {
            let uses = facts.get(known.facts).map_or(&[][..], |facts| &facts.uses);
            for (number, used) in uses.iter().enumerate() {
                let place = (*file, used.location.span.start);
                at.entry(place).or_default().push(Stands {
                    number: (known.facts, number),
                    text: Arc::clone(&used.text),
                    document: used.document,
                    object_index: used.object_index,
                    location: used.location,
                    role: used.role,
                });
            }
        }
        Self {
            known,
            has_uses: at.keys().map(|(file, _)| *file).collect(),
            at,
            ..Self::default()
        }
    }

    /// Takes what a kustomization deploys. Says whether an object could not be read.
    pub fn take(&mut self, top: &Top, settings: &ExtractSettings) -> bool {
        let mut unread = false;
        for resource in &top.built.resources {
            let deployments = deployments(top, resource);
            match resource.changed {
                // All its scalars are from its own file then.
                false if !self.has_uses.contains(&resource.file) => {}
                false => self.as_written(&resource.node, &deployments, top.asked),
                true => unread |= !self.changed(resource, &deployments, top, settings),
            }
        }
        unread
    }

    fn as_written(&mut self, node: &Node, deployments: &[Deployment], asked: bool) {
        match node {
            Node::Scalar(scalar) => self.mark(scalar, deployments, asked),
            Node::List(items) => {
                for item in items.iter() {
                    self.as_written(item, deployments, asked);
                }
            }
            Node::Mapping(mapping) => {
                for (_, value) in mapping.entries() {
                    self.as_written(value, deployments, asked);
                }
            }
            Node::Pruned => {}
        }
    }

    /// The images that stand at a place: of a text of several lines, those in it too.
    fn within(
        at: &BTreeMap<(FileId, u32), Vec<Stands>>,
        place: Place,
    ) -> impl Iterator<Item = &Stands> {
        let end = place.span.end.max(place.span.start + 1);
        let range = (place.file, place.span.start)..(place.file, end);
        at.range(range).flat_map(|(_, stands)| stands)
    }

    fn mark(&mut self, scalar: &Scalar, deployments: &[Deployment], asked: bool) {
        for used in Self::within(&self.at, scalar.place) {
            let mark = self.marks.entry(used.number).or_default();
            extend(&mut mark.deployed_by, deployments);
            mark.asked |= asked;
            for piece in scalar.replaced() {
                if !mark.in_place_of.contains(piece) {
                    mark.in_place_of.push(piece.clone());
                }
            }
        }
    }

    /// Puts all that was taken into the facts; `also` says what else deploys each file. Says whether there were
    /// too many images.
    pub fn finish(mut self, facts: &mut [FileFacts], also: &[BTreeSet<Deployment>]) -> bool {
        let mut gone: HashMap<usize, BTreeMap<usize, bool>> = HashMap::new();
        for ((file, number), mut mark) in std::mem::take(&mut self.marks) {
            let Some(facts) = facts.get_mut(file) else {
                continue;
            };
            if mark.deployed_by.is_empty() {
                // Where not all images were taken, what stands in its place may be one of those.
                let is_certain = !self.too_many && !facts.put_into.contains(&Destination::Unknown);
                if (mark.replaced || mark.filled_in) && is_certain {
                    let gone = gone.entry(file).or_default();
                    gone.insert(number, !mark.filled_in);
                }
                continue;
            }
            mark.deployed_by
                .extend(also.get(file).into_iter().flatten().cloned());
            let in_place_of = mark
                .in_place_of
                .iter()
                .filter_map(|it| self.written(it))
                .collect();
            if let Some(used) = facts.uses.get_mut(number) {
                // What says more of it, such as values of a release, stays.
                let known = used.origin.as_deref().cloned().unwrap_or_default();
                mark.deployed_by.extend(known.deployed_by);
                used.origin = Some(Arc::new(Origin {
                    parts: known.parts,
                    in_place_of,
                    deployed_by: mark.deployed_by.into_iter().collect(),
                    switch: known.switch,
                }));
            }
        }
        for (file, numbers) in gone {
            if let Some(facts) = facts.get_mut(file) {
                leave_out(facts, &numbers);
            }
        }
        self.put_composed(facts);
        self.too_many
    }

    /// The files of which an image is judged, since a kustomization deploys it that the run is asked about.
    pub fn wanted(&self) -> BTreeSet<usize> {
        let marked = self.marks.iter().filter(|(_, mark)| mark.asked);
        let marked = marked.map(|((file, _), _)| *file);
        let files = self.composed.keys().map(|(file, ..)| file);
        let composed = files.filter_map(|file| self.known.get(file));
        marked.chain(composed.map(|known| known.facts)).collect()
    }

    fn written(&self, piece: &Piece) -> Option<Written> {
        let known = self.known.get(&piece.place.file)?;
        Some(Written {
            text: Arc::clone(&piece.text),
            path: Arc::clone(known.source.path()),
            location: known.source.location(piece.place.span),
        })
    }

    fn put_composed(&mut self, facts: &mut [FileFacts]) {
        let mut touched: BTreeMap<FileId, Vec<Place>> = BTreeMap::new();
        // Suppressions of objects are for those of their own file.
        let mut number = u32::MAX;
        for ((file, ..), composed) in std::mem::take(&mut self.composed) {
            let Some(known) = self.known.get(&file) else {
                continue;
            };
            let shown = composed.pieces.iter().chain(&composed.replaced);
            for piece in shown.clone() {
                touched
                    .entry(piece.place.file)
                    .or_default()
                    .push(piece.place);
            }
            let part = |piece: &Piece| {
                Some(Part {
                    role: piece.role,
                    written: self.written(piece)?,
                })
            };
            let parts = match composed.is_whole {
                true => Vec::new(),
                false => composed.pieces.iter().filter_map(part).collect(),
            };
            let replaced = composed.replaced.iter();
            let origin = Origin {
                parts,
                in_place_of: replaced.filter_map(|piece| self.written(piece)).collect(),
                deployed_by: composed.deployed_by.into_iter().collect(),
                switch: None,
            };
            if let Some(facts) = facts.get_mut(known.facts) {
                facts.uses.push(ImageUse {
                    object_index: match composed.is_of_file {
                        true => composed.used.object_index,
                        false => number,
                    },
                    origin: Some(Arc::new(origin)),
                    ..composed.used
                });
                number -= 1;
            }
        }
        for (file, places) in touched {
            if let Some(known) = self.known.get(&file)
                && let Some(facts) = facts.get_mut(known.facts)
            {
                show(facts, &known.source, &places);
            }
        }
    }
}

impl Top {
    /// The namespaces into which an object of it is put.
    pub fn destinations(&self, resource: &Resource) -> impl Iterator<Item = Destination> + use<> {
        let deployments = deployments(self, resource).into_iter();
        deployments.map(|deployment| deployment.namespace)
    }
}

/// What deploys an object, into which namespaces.
fn deployments(top: &Top, resource: &Resource) -> Vec<Deployment> {
    let namespace = match resource.node.at(namespace_of(&resource.node)) {
        None => Destination::Unnamed,
        Some(node) if node.is_null() => Destination::Unnamed,
        Some(node) => match node.as_text() {
            Some("") => Destination::Unnamed,
            Some(name) if is_namespace(name) => Destination::Named(name.into()),
            _ => Destination::Unknown,
        },
    };
    let deployment = |namespace| Deployment {
        path: Arc::clone(&top.name),
        namespace,
        position: top.position,
    };
    let mut all = vec![deployment(namespace)];
    if resource.uncertain {
        all.push(deployment(Destination::Unknown));
    }
    all.extend(top.put_into.iter().cloned());
    all
}

/// Where an object names the namespace into which the images that it holds are deployed: its own, unless it deploys
/// others.
fn namespace_of(object: &Node) -> &'static [&'static str] {
    let group = object.text(&["apiVersion"]).unwrap_or_default();
    let group = group.split_once('/').map_or("", |(group, _)| group);
    let target: &[&str] = &["spec", "targetNamespace"];
    match (group, object.text(&["kind"]).unwrap_or_default()) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") if object.at(target).is_some() => target,
        ("kustomize.toolkit.fluxcd.io", "Kustomization")
        | ("helm.cattle.io", "HelmChart" | "HelmChartConfig") => target,
        ("argoproj.io", "Application") => &["spec", "destination", "namespace"],
        ("argoproj.io", "ApplicationSet") => {
            &["spec", "template", "spec", "destination", "namespace"]
        }
        _ => &["metadata", "namespace"],
    }
}

/// Of very many kustomizations the last that are named are one of which the namespace is not known.
fn extend(to: &mut BTreeSet<Deployment>, from: &[Deployment]) {
    for deployment in from {
        if to.len() < DEPLOYMENTS {
            to.insert(deployment.clone());
        } else if !to.contains(deployment) {
            to.insert(Deployment {
                path: "...".into(),
                namespace: Destination::Unknown,
                position: None,
            });
        }
    }
}
