//! From what kustomizations build to images that are judged: each at the place of the value that decides it,
//! with what deploys it. An image that every kustomization replaces is judged in place of the one that
//! stands in the base.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::facts::{at_place, leave_out, show};
use super::json::Written as Json;
use super::kustomize::{Built, Resource};
use super::tree::{FileId, Node, Piece, Place, Scalar};
use crate::extract::{ExtractSettings, file};
use crate::model::file_facts::FileFacts;
use crate::model::image_use::{ImageUse, Role};
use crate::model::object::is_namespace;
use crate::model::origin::{Deployment, Destination, Origin, Part, Written};
use crate::model::source::SourceText;

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
    at: HashMap<(FileId, u32), Vec<(usize, usize)>>,
    /// The files in which images stand.
    has_uses: HashSet<FileId>,
    composed: BTreeMap<Key, Composed>,
    /// Whether there were too many images.
    too_many: bool,
}

/// What is known of an image that stands in a manifest.
#[derive(Debug, Default)]
struct Mark {
    deployed_by: BTreeSet<Deployment>,
    in_place_of: Vec<Piece>,
    replaced: bool,
    asked: bool,
}

/// One image of one field, whatever deploys it.
type Key = (FileId, u32, Arc<str>, Vec<Place>, String);

#[derive(Debug)]
struct Composed {
    used: ImageUse,
    pieces: Vec<Piece>,
    replaced: Vec<Piece>,
    is_whole: bool,
    deployed_by: BTreeSet<Deployment>,
}

impl Deploying {
    /// With the files that kustomizations read.
    pub fn new(known: HashMap<FileId, Known>, facts: &[FileFacts]) -> Self {
        let mut at: HashMap<(FileId, u32), Vec<(usize, usize)>> = HashMap::new();
        for (file, known) in &known {
            let uses = facts.get(known.facts).map_or(&[][..], |facts| &facts.uses);
            for (number, used) in uses.iter().enumerate() {
                let place = (*file, used.location.span.start);
                at.entry(place).or_default().push((known.facts, number));
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

    fn mark(&mut self, scalar: &Scalar, deployments: &[Deployment], asked: bool) {
        let place = (scalar.place.file, scalar.place.span.start);
        for used in self.at.get(&place).into_iter().flatten() {
            let mark = self.marks.entry(*used).or_default();
            extend(&mut mark.deployed_by, deployments);
            mark.asked |= asked;
            for piece in scalar.replaced() {
                if !mark.in_place_of.contains(piece) {
                    mark.in_place_of.push(piece.clone());
                }
            }
        }
    }

    /// An object that is not as it is written is read like a manifest.
    fn changed(
        &mut self,
        resource: &Resource,
        deployments: &[Deployment],
        top: &Top,
        settings: &ExtractSettings,
    ) -> bool {
        let Some(written) = Json::of(&resource.node) else {
            return false;
        };
        let text: Arc<str> = written.text.as_str().into();
        let facts = file::facts(Arc::clone(&top.name), text, settings);
        for used in &facts.uses {
            let Some(scalar) = written.scalar_at(used.location.span.start) else {
                continue;
            };
            let scalar = Arc::clone(scalar);
            for piece in scalar.replaced() {
                let place = (piece.place.file, piece.place.span.start);
                for used in self.at.get(&place).into_iter().flatten() {
                    self.marks.entry(*used).or_default().replaced = true;
                }
            }
            let start = (scalar.place.file, scalar.place.span.start);
            let as_written = scalar.is_as_written() && self.at.contains_key(&start);
            match as_written {
                true => self.mark(&scalar, deployments, top.asked),
                false => self.compose(used, &scalar, deployments, top.asked),
            }
        }
        !facts.problems.iter().any(|problem| problem.not_checked)
    }

    fn compose(
        &mut self,
        used: &ImageUse,
        scalar: &Scalar,
        deployments: &[Deployment],
        asked: bool,
    ) {
        let file = scalar.place.file;
        // What only overlays say that nobody asked about is their matter.
        let Some(known) = self.known.get(&file).filter(|known| known.asked || asked) else {
            return;
        };
        let pieces = scalar.pieces();
        let name = used.object.name.as_deref().unwrap_or_default();
        let field = format!("{} {name} {}", used.object.kind, used.field);
        let places = pieces.iter().map(|piece| piece.place).collect();
        let key = (
            file,
            scalar.place.span.start,
            Arc::clone(&scalar.text),
            places,
            field,
        );
        if self.composed.len() >= COMPOSED && !self.composed.contains_key(&key) {
            self.too_many = true;
            return;
        }
        let location = known.source.location(scalar.place.span);
        let composed = self.composed.entry(key).or_insert_with(|| Composed {
            used: ImageUse {
                location,
                used_through: None,
                document: 0,
                role: Role::Kustomize,
                object: at_place(&used.object, location),
                ..used.clone()
            },
            is_whole: scalar.is_as_written(),
            pieces,
            replaced: scalar.replaced().to_vec(),
            deployed_by: BTreeSet::new(),
        });
        extend(&mut composed.deployed_by, deployments);
    }

    /// Puts all that was taken into the facts; `also` says what else deploys each file. Says whether there were
    /// too many images.
    pub fn finish(mut self, facts: &mut [FileFacts], also: &[BTreeSet<Deployment>]) -> bool {
        let mut gone: HashMap<usize, Vec<usize>> = HashMap::new();
        for ((file, number), mut mark) in std::mem::take(&mut self.marks) {
            let Some(facts) = facts.get_mut(file) else {
                continue;
            };
            if mark.deployed_by.is_empty() {
                let is_certain = !facts.put_into.contains(&Destination::Unknown);
                if mark.replaced && is_certain {
                    gone.entry(file).or_default().push(number);
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
        for (file, mut numbers) in gone {
            numbers.sort_unstable();
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
                    object_index: number,
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
    let namespace = match resource.node.at(&["metadata", "namespace"]) {
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
    };
    let mut all = vec![deployment(namespace)];
    if resource.uncertain {
        all.push(deployment(Destination::Unknown));
    }
    all.extend(top.put_into.iter().cloned());
    all
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
            });
        }
    }
}
