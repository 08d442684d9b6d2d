//! The bytes of one input: bounded, never blocking on a FIFO, and complete or not at all.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use super::reach::Astray;
use super::{Input, Place};

/// Largest input that is read, in bytes.
const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

/// Why an input could not be read. The sentence follows the input's name.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// The operating system refuses.
    #[error("{0}")]
    Io(String),
    /// More bytes than the cap.
    #[error("it is larger than {} MiB", .0 / (1024 * 1024))]
    TooLarge(u64),
    /// Bytes came or went in the meantime.
    #[error("it changed while it was being read; run again when nothing writes to it")]
    Changed,
    /// A socket, FIFO, device or folder.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// A link, or a path with one, that is not followed.
    #[error(transparent)]
    Astray(#[from] Astray),
    /// What Git LFS puts in place of a file that it did not fetch.
    #[error("it is a pointer of Git LFS: the file itself was not fetched")]
    LfsPointer,
    /// The folder of a submodule.
    #[error("it is the folder of a git submodule, and nothing is checked out in it")]
    EmptySubmodule,
}

impl ReadError {
    /// What to do about it, where that is not plain from the sentence.
    pub const fn help(&self) -> Option<&'static str> {
        match self {
            Self::Astray(astray) => astray.help(),
            Self::LfsPointer => {
                Some("`git lfs pull` fetches it; if it is no manifest, leave it out with `exclude`")
            }
            Self::EmptySubmodule => Some(
                "`git submodule update --init` fetches it; if it holds no manifests, leave it out \
                 with `exclude`",
            ),
            Self::Io(_) | Self::TooLarge(_) | Self::Changed | Self::NotAFile(_) => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(reason(&error))
    }
}

/// What the operating system says, in words that do not depend on platform or language where they are
/// common.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        io::ErrorKind::InvalidFilename => "its path is too long or not a path".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads the whole of an input.
///
/// # Errors
/// Why it cannot be judged.
pub fn read(input: &Input) -> Result<Vec<u8>, ReadError> {
    let bytes = match &input.place {
        Place::Stdin => stream(io::stdin().lock(), MAX_INPUT_BYTES),
        Place::File { path, .. } => file(path, MAX_INPUT_BYTES),
        Place::Unreadable(why) => Err(why.clone()),
    }?;
    match is_lfs_pointer(&bytes) {
        true => Err(ReadError::LfsPointer),
        false => Ok(bytes),
    }
}

/// Whether Git LFS wrote this in place of a file: a text of at most 1,024 bytes that begins with the
/// version (git-lfs "Git LFS Specification", "The Pointer"; older versions had other names).
fn is_lfs_pointer(bytes: &[u8]) -> bool {
    const MAX_POINTER_BYTES: usize = 1024;
    const VERSIONS: [&[u8]; 3] = [
        b"version https://git-lfs.github.com/spec/",
        b"version https://hawser.github.com/spec/",
        b"version http://git-media.io/v/",
    ];
    let has = |part: &[u8]| memchr::memmem::find(bytes, part).is_some();
    bytes.len() <= MAX_POINTER_BYTES
        && VERSIONS.iter().any(|version| bytes.starts_with(version))
        && has(b"\noid ")
        && has(b"\nsize ")
}

/// Reads a file of at most `cap` bytes, which is no link: where a link may lead was found out before, and
/// one that stands there now came in between.
///
/// # Errors
/// Why it cannot be judged.
pub fn file(path: &Path, cap: u64) -> Result<Vec<u8>, ReadError> {
    if is_open_descriptor(path) {
        return stream(File::open(path)?, cap);
    }
    // Opening a FIFO blocks until somebody writes to it: ask before.
    if let Some(kind) = special_kind(&std::fs::symlink_metadata(path)?) {
        return Err(ReadError::NotAFile(kind));
    }
    let mut file = open_no_link(path)?;
    let before = file.metadata()?.len();
    if before > cap {
        return Err(ReadError::TooLarge(cap));
    }
    let bytes = bounded(&mut file, before, cap)?;
    let read = bytes.len() as u64;
    // The second question costs a call for each file, so it is only asked when the first is suspicious.
    if read != before && !is_whole(read, before, file.metadata()?.len()) {
        return Err(ReadError::Changed);
    }
    Ok(bytes)
}

fn open_no_link(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32);
    }
    options.open(path)
}

/// Whether `read` bytes are the whole of a file that said to have `before` bytes, and says `after` now.
/// Pseudo files (`/proc`) say 0 both times and hold something all the same.
const fn is_whole(read: u64, before: u64, after: u64) -> bool {
    before == after && (read == before || before == 0)
}

/// A shell's `<(command)` is such a path: a pipe that somebody is writing to already.
pub(super) fn is_open_descriptor(path: &Path) -> bool {
    path == Path::new("/dev/stdin") || open_descriptor(path).is_some()
}

/// The number of the open file of this process that `path` names.
pub fn open_descriptor(path: &Path) -> Option<u32> {
    let folders = ["/dev/fd", "/proc/self/fd"].map(Path::new);
    let folder = path.parent().filter(|folder| folders.contains(folder));
    let name = folder.and_then(|_| path.file_name()?.to_str());
    let digits = |name: &&str| name.bytes().all(|digit| digit.is_ascii_digit());
    name.filter(digits)?.parse().ok()
}

/// What stands at the place of a file, when it is none.
pub(super) fn special_kind(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return None;
    }
    if kind.is_dir() {
        return Some("a folder");
    }
    if kind.is_symlink() {
        return Some("a link");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Some("a FIFO");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some("a device")
}

fn stream(from: impl Read, cap: u64) -> Result<Vec<u8>, ReadError> {
    bounded(from, 0, cap)
}

/// Reads to the end, one byte past `cap` at most, so that a file that grows cannot fill the memory.
fn bounded(from: impl Read, expected: u64, cap: u64) -> Result<Vec<u8>, ReadError> {
    // One byte more than expected, so that the end is seen without growing the buffer.
    let capacity = usize::try_from(expected.min(cap)).unwrap_or(0) + 1;
    let mut bytes = Vec::with_capacity(capacity);
    from.take(cap + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > cap {
        return Err(ReadError::TooLarge(cap));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{ReadError, bounded, is_whole};
    use std::io::Read as _;

    #[test]
    fn an_endless_stream_ends_at_the_cap() {
        assert_eq!(
            bounded(std::io::repeat(b'a'), 0, 1000),
            Err(ReadError::TooLarge(1000))
        );
    }

    #[test]
    fn a_file_that_shrinks_or_grows_while_it_is_read_is_not_whole() {
        assert!(is_whole(10, 10, 10));
        assert!(is_whole(10, 0, 0), "a pseudo file");
        for (read, before, after) in [(8, 10, 8), (8, 10, 10), (12, 10, 12), (12, 0, 12)] {
            assert!(!is_whole(read, before, after), "{read} {before} {after}");
        }
    }

    #[test]
    fn a_stream_of_exactly_the_cap_is_read() {
        let bytes = bounded(std::io::repeat(b'a').take(1000), 0, 1000).unwrap();
        assert_eq!(bytes.len(), 1000);
    }
}
