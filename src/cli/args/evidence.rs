//! The options of the commands that gather evidence: how far they reach, how long, and from where.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::policy::duration::{self, DurationError};

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
    /// Without it a tag is looked up in every run, since it may move. What is stored for a digest never
    /// changes, so it needs no age. No effect with --no-cache.
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

fn read_duration(text: &str) -> Result<Duration, DurationError> {
    duration::parse(text)
}
