//! Where a file will stand: its folder, reached without a link that came with the checked files.
//!
//! A checkout brings links along that somebody else wrote: one among the folders of the path would choose
//! where the file goes, and what it replaces there. Each folder is opened from the one before.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::folder::Folder;
use crate::discover::reach::Reach;
use crate::discover::read::reason;
use crate::discover::shown::shown;

/// The place of a file in an open folder.
#[derive(Debug)]
pub struct Place {
    /// The folder.
    pub folder: Folder,
    /// The file, without links.
    pub path: PathBuf,
}

impl Place {
    /// Finds the folder in which `path` lies.
    ///
    /// # Errors
    /// A sentence part that says why it cannot be used.
    pub fn of(path: &Path) -> Result<Self, String> {
        let Some(name) = path.file_name() else {
            return Err("it does not name a file".to_owned());
        };
        let reach = Reach::from_here();
        let unusable = |error: &io::Error| format!("its folder cannot be used: {}", reason(error));
        let rooted =
            |part: &Component<'_>| matches!(part, Component::Prefix(_) | Component::RootDir);
        let root: PathBuf = path.components().take_while(rooted).collect();
        let start = match root.as_os_str().is_empty() {
            true => Path::new("."),
            false => &root,
        };
        let mut real = fs::canonicalize(start).map_err(|error| unusable(&error))?;
        let mut folder = Folder::open(&real).map_err(|error| unusable(&error))?;
        for part in path.parent().unwrap_or(path).components() {
            match part {
                Component::Prefix(_) | Component::RootDir | Component::CurDir => continue,
                Component::ParentDir => {
                    real.pop();
                }
                Component::Normal(name) => {
                    let next = real.join(name);
                    match folder.enter(&next) {
                        Ok(entered) => {
                            (folder, real) = (entered, next);
                            continue;
                        }
                        Err(error) if !next.is_symlink() => return Err(unusable(&error)),
                        Err(_) if reach.holds_together(&real) => return Err(link(&next)),
                        Err(_) => {
                            real = fs::canonicalize(&next).map_err(|error| unusable(&error))?;
                        }
                    }
                }
            }
            folder = Folder::open(&real).map_err(|error| unusable(&error))?;
        }
        let path = real.join(name);
        Ok(Self { folder, path })
    }
}

fn link(path: &Path) -> String {
    format!(
        "`{}` in its path is a link, and where it leads may have been chosen by whoever wrote it; name \
         the folder itself",
        shown(path)
    )
}
