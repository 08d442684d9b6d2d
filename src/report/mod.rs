//! Pure: findings to bytes, one module a format.

use std::io::{self, Write};

use self::inspect::InspectReport;
use self::log_commands::{Harmless, Notation};
use self::tone::Tone;
use crate::model::caveat::Caveat;
use crate::model::evidence::ResolvedImage;
use crate::model::finding::Finding;
use crate::model::image_use::ImageUse;
use crate::model::reference::ImageReference;
use crate::model::source::{SourceId, SourceText, Sources};
use crate::model::strict::Strict;
use crate::model::summary::{Family, NotLookedAt, Summary};
use crate::policy::error::PolicyDiagnostic;

mod caveats;
mod concise;
pub mod escape;
mod github;
pub mod inspect;
pub mod json;
mod links;
pub mod log_commands;
mod origin;
mod reasons;
pub mod recognise;
mod sarif;
mod text;
mod tone;

/// All that a format needs to show the result of a check.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// Findings in the order of path, position and rule; suppressed ones too.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub sources: Sources,
    /// What the tags stand for that were asked about, and the written digests beside which the tag
    /// points elsewhere, in the order of the references.
    pub resolved: Vec<(ImageReference, ResolvedImage)>,
    /// The counts.
    pub summary: Summary,
    /// What was not judged or passed with a reservation, with its places, in the order of path and
    /// position.
    pub caveats: Vec<Caveat>,
    /// Which of these are listed.
    pub listing: Listing,
    /// What is not a pass, although no rule found anything.
    pub strict: Strict,
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
    /// What was not looked at, with its places, in the order of path and position.
    pub caveats: Vec<Caveat>,
    /// Which of these are listed.
    pub listing: Listing,
    /// Whether the way of each image is shown: what it is made of and what deploys it.
    pub with_ways: bool,
}

/// Which places a report lists of what was not judged, or passed with a reservation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Listing {
    /// None; they are counted.
    #[default]
    None,
    /// Those by which a strict run is no pass.
    Strict(Strict),
    /// All of them: `--show-not-judged`.
    All,
}

impl Listing {
    /// What makes a strict run no pass; nothing when nothing does.
    pub fn of_strict(strict: &Strict) -> Self {
        match *strict == Strict::default() {
            true => Self::None,
            false => Self::Strict(strict.clone()),
        }
    }

    /// Whether a place is listed that is left out for this reason.
    pub fn shows(&self, reason: NotLookedAt) -> bool {
        match self {
            Self::None => false,
            Self::Strict(strict) => strict.takes(reason),
            Self::All => true,
        }
    }
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

impl CheckFormat {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 5] = [
        Self::Text,
        Self::Concise,
        Self::Json,
        Self::Sarif,
        Self::Github,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

/// The formats of a list of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImagesFormat {
    /// One line an image.
    Text,
    /// Our own versioned object.
    Json,
}

impl ImagesFormat {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

/// The formats of what is stored for an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InspectFormat {
    /// Sentences for a person.
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
    format: CheckFormat,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        CheckFormat::Text => text::write_check(report, style, &mut harmless(out)),
        CheckFormat::Concise => concise::write(report, style, &mut harmless(out)),
        CheckFormat::Json => json::write_check(report, &mut harmless_json(out)),
        CheckFormat::Sarif => sarif::write(report, style, &mut harmless_json(out)),
        CheckFormat::Github => github::write(report, out),
    }
}

/// What a report in this format does not say and a reader of the log has to know: that nothing was judged,
/// what was not judged or passed with a reservation, and by what a strict run does not pass. Plain lines,
/// not escaped; none for `text`, which says it itself.
pub fn unsaid(report: &CheckReport, format: Option<CheckFormat>) -> Vec<String> {
    let strict = caveats::strict(report);
    let nothing_judged = caveats::nothing_judged(&report.summary);
    // Who reads these finds the counts in them.
    let has_counts = matches!(format, Some(CheckFormat::Json | CheckFormat::Sarif));
    if format == Some(CheckFormat::Text)
        || has_counts && strict.is_none() && nothing_judged.is_none()
    {
        return Vec::new();
    }
    let mut lines: Vec<String> = nothing_judged.map(str::to_owned).into_iter().collect();
    lines.extend(caveats::sentences("not judged", &report.summary));
    lines.extend(strict);
    for family in [Family::NotJudged, Family::Reservation] {
        let listed = caveats::listed(&report.caveats, &report.listing, family);
        lines.extend(listed.map(|caveat| format!("  {}", caveats::line(caveat))));
    }
    lines
}

/// What a summary counts that was not looked at, in sentences of one line.
pub fn not_looked_at(summary: &Summary) -> Vec<String> {
    caveats::sentences("not looked at", summary)
}

/// Writes a list of images.
///
/// # Errors
/// What the writer says.
pub fn write_images(
    report: &ImagesReport,
    format: ImagesFormat,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ImagesFormat::Text => text::images::write(report, style, &mut harmless(out)),
        ImagesFormat::Json => json::write_images(report, &mut harmless_json(out)),
    }
}

/// Writes what is stored for images.
///
/// # Errors
/// What the writer says.
pub fn write_inspect(
    report: &InspectReport,
    format: InspectFormat,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        InspectFormat::Text => text::inspect::write(report, style, &mut harmless(out)),
        InspectFormat::Json => json::write_inspect(report, &mut harmless_json(out)),
    }
}

fn harmless(out: &mut dyn Write) -> Harmless<&mut dyn Write> {
    Harmless::new(out, Notation::Text)
}

fn harmless_json(out: &mut dyn Write) -> Harmless<&mut dyn Write> {
    Harmless::new(out, Notation::Json)
}

/// Writes what is wrong with a policy file, each error with its snippet, and a last line that counts.
///
/// # Errors
/// What the writer says.
pub fn write_policy_errors(
    text: &SourceText,
    diagnostics: &[PolicyDiagnostic],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    text::policy::write(text, diagnostics, Tone::Error, style, &mut harmless(out))
}

/// Writes what is useless in a valid policy file, each warning with its snippet, and a last line that
/// counts.
///
/// # Errors
/// What the writer says.
pub fn write_policy_advice(
    text: &SourceText,
    diagnostics: &[PolicyDiagnostic],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    text::policy::write(text, diagnostics, Tone::Advice, style, &mut harmless(out))
}
