//! How a program ended, as a sentence.

use std::fmt;
use std::process::ExitStatus;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With exit code 0.
    Success,
    /// With another one.
    Code(i32),
    /// By a signal, by its number where the system tells.
    Signal(Option<i32>),
}

impl Ending {
    /// What the system says.
    pub fn of(status: ExitStatus) -> Self {
        match status.code() {
            Some(0) => Self::Success,
            Some(code) => Self::Code(code),
            None => Self::Signal(signal(status)),
        }
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal()
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("it ended with exit code 0"),
            Self::Code(code) => write!(f, "it ended with exit code {code}"),
            Self::Signal(None) => f.write_str("it was ended by a signal"),
            Self::Signal(Some(9)) => {
                f.write_str("it was ended by signal 9, as happens when memory runs out")
            }
            Self::Signal(Some(signal)) => write!(f, "it was ended by signal {signal}"),
        }
    }
}
