//! Policy files that lie nearer to the checked files than the one that decides, or among them: a person
//! who wrote one there may believe that it is used.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::policy_file::first_policy_in;
use super::shown::shown;
use super::{Discovered, Place, repository};

/// Those of `found`, as shown, when the policy file `used` decides, which is without links. The current
/// folder is `current`.
pub fn unused(found: &Discovered, used: Option<&Path>, current: &Path) -> Vec<String> {
    let met = found.policies.iter();
    let met = met.filter(|(_, real)| Some(real.as_path()) != used);
    let mut unused: Vec<String> = met.map(|(shown, _)| shown.clone()).collect();
    let mut looked_at = HashSet::new();
    for start in starts(found) {
        above(&start, used, current, &mut looked_at, &mut unused);
    }
    unused.sort_unstable();
    unused.dedup();
    unused
}

/// The folders above which a policy may lie that is nearer, each without links.
fn starts(found: &Discovered) -> HashSet<PathBuf> {
    let mut starts = HashSet::new();
    for walked in &found.walked {
        // What lies in it was met on the way.
        starts.extend(walked.parent().map(Path::to_owned));
    }
    for input in &found.inputs {
        let Place::File { identity, .. } = &input.place else {
            continue;
        };
        if let Some(folder) = identity.parent().filter(|folder| !found.walks(folder)) {
            starts.insert(folder.to_owned());
        }
    }
    starts
}

/// Looks in `start` and above it, up to where the policy lies that decides, or where the repository or the
/// current folder begins.
fn above(
    start: &Path,
    used: Option<&Path>,
    current: &Path,
    looked_at: &mut HashSet<PathBuf>,
    unused: &mut Vec<String>,
) {
    let top = repository::root(start);
    let top = top.or_else(|| start.starts_with(current).then(|| current.to_owned()));
    let Some(top) = top else {
        return;
    };
    let decides = used.and_then(Path::parent);
    for folder in start.ancestors() {
        let below_top = folder.starts_with(&top);
        let nearer = !decides.is_some_and(|decides| decides.starts_with(folder));
        if !below_top || !nearer || !looked_at.insert(folder.to_owned()) {
            return;
        }
        if let Some(name) = first_policy_in(folder) {
            let path = folder.join(name);
            unused.push(shown(path.strip_prefix(current).unwrap_or(&path)));
        }
    }
}
