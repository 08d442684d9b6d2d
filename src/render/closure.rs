//! The files that a kustomization reads, and whether they are files of the repository: kustomize has no switch that
//! keeps it from the network or from folders elsewhere, so it is not run where it would go there.
#![expect(
    clippy::disallowed_methods,
    reason = "whether something lies in the repository is asked of the file system"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::discover::read;
use crate::model::kustomization::KUSTOMIZATION_NAMES;
use crate::parse::document::{Body, Document};
use crate::parse::tree::{NodeId, Tree};
use crate::parse::{ParseSettings, documents};

/// Most folders and files that are visited.
const VISITS: usize = 20_000;

/// Largest kustomization.
const BYTES: u64 = 16 * 1024 * 1024;

/// Lists of paths.
const LISTS: [&str; 9] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "patchesstrategicmerge",
];

/// Lists of mappings with a path, or one mapping.
const WITH_PATH: [&str; 4] = ["patches", "patchesjson6902", "replacements", "openapi"];

/// Lists of mappings that name files.
const GENERATORS: [&str; 2] = ["configmapgenerator", "secretgenerator"];

/// Lists of which each file is an object that tells kustomize what to do, in a file of its own that may ask for more.
const PLUGINS: [&str; 3] = ["generators", "transformers", "validators"];

/// What stands in the address of something that is fetched, even where a folder of that name is there.
const REMOTE: [&str; 8] = [
    "://",
    "git@",
    "git::",
    "?ref=",
    ".git/",
    ".git?",
    "github.com/",
    "github.com:",
];

/// What a kustomization reads.
#[derive(Debug, Default)]
pub struct Closure {
    /// The kustomizations, the one that was asked for first, without links.
    pub kustomizations: Vec<PathBuf>,
    /// All other files.
    pub files: BTreeSet<PathBuf>,
    /// Whether something in it may read more than what is followed here.
    pub has_plugins: bool,
    visited: BTreeSet<PathBuf>,
}

impl Closure {
    /// Follows the kustomization in `folder`; all has to lie in `ground`. Both are absolute and without links.
    ///
    /// # Errors
    /// Why it is not to be built.
    pub fn of(folder: &Path, ground: &Path) -> Result<Self, String> {
        let mut closure = Self::default();
        closure.folder(folder, ground)?;
        Ok(closure)
    }

    fn folder(&mut self, folder: &Path, ground: &Path) -> Result<(), String> {
        if !self.visited.insert(folder.to_owned()) {
            return Ok(());
        }
        if self.visited.len() + self.files.len() > VISITS {
            return Err(format!("it reads more than {VISITS} files"));
        }
        let mut paths = Vec::new();
        let mut any = false;
        for name in KUSTOMIZATION_NAMES {
            let file = folder.join(name);
            if fs::symlink_metadata(&file).is_err() {
                continue;
            }
            any = true;
            let text = read::file(&file, BYTES).map_err(|error| format!("`{name}`: {error}"))?;
            let text = String::from_utf8_lossy(&text);
            self.has_plugins |= paths_of(&text, &mut paths)?;
            self.kustomizations.push(file);
        }
        if !any {
            return Err("a folder without a kustomization is named in it".to_owned());
        }
        for path in paths {
            self.path(folder, &path, ground)?;
        }
        Ok(())
    }

    fn path(&mut self, folder: &Path, path: &str, ground: &Path) -> Result<(), String> {
        let is_remote = REMOTE.iter().any(|mark| path.contains(mark)) || path.ends_with(".git");
        let found = folder.join(path).canonicalize();
        let found = match found {
            Ok(found) if !is_remote => found,
            _ => {
                return Err(format!(
                    "`{path}`, which it reads, is not in the repository"
                ));
            }
        };
        if !found.starts_with(ground) {
            return Err(format!(
                "`{path}`, which it reads, leads out of the repository"
            ));
        }
        match found.is_dir() {
            true => self.folder(&found, ground),
            false => {
                self.files.insert(found);
                Ok(())
            }
        }
    }
}

/// The paths that a kustomization names, into `paths`; whether there are plugins among them.
fn paths_of(text: &str, paths: &mut Vec<String>) -> Result<bool, String> {
    let mut plugins = false;
    let mut wrong = None;
    documents(
        text,
        &ParseSettings::default(),
        &mut |document: Document<'_>| match &document.body {
            Body::Tree(tree) => {
                if let Some(root) = tree.root() {
                    let found = Named {
                        tree,
                        paths: &mut *paths,
                    }
                    .all(tree.resolve(root));
                    match found {
                        Ok(found) => plugins |= found,
                        Err(error) => wrong = Some(error),
                    }
                }
            }
            Body::Broken(_) | Body::TooLarge(_) => {
                wrong = Some("a kustomization of it cannot be read".to_owned());
            }
            Body::Empty | Body::Skipped => {}
        },
    );
    wrong.map_or(Ok(plugins), Err)
}

struct Named<'n, 't> {
    tree: &'n Tree<'t>,
    paths: &'n mut Vec<String>,
}

impl Named<'_, '_> {
    fn all(&mut self, root: NodeId) -> Result<bool, String> {
        let mut plugins = false;
        for (key, value) in self.tree.own_entries(root).collect::<Vec<_>>() {
            self.no_merge(key)?;
            let key = self.text(key).unwrap_or_default().to_ascii_lowercase();
            let value = self.tree.resolve(value);
            match key.as_str() {
                key if key.starts_with("helmchart") => {
                    return Err(
                        "it asks for a chart (`helmCharts`), which is not fetched".to_owned()
                    );
                }
                key if LISTS.contains(&key) => {
                    plugins |= PLUGINS.contains(&key);
                    for item in self.items(value) {
                        self.push(item, false);
                    }
                }
                key if WITH_PATH.contains(&key) => {
                    for item in self.items(value) {
                        self.field(item, &["path"], false)?;
                    }
                }
                key if GENERATORS.contains(&key) => {
                    for item in self.items(value) {
                        self.field(item, &["files", "envs", "env"], true)?;
                    }
                }
                _ => {}
            }
        }
        Ok(plugins)
    }

    fn items(&self, value: NodeId) -> Vec<NodeId> {
        match self.tree.is_sequence(value) {
            true => self
                .tree
                .items(value)
                .map(|item| self.tree.resolve(item))
                .collect(),
            false => vec![value],
        }
    }

    fn field(&mut self, item: NodeId, names: &[&str], has_keys: bool) -> Result<(), String> {
        for (key, value) in self.tree.own_entries(item).collect::<Vec<_>>() {
            self.no_merge(key)?;
            let key = self.text(key).unwrap_or_default().to_ascii_lowercase();
            if names.contains(&key.as_str()) {
                for value in self.items(self.tree.resolve(value)) {
                    self.push(value, has_keys);
                }
            }
        }
        Ok(())
    }

    fn no_merge(&self, key: NodeId) -> Result<(), String> {
        match self.tree.is_merge_key(key) {
            true => Err("it has a merge key (`<<`), behind which more may be named".to_owned()),
            false => Ok(()),
        }
    }

    /// A path, unless it is a whole patch or object. A file of a generator may have a key before it.
    fn push(&mut self, value: NodeId, has_key: bool) {
        let Some(text) = self.text(value) else { return };
        if text.contains('\n') || text.trim_start().starts_with(['{', '[']) {
            return;
        }
        let path = text
            .split_once('=')
            .filter(|_| has_key && !text.contains("://"));
        self.paths
            .push(path.map_or(text, |(_, path)| path).to_owned());
    }

    fn text(&self, node: NodeId) -> Option<&str> {
        self.tree
            .scalar(self.tree.resolve(node))
            .map(|scalar| scalar.value)
    }
}
