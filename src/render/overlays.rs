//! Which kustomizations are to be built: those that the policy names, and with `--render` those that no other one
//! includes and that reading alone did not judge.
#![expect(
    clippy::disallowed_methods,
    reason = "where a kustomization lies is asked of the file system"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Rendering;
use super::chart::with_root;
use super::kustomize::Overlay;
use crate::discover::shown::shown;
use crate::discover::{Discovered, Place};
use crate::model::file_facts::FileFacts;
use crate::model::kustomization::KUSTOMIZATION_NAMES;
use crate::model::summary::NotLookedAt;
use crate::policy::settings::Policy;

/// Keys under which a kustomization includes others.
const INCLUDES: [&str; 3] = ["resources", "bases", "components"];

/// The kustomizations that are to be built, each once, in the order of their names.
pub fn of(
    files: &[FileFacts],
    found: &Discovered,
    policy: &Policy,
    policy_folder: Option<&Path>,
    rendering: &Rendering,
) -> Vec<Overlay> {
    let mut overlays: Vec<Overlay> = Vec::new();
    for written in &policy.render.kustomize {
        let path = policy_folder.unwrap_or(Path::new(".")).join(&written.value);
        let folder = fs::canonicalize(&path).unwrap_or(path);
        if overlays.iter().all(|overlay| overlay.folder != folder) {
            let file = named(found, &folder).unwrap_or_else(|| {
                let name = KUSTOMIZATION_NAMES
                    .iter()
                    .find(|name| folder.join(name).is_file());
                let name = name.unwrap_or(&"kustomization.yaml");
                shown(&Path::new(&written.value).join(name)).into()
            });
            overlays.push(Overlay { file, folder });
        }
    }
    if rendering.everything {
        for overlay in tops(files, found) {
            if overlays.iter().all(|known| known.folder != overlay.folder) {
                overlays.push(overlay);
            }
        }
    }
    overlays.sort_by(|one, other| one.file.cmp(&other.file));
    overlays
}

/// The name of the kustomization in that folder, when it is checked.
fn named(found: &Discovered, folder: &Path) -> Option<Arc<str>> {
    kustomizations(found)
        .find(|(file, _)| file.parent() == Some(folder))
        .map(|(_, shown)| Arc::clone(shown))
}

fn kustomizations(found: &Discovered) -> impl Iterator<Item = (&PathBuf, &Arc<str>)> {
    found.inputs.iter().filter_map(|input| match &input.place {
        Place::File { identity, .. } => {
            let name = identity.file_name()?.to_str()?;
            let is_named = KUSTOMIZATION_NAMES.contains(&name);
            is_named.then_some((identity, &input.shown))
        }
        Place::Stdin | Place::Unreadable(_) => None,
    })
}

/// Those that no other one includes and of which something is not known.
fn tops(files: &[FileFacts], found: &Discovered) -> Vec<Overlay> {
    let mut included: BTreeSet<PathBuf> = BTreeSet::new();
    let mut all = Vec::new();
    for (file, shown) in kustomizations(found) {
        let Some(folder) = file.parent() else {
            continue;
        };
        let text = fs::read_to_string(file).unwrap_or_default();
        let mut is_component = false;
        with_root(&text, |tree, root| {
            for (key, value) in tree.own_entries(root) {
                let text = |node| tree.scalar(tree.resolve(node)).map(|scalar| scalar.value);
                let key = text(key).unwrap_or_default();
                is_component |= key == "kind" && text(value) == Some("Component");
                if !INCLUDES.iter().any(|known| key.eq_ignore_ascii_case(known)) {
                    continue;
                }
                let paths = tree.items(tree.resolve(value)).filter_map(text);
                included.extend(paths.filter_map(|path| folder.join(path).canonicalize().ok()));
            }
        });
        if !is_component {
            all.push((folder.to_owned(), shown));
        }
    }
    let is_open = |shown: &Arc<str>| {
        let facts =
            files.binary_search_by(|facts| facts.source.path.as_bytes().cmp(shown.as_bytes()));
        let facts = facts.ok().and_then(|number| files.get(number));
        facts.is_some_and(|facts| {
            let mut caveats = facts.caveats.iter();
            caveats.any(|caveat| caveat.reason == NotLookedAt::Kustomization)
        })
    };
    all.into_iter()
        .filter(|(folder, shown)| !included.contains(folder) && is_open(shown))
        .map(|(folder, shown)| Overlay {
            file: Arc::clone(shown),
            folder,
        })
        .collect()
}
