//! Why there is no result: every one of these ends with exit code 2.

use crate::discover::DiscoverError;
use crate::discover::exclude::GlobError;
use crate::discover::policy_file::PolicyFileError;
use crate::gather::cache::clear::NotCleared;
use crate::parse::encoding::Fault;

/// Wrong usage, an unusable policy, or a result that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A path that does not exist.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// `--exclude` or `exclude` of the policy.
    #[error(transparent)]
    Exclude(#[from] GlobError),
    /// No policy file can be read.
    #[error(transparent)]
    PolicyFile(#[from] PolicyFileError),
    /// The policy is wrong; everything about it was shown already.
    #[error("nothing was done, since the policy {0} cannot be used")]
    Policy(String),
    /// The policy file is not text.
    #[error("the policy file `{path}` is not text: {fault}")]
    PolicyEncoding {
        /// The policy file as shown.
        path: String,
        /// The first place that is no text.
        fault: Fault,
    },
    /// Control characters in the policy file; none of its lines is shown.
    #[error("the policy file `{0}` is not text: it holds control characters")]
    PolicyNotText(String),
    /// No policy file to check.
    #[error(
        "no imagegate.yaml was found here, nor above as far as a git repository goes; \
         `imagegate init` writes one"
    )]
    NoPolicy,
    /// More than one report for standard output.
    #[error("only one --format can go to standard output; give the others a file: FORMAT=FILE")]
    SeveralToStdout,
    /// A report that cannot be written where it was asked for.
    #[error("`{path}` cannot be written: {reason}")]
    Target {
        /// As shown.
        path: String,
        /// Why.
        reason: String,
    },
    /// Standard output cannot be written to, and it is not closed.
    #[error("standard output cannot be written to: {0}")]
    Stdout(String),
    /// Standard error cannot be written to, and a report was to go there.
    #[error("standard error cannot be written to: {0}")]
    Stderr(String),
    /// A pipe of the caller cannot be written to.
    #[error("the pipe for a report cannot be written to: {0}")]
    Pipe(String),
    /// `init` found a policy.
    #[error("imagegate.yaml exists; --force replaces it")]
    PolicyExists,
    /// `init` found a policy under the other name, and the two would be an error.
    #[error("imagegate.yml exists; rename it to imagegate.yaml first")]
    OtherPolicyExists,
    /// No folder for a cache.
    #[error(
        "there is no folder for a cache: neither {} is set",
        super::cache::VARIABLES
    )]
    NoCacheFolder,
    /// The cache could not be emptied.
    #[error(transparent)]
    Cache(#[from] NotCleared),
}
