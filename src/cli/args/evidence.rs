//! The options of the commands that gather evidence: how far they reach, how long, and from where; and
//! the command that does nothing else.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use super::DisplayArguments;
use crate::model::reference::{ImageReference, ReferenceError};
use crate::policy::duration::{self, DurationError};
use crate::report::InspectFormat;

/// How evidence is gathered.
#[derive(Debug, Args)]
pub struct EvidenceArguments {
    /// Use no network: layouts and the cache answer, everything else is "could not check"
    #[arg(
        long,
        env = "IMAGEGATE_OFFLINE",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub offline: bool,

    /// Wait this long for registries, all together; what is open then is "could not check"
    ///
    /// A number with s, m, h or d behind it, such as 30s or 5m.
    #[arg(
        long,
        value_name = "DURATION",
        env = "IMAGEGATE_TIMEOUT",
        hide_env_values = true,
        default_value = "5m",
        value_parser = read_duration
    )]
    pub timeout: Duration,

    /// Neither read nor write the cache of evidence
    #[arg(
        long,
        env = "IMAGEGATE_NO_CACHE",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub no_cache: bool,

    /// Take the digest of a tag from the cache when it is not older than this
    ///
    /// Without it a tag is looked up in every run, since it may move, and not kept. What is stored for a
    /// digest never changes, so it needs no age. No effect with --no-cache.
    #[arg(
        long,
        value_name = "DURATION",
        env = "IMAGEGATE_TAG_TTL",
        hide_env_values = true,
        value_parser = read_duration
    )]
    pub tag_ttl: Option<Duration>,

    /// Show no progress while registries are asked
    #[arg(
        long,
        env = "IMAGEGATE_NO_PROGRESS",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub no_progress: bool,
}

/// What is asked about images that are refused already.
#[derive(Debug, Args)]
pub struct RefusedArguments {
    /// Ask about images too that a rule already refuses by their registry or tag
    ///
    /// Without it nothing is asked about them, and they are counted: who wrote the manifest would choose
    /// which address is asked.
    #[arg(
        long,
        env = "IMAGEGATE_ALL_EVIDENCE",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub all_evidence: bool,
}

fn read_duration(text: &str) -> Result<Duration, DurationError> {
    duration::parse(text)
}

/// `imagegate inspect`.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Images, written as in a manifest
    #[arg(value_name = "IMAGE", required = true, value_parser = image)]
    pub images: Vec<ImageReference>,

    /// Use this policy file instead of the imagegate.yaml found upward from here
    ///
    /// It says how registries are reached, names the trusted root, and its signers are held against every
    /// signature.
    #[arg(
        long,
        value_name = "FILE",
        env = "IMAGEGATE_POLICY",
        hide_env_values = true
    )]
    pub policy: Option<PathBuf>,

    /// Write the result in this format
    #[arg(
        long,
        short,
        value_name = "FORMAT",
        env = "IMAGEGATE_INSPECT_FORMAT",
        hide_env_values = true,
        default_value = "text"
    )]
    pub format: InspectionFormat,

    /// How evidence is gathered.
    #[command(flatten)]
    pub evidence: EvidenceArguments,

    /// Colours.
    #[command(flatten)]
    pub display: DisplayArguments,
}

/// The formats of `imagegate inspect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InspectionFormat {
    /// For a person
    Text,
    /// A versioned JSON object
    Json,
}

impl From<InspectionFormat> for InspectFormat {
    fn from(format: InspectionFormat) -> Self {
        match format {
            InspectionFormat::Text => Self::Text,
            InspectionFormat::Json => Self::Json,
        }
    }
}

fn image(text: &str) -> Result<ImageReference, ReferenceError> {
    ImageReference::parse(text)
}
