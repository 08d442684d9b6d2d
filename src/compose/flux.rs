//! Into which namespaces Kustomizations of Flux put what stands below their paths.

use std::sync::Arc;

use super::kustomize::normal;
use crate::model::file_facts::FileFacts;
use crate::model::kustomization::FluxTarget;
use crate::model::origin::{Deployment, Destination};

/// Most comparisons of paths in a run. Beyond them every file counts as one that is put into an unknown
/// namespace.
const VISITS: usize = 2_000_000;

/// What Flux puts somewhere, of a run.
#[derive(Debug, Default)]
pub struct Flux {
    targets: Vec<(Arc<str>, FluxTarget)>,
    too_many: bool,
}

impl Flux {
    /// What the facts say, without those that are `followed`: what these apply is known, by the number of the
    /// facts and where the object begins.
    pub fn new(facts: &[FileFacts], followed: &dyn Fn(usize, u32) -> bool) -> Self {
        let targets = facts.iter().enumerate().flat_map(|(number, facts)| {
            let path = &facts.source.path;
            let targets = facts.flux_targets.iter();
            let targets = targets.filter(move |target| !followed(number, target.start));
            targets.map(|target| (Arc::clone(path), target.clone()))
        });
        let targets: Vec<(Arc<str>, FluxTarget)> = targets.collect();
        Self {
            too_many: targets.len().saturating_mul(facts.len()) > VISITS,
            targets,
        }
    }

    /// Whether it puts nothing anywhere.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// What puts the file of that name into a namespace. Where the repository begins is not known, so every
    /// folder of a path's name is meant.
    pub fn of(&self, name: &str) -> Vec<Deployment> {
        if self.too_many {
            let (path, _) = &self.targets[0];
            return vec![Deployment {
                path: Arc::clone(path),
                namespace: Destination::Unknown,
                position: None,
            }];
        }
        let path = normal("", name);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = format!("/{}/", folder.trim_matches('/'));
        let meant = self.targets.iter().filter(|(_, target)| {
            let wanted = format!("/{}/", normal("", &target.path).trim_start_matches('/'));
            wanted == "//" || folder.contains(&wanted)
        });
        let deployments = meant.map(|(path, target)| Deployment {
            path: Arc::clone(path),
            namespace: Destination::Named(Arc::clone(&target.namespace)),
            position: None,
        });
        deployments.collect()
    }
}
