//! The files that kustomizations ask for, read from disk when they are asked for and each once.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::compose::kustomize::{Files, Found, Plain, Values};
use crate::compose::read;
use crate::compose::tree::{FileId, Place};
use crate::discover::include::{self, Standing};
use crate::model::kustomization::KUSTOMIZATION_NAMES;
use crate::model::source::SourceText;
use crate::parse::encoding;

/// Most bytes that are kept of all files together.
const BYTES: usize = 512 << 20;

/// Paths of what is taken of a folder; `None` when there are too many.
type Below = Option<Vec<String>>;

/// The files of a run that kustomizations include.
#[derive(Debug, Default)]
pub struct Repository {
    /// The names under which inputs are shown.
    names: HashMap<PathBuf, Arc<str>>,
    /// The folders that are walked.
    walked: Vec<PathBuf>,
    ground: RefCell<PathBuf>,
    /// The names of the repositories that hold folders.
    names_of_folders: RefCell<HashMap<PathBuf, Vec<String>>>,
    below: RefCell<HashMap<(String, Plain), Below>>,
    by_path: RefCell<HashMap<PathBuf, Result<FileId, Arc<str>>>>,
    opened: RefCell<Vec<Opened>>,
    bytes: Cell<usize>,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its path without links.
    pub path: PathBuf,
    /// Its text with the name that is shown.
    pub source: Arc<SourceText>,
    text: Arc<str>,
    values: Values,
}

impl Repository {
    /// One in which nothing was read; `names` are those under which inputs are shown.
    pub fn new(names: HashMap<PathBuf, Arc<str>>, walked: Vec<PathBuf>) -> Self {
        Self {
            names,
            walked,
            ..Self::default()
        }
    }

    /// Says where links and paths must stay from here on.
    pub fn stay_in(&self, ground: PathBuf) {
        *self.ground.borrow_mut() = ground;
    }

    /// Reads a file by its path without links.
    pub fn open(&self, path: &Path) -> Result<FileId, Arc<str>> {
        if let Some(known) = self.by_path.borrow().get(path) {
            return known.clone();
        }
        let read = self.read(path);
        let mut by_path = self.by_path.borrow_mut();
        by_path.insert(path.to_owned(), read.clone());
        read
    }

    fn read(&self, path: &Path) -> Result<FileId, Arc<str>> {
        let bytes = include::bytes(path)?;
        let all = self.bytes.get() + bytes.len();
        if all > BYTES {
            return Err("the files of all kustomizations are too large together".into());
        }
        self.bytes.set(all);
        if encoding::foreign(&bytes).is_some() {
            return Err("it is text in an encoding that is not read".into());
        }
        let text: Arc<str> = encoding::decode(bytes).text.into();
        let shown = match self.names.get(path) {
            Some(shown) => Arc::clone(shown),
            None => include::shown_from_here(path).into(),
        };
        let mut opened = self.opened.borrow_mut();
        let file = FileId(opened.len() as u32);
        opened.push(Opened {
            path: path.to_owned(),
            source: Arc::new(SourceText::new(shown, Arc::clone(&text))),
            values: read::values(&text, file, None).into(),
            text,
        });
        Ok(file)
    }

    /// A file that was read.
    pub fn opened(&self, file: FileId) -> Option<Opened> {
        self.opened.borrow().get(file.0 as usize).cloned()
    }

    /// Its documents.
    pub fn values(&self, file: FileId) -> Values {
        let opened = self.opened(file);
        opened.map_or_else(|| Vec::new().into(), |opened| opened.values)
    }

    /// The name under which it is shown.
    pub fn shown(&self, file: FileId) -> Arc<str> {
        let opened = self.opened(file);
        opened.map_or_else(|| "".into(), |opened| Arc::clone(opened.source.path()))
    }
}

impl Files for Repository {
    fn find(&self, path: &str) -> Found {
        let ground = self.ground.borrow().clone();
        match include::at(Path::new(path), &ground) {
            Standing::Missing => Found::Missing,
            Standing::Outside => Found::Outside,
            Standing::File(real) => match self.open(&real) {
                Ok(file) => self
                    .opened(file)
                    .map_or(Found::Missing, |opened| Found::File(file, opened.values)),
                Err(why) => Found::Unreadable(why),
            },
            Standing::Folder(real) => {
                let names = KUSTOMIZATION_NAMES.iter().map(|name| real.join(name));
                let there =
                    names.filter(|name| matches!(include::at(name, &ground), Standing::File(_)));
                let text = |path: PathBuf| path.to_string_lossy().into_owned();
                Found::Folder {
                    kustomizations: there.map(text).collect(),
                    path: text(real),
                }
            }
        }
    }

    fn written(&self, place: Place) -> Option<Arc<str>> {
        let text = self.text(place.file)?;
        text.get(place.span.start as usize..place.span.end as usize)
            .map(Arc::from)
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.opened(file).map(|opened| opened.text)
    }

    fn below(&self, folder: &str, plain: Plain) -> Below {
        let key = (folder.to_owned(), plain);
        if let Some(known) = self.below.borrow().get(&key) {
            return known.clone();
        }
        let (endings, names): (&[&str], &[&str]) = match plain {
            Plain::AsFlux => (&["yaml", "yml"], &KUSTOMIZATION_NAMES),
            Plain::Folder | Plain::Below => (&["yaml", "yml", "json"], &[]),
        };
        let recurses = plain != Plain::Folder;
        let found = include::files_below(Path::new(folder), endings, names, recurses);
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let found: Below = found.map(|found| found.into_iter().map(text).collect());
        self.below.borrow_mut().insert(key, found.clone());
        found
    }

    fn is_elsewhere(&self, file: FileId, url: &str) -> bool {
        let opened = self.opened(file);
        let folder = opened.as_ref().and_then(|opened| opened.path.parent());
        let Some(folder) = folder else {
            return false;
        };
        let mut names = self.names_of_folders.borrow_mut();
        let names = names
            .entry(folder.to_owned())
            .or_insert_with(|| include::repository_names(folder));
        !names.is_empty() && !names.contains(&include::repository_name(url))
    }

    fn enter(&self, file: FileId) -> Vec<String> {
        let Some(opened) = self.opened(file) else {
            return Vec::new();
        };
        let Some(folder) = opened.path.parent() else {
            return Vec::new();
        };
        self.stay_in(include::ground(folder, &self.walked));
        let tops = include::tops(folder, &self.walked).into_iter();
        tops.map(|top| top.to_string_lossy().into_owned()).collect()
    }
}
