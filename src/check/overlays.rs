//! Which namespaces kustomizations, also those of Flux, put the objects of a file into. One with `namespace`
//! (`targetNamespace`) replaces the one that an object names itself, so that one must not decide alone: an object that calls itself exempt
//! may be deployed elsewhere.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::iter;

use crate::model::file_facts::FileFacts;
use crate::model::kustomization::{KUSTOMIZATION_NAMES, Kustomization};
use crate::model::source::SourceId;

/// Most files and folders that are visited for all kustomizations of a run. Beyond it every file counts as
/// one that is put into an unknown namespace.
const VISITS: usize = 2_000_000;

/// The namespaces of the files of a run.
#[derive(Debug, Default)]
pub struct Overlays<'a> {
    of: HashMap<SourceId, Vec<Option<&'a str>>>,
    /// The answer for every file, when there were too many kustomizations to follow.
    unknown: Option<Vec<Option<&'a str>>>,
}

impl<'a> Overlays<'a> {
    /// Follows every kustomization that names a namespace.
    pub fn new(files: &'a [(SourceId, FileFacts)]) -> Self {
        let puts_elsewhere = |facts: &FileFacts| {
            let kustomization = facts.kustomization.as_ref();
            let mut namespaces = kustomization
                .into_iter()
                .flat_map(Kustomization::namespaces);
            namespaces.next().is_some() || !facts.flux_targets.is_empty()
        };
        if !files.iter().any(|(_, facts)| puts_elsewhere(facts)) {
            return Self::default();
        }
        let mut following = Following::new(files);
        let mut namespaces: HashMap<SourceId, BTreeSet<Option<&str>>> = HashMap::new();
        for (folder, kustomization) in following.kustomizations.clone() {
            if kustomization.namespaces().next().is_none() {
                continue;
            }
            for file in following.brought_in(&folder, kustomization) {
                let names = namespaces.entry(file).or_default();
                names.extend(kustomization.namespaces());
            }
        }
        for target in files.iter().flat_map(|(_, facts)| &facts.flux_targets) {
            for file in following.below(&target.path) {
                let names = namespaces.entry(file).or_default();
                names.insert(Some(&target.namespace));
            }
        }
        let of = namespaces
            .into_iter()
            .map(|(file, names)| (file, names.into_iter().collect()));
        Self {
            of: of.collect(),
            unknown: (following.visits >= VISITS).then(|| vec![None]),
        }
    }

    /// The namespaces into which the objects of the file are put, besides their own; `None` for one that is
    /// not known.
    pub fn of(&self, file: SourceId) -> &[Option<&'a str>] {
        match &self.unknown {
            Some(unknown) => unknown,
            None => self.of.get(&file).map_or(&[], Vec::as_slice),
        }
    }
}

/// Following kustomizations to the files that they bring in.
struct Following<'a> {
    by_path: HashMap<String, SourceId>,
    kustomizations: HashMap<String, &'a Kustomization>,
    visits: usize,
}

impl<'a> Following<'a> {
    fn new(files: &'a [(SourceId, FileFacts)]) -> Self {
        let mut by_path = HashMap::new();
        let mut kustomizations = HashMap::new();
        for (source, facts) in files {
            for name in iter::once(&facts.source.path).chain(&facts.links) {
                let path = normal("", name);
                let file = path.rsplit('/').next().unwrap_or_default();
                if let Some(kustomization) = &facts.kustomization
                    && KUSTOMIZATION_NAMES.contains(&file)
                {
                    kustomizations.insert(folder_of(&path).to_owned(), kustomization);
                }
                by_path.insert(path, *source);
            }
        }
        Self {
            by_path,
            kustomizations,
            visits: 0,
        }
    }

    /// The files below a folder of some repository, and those that a kustomization there brings in. Where the
    /// repository begins is not known, so every folder of that name is meant.
    fn below(&mut self, path: &str) -> Vec<SourceId> {
        let path = normal("", path);
        let wanted = format!("/{}/", path.trim_start_matches('/'));
        let is_below = |folder: &str| {
            let folder = format!("/{}/", folder.trim_matches('/'));
            wanted == "//" || folder.contains(&wanted)
        };
        self.visits += self.by_path.len();
        if self.visits >= VISITS {
            return Vec::new();
        }
        let below = self.by_path.iter();
        let below = below.filter(|(file, _)| is_below(folder_of(file)));
        let mut files: Vec<SourceId> = below.map(|(_, source)| *source).collect();
        for (folder, kustomization) in self.kustomizations.clone() {
            if is_below(&folder) {
                files.extend(self.brought_in(&folder, kustomization));
            }
        }
        files
    }

    /// The files that the kustomization in `folder` brings in, through others too.
    fn brought_in(&mut self, folder: &str, kustomization: &'a Kustomization) -> Vec<SourceId> {
        let mut files = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![(folder.to_owned(), kustomization)];
        while let Some((folder, kustomization)) = open.pop() {
            for resource in &kustomization.resources {
                self.visits += 1;
                if self.visits >= VISITS {
                    return files;
                }
                let path = normal(&folder, resource);
                if let Some(&file) = self.by_path.get(&path) {
                    files.push(file);
                } else if let Some(&inner) = self.kustomizations.get(&path)
                    && seen.insert(path.clone())
                {
                    open.push((path, inner));
                }
            }
        }
        files
    }
}

/// The folder of a path, empty for none.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path`, which is relative to `folder`, without `.` and with `..` resolved as far as that can be.
fn normal(folder: &str, path: &str) -> String {
    let absolute = path.starts_with('/');
    let start = if absolute { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match absolute || folder.starts_with('/') {
        true => format!("/{joined}"),
        false => joined,
    }
}
