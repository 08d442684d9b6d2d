//! Kustomizations of the repository that nobody named and that include what a run is asked about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Composing;
use crate::compose::kustomize::mentions;
use crate::discover::Discovered;
use crate::discover::include::{self, Standing};
use crate::model::kustomization::KUSTOMIZATION_NAMES;

impl Composing {
    /// Folders of the repository whose kustomizations include what the run is asked about.
    pub(super) fn including(&self, found: &Discovered) -> BTreeSet<PathBuf> {
        let mut parents: BTreeSet<PathBuf> = self.walked.iter().map(|it| it.join("x")).collect();
        for path in self.by_path.keys() {
            if !found.walked.iter().any(|walked| path.starts_with(walked)) {
                parents.extend(path.parent().map(|folder| folder.join("x")));
            }
        }
        let mut searched: BTreeSet<PathBuf> = BTreeSet::new();
        let mut kustomizations: BTreeSet<PathBuf> = BTreeSet::new();
        for file in parents {
            let Some(folder) = file.parent() else {
                continue;
            };
            let ground = include::ground(folder, &[]);
            let is_known = self.walked.iter().any(|walked| ground.starts_with(walked));
            if !is_known && searched.insert(ground) {
                kustomizations.extend(include::named_in_repository(&file, &KUSTOMIZATION_NAMES));
            }
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
            let Ok(file) = self.repository.open(&path) else {
                continue;
            };
            let named = mentions(&self.repository.values(file));
            let named =
                named
                    .iter()
                    .filter_map(|text| match include::at(&folder.join(&**text), &ground) {
                        Standing::File(path) | Standing::Folder(path) => Some(path),
                        Standing::Missing | Standing::Outside => None,
                    });
            open.push((folder.to_owned(), named.collect()));
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
}
