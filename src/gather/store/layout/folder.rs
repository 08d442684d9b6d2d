//! Files of a layout, read so that nothing hostile in the folder can do harm: never outside of it, never
//! from a pipe or device, never more than a cap. Knows which file a digest names, and nothing of what is
//! in the files.
#![expect(
    clippy::disallowed_methods,
    reason = "a layout is evidence, and gathering reads it from disk"
)]

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::super::Unanswered;
use crate::gather::disk::{reason, special_kind};
use crate::model::digest::Digest;

/// Most files in the folders of blobs that are looked at.
pub const MAX_BLOBS: usize = 100_000;

/// What to do about content that is gone or is not what it was.
const WRITE_AGAIN: &str = "write the layout again from the registry";

/// The folder of a layout.
pub struct Folder {
    /// Without links.
    root: PathBuf,
    /// As the policy writes it, without a `/` at its end.
    shown: String,
}

/// A file of a layout, open.
pub struct Opened {
    /// In bytes, as the file system said.
    pub size: u64,
    content: BufReader<File>,
    asked: String,
}

impl Folder {
    /// Finds the folder at `path`; `shown` is what people call it.
    ///
    /// # Errors
    /// There is none, or it may not be looked at.
    pub fn open(path: &Path, shown: &str) -> Result<Self, Unanswered> {
        let shown = match shown.trim_end_matches('/') {
            "" => shown,
            trimmed => trimmed,
        };
        let failed =
            |answer: String| Unanswered::new(format!("reading the layout {shown}"), answer);
        let root = fs::canonicalize(path).map_err(|error| {
            failed(reason(&error)).advise(
                "`layout` is the path of a folder with an OCI image layout, relative to the policy",
            )
        })?;
        if !root.is_dir() {
            return Err(failed("it is not a folder".to_owned())
                .advise("if it is an archive, unpack it and name the folder"));
        }
        Ok(Self {
            root,
            shown: shown.to_owned(),
        })
    }

    /// The folder as the policy writes it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Opens a file by its path below the folder, with `/` between its parts; `None`: it does not exist.
    ///
    /// # Errors
    /// It is no file, lies outside of the folder, or may not be read.
    pub fn file(&self, path: &str) -> Result<Option<Opened>, Unanswered> {
        let asked = self.asked(path);
        let Some(place) = self.inside(path)? else {
            return Ok(None);
        };
        let opened = fs::metadata(&place).and_then(|metadata| {
            // Opening a pipe blocks until somebody writes to it: ask before.
            match special_kind(&metadata) {
                Some(kind) => Err(io::Error::other(format!("it is {kind}, not a file"))),
                None => Ok((File::open(&place)?, metadata.len())),
            }
        });
        match opened {
            Ok((file, size)) => Ok(Some(Opened {
                size,
                content: BufReader::new(file),
                asked,
            })),
            Err(error) => Err(Unanswered::new(asked, reason(&error))),
        }
    }

    /// Opens the file that a digest names; `None`: it does not exist.
    ///
    /// # Errors
    /// As for [`Folder::file`].
    pub fn blob(&self, digest: &Digest) -> Result<Option<Opened>, Unanswered> {
        self.file(&path_of(digest))
    }

    /// The error about content that something names and that is not there.
    pub fn missing(&self, digest: &Digest) -> Unanswered {
        let asked = self.asked(&path_of(digest));
        Unanswered::new(asked, "it does not exist, though the layout names it").advise(WRITE_AGAIN)
    }

    /// The digests that files are named by, in order, and how many files have other names. Those are no
    /// content of the layout: nothing can refer to them.
    ///
    /// # Errors
    /// A folder cannot be read or is no folder, or it holds more than [`MAX_BLOBS`] files.
    pub fn blobs(&self) -> Result<(Vec<Digest>, usize), Unanswered> {
        let (mut digests, mut others) = (Vec::new(), 0);
        for algorithm in self.list("blobs", MAX_BLOBS)? {
            if !Digest::is_registered(&algorithm) {
                others += 1;
                continue;
            }
            let left = MAX_BLOBS.saturating_sub(digests.len() + others);
            for name in self.list(&format!("blobs/{algorithm}"), left)? {
                match Digest::parse(&format!("{algorithm}:{name}")) {
                    Some(digest) => digests.push(digest),
                    None => others += 1,
                }
            }
        }
        digests.sort();
        Ok((digests, others))
    }

    /// The names in a folder; none when it does not exist.
    fn list(&self, path: &str, most: usize) -> Result<Vec<String>, Unanswered> {
        let Some(place) = self.inside(path)? else {
            return Ok(Vec::new());
        };
        let failed = |error: io::Error| Unanswered::new(self.asked(path), reason(&error));
        let mut names = Vec::new();
        for entry in fs::read_dir(&place).map_err(failed)? {
            if names.len() == most {
                let answer = format!("the layout has more than {MAX_BLOBS} files");
                return Err(Unanswered::new(self.asked(path), answer)
                    .advise("divide it into several layouts, each under its own repository"));
            }
            let name = entry.map_err(failed)?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        Ok(names)
    }

    /// Where a path leads, all links followed; `None`: nowhere.
    fn inside(&self, path: &str) -> Result<Option<PathBuf>, Unanswered> {
        match fs::canonicalize(self.root.join(path)) {
            Ok(place) if place.starts_with(&self.root) => Ok(Some(place)),
            Ok(_) => Err(
                Unanswered::new(self.asked(path), "it is a link out of the layout")
                    .advise("copy what it leads to into the layout"),
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Unanswered::new(self.asked(path), reason(&error))),
        }
    }

    fn asked(&self, path: &str) -> String {
        format!("reading {}/{path}", self.shown)
    }
}

impl Opened {
    /// What an [`Unanswered`] about it says.
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// The beginning of the content, at least a few bytes when there are as many.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn beginning(&mut self) -> Result<&[u8], Unanswered> {
        let asked = &self.asked;
        let failed = |error: io::Error| Unanswered::new(asked, reason(&error));
        self.content.fill_buf().map_err(failed)
    }

    /// The content, at most `cap` bytes.
    ///
    /// # Errors
    /// There is more, or it cannot be read.
    pub fn read(self, cap: u64) -> Result<Vec<u8>, Unanswered> {
        let too_large = |asked| {
            let answer = format!("it is larger than {} MiB", cap / (1024 * 1024));
            Err(Unanswered::new(asked, answer))
        };
        if self.size > cap {
            return too_large(self.asked);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0));
        // One byte past the cap, so that a file that grows cannot fill the memory.
        match self.content.take(cap + 1).read_to_end(&mut bytes) {
            Ok(read) if read as u64 > cap => too_large(self.asked),
            Ok(_) => Ok(bytes),
            Err(error) => Err(Unanswered::new(self.asked, reason(&error))),
        }
    }

    /// The content, at most `cap` bytes, which is what `digest` names.
    ///
    /// # Errors
    /// As for [`Opened::read`], or the content is another.
    pub fn read_hashed(self, digest: &Digest, cap: u64) -> Result<Vec<u8>, Unanswered> {
        let asked = self.asked.clone();
        let bytes = self.read(cap)?;
        if digest.is_of(&bytes) {
            return Ok(bytes);
        }
        let answer = "its content does not have the digest that it is named by";
        Err(Unanswered::new(asked, answer).advise(WRITE_AGAIN))
    }
}

/// OCI image layout, "Blobs": `blobs/<algorithm>/<encoded>`.
fn path_of(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm(), digest.hex())
}
