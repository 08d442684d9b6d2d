//! Pure: findings to bytes, one file per format.

use std::io::{self, Write};

use crate::model::finding::Finding;
use crate::model::image_use::ImageUse;
use crate::model::source::{SourceId, SourceText, Sources};
use crate::model::summary::Summary;
use crate::policy::error::PolicyDiagnostic;

pub mod concise;

/// All that a format needs to show the result of a check.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// Findings in the order of path, position and rule; suppressed ones too.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub sources: Sources,
    /// The counts.
    pub summary: Summary,
    /// The policy files' names as shown; empty when the built-in policy ran.
    pub policy_files: Vec<String>,
}

/// All that a format needs to list images.
#[derive(Debug, Default)]
pub struct ImagesReport {
    /// Image uses in the order of path and position.
    pub images: Vec<(SourceId, ImageUse)>,
    /// The texts that they point into.
    pub sources: Sources,
    /// The counts.
    pub summary: Summary,
}

/// The formats of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckFormat {
    /// Snippets and sentences for a person.
    Text,
    /// `path:line:col: rule: message`.
    Concise,
    /// Our own versioned object.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
}

/// The formats of a list of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImagesFormat {
    /// One line an image.
    Text,
    /// Our own versioned object.
    Json,
}

/// How text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Use ANSI colours.
    pub color: bool,
    /// Use OSC 8 hyperlinks.
    pub links: bool,
    /// Width of the terminal in columns; 100 when there is none.
    pub width: usize,
    /// Show suppressed findings too (`text`, `sarif`).
    pub show_suppressed: bool,
}

/// Writes the result of a check.
///
/// # Errors
/// What the writer says; a closed pipe is for the caller to recognise.
pub fn write_check(
    report: &CheckReport,
    _format: CheckFormat,
    _style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    concise::write(report, out)
}

/// Writes a list of images.
///
/// # Errors
/// What the writer says.
pub fn write_images(
    _report: &ImagesReport,
    _format: ImagesFormat,
    _style: &Style,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}

/// Writes what is wrong with a policy file, each with its snippet.
///
/// # Errors
/// What the writer says.
pub fn write_policy_errors(
    _text: &SourceText,
    _diagnostics: &[PolicyDiagnostic],
    _style: &Style,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}
