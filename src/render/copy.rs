//! A chart as it is rendered: a copy of its files in a folder of our own.
//!
//! Helm follows every link in a chart, so that one could show what lies anywhere on the machine. The copy has no
//! links: what one leads to is copied when it belongs to the same repository, and else the chart is refused. What
//! is rendered is what was looked at, and markers can be written into it.
#![expect(clippy::disallowed_methods, reason = "the files of a chart are copied")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::chart::{self, Dependency};
use crate::discover::reach::Reach;
use crate::discover::read;

/// Bounds of one chart with what it depends on: many times those of the largest known ones.
const FILES: usize = 20_000;
const BYTES: u64 = 256 * 1024 * 1024;
const DEPTH: usize = 32;

/// Folders of a chart that are never rendered.
const LEFT_OUT: [&str; 2] = [".git", "node_modules"];

/// A copied chart.
#[derive(Debug)]
pub struct Copy {
    folder: TempDir,
    /// Each file: its path inside the chart with `/`, and the original without links.
    pub files: Vec<(String, PathBuf)>,
    /// What the chart depends on and the repository does not hold; an empty chart stands in its place.
    pub missing: Vec<Dependency>,
    bytes: u64,
}

impl Copy {
    /// Copies the chart in `folder`, which is absolute and without links, and the charts of the repository that it
    /// depends on.
    ///
    /// # Errors
    /// Why it is not to be rendered.
    pub fn of(folder: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("its files could not be copied: {error}");
        let mut copy = Self {
            folder: tempfile::tempdir().map_err(failed)?,
            files: Vec::new(),
            missing: Vec::new(),
            bytes: 0,
        };
        let reach = Reach::from_here();
        fs::create_dir(copy.root()).map_err(failed)?;
        copy.folder(&reach, folder, folder, "", 0)?;
        copy.depend(&reach, folder)?;
        Ok(copy)
    }

    /// The folder of the chart in the copy.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("chart")
    }

    /// The text of a file of the chart; `None` when there is none.
    pub fn text(&self, inside: &str) -> Option<String> {
        fs::read_to_string(self.root().join(inside)).ok()
    }

    /// Writes a file of the copy.
    ///
    /// # Errors
    /// The system refuses.
    pub fn write(&self, inside: &str, text: &str) -> std::io::Result<()> {
        fs::write(self.root().join(inside), text)
    }

    /// Writes the copy of a file that lies beside the chart.
    ///
    /// # Errors
    /// The system refuses.
    pub fn write_beside(place: &Path, text: &str) -> std::io::Result<()> {
        fs::write(place, text)
    }

    /// Copies a file that does not belong to the chart beside it, and returns where it is.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn beside(&mut self, number: usize, original: &Path) -> Result<(PathBuf, String), String> {
        let bytes = read::file(original, BYTES).map_err(|error| error.to_string())?;
        let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let place = self.folder.path().join(format!("values-{number}.yaml"));
        fs::write(&place, &text).map_err(|error| error.to_string())?;
        Ok((place, text))
    }

    fn folder(
        &mut self,
        reach: &Reach,
        from: &Path,
        walked: &Path,
        inside: &str,
        depth: usize,
    ) -> Result<(), String> {
        if depth > DEPTH {
            return Err(format!("its folders are more than {DEPTH} deep"));
        }
        let entries = fs::read_dir(from).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = entries.map_err(|error| read::reason(&error))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !LEFT_OUT.contains(name)) else {
                continue;
            };
            let within = match inside.is_empty() {
                true => name.to_owned(),
                false => format!("{inside}/{name}"),
            };
            let kind = entry.file_type().map_err(|error| read::reason(&error))?;
            let path = match kind.is_symlink() {
                true => reach
                    .met(&entry.path(), walked)
                    .map_err(|astray| format!("`{within}` cannot be followed: {astray}"))?,
                false => entry.path(),
            };
            match path.is_dir() {
                true => {
                    let made = fs::create_dir(self.root().join(&within));
                    made.map_err(|error| read::reason(&error))?;
                    self.folder(reach, &path, walked, &within, depth + 1)?;
                }
                false => self.file(path, within)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, original: PathBuf, inside: String) -> Result<(), String> {
        let left = BYTES.saturating_sub(self.bytes);
        let bytes = read::file(&original, left);
        let bytes = bytes.map_err(|error| format!("`{inside}` could not be read: {error}"))?;
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.files.len() >= FILES {
            return Err(format!("it has more than {FILES} files"));
        }
        let written = fs::write(self.root().join(&inside), bytes);
        written.map_err(|error| read::reason(&error))?;
        self.files.push((inside, original));
        Ok(())
    }

    /// Puts charts of the repository that this one depends on where helm looks for them, as `helm dependency build`
    /// does; what is elsewhere is not fetched.
    fn depend(&mut self, reach: &Reach, folder: &Path) -> Result<(), String> {
        let ground = reach.together_with(folder);
        let mut present = self.present();
        for dependency in chart::dependencies(|name| self.text(name)) {
            if present.iter().any(|known| dependency.is_in(known)) {
                continue;
            }
            let near = match &dependency.folder {
                Some(path) => Some(folder.join(path)),
                None => folder.parent().map(|beside| beside.join(&dependency.name)),
            };
            let near = near.and_then(|path| path.canonicalize().ok());
            let near = near.filter(|path| {
                let text = fs::read_to_string(path.join("Chart.yaml"));
                text.is_ok_and(|text| dependency.is_met_by(&text))
            });
            let near = near.filter(|path| path.starts_with(&ground) && !folder.starts_with(path));
            let inside = format!("charts/{}", dependency.name);
            let made = fs::create_dir_all(self.root().join(&inside));
            made.map_err(|error| read::reason(&error))?;
            match near {
                Some(near) => self.folder(reach, &near, &near, &inside, 1)?,
                None => {
                    let stub = dependency.stub();
                    let written = self.write(&format!("{inside}/Chart.yaml"), &stub);
                    written.map_err(|error| read::reason(&error))?;
                    self.missing.push(dependency.clone());
                }
            }
            present.push(dependency.name);
        }
        Ok(())
    }

    /// The charts and archives in `charts/`, by their names.
    fn present(&self) -> Vec<String> {
        let inside = |path: &str| {
            let rest = path.strip_prefix("charts/")?;
            match rest.split_once('/') {
                Some((_, "Chart.yaml")) => chart::name_of(&self.text(path)?),
                None => Some(rest.to_owned()),
                Some(_) => None,
            }
        };
        let files = self.files.iter();
        files.filter_map(|(path, _)| inside(path)).collect()
    }
}
