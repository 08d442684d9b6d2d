//! Building a kustomization: its steps in their order, each base once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::field_specs::FieldSpec;
use super::steps::Steps;
use super::vars::Var;
use super::{Built, Files, Found, Unread, Unused, Why, vars};
use crate::compose::tree::{FileId, Node, Place};
use crate::model::span::Span;

/// Steps for all kustomizations of a run: each node that is visited is one.
const STEPS: u64 = 100_000_000;

/// Most paths that configurations add.
const SPECS: usize = 1_000;

/// Most kustomizations inside of each other.
const DEPTH: usize = 64;

/// Builds kustomizations.
pub struct Builder<'f> {
    pub(super) files: &'f dyn Files,
    pub(super) steps: Steps,
    built: RefCell<HashMap<String, Arc<State>>>,
    /// The folders that are being built: one among them that is asked for again includes itself.
    open: RefCell<Vec<String>>,
    /// The entries of `images`, and whether they hit anything anywhere.
    entries: RefCell<BTreeMap<Place, Entry>>,
    /// The kustomizations that could not be read.
    failed: RefCell<BTreeSet<FileId>>,
    /// Those of which a part of the objects is not known.
    doubtful: RefCell<BTreeSet<FileId>>,
}

impl std::fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

/// An entry of `images`, and what became of it.
#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    hit: bool,
    is_certain: bool,
}

/// What is known while a kustomization is built.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) built: Built,
    /// Paths of images that `configurations` add.
    pub(super) image_specs: Vec<FieldSpec>,
    /// Paths in which `$(NAME)` is replaced.
    pub(super) var_specs: Vec<FieldSpec>,
    pub(super) vars: Vec<Var>,
    /// Paths that `configurations` add for what else puts texts into fields, by the name of their list.
    pub(super) more_specs: BTreeMap<&'static str, Vec<FieldSpec>>,
    /// Whether it is not known what the kustomization at work says.
    pub(super) unclear: bool,
}

/// One kustomization that is open.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) folder: String,
    pub(super) file: FileId,
    pub(super) node: Node,
    pub(super) place: Place,
}

/// A kustomization at work.
pub(super) struct Work<'w, 'f> {
    pub(super) builder: &'w Builder<'f>,
    pub(super) at: &'w Opened,
    pub(super) state: &'w mut State,
}

impl<'f> Builder<'f> {
    /// One that asks `files` for what it needs.
    pub fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            steps: Steps::new(STEPS),
            built: RefCell::default(),
            open: RefCell::default(),
            entries: RefCell::default(),
            failed: RefCell::default(),
            doubtful: RefCell::default(),
        }
    }

    /// What the kustomization in a folder deploys; `None` where there is no folder with one.
    pub fn build(&self, folder: &str) -> Option<Built> {
        let Found::Folder {
            path,
            kustomizations,
        } = self.files.find(folder)
        else {
            return None;
        };
        let first = kustomizations.first()?;
        let Found::File(file, _) = self.files.find(first) else {
            return None;
        };
        if !self.is_meant(first) {
            return None;
        }
        let place = Place {
            file,
            span: Span::default(),
        };
        match self.folder(&path, &kustomizations) {
            Ok(state) => {
                let mut state = (*state).clone();
                vars::resolve(&mut state, &self.steps, place);
                Some(state.built)
            }
            Err((why, detail)) => {
                self.fails(file);
                let unread = Unread { why, place, detail };
                Some(Built {
                    file: Some(file),
                    failed: true,
                    unread: vec![unread],
                    files: [file].into(),
                    ..Built::default()
                })
            }
        }
    }

    /// Remembers that a kustomization could not be read.
    pub(super) fn fails(&self, file: FileId) {
        self.failed.borrow_mut().insert(file);
    }

    /// Remembers that not all objects of a kustomization are known.
    pub(super) fn doubts(&self, file: FileId) {
        self.doubtful.borrow_mut().insert(file);
    }

    /// The kustomizations of which not all objects are known, those that could not be read among them.
    pub fn doubtful(&self) -> BTreeSet<FileId> {
        let doubtful = self.doubtful.borrow();
        doubtful.union(&self.failed.borrow()).copied().collect()
    }

    /// The kustomizations that could not be read, whatever asked for them.
    pub fn failed(&self) -> BTreeSet<FileId> {
        self.failed.borrow().clone()
    }

    /// Remembers what became of an entry of `images`.
    pub(super) fn note(&self, place: Place, name: &Arc<str>, hit: bool, is_certain: bool) {
        let mut entries = self.entries.borrow_mut();
        let entry = entries.entry(place).or_insert_with(|| Entry {
            name: Arc::clone(name),
            hit: false,
            is_certain: true,
        });
        entry.hit |= hit;
        entry.is_certain &= is_certain;
    }

    /// The entries of `images` in all that was built that hit nothing.
    pub fn unused(&self) -> Vec<Unused> {
        let entries = self.entries.borrow();
        let unused = entries.iter().filter(|(_, entry)| !entry.hit);
        let unused = unused.map(|(place, entry)| Unused {
            place: *place,
            name: Arc::clone(&entry.name),
            is_certain: entry.is_certain,
        });
        unused.collect()
    }

    /// Whether the file is a kustomization that can be built for itself: no component, and nothing of another
    /// tool.
    fn is_meant(&self, path: &str) -> bool {
        let Found::File(_, values) = self.files.find(path) else {
            return false;
        };
        let Some(Ok(value)) = values.first() else {
            return true;
        };
        let api_version = value.node.text(&["apiVersion"]);
        let is_other = api_version.is_some_and(|it| !it.starts_with("kustomize.config.k8s.io/"));
        !is_other && value.node.text(&["kind"]) != Some("Component")
    }

    /// A folder that is a base, built once.
    pub(super) fn folder(
        &self,
        path: &str,
        kustomizations: &[String],
    ) -> Result<Arc<State>, (Why, Arc<str>)> {
        if let Some(state) = self.built.borrow().get(path) {
            return Ok(Arc::clone(state));
        }
        let opened = self.open(path, kustomizations)?;
        let mut state = State::default();
        self.run(&opened, &mut state)?;
        let state = Arc::new(state);
        let mut built = self.built.borrow_mut();
        built.insert(path.to_owned(), Arc::clone(&state));
        Ok(state)
    }

    pub(super) fn open(
        &self,
        path: &str,
        kustomizations: &[String],
    ) -> Result<Opened, (Why, Arc<str>)> {
        let broken = |detail: &str| Err((Why::Broken, Arc::from(detail)));
        let [kustomization] = kustomizations else {
            return broken(match kustomizations.is_empty() {
                true => "the folder has no kustomization",
                false => "the folder has several kustomizations",
            });
        };
        let (file, values) = match self.files.find(kustomization) {
            Found::File(file, values) => (file, values),
            Found::Unreadable(why) => return Err((Why::Missing, why)),
            _ => return Err((Why::Missing, "the kustomization is not there".into())),
        };
        let value = match values.first() {
            Some(Ok(value)) => value,
            Some(Err(error)) => return Err((Why::Broken, Arc::clone(&error.why))),
            None => return broken("the kustomization is empty"),
        };
        let place = value.node.place();
        let (Some(_), Some(place)) = (value.node.as_mapping(), place) else {
            return broken("the kustomization is no mapping");
        };
        Ok(Opened {
            folder: path.to_owned(),
            file,
            node: value.node.clone(),
            place,
        })
    }

    /// Runs a kustomization on what is there.
    pub(super) fn run(&self, opened: &Opened, state: &mut State) -> Result<(), (Why, Arc<str>)> {
        let mut open = self.open.borrow_mut();
        if open.contains(&opened.folder) {
            return Err((Why::Broken, "it includes itself".into()));
        }
        if open.len() >= DEPTH {
            return Err((
                Why::TooLarge,
                "kustomizations stand too deep in others".into(),
            ));
        }
        open.push(opened.folder.clone());
        drop(open);
        state.built.files.insert(opened.file);
        state.built.file.get_or_insert(opened.file);
        Work {
            builder: self,
            at: opened,
            state,
        }
        .run();
        self.open.borrow_mut().pop();
        Ok(())
    }
}

/// Adds what is not there yet, and says whether there was room for it.
pub(super) fn add_new(to: &mut Vec<FieldSpec>, from: &[FieldSpec]) -> bool {
    for spec in from.iter().take(SPECS + 1) {
        if to.contains(spec) {
            continue;
        }
        if to.len() >= SPECS {
            return false;
        }
        to.push(spec.clone());
    }
    true
}
