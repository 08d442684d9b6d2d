//! The arguments as typed. Nothing here is looked up or opened; the commands do that.
//!
//! Every option has a variable `IMAGEGATE_…` except those that turn findings off. An empty variable
//! counts as not set, since CI systems set variables to nothing. In a variable, several values are
//! separated by line breaks.

mod evidence;
mod input;

use std::path::PathBuf;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use evidence::{EvidenceArguments, InspectArguments, InspectionFormat, RefusedArguments};
pub use input::InputArguments;

use super::format::{CheckTargets, CheckTargetsParser};
use crate::model::object::{NAMESPACE_FORM, is_namespace};
use crate::report::ImagesFormat;

/// More threads than this are a mistyped number.
const MAX_JOBS: i64 = 1024;

/// Checks every container image in Kubernetes manifests against an image policy before deploy.
#[derive(Debug, Parser)]
#[command(
    name = "imagegate",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 clean, 1 violations, 2 wrong usage or policy, 3 could not check, \
                  4 no manifest found."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Say on standard error what is being done, down to this level
    #[arg(
        long,
        global = true,
        value_name = "LEVEL",
        env = "IMAGEGATE_LOG",
        hide_env_values = true,
        default_value = "warn"
    )]
    pub log: LogLevel,
}

/// How much is said about the work itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Nothing
    Off,
    /// What went wrong and is not in the report
    Error,
    /// What a person should know, such as a cache that is not used
    Warn,
    /// What is done
    Info,
    /// Each request
    Debug,
    /// Everything
    Trace,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the images of manifests against the policy
    Check(CheckArguments),
    /// List the images of manifests: where they stand, what uses them, their full names
    Images(ImagesArguments),
    /// Show everything that is stored for an image: digest, platforms, signatures and who made them
    Inspect(InspectArguments),
    /// Show the documentation of a rule; without a rule, list all of them
    Explain(ExplainArguments),
    /// Write a first imagegate.yaml from what the manifests use today
    Init(InitArguments),
    /// Check a policy file, or print the schema of policy files
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Show where evidence of earlier runs is kept, or remove it
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Print the completion script of a shell
    Completions(CompletionsArguments),
    /// Print the manual page (roff)
    Man,
}

/// Commands about policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Show what is wrong or useless in a policy file
    Check(PolicyCheckArguments),
    /// Print the JSON Schema of policy files, for editors
    Schema,
}

/// Commands about the cache.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Print the folder of the cache
    Path,
    /// Remove everything from the cache, and nothing else from its folder
    Clear,
}

/// How a result is shown.
#[derive(Debug, Args)]
pub struct DisplayArguments {
    /// When to use colours
    ///
    /// `auto` means on a terminal; NO_COLOR and TERM=dumb turn them off, CLICOLOR_FORCE turns them on.
    #[arg(
        long,
        value_name = "WHEN",
        env = "IMAGEGATE_COLOR",
        hide_env_values = true,
        default_value = "auto"
    )]
    pub color: ColorChoice,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which findings make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Violations of enforced rules
    Violation,
    /// Violations of audit rules too
    Warning,
}

/// `imagegate check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The inputs and the policy.
    #[command(flatten)]
    pub input: InputArguments,

    /// How evidence is gathered.
    #[command(flatten)]
    pub evidence: EvidenceArguments,

    /// What is asked about refused images.
    #[command(flatten)]
    pub refused: RefusedArguments,

    /// The namespace of objects that name none
    #[arg(
        long,
        short,
        value_name = "NS",
        env = "IMAGEGATE_NAMESPACE",
        hide_env_values = true,
        value_parser = namespace
    )]
    pub namespace: Option<String>,

    /// Write the report in this format, to FILE or standard output; repeatable
    ///
    /// Only one report can go to standard output. A file is written whole or not at all, and may not be
    /// one of the files to check, unless it is the report of an earlier run. No link of the repository or
    /// the current folder may stand in its path.
    #[arg(
        long,
        short,
        value_name = "FORMAT[=FILE]",
        env = "IMAGEGATE_FORMAT",
        hide_env_values = true,
        default_value = "text",
        value_parser = CheckTargetsParser
    )]
    pub format: Vec<CheckTargets>,

    /// Which findings make the exit code 1
    #[arg(
        long,
        value_name = "LEVEL",
        env = "IMAGEGATE_FAIL_ON",
        hide_env_values = true,
        default_value = "violation"
    )]
    pub fail_on: FailOn,

    /// Exit with 3 when something was not judged, or passed with a reservation
    ///
    /// Which reasons count is on the page about strict runs; `strict` of the policy can pick them.
    #[arg(
        long,
        env = "IMAGEGATE_STRICT",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub strict: bool,

    /// Exit with 0 in spite of findings; wrong usage (2) and no manifest (4) stay
    #[arg(long)]
    pub exit_zero: bool,

    /// Show suppressed findings in text and SARIF too
    #[arg(
        long,
        env = "IMAGEGATE_SHOW_SUPPRESSED",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub show_suppressed: bool,

    /// Colours.
    #[command(flatten)]
    pub display: DisplayArguments,
}

/// `imagegate images`.
#[derive(Debug, Args)]
pub struct ImagesArguments {
    /// The inputs and the policy.
    #[command(flatten)]
    pub input: InputArguments,

    /// Show only the places of this image; without a tag, of every tag of it
    #[arg(
        long,
        value_name = "IMAGE",
        env = "IMAGEGATE_WHY",
        hide_env_values = true,
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub why: Option<String>,

    /// Write the list in this format
    #[arg(
        long,
        short,
        value_name = "FORMAT",
        env = "IMAGEGATE_IMAGES_FORMAT",
        hide_env_values = true,
        default_value = "text"
    )]
    pub format: ListFormat,

    /// Colours.
    #[command(flatten)]
    pub display: DisplayArguments,
}

/// The formats of `imagegate images`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// One line an image
    Text,
    /// A versioned JSON object
    Json,
}

impl From<ListFormat> for ImagesFormat {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Text => Self::Text,
            ListFormat::Json => Self::Json,
        }
    }
}

/// `imagegate explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The rule, such as disallow-latest-tag
    #[arg(value_name = "RULE", value_parser = super::explain::rule_parser())]
    pub rule: Option<String>,
}

/// `imagegate init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// Files, folders, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted
    #[arg(
        long,
        env = "IMAGEGATE_NO_SOURCES",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub no_sources: bool,

    /// Replace an imagegate.yaml that exists
    #[arg(long)]
    pub force: bool,

    /// Write a policy although no manifest is found
    #[arg(long)]
    pub allow_empty: bool,
}

/// `imagegate policy check`.
#[derive(Debug, Args)]
pub struct PolicyCheckArguments {
    /// The policy file [default: the imagegate.yaml found upward from here]
    #[arg(value_name = "FILE", env = "IMAGEGATE_POLICY", hide_env_values = true)]
    pub file: Option<PathBuf>,

    /// Colours.
    #[command(flatten)]
    pub display: DisplayArguments,
}

/// `imagegate completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// The shells that have completions in this repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
}

/// One that cannot exist would match no setting of the policy, and nobody would notice.
fn namespace(text: &str) -> Result<String, String> {
    if is_namespace(text) {
        return Ok(text.to_owned());
    }
    Err(NAMESPACE_FORM.to_owned())
}

/// The command without the variables that are set to nothing.
pub fn without_empty_variables(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|argument| {
        let empty = argument
            .get_env()
            .is_some_and(|name| std::env::var_os(name).is_some_and(|value| value.is_empty()));
        if empty {
            argument.env(None::<&'static str>)
        } else {
            argument
        }
    });
    command.mut_subcommands(without_empty_variables)
}
