//! Which of the repositories that objects name is the one at hand: nothing in the files says so.
//!
//! Flux calls the repository that it was set up with `flux-system`. Else it is the only one of which a folder
//! that is applied is here. One that is called otherwise than where git fetches from is another; and of
//! several that are possible it is none.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Object, Wanted};
use crate::compose::kustomize::{Files, Found};
use crate::compose::tree::FileId;

/// Which names mean the repository at hand.
#[derive(Debug, Default)]
pub(super) struct Choice {
    flux: BTreeSet<Arc<str>>,
    argo: BTreeSet<Arc<str>>,
}

impl Choice {
    /// By what the objects say.
    pub(super) fn new(objects: &[Object], files: &dyn Files) -> Self {
        let mut choice = Self::default();
        for object in objects {
            for wanted in object.wanted().into_iter().flatten() {
                if is_elsewhere(files, object.id.0, &wanted) {
                    continue;
                }
                let is_here = || folder(files, object.id.0, &wanted.path).is_some();
                if !wanted.is_usual && !wanted.is_all() && is_here() {
                    let repository = Arc::clone(&wanted.repository);
                    choice.of_mut(&wanted).insert(repository);
                }
            }
        }
        choice
    }

    fn of_mut(&mut self, wanted: &Wanted) -> &mut BTreeSet<Arc<str>> {
        match wanted.overlay.plain {
            crate::compose::kustomize::Plain::AsFlux => &mut self.flux,
            _ => &mut self.argo,
        }
    }

    /// The folder that is meant.
    ///
    /// # Errors
    /// Why it is not known.
    pub(super) fn folder(
        &self,
        files: &dyn Files,
        file: FileId,
        wanted: &Wanted,
    ) -> Result<String, Arc<str>> {
        let repositories = match wanted.overlay.plain {
            crate::compose::kustomize::Plain::AsFlux => &self.flux,
            _ => &self.argo,
        };
        let Some(folder) = folder(files, file, &wanted.path) else {
            return Err(format!("`{}` is not here", wanted.path).into());
        };
        if is_elsewhere(files, file, wanted) {
            return Err(format!("`{}` is another repository", wanted.repository).into());
        }
        if wanted.is_usual {
            return Ok(folder);
        }
        match repositories.contains(&wanted.repository) {
            true if repositories.len() == 1 => Ok(folder),
            true => Err("several repositories may be this one".into()),
            false => Err(format!("`{}` may be another repository", wanted.repository).into()),
        }
    }
}

fn is_elsewhere(files: &dyn Files, file: FileId, wanted: &Wanted) -> bool {
    let url = wanted.url.as_deref();
    url.is_some_and(|url| files.is_elsewhere(file, url))
}

/// The folder of a path that an object in the file names, when it is here.
fn folder(files: &dyn Files, file: FileId, path: &str) -> Option<String> {
    let tops = files.enter(file);
    let relative = path.trim_start_matches('/');
    let mut folders = tops
        .iter()
        .map(|top| crate::compose::kustomize::normal(top, relative));
    folders.find(|folder| matches!(files.find(folder), Found::Folder { .. }))
}
