//! A folder that is held open, so that what is written into it stays in it, whatever becomes of its path.

#[cfg(not(unix))]
pub use elsewhere::Folder;
#[cfg(unix)]
pub use unix::Folder;

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{CWD, Mode, OFlags};

    /// A new file is like any other (0666 less umask), not private as temporary files are.
    const NEW_FILE: Mode = Mode::from_raw_mode(0o666);

    /// Only to be passed through: such a folder need not be readable where the system can tell.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const PASS: OFlags = OFlags::PATH;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const PASS: OFlags = OFlags::RDONLY;

    /// An open folder.
    #[derive(Debug)]
    pub struct Folder(OwnedFd);

    impl Folder {
        /// Opens a folder by its path; links are followed.
        pub fn open(path: &Path) -> io::Result<Self> {
            let flags = PASS | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self(rustix::fs::openat(CWD, path, flags, Mode::empty())?))
        }

        /// Opens a folder in this one; `path` ends with its name. A link there is an error.
        pub fn enter(&self, path: &Path) -> io::Result<Self> {
            let flags = PASS | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = rustix::fs::openat(&self.0, name(path)?, flags, Mode::empty())?;
            Ok(Self(opened))
        }

        /// Creates a file in this folder; `path` ends with its name.
        pub fn create(&self, path: &Path) -> io::Result<File> {
            let flags =
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = rustix::fs::openat(&self.0, name(path)?, flags, NEW_FILE)?;
            Ok(File::from(opened))
        }

        /// Puts one file of this folder in the place of another; a link there is replaced, not followed.
        pub fn replace(&self, from: &Path, to: &Path) -> io::Result<()> {
            rustix::fs::renameat(&self.0, name(from)?, &self.0, name(to)?)?;
            Ok(())
        }
    }

    fn name(path: &Path) -> io::Result<&std::ffi::OsStr> {
        path.file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{self, File};
    use std::io;
    use std::path::Path;

    /// A folder that is known by its path alone: files cannot be opened relative to a folder here.
    #[derive(Debug)]
    pub struct Folder;

    impl Folder {
        /// Opens a folder by its path; links are followed.
        pub fn open(path: &Path) -> io::Result<Self> {
            match fs::metadata(path)?.is_dir() {
                true => Ok(Self),
                false => Err(io::ErrorKind::NotADirectory.into()),
            }
        }

        /// Opens a folder in this one by its whole path. A link there is an error.
        pub fn enter(&self, path: &Path) -> io::Result<Self> {
            match fs::symlink_metadata(path)?.is_dir() {
                true => Ok(Self),
                false => Err(io::ErrorKind::NotADirectory.into()),
            }
        }

        /// Creates a file by its whole path.
        pub fn create(&self, path: &Path) -> io::Result<File> {
            File::create_new(path)
        }

        /// Puts a file in the place of another.
        pub fn replace(&self, from: &Path, to: &Path) -> io::Result<()> {
            fs::rename(from, to)
        }
    }
}
