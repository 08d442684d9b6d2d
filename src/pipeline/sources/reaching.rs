//! Kustomizations of the repository that nobody named and that include what a run is asked about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Composing, reached_by};
use crate::compose::kustomize::mentions;
use crate::compose::tree::FileId;
use crate::discover::Discovered;
use crate::discover::include::{self, Standing};
use crate::model::caveat::Caveat;
use crate::model::kustomization::KUSTOMIZATION_NAMES;
use crate::model::summary::NotLookedAt;

impl Composing {
    /// Folders of the repository whose kustomizations include what the run is asked about.
    pub(super) fn including(&mut self, found: &Discovered) -> BTreeSet<PathBuf> {
        let mut parents: BTreeSet<PathBuf> = self.walked.iter().map(|it| it.join("x")).collect();
        for path in self.by_path.keys() {
            if !found.walked.iter().any(|walked| path.starts_with(walked)) {
                parents.extend(path.parent().map(|folder| folder.join("x")));
            }
        }
        let mut searched: BTreeSet<PathBuf> = BTreeSet::new();
        let mut is_cut = false;
        let mut kustomizations: BTreeSet<PathBuf> = BTreeSet::new();
        for file in parents {
            let Some(folder) = file.parent() else {
                continue;
            };
            let ground = include::ground(folder, &[]);
            let is_known = self.walked.iter().any(|walked| ground.starts_with(walked));
            if !is_known && searched.insert(ground) {
                let named = include::named_in_repository(&file, &KUSTOMIZATION_NAMES);
                kustomizations.extend(named.files);
                is_cut |= named.is_cut;
            }
        }
        if let Some(facts) = self.facts.first_mut().filter(|_| is_cut) {
            let path = Arc::clone(&facts.source.path);
            facts.caveats.push(Caveat {
                detail: Some(
                    "not all of the repository could be looked through for what includes it".into(),
                ),
                ..Caveat::of_file(NotLookedAt::Kustomization, path)
            });
        }
        kustomizations.retain(|path| !self.by_path.contains_key(path));
        self.that_reach(kustomizations)
    }

    /// The folders of those that include an input, through others too.
    fn that_reach(&self, kustomizations: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let mut open: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
        for path in kustomizations {
            let Some(folder) = path.parent() else {
                continue;
            };
            let ground = include::ground(folder, &self.walked);
            // A link has the folder of its name, and the text of what it leads to.
            let Standing::File(real) = include::at(&path, &ground) else {
                continue;
            };
            let Ok(file) = self.repository.open(&real) else {
                continue;
            };
            open.push((folder.to_owned(), self.named_by(file, folder, &ground)));
        }
        let mut reaching: BTreeSet<PathBuf> = BTreeSet::new();
        let asked = |path: &Path| {
            let is_input = self.by_path.contains_key(path);
            is_input || self.walked.iter().any(|walked| path.starts_with(walked)) || {
                let mut names = KUSTOMIZATION_NAMES.iter().map(|name| path.join(name));
                names.any(|name| self.by_path.contains_key(&name))
            }
        };
        loop {
            let before = reaching.len();
            open.retain(|(folder, named)| {
                let reaches = named
                    .iter()
                    .any(|path| asked(path) || reaching.contains(path));
                if reaches {
                    reaching.insert(folder.clone());
                }
                !reaches
            });
            if reaching.len() == before {
                return reaching;
            }
        }
    }

    /// What a kustomization in a folder may include: what it names, and of one that cannot be read what its text
    /// reaches of the inputs.
    fn named_by(&self, file: FileId, folder: &Path, ground: &Path) -> Vec<PathBuf> {
        let values = self.repository.values(file);
        if let Some(Err(_)) = values.first() {
            let opened = self.repository.opened(file);
            let text = opened.as_ref().map_or("", |opened| opened.source.text());
            let reached = reached_by(&folder.join("x"), text);
            let inputs = self.by_path.keys();
            let is_reached = |path: &&PathBuf| reached.iter().any(|it| path.starts_with(it));
            return inputs.filter(is_reached).cloned().collect();
        }
        let named = mentions(&values);
        let standing = named
            .iter()
            .map(|text| include::at(&folder.join(&**text), ground));
        let paths = standing.filter_map(|standing| match standing {
            Standing::File(path) | Standing::Folder(path) => Some(path),
            Standing::Missing | Standing::Outside => None,
        });
        paths.collect()
    }
}
