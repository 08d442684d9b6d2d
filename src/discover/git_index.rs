//! What git tracks: the paths in the index of a repository (gitformat-index(5), versions 2 to 4, with
//! SHA-1 and SHA-256).
//!
//! git ignores no file that it tracks, and only the index says which those are. A small reader and not a
//! library: the crates that read an index bring some twenty others along for objects, locks and
//! attributes, of which nothing is needed. What is not understood makes the whole index unknown, and of a
//! repository with an unknown index nothing counts as ignored.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::repository;

/// Largest index that is read, in bytes: some ten million files.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

/// The header: signature, version, number of entries.
const HEADER_BYTES: usize = 12;

/// Times, device, inode, mode, owner and size of a file, before its hash.
const STAT_BYTES: usize = 40;

/// Where the mode stands in them.
const MODE: std::ops::Range<usize> = 24..28;

/// The kinds of an entry in its mode: a commit of another repository, a folder of a sparse index.
const KIND: u32 = 0o170_000;
const GITLINK: u32 = 0o160_000;
const FOLDER: u32 = 0o040_000;

/// Bits of the flags of an entry: two more bytes of flags follow; the length of the name.
const EXTENDED: u16 = 0x4000;
const NAME_LENGTH: u16 = 0x0FFF;

/// What a repository tracks, by path from its root, with `/`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// What the index lists.
    Known(Entries),
    /// It cannot be read.
    Unknown,
}

/// The entries of an index, in the order of their names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entries {
    names: Vec<Box<[u8]>>,
    /// Submodules.
    gitlinks: Vec<Box<[u8]>>,
    /// Folders of which everything is tracked, with a `/` at the end.
    folders: Vec<Box<[u8]>>,
}

impl Index {
    /// The index of the repository whose work tree begins at `root`. A repository without one tracks
    /// nothing yet.
    pub(super) fn of(root: &Path) -> Self {
        let Some(git) = repository::git_folder(root) else {
            return Self::Unknown;
        };
        let path = git.join("index");
        if !repository::stands(&path) {
            return Self::Known(Entries::default());
        }
        let read = bytes(&path).and_then(|bytes| {
            let (mut entries, shared) = read(&bytes)?;
            if let Some(shared) = shared {
                // Of a split index the other part is a file of its own. What this part takes out of it again
                // stays in: more counts as tracked, and so more is checked.
                let bytes = self::bytes(&git.join(format!("sharedindex.{shared}")))?;
                entries.add(self::read(&bytes)?.0);
            }
            Some(entries)
        });
        read.map_or(Self::Unknown, Self::Known)
    }

    /// Whether the file at this path is tracked, or may be.
    pub(super) fn may_track(&self, path: &Path) -> bool {
        let (Self::Known(entries), Some(name)) = (self, name(path)) else {
            return true;
        };
        let mut folders = entries.folders.iter();
        has(&entries.names, &name) || folders.any(|folder| name.starts_with(folder))
    }

    /// Whether the folder at this path is a submodule.
    pub(super) fn is_submodule(&self, path: &Path) -> bool {
        match (self, name(path)) {
            (Self::Known(entries), Some(name)) => has(&entries.gitlinks, &name),
            _ => false,
        }
    }
}

impl Entries {
    fn add(&mut self, others: Self) {
        self.names.extend(others.names);
        self.names.sort_unstable();
        self.gitlinks.extend(others.gitlinks);
        self.gitlinks.sort_unstable();
        self.folders.extend(others.folders);
    }
}

fn has(sorted: &[Box<[u8]>], name: &[u8]) -> bool {
    sorted
        .binary_search_by(|known| known.as_ref().cmp(name))
        .is_ok()
}

/// The path as git writes it; `None` when it has no such form.
fn name(path: &Path) -> Option<Vec<u8>> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) {
        return path
            .to_str()
            .map(|path| path.replace('\\', "/").into_bytes());
    }
    Some(bytes.to_vec())
}

fn bytes(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).ok()?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MAX_BYTES).then_some(bytes)
}

/// The entries of an index, and the hash that names its other part.
fn read(bytes: &[u8]) -> Option<(Entries, Option<String>)> {
    // The kind of hash is not written in it. With the wrong one, lengths and order do not fit.
    [20, 32]
        .into_iter()
        .find_map(|hash| Reader { rest: bytes, hash }.index())
}

struct Reader<'b> {
    rest: &'b [u8],
    /// Bytes of a hash.
    hash: usize,
}

impl<'b> Reader<'b> {
    fn index(mut self) -> Option<(Entries, Option<String>)> {
        let header = self.take(HEADER_BYTES)?;
        let version = number(header.get(4..8)?)?;
        if header.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
            return None;
        }
        let mut entries = Entries::default();
        let mut last: Vec<u8> = Vec::new();
        let mut nameless = false;
        for _ in 0..number(header.get(8..12)?)? {
            let (mode, name) = self.entry(version, &last)?;
            // It replaces one of the other part of a split index, which has the name.
            if name.is_empty() {
                nameless = true;
                continue;
            }
            // Several stages of one name, in a merge, follow each other.
            if name < last {
                return None;
            }
            let list = match mode & KIND {
                GITLINK => &mut entries.gitlinks,
                FOLDER => &mut entries.folders,
                _ => &mut entries.names,
            };
            list.push(name.clone().into_boxed_slice());
            last = name;
        }
        let shared = self.extensions()?;
        (shared.is_some() || !nameless).then_some((entries, shared))
    }

    fn entry(&mut self, version: u32, last: &[u8]) -> Option<(u32, Vec<u8>)> {
        let mode = number(self.take(STAT_BYTES)?.get(MODE)?)?;
        self.take(self.hash)?;
        let flags = short(self.take(2)?)?;
        let extended = flags & EXTENDED != 0;
        if extended {
            self.take(2)?;
        }
        let name = match version {
            4 => {
                let kept = last.len().checked_sub(self.removed()?)?;
                let added = self.until_nul()?;
                [last.get(..kept)?, added].concat()
            }
            _ => {
                let name = self.until_nul()?.to_vec();
                let written = STAT_BYTES + self.hash + 2 + 2 * usize::from(extended) + name.len();
                // One to eight NULs make the length of an entry a multiple of eight; one was taken.
                let padding = self.take(7 - written % 8)?;
                if padding.iter().any(|byte| *byte != 0) {
                    return None;
                }
                name
            }
        };
        // A name as long as the field can say, or longer, fills it.
        let length = flags & NAME_LENGTH;
        let written = u16::try_from(name.len())
            .unwrap_or(NAME_LENGTH)
            .min(NAME_LENGTH);
        (length == written).then_some((mode, name))
    }

    /// How many bytes of the last name are not in this one: a number as in a pack (gitformat-pack(5),
    /// "offset encoding").
    fn removed(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let byte = *self.take(1)?.first()?;
            value = value
                .checked_mul(128)?
                .checked_add(usize::from(byte & 0x7F))?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }

    /// Reads over what follows the entries; returns the hash that a split index names.
    fn extensions(&mut self) -> Option<Option<String>> {
        let mut shared = None;
        while self.rest.len() > self.hash {
            let header = self.take(8)?;
            let length = usize::try_from(number(header.get(4..8)?)?).ok()?;
            let content = self.take(length)?;
            match header.get(..4)? {
                b"link" => {
                    let hash = content.get(..self.hash)?;
                    if hash.iter().any(|byte| *byte != 0) {
                        shared = Some(hash.iter().map(|byte| format!("{byte:02x}")).collect());
                    }
                }
                b"sdir" => {}
                // What begins with a capital letter may be passed over.
                [b'A'..=b'Z', ..] => {}
                _ => return None,
            }
        }
        (self.rest.len() == self.hash).then_some(shared)
    }

    fn until_nul(&mut self) -> Option<&'b [u8]> {
        let end = memchr::memchr(0, self.rest)?;
        let (name, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..)?;
        Some(name)
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}

fn short(bytes: &[u8]) -> Option<u16> {
    bytes.try_into().ok().map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::read;

    fn names(bytes: &[u8]) -> Option<Vec<String>> {
        let (entries, _) = read(bytes)?;
        let names = entries.names.iter();
        Some(
            names
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .collect(),
        )
    }

    /// An index of version 2 with SHA-1, with a file of each name.
    fn written(names: &[&str], extensions: &[u8]) -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02".to_vec();
        bytes.extend((names.len() as u32).to_be_bytes());
        for name in names {
            let start = bytes.len();
            bytes.extend([0; 24]);
            bytes.extend(0o100_644_u32.to_be_bytes());
            bytes.extend([0; 12 + 20]);
            bytes.extend((name.len() as u16).to_be_bytes());
            bytes.extend(name.as_bytes());
            let length = bytes.len() - start;
            bytes.extend(vec![0; 8 - length % 8]);
        }
        bytes.extend(extensions);
        bytes.extend([7; 20]);
        bytes
    }

    #[test]
    fn the_names_of_an_index_are_read() {
        let bytes = written(&["a.yaml", "deploy/b.yaml", "z"], b"TREE\0\0\0\x03abc");
        let wanted = ["a.yaml", "deploy/b.yaml", "z"].map(str::to_owned);
        assert_eq!(names(&bytes), Some(wanted.to_vec()));
        assert_eq!(names(&written(&[], b"")), Some(Vec::new()));
    }

    #[test]
    fn what_is_cut_short_or_not_understood_is_no_index() {
        let bytes = written(&["a.yaml", "deploy/b.yaml"], b"TREE\0\0\0\x03abc");
        let all = names(&bytes);
        for end in 0..bytes.len() {
            // What is cut behind the names may look like a checksum, which is not asked for.
            let cut = names(&bytes[..end]);
            assert!(cut.is_none() || cut == all, "{end}");
        }
        // Needed, and not known.
        assert_eq!(names(&written(&["a"], b"zzzz\0\0\0\0")), None);
        assert_eq!(names(&written(&["b", "a"], b"")), None);
        assert_eq!(names(b"DIRC\0\0\0\x02\xff\xff\xff\xff"), None);
    }
}
