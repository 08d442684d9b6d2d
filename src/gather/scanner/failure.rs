//! Why a scanner gave no scan, as a sentence with its own last lines.

use std::time::Duration;

use super::advice;
use super::command::Scanner;
use crate::gather::scans::format::Unreadable;
use crate::model::digest::Digest;
use crate::programs::{Ending, LastLines, said};

/// Why a run gave no scan. What the scanner said last stands with it where it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It is not there, or is no program.
    Missing,
    /// It could not be started, or its output not be read.
    Run(String),
    /// It took too long.
    TooSlow(Duration, LastLines),
    /// It printed more bytes than these.
    TooMuch(u64, LastLines),
    /// It ended, and what it printed is no report.
    NoReport(Ending, Unreadable, LastLines),
    /// It was ended by a signal, whatever it had printed.
    Signalled(Ending, LastLines),
    /// It reported on another image.
    OtherImage(Digest),
}

impl Failure {
    /// The sentence: what was asked, what happened, what to do.
    pub fn of(&self, scanner: Scanner, target: &str) -> String {
        let name = scanner.program();
        if *self == Self::Missing {
            return format!(
                "`{name}` is no program in an absolute folder of PATH: install it, or remove `scanner: {name}` \
                 from the policy"
            );
        }
        let lines = match self {
            Self::TooSlow(_, lines)
            | Self::TooMuch(_, lines)
            | Self::NoReport(_, _, lines)
            | Self::Signalled(_, lines) => Some(lines.as_slice()),
            Self::Missing | Self::Run(_) | Self::OtherImage(_) => None,
        };
        let said = lines.map_or_else(String::new, said);
        let advice = lines.and_then(|lines| advice::of(scanner, lines));
        let advice = advice.unwrap_or("run it by hand to see more");
        format!(
            "`{name}` gave no scan of {target}: {}{said}; {advice}",
            self.happened()
        )
    }

    fn happened(&self) -> String {
        match self {
            Self::Missing => "it is not there".to_owned(),
            Self::Run(error) => format!("it could not be run: {error}"),
            Self::TooSlow(limit, _) => {
                format!(
                    "it did not end within {} s and was stopped",
                    limit.as_secs_f64()
                )
            }
            Self::TooMuch(limit, _) => {
                format!("it printed more than {limit} bytes and was stopped")
            }
            Self::NoReport(ending, Unreadable::Empty, _) => {
                format!("{ending} and printed no report")
            }
            Self::NoReport(ending, unreadable, _) => {
                format!("{ending}, and of what it printed: {unreadable}")
            }
            Self::Signalled(ending, _) => ending.to_string(),
            Self::OtherImage(digest) => format!("it reported on another image, {digest}"),
        }
    }
}
