//! Which store holds a repository: a layout that the policy names, or the registry.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::store::layout::{Layout, LayoutKey};
use super::store::remote::Remote;
use super::store::{Store, Unanswered};
use crate::model::repository::Repository;
use crate::policy::settings::{Policy, RegistryAccess};

/// The stores of a run. Each layout is opened once.
pub struct Stores<'a> {
    policy: &'a Policy,
    folder: &'a Path,
    /// `None`: the run is offline.
    remote: Option<Arc<Remote>>,
    layouts: Mutex<HashMap<&'a str, Result<Arc<Layout>, Unanswered>>>,
}

impl<'a> Stores<'a> {
    /// The stores that `policy` names; paths in it are relative to `folder`.
    pub fn new(policy: &'a Policy, folder: &'a Path, remote: Option<Arc<Remote>>) -> Self {
        Self {
            policy,
            folder,
            remote,
            layouts: Mutex::default(),
        }
    }

    /// The store of a repository, by the longest key of `registries` that names it.
    ///
    /// # Errors
    /// The layout that holds it cannot be opened.
    pub fn of(&self, repository: &Repository) -> Result<Store, Unanswered> {
        let entries = self.policy.registries.iter().map(|entry| &entry.value);
        let access = RegistryAccess::of(entries, repository);
        if let Some((access, path)) = access.and_then(|access| {
            let path = access.layout.as_deref()?;
            Some((access, path))
        }) {
            return self.layout(access, path).map(Store::Layout);
        }
        Ok(match &self.remote {
            Some(remote) => Store::Remote(Arc::clone(remote)),
            None => Store::Offline,
        })
    }

    /// Whether nobody can be asked about the repository.
    pub fn is_offline(&self, repository: &Repository) -> bool {
        matches!(self.of(repository), Ok(Store::Offline))
    }

    /// Whether one of the repositories lies in a layout.
    pub fn any_layout(&self, repositories: &[Repository]) -> bool {
        let mut stores = repositories.iter().map(|repository| self.of(repository));
        stores.any(|store| store.is_ok_and(|store| store.is_layout()))
    }

    fn layout(&self, access: &'a RegistryAccess, path: &'a str) -> Result<Arc<Layout>, Unanswered> {
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = layouts.entry(&access.name).or_insert_with(|| {
            let key = LayoutKey::parse(&access.name);
            Layout::open(&self.folder.join(path), path, key).map(Arc::new)
        });
        opened.clone()
    }
}
