//! The options of every command that reads manifests.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

use super::MAX_JOBS;

/// Which files are looked at, by which policy; the same for every command that reads manifests.
#[derive(Debug, Args)]
pub struct InputArguments {
    /// Files, folders, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Use this policy file instead of the imagegate.yaml found upward from here
    #[arg(
        long,
        value_name = "FILE",
        env = "IMAGEGATE_POLICY",
        hide_env_values = true
    )]
    pub policy: Option<PathBuf>,

    /// Leave out the files that match, relative to the current folder; repeatable
    ///
    /// `*` stays inside a folder, `**` crosses, a folder's name leaves out everything in it. It holds
    /// for files named on the command line too, as does `exclude` of the policy. What is left out is
    /// counted; a glob that matches nothing is said.
    #[arg(
        long,
        value_name = "GLOB",
        env = "IMAGEGATE_EXCLUDE",
        hide_env_values = true
    )]
    pub exclude: Vec<String>,

    /// Leave out what git ignores and does not track; such files are counted
    #[arg(
        long,
        env = "IMAGEGATE_RESPECT_GITIGNORE",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub respect_gitignore: bool,

    /// Render charts with the helm, and kustomizations with the kustomize, that is found on PATH
    ///
    /// Without it no tool is started, except for what `render` of the policy names. They run without a
    /// network, plug-ins and settings of yours; one that fails is "could not check".
    #[arg(
        long,
        env = "IMAGEGATE_RENDER",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub render: bool,

    /// Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted
    #[arg(
        long,
        env = "IMAGEGATE_NO_SOURCES",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub no_sources: bool,

    /// List every place that was not judged, or passed with a reservation, with its reason
    #[arg(
        long,
        env = "IMAGEGATE_SHOW_NOT_JUDGED",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub show_not_judged: bool,

    /// Accept that no manifest is found: exit code 0 instead of 4
    #[arg(long)]
    pub allow_empty: bool,

    /// Read with this many threads [default: the number of processors]
    #[arg(
        long,
        value_name = "N",
        env = "IMAGEGATE_JOBS",
        hide_env_values = true,
        value_parser = clap::value_parser!(u16).range(1..=MAX_JOBS)
    )]
    pub jobs: Option<u16>,
}
