//! Where a path leads when its links are followed, and whether it stays among what belongs together.
//!
//! kubectl and kustomize follow links, so they are followed here too. But a link comes with the files
//! that are checked: whoever wrote it would choose which file of this machine a report quotes. So a link
//! may lead anywhere in the repository that it is part of, or in the tree that is checked, and nowhere
//! else. What git keeps for itself (`.git` holds logins in a CI job) is no part of either.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::read::reason;
use super::repository;
use super::shown::shown;

/// File systems of the kernel: what is in them is about processes, the caller's secrets included.
const OF_THE_KERNEL: [&str; 2] = ["/proc", "/sys"];

/// Why a path is not followed; a sentence part behind the name of the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Astray {
    /// A link out of what belongs together.
    #[error("{link} leads out of {ground}")]
    Outside {
        /// The link.
        link: Link,
        /// What it leads out of.
        ground: GroundKind,
    },
    /// A link into a `.git` folder.
    #[error("{0} leads into `.git`, which is git's own")]
    IntoGit(Link),
    /// A link to nothing.
    #[error("{0} leads nowhere")]
    Nowhere(Link),
    /// A pseudo file.
    #[error("it belongs to a file system of the kernel, where no manifest is")]
    OfTheKernel,
    /// Nothing stands at the path.
    #[error("it does not exist")]
    Missing,
    /// The operating system refuses.
    #[error("{0}")]
    Io(String),
}

impl Astray {
    /// What to do about it.
    pub const fn help(&self) -> Option<&'static str> {
        match self {
            Self::Outside { .. } | Self::IntoGit(_) => Some(
                "put a copy of the file in place of the link, or leave the link out with `exclude`",
            ),
            Self::Nowhere(_) => Some("correct or delete the link, or leave it out with `exclude`"),
            Self::OfTheKernel | Self::Missing | Self::Io(_) => None,
        }
    }

    fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidInput => Self::Missing,
            _ => Self::Io(reason(error)),
        }
    }
}

/// Which part of a path is the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The file itself.
    Itself,
    /// A folder of its path, as shown.
    Part(String),
}

impl fmt::Display for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Itself => write!(out, "it is a link that"),
            Self::Part(name) => write!(out, "the link `{name}` in its path"),
        }
    }
}

/// What a link may not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroundKind {
    /// The repository that the link is part of.
    Repository,
    /// Without a repository, the current folder.
    CurrentFolder,
    /// Without either, the folder in which it stands, or the one that is walked.
    Folder,
}

impl fmt::Display for GroundKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Repository => "the repository",
            Self::CurrentFolder => "the current folder",
            Self::Folder => "the folder that it stands in",
        })
    }
}

/// Who wrote the links that belong to no repository and not to the current folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// Whoever set up this machine: such a link is followed.
    Trusted,
    /// Nobody knows (an unpacked archive): the file that is named may not be a link out of its folder.
    Unknown,
}

/// Follows links from the current folder.
#[derive(Debug)]
pub struct Reach {
    /// Absolute and without links; `None` when it is not known.
    current: Option<PathBuf>,
}

/// A place that links in it may not leave.
struct Ground {
    kind: GroundKind,
    path: PathBuf,
}

impl Reach {
    /// From the current folder of the process.
    pub fn from_here() -> Self {
        let current = std::env::current_dir().and_then(fs::canonicalize);
        Self {
            current: current.ok(),
        }
    }

    /// The path without links, when no link in it leads astray. What the path names exists then.
    ///
    /// # Errors
    /// Why it is not followed.
    pub fn named(&self, path: &Path, elsewhere: Elsewhere) -> Result<PathBuf, Astray> {
        let mut real = self.start(path)?;
        let mut parts = path.components().peekable();
        while let Some(part) = parts.next() {
            match part {
                Component::Prefix(_) | Component::RootDir | Component::CurDir => continue,
                Component::ParentDir => {
                    real.pop();
                    continue;
                }
                Component::Normal(name) => real.push(name),
            }
            let metadata = fs::symlink_metadata(&real).map_err(|error| Astray::of(&error))?;
            if metadata.is_symlink() {
                let link = match parts.peek() {
                    None => Link::Itself,
                    Some(_) => Link::Part(shown(&real)),
                };
                real = self.followed(&real, link, elsewhere)?;
            }
        }
        let kernel = OF_THE_KERNEL.map(Path::new);
        match kernel.iter().any(|system| real.starts_with(system)) {
            true => Err(Astray::OfTheKernel),
            false => Ok(real),
        }
    }

    /// Whether a link in `folder`, which is absolute and without links, may have come with checked files: the
    /// folder is part of a repository or of the current folder.
    pub fn holds_together(&self, folder: &Path) -> bool {
        self.ground(folder).is_some()
    }

    /// What belongs together with `folder`, which is absolute and without links: its repository, the current
    /// folder, or without either the folder alone.
    pub fn together_with(&self, folder: &Path) -> PathBuf {
        let ground = self.ground(folder);
        ground.map_or_else(|| folder.to_owned(), |ground| ground.path)
    }

    /// Where a link leads that was met in the folder `walked`. Both are absolute, and only the last part of
    /// `link` is a link.
    ///
    /// # Errors
    /// Why it is not followed.
    pub fn met(&self, link: &Path, walked: &Path) -> Result<PathBuf, Astray> {
        let target = target(link, Link::Itself)?;
        let inside = walked.parent().is_some() && target.starts_with(walked);
        let ground = match link.parent().and_then(|folder| self.ground(folder)) {
            _ if inside => Ground {
                kind: GroundKind::Folder,
                path: walked.to_owned(),
            },
            Some(ground) => ground,
            None => Ground {
                kind: GroundKind::Folder,
                path: walked.to_owned(),
            },
        };
        ground.holds(target, Link::Itself)
    }

    /// The absolute folder without links from which the rest of the path is walked.
    fn start(&self, path: &Path) -> Result<PathBuf, Astray> {
        let rooted =
            |part: &Component<'_>| matches!(part, Component::Prefix(_) | Component::RootDir);
        let root: PathBuf = path.components().take_while(rooted).collect();
        match (root.as_os_str().is_empty(), &self.current) {
            (true, Some(current)) => Ok(current.clone()),
            (true, None) => Err(Astray::Io("the current folder is not known".to_owned())),
            (false, _) => fs::canonicalize(root).map_err(|error| Astray::of(&error)),
        }
    }

    /// Where the link at `path` leads, whose folder has no links.
    fn followed(&self, path: &Path, link: Link, elsewhere: Elsewhere) -> Result<PathBuf, Astray> {
        let target = target(path, link.clone())?;
        let folder = path.parent().unwrap_or(path);
        let ground = self.ground(folder).or_else(|| {
            let is_file = link == Link::Itself && !target.is_dir();
            (is_file && elsewhere == Elsewhere::Unknown).then(|| Ground {
                kind: GroundKind::Folder,
                path: folder.to_owned(),
            })
        });
        match ground {
            Some(ground) => ground.holds(target, link),
            None => Ok(target),
        }
    }

    /// What a link in `folder` may not leave.
    fn ground(&self, folder: &Path) -> Option<Ground> {
        if let Some(path) = repository::root(folder) {
            let kind = GroundKind::Repository;
            return Some(Ground { kind, path });
        }
        let current = self.current.as_ref();
        // Everything is below `/`, which says nothing about what belongs together.
        let current = current.filter(|it| it.parent().is_some() && folder.starts_with(it))?;
        Some(Ground {
            kind: GroundKind::CurrentFolder,
            path: current.clone(),
        })
    }
}

impl Ground {
    fn holds(&self, target: PathBuf, link: Link) -> Result<PathBuf, Astray> {
        let Ok(inside) = target.strip_prefix(&self.path) else {
            let ground = self.kind;
            return Err(Astray::Outside { link, ground });
        };
        match inside.components().any(|part| part.as_os_str() == ".git") {
            true => Err(Astray::IntoGit(link)),
            false => Ok(target),
        }
    }
}

/// Where a link leads at last.
fn target(path: &Path, link: Link) -> Result<PathBuf, Astray> {
    fs::canonicalize(path).map_err(|error| match Astray::of(&error) {
        Astray::Missing => Astray::Nowhere(link),
        other => other,
    })
}
