//! Git repositories, as far as files tell: where one begins, and where git keeps what it knows of it.

use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// What git writes into a `.git` file is one path.
const MAX_POINTER_BYTES: u64 = 64 * 1024;

/// The root of the repository that holds `folder`, which is absolute and without links.
///
/// A submodule belongs to the repository that it is part of: its files are checked out with the others.
pub(super) fn root(folder: &Path) -> Option<PathBuf> {
    let mut innermost = None;
    for above in folder.ancestors() {
        let git = above.join(".git");
        if !stands(&git) {
            continue;
        }
        innermost = innermost.or_else(|| Some(above.to_owned()));
        if !is_submodule(&git) {
            return Some(above.to_owned());
        }
    }
    innermost
}

/// The folder in which git keeps the index of the work tree at `root`: `.git`, or where a file of that
/// name leads (worktrees and submodules, gitrepository-layout(5)).
pub(super) fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    match fs::metadata(&git).ok()?.is_dir() {
        true => Some(git),
        false => Some(root.join(pointer(&git)?)),
    }
}

/// The addresses from which the repository at `root` is fetched, as git keeps them; empty where that is not known.
pub(super) fn remotes(root: &Path) -> Vec<String> {
    let mut text = String::new();
    let config = git_folder(root).and_then(|git| fs::File::open(git.join("config")).ok());
    let Some(config) = config else {
        return Vec::new();
    };
    if config
        .take(MAX_POINTER_BYTES)
        .read_to_string(&mut text)
        .is_err()
    {
        return Vec::new();
    }
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let urls = pairs.filter(|(key, _)| key.trim() == "url");
    urls.map(|(_, url)| url.trim().to_owned()).collect()
}

/// Whether git itself made the folder, and not somebody who put files into a folder of that name.
pub(super) fn is_git_folder(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir()
}

/// Whether something has that name, even when it cannot be asked about.
pub(super) fn stands(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

fn is_submodule(git: &Path) -> bool {
    if !fs::symlink_metadata(git).is_ok_and(|it| it.is_file()) {
        return false;
    }
    let leads = pointer(git);
    leads.is_some_and(|to| {
        let parts: Vec<Component<'_>> = to.components().collect();
        let wanted = [".git", "modules"].map(|name| Component::Normal(name.as_ref()));
        parts.windows(2).any(|pair| pair == wanted)
    })
}

/// Where a `.git` file leads.
fn pointer(file: &Path) -> Option<PathBuf> {
    let mut text = String::new();
    let file = fs::File::open(file).ok()?;
    file.take(MAX_POINTER_BYTES)
        .read_to_string(&mut text)
        .ok()?;
    let path = text.strip_prefix("gitdir:")?.trim();
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::root;
    use std::fs;

    #[test]
    fn a_submodule_belongs_to_the_repository_around_it_and_a_worktree_to_itself() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for inner in ["sub/a", "tree/a", "clone/.git", ".git", "plain"] {
            fs::create_dir_all(top.join(inner)).unwrap();
        }
        fs::write(top.join("sub/.git"), "gitdir: ../.git/modules/sub\n").unwrap();
        fs::write(top.join("tree/.git"), "gitdir: /r/.git/worktrees/tree\n").unwrap();
        assert_eq!(root(&top.join("sub/a")), Some(top.clone()));
        assert_eq!(root(&top.join("plain")), Some(top.clone()));
        assert_eq!(root(&top.join("tree/a")), Some(top.join("tree")));
        assert_eq!(root(&top.join("clone")), Some(top.join("clone")));
    }
}
