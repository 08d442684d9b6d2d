//! Why a report cannot be read. The parser's own words are not repeated: they may quote the report, which
//! is hostile.

use std::io;

use super::foreign::Foreign;

/// Most vulnerabilities of one report. Far more than any real image has.
pub(super) const MAX_VULNERABILITIES: usize = 500_000;

/// Most names that a report gives an image or a vulnerability. They are compared with each other.
pub(super) const MAX_NAMES: usize = 1_000;

/// Longest text and deepest nesting in a report that is read as a stream.
pub(super) const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;
pub(super) const MAX_DEPTH: usize = 128;

/// What is wanted in place of another format.
const REPORTS: &str =
    "write Trivy's or Grype's JSON (`trivy image --format json`, `grype -o json`)";

/// What a visitor says when a list is longer than it may be; [`of`] knows it by this.
pub(super) const TOO_MANY: &str = "a list has too many entries";

/// What a visitor says of a severity that nobody can weigh; [`of`] knows it by this.
pub(super) const NO_SEVERITY: &str = "a severity is none that is known";

/// Why a report cannot be read: a sentence part that follows its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing, or only white space.
    #[error("it is empty")]
    Empty,
    /// Compressed; with what.
    #[error("it is compressed with {0}: unpack it first")]
    Compressed(&'static str),
    /// A list at the top: Trivy before 0.20 wrote one, and so do tools that join reports.
    #[error(
        "it is a list, not one report: write one file an image, and as Trivy does since version 0.20"
    )]
    List,
    /// The end comes before the JSON is complete.
    #[error(
        "it ends too early (line {line}, column {column}): only a part of the report was written"
    )]
    Truncated {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Not JSON, or nested too deep.
    #[error("it is no JSON (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Text behind the report, such as another one.
    #[error(
        "more follows behind its first object (line {line}, column {column}), as in JSON lines or in joined \
         reports: write one file an image (`trivy image --format json --output FILE`, \
         `grype -o json --file FILE`)"
    )]
    Several {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// A name that is read stands twice in one object: readers differ in which one they take.
    #[error("it writes a name twice in one object (line {line}, column {column})")]
    Twice {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// A value that is needed is not there, or is of another type than the format has.
    #[error(
        "a value is missing or of another type than such a report has (line {line}, column {column})"
    )]
    OtherType {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// A word for a severity that no scanner writes, or a score that nobody can compute.
    #[error(
        "a severity in it is neither a word that scanners write nor a CVSS score (line {line}, column {column})"
    )]
    Severity {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// More entries in a list than any real report has.
    #[error("a list in it has more entries than any real one")]
    TooMany,
    /// A text of more than 4 MiB in a stream.
    #[error("a text in it is longer than {} MiB", MAX_TEXT_BYTES / (1024 * 1024))]
    LongText,
    /// Nested deeper than any real report.
    #[error("it is nested deeper than {MAX_DEPTH} levels")]
    Deep,
    /// A zip archive.
    #[error("it is a zip archive: unpack it first")]
    Archive,
    /// HTML or XML.
    #[error("it is HTML or XML: {REPORTS}")]
    Markup,
    /// Text before the JSON.
    #[error(
        "lines of text stand before the JSON, such as those of a log: let the scanner write the file itself \
         (`trivy image --format json --output FILE`, `grype -o json --file FILE`)"
    )]
    LogLines,
    /// What Trivy and Grype write when no format is named.
    #[error("it is a table for people to read: {REPORTS}")]
    Table,
    /// Comma-separated values, as templates of both write them.
    #[error("it is a list of comma-separated values: {REPORTS}")]
    Commas,
    /// Anything else that does not begin with an object.
    #[error("it is no JSON: {REPORTS}")]
    NoObject,
    /// A byte-order mark of UTF-16, and then something else.
    #[error("it begins as UTF-16 and is not valid UTF-16")]
    NotUtf16,
    /// A document of another kind that is known.
    #[error("it is {}: {}", .0.what, .0.instead)]
    Known(&'static Foreign),
    /// Neither Trivy's nor Grype's.
    #[error("it is no report by Trivy or Grype in their JSON format")]
    Foreign,
    /// Another schema version than 2.
    #[error("it is in version {0} of Trivy's report schema; version 2 is read")]
    SchemaVersion(u64),
    /// A scan of something else than an image; what that is.
    #[error("it is a scan of {0}, not of an image")]
    NotAnImage(&'static str),
    /// The system gave no more bytes.
    #[error("{0}")]
    Io(String),
}

/// Why `error` came.
pub(super) fn of(error: serde_json::Error) -> Unreadable {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => Unreadable::Truncated { line, column },
        serde_json::error::Category::Syntax => Unreadable::NotJson { line, column },
        serde_json::error::Category::Io => of_io(&io::Error::from(error)),
        serde_json::error::Category::Data => {
            let words = error.to_string();
            if words.starts_with("duplicate field") {
                Unreadable::Twice { line, column }
            } else if words.starts_with(TOO_MANY) {
                Unreadable::TooMany
            } else if words.starts_with(NO_SEVERITY) {
                Unreadable::Severity { line, column }
            } else {
                Unreadable::OtherType { line, column }
            }
        }
    }
}

/// Why the bytes did not come: a limit of [`super::guard`], or what the system says.
pub(super) fn of_io(error: &io::Error) -> Unreadable {
    let limit = error.get_ref().and_then(|inner| inner.downcast_ref());
    match limit {
        Some(limit) => Unreadable::clone(limit),
        None => Unreadable::Io(error.to_string()),
    }
}
