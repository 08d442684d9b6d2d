//! What was rendered, put where it stands in the repository: at the scalars of the values that an image is made of,
//! else at the template, else at the chart.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::helm::{self, Rendered, Scalar};
use super::{Chart, Names};
use crate::discover::read;
use crate::model::caveat::Caveat;
use crate::model::file_facts::FileFacts;
use crate::model::image_use::{ImageUse, Role};
use crate::model::object::Object;
use crate::model::origin::{Deployment, Destination, Origin, Part, PartRole, Written};
use crate::model::reference::ReferenceError;
use crate::model::rule::Rule;
use crate::model::source::{Source, SourceText};
use crate::model::span::{Location, Span};
use crate::model::summary::NotLookedAt;
use crate::parse::encoding;

/// Largest file whose text is read again for a place.
const TEXT: u64 = 64 * 1024 * 1024;

/// The number of an object in its file that no annotation reaches.
const NO_OBJECT: u32 = u32::MAX;

/// The facts of a run, by the names of the files.
#[derive(Debug)]
pub struct Files<'f> {
    all: &'f mut Vec<FileFacts>,
    numbers: HashMap<Arc<str>, usize>,
}

impl<'f> Files<'f> {
    /// Takes the facts of a run.
    pub fn new(all: &'f mut Vec<FileFacts>) -> Self {
        let names = all.iter().map(|facts| Arc::clone(&facts.source.path));
        Self {
            numbers: names.zip(0..).collect(),
            all,
        }
    }

    /// The facts of the file of that name, which need not be one of those that are checked.
    pub fn of(&mut self, path: &Arc<str>) -> &mut FileFacts {
        let all = &mut *self.all;
        let number = *self.numbers.entry(Arc::clone(path)).or_insert_with(|| {
            all.push(FileFacts::empty(Source {
                path: Arc::clone(path),
                lines: Vec::new(),
            }));
            all.len() - 1
        });
        &mut self.all[number]
    }
}

/// The files of one chart while what it renders is placed.
struct Placing<'a> {
    chart: &'a Chart,
    names: &'a Names,
    rendered: &'a Rendered,
    texts: HashMap<PathBuf, Option<SourceText>>,
    /// Templates by the name that helm gives them.
    templates: HashMap<Arc<str>, PathBuf>,
}

/// Uses with what they are made of in one file.
type Placed = BTreeMap<Arc<str>, Vec<ImageUse>>;

/// What makes two uses one: the file, the place in it, the text and the namespace.
type Same = (Arc<str>, Location, Arc<str>, Option<Arc<str>>);

/// Puts what the chart renders into the facts of the files.
pub fn place(files: &mut Files<'_>, chart: &Chart, names: &Names, mut rendered: Rendered) {
    for used in &mut rendered.facts.uses {
        helm::without_release(used);
    }
    let mut placing = Placing {
        chart,
        names,
        templates: templates(&rendered),
        rendered: &rendered,
        texts: HashMap::new(),
    };
    let placed = placing.uses();
    for (path, uses) in placed {
        let source = placing.excerpt(&path, &uses);
        take(files.of(&path), uses, source);
    }
    placing.rest(files);
    placing.lift(files);
    let facts = files.of(&chart.file);
    facts.documents += rendered.facts.documents;
    facts.manifests += rendered.facts.manifests;
}

/// The template that helm calls `chart/charts/part/templates/x.yaml`.
fn templates(rendered: &Rendered) -> HashMap<Arc<str>, PathBuf> {
    let inside: HashMap<&str, &PathBuf> = rendered
        .copy
        .files
        .iter()
        .map(|(inside, original)| (inside.as_str(), original))
        .collect();
    let names = rendered.templates.names();
    let named = names.filter_map(|name| {
        let (_, rest) = name.split_once('/')?;
        Some((Arc::clone(name), PathBuf::clone(inside.get(rest)?)))
    });
    named.collect()
}

impl Placing<'_> {
    /// Every use at its place; those of the same scalars once.
    fn uses(&mut self) -> Placed {
        let rendered = self.rendered;
        let mut placed = Placed::new();
        let mut known: HashMap<Same, usize> = HashMap::new();
        for (used, scalars) in rendered.facts.uses.iter().zip(&rendered.scalars) {
            let (path, used) = self
                .of_values(used, scalars)
                .unwrap_or_else(|| self.of_template(used));
            let namespace = used.object.namespace.clone();
            let text = Arc::clone(&used.text);
            let of_file = placed.entry(Arc::clone(&path)).or_default();
            match known.entry((path, used.location, text, namespace)) {
                Entry::Occupied(first) => {
                    if let Some(first) = of_file.get_mut(*first.get()) {
                        self.chart.share(first, &used);
                    }
                }
                Entry::Vacant(first) => {
                    first.insert(of_file.len());
                    of_file.push(used);
                }
            }
        }
        placed
    }

    /// The use at the scalar that decides; `None` where no scalar is known or its file has no name.
    fn of_values(&mut self, used: &ImageUse, scalars: &[Scalar]) -> Option<(Arc<str>, ImageUse)> {
        let mut parts = Vec::with_capacity(scalars.len());
        for scalar in scalars {
            let path = self.names.of(&scalar.file, self.chart)?;
            let location = self.text(&scalar.file)?.location(scalar.span);
            parts.push(Part {
                role: scalar.role,
                written: Written {
                    text: scalar.text.as_str().into(),
                    path,
                    location,
                },
            });
        }
        let deciding = deciding(&parts)?;
        let at = deciding.written.clone();
        let used = ImageUse {
            location: at.location,
            used_through: None,
            document: 0,
            object_index: NO_OBJECT,
            role: Role::Values,
            origin: Some(Arc::new(self.origin(used, parts))),
            ..used.clone()
        };
        Some((at.path, used))
    }

    /// The use at its template, or where that is not known, at the chart.
    fn of_template(&mut self, used: &ImageUse) -> (Arc<str>, ImageUse) {
        let template = template(used)
            .and_then(|name| self.templates.get(name))
            .cloned();
        let path = template
            .as_ref()
            .and_then(|file| self.names.of(file, self.chart));
        let (path, file) = match (path, template) {
            (Some(path), Some(file)) => (path, file),
            _ => (
                Arc::clone(&self.chart.file),
                self.chart.folder.join("Chart.yaml"),
            ),
        };
        let location = self.text(&file).map(|text| literal(text, &used.text));
        let used = ImageUse {
            location: location.unwrap_or_else(start),
            used_through: None,
            document: 0,
            object_index: NO_OBJECT,
            origin: Some(Arc::new(self.origin(used, Vec::new()))),
            ..used.clone()
        };
        (path, used)
    }

    fn origin(&self, used: &ImageUse, parts: Vec<Part>) -> Origin {
        let own = used.object.namespace.as_ref();
        Origin {
            parts,
            deployed_by: vec![Deployment {
                path: Arc::clone(&self.chart.file),
                namespace: own.map_or(Destination::Unnamed, |name| {
                    Destination::Named(Arc::clone(name))
                }),
                position: None,
            }],
            ..Origin::default()
        }
    }

    fn text(&mut self, file: &Path) -> Option<&SourceText> {
        let text = self.texts.entry(file.to_owned()).or_insert_with(|| {
            let bytes = read::file(file, TEXT).ok()?;
            Some(SourceText::new(
                "".into(),
                encoding::decode(bytes).text.into(),
            ))
        });
        text.as_ref()
    }

    /// The lines of the places in that file.
    fn excerpt(&mut self, path: &Arc<str>, uses: &[ImageUse]) -> Option<Source> {
        let files: Vec<PathBuf> = self.texts.keys().cloned().collect();
        let file = files
            .into_iter()
            .find(|file| self.names.of(file, self.chart).as_ref() == Some(path))?;
        let parts = uses.iter().filter_map(|used| used.origin.as_deref());
        let parts = parts.flat_map(|origin| &origin.parts);
        let parts = parts.filter(|part| part.written.path == *path);
        let places: Vec<Location> = parts
            .map(|part| part.written.location)
            .chain(uses.iter().map(|used| used.location))
            .collect();
        Some(self.text(&file)?.excerpt(&places))
    }

    /// What is wrong in the rendered text or was not looked at in it, at the templates.
    fn rest(&self, files: &mut Files<'_>) {
        let facts = &self.rendered.facts;
        let name_at = |offset: u32| {
            let name = self.rendered.templates.at(offset);
            let file = name.and_then(|name| self.templates.get(name));
            let path = file.and_then(|file| self.names.of(file, self.chart));
            path.unwrap_or_else(|| Arc::clone(&self.chart.file))
        };
        let mut said = HashSet::new();
        for problem in &facts.problems {
            let offset = problem.location.map_or(0, |location| location.span.start);
            let path = name_at(offset);
            if !said.insert((Arc::clone(&path), problem.message.clone())) {
                continue;
            }
            let mut problem = problem.clone();
            problem.message = format!("in what `helm template` makes of it: {}", problem.message);
            problem.location = None;
            problem.object_index = None;
            files.of(&path).problems.push(problem);
        }
        let text = SourceText::new("".into(), Arc::clone(&self.rendered.text));
        for caveat in &facts.caveats {
            let line = caveat.position.map_or(1, |position| position.line);
            let path = name_at(text.line_start(line).unwrap_or_default());
            let caveat = Caveat {
                path: Arc::clone(&path),
                position: None,
                ..caveat.clone()
            };
            files.of(&path).caveats.push(caveat);
        }
    }

    /// Takes away what was said since the chart was not rendered.
    fn lift(&self, files: &mut Files<'_>) {
        let printed: HashSet<&PathBuf> = self.templates.values().collect();
        for (inside, original) in &self.rendered.copy.files {
            let Some(path) = self.names.of(original, self.chart) else {
                continue;
            };
            if !files.numbers.contains_key(&path) {
                continue;
            }
            let facts = files.of(&path);
            if inside.ends_with("Chart.yaml") {
                let is_missing = |caveat: &Caveat| caveat.reason == NotLookedAt::HelmChart;
                facts.caveats.retain(|caveat| !is_missing(caveat));
            }
            if !inside.split('/').any(|part| part == "templates") {
                continue;
            }
            facts
                .problems
                .retain(|problem| problem.rule != Rule::UnrenderedTemplate);
            // One that prints nothing with these values may print something with others.
            if printed.contains(original) {
                let of_template = [
                    NotLookedAt::TemplateDocument,
                    NotLookedAt::TemplateImageLine,
                ];
                facts
                    .caveats
                    .retain(|caveat| !of_template.contains(&caveat.reason));
                facts
                    .uses
                    .retain(|used| !matches!(*used.reference, Err(ReferenceError::Placeholder(_))));
            }
        }
    }
}

/// Adds uses to a file, in place of those that reading alone found at the same scalars.
fn take(facts: &mut FileFacts, uses: Vec<ImageUse>, source: Option<Source>) {
    let path = Arc::clone(&facts.source.path);
    let mut places: HashSet<Span> = HashSet::new();
    for used in &uses {
        places.extend(own_places(used, &path));
    }
    facts.uses.retain(|used| {
        used.role != Role::Values || own_places(used, &path).all(|place| !places.contains(&place))
    });
    for used in uses {
        let is_known = used.role != Role::Values
            && facts.uses.iter().any(|known| {
                known.text == used.text
                    && known.object_index != NO_OBJECT
                    && known.reference.is_ok()
            });
        if !is_known {
            facts.uses.push(used);
        }
    }
    facts.uses.sort_by_key(|used| {
        let through = used.used_through.unwrap_or(used.location);
        (through.span.start, used.location.span.start)
    });
    if let Some(source) = source {
        facts.source.add(source);
    }
}

/// The scalars in the file that make the image and no other one: a registry is that of many.
fn own_places<'u>(used: &'u ImageUse, path: &'u Arc<str>) -> impl Iterator<Item = Span> + 'u {
    let parts = used
        .origin
        .as_deref()
        .into_iter()
        .flat_map(|origin| &origin.parts);
    let parts =
        parts.filter(move |part| part.role != PartRole::Registry && part.written.path == *path);
    let own = std::iter::once(used.location.span);
    own.chain(parts.map(|part| part.written.location.span))
}

/// The scalar at which an image is judged: its tag, else its digest, else its name. The description of a chart comes
/// last, since it is about the chart.
fn deciding(parts: &[Part]) -> Option<&Part> {
    let order = [
        PartRole::Tag,
        PartRole::Digest,
        PartRole::Image,
        PartRole::Repository,
        PartRole::Registry,
    ];
    let of_chart = |part: &&Part| part.written.path.ends_with("Chart.yaml");
    let find = |wanted: PartRole, in_chart: bool| {
        let mut parts = parts.iter().filter(move |part| of_chart(part) == in_chart);
        parts.rfind(|part| part.role == wanted)
    };
    let in_values = order.iter().find_map(|role| find(*role, false));
    in_values.or_else(|| order.iter().find_map(|role| find(*role, true)))
}

fn template(used: &ImageUse) -> Option<&Arc<str>> {
    let origin = used.origin.as_deref()?;
    origin.deployed_by.first().map(|template| &template.path)
}

/// Where a template writes the image itself; else its first line.
fn literal(text: &SourceText, image: &str) -> Location {
    let name = image.split(['@']).next().unwrap_or(image);
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let colon = name.get(slash..).and_then(|last| last.find(':'));
    let bare = colon.and_then(|at| name.get(..slash + at)).unwrap_or(name);
    let found = [image, bare].iter().find_map(|wanted| {
        let mut places = text.text().match_indices(*wanted);
        places.find_map(|(at, _)| {
            let before = text.text().get(..at)?.lines().next_back()?;
            let end = at + wanted.len();
            before
                .contains("image")
                .then(|| Span::new(at as u32, end as u32))
        })
    });
    found.map_or_else(start, |span| text.location(span))
}

/// The beginning of a file.
pub fn start() -> Location {
    let position = crate::model::span::Position { line: 1, column: 1 };
    Location {
        start: position,
        end: position,
        span: Span::default(),
    }
}

impl Chart {
    /// Makes one use of two that are made of the same scalars. No exception for an object or a container may hold
    /// for the other one too, so of several of them none is named.
    fn share(&self, first: &mut ImageUse, other: &ImageUse) {
        if first.object != other.object {
            first.object = Arc::new(Object {
                kind: "chart".into(),
                name: Some(self.name().into()),
                namespace: first.object.namespace.clone(),
                ..Object::default()
            });
        }
        if first.container != other.container {
            first.container = None;
        }
        if first.role != other.role {
            first.role = Role::Values;
        }
    }
}
