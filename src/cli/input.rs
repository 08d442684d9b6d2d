//! What the commands that read manifests share: the policy, the inputs, the number of threads.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use super::args::{ColorChoice, InputArguments};
use super::error::CliError;
use super::policy;
use crate::discover::exclude::Exclude;
use crate::discover::policy_file::current_folder;
use crate::discover::{Discovered, Selection, discover};
use crate::pipeline::Settings;
use crate::policy::settings::Policy;

/// The policy and the files to look at with it.
#[derive(Debug)]
pub struct Resolved {
    /// The policy, the built-in one when there is no file.
    pub policy: Policy,
    /// The folder that paths in the policy are relative to.
    pub policy_folder: Option<PathBuf>,
    /// The policy file without links.
    pub policy_file: Option<PathBuf>,
    /// The files.
    pub found: Discovered,
    /// Threads.
    pub jobs: NonZeroUsize,
}

impl Resolved {
    /// The settings of a run of today.
    pub fn settings<'a>(&'a self, namespace: Option<&'a str>) -> Settings<'a> {
        let now = jiff::Timestamp::now();
        Settings {
            policy: &self.policy,
            namespace,
            today: day(now),
            now,
            jobs: self.jobs,
            places_of_images_by_rule: false,
        }
    }
}

/// Reads the policy and finds the files.
///
/// # Errors
/// Wrong usage or a policy that cannot be used; nothing was looked at then.
pub fn resolve(arguments: &InputArguments, color: ColorChoice) -> Result<Resolved, CliError> {
    let loaded = policy::load(arguments.policy.as_deref(), color)?;
    let (policy, policy_file, folder) = match loaded {
        Some(loaded) => (loaded.policy, Some(loaded.identity), Some(loaded.folder)),
        None => (Policy::built_in(), None, None),
    };
    let mut exclude = Exclude::default();
    if let Some(folder) = folder.clone() {
        let globs = policy.exclude.iter().map(|glob| glob.value.as_str());
        exclude.add(folder, globs)?;
    }
    // A variable holds one glob a line.
    let globs = arguments.exclude.iter().flat_map(|value| value.lines());
    let globs: Vec<&str> = globs.filter(|glob| !glob.trim().is_empty()).collect();
    if !globs.is_empty() {
        exclude.add(current_folder()?, globs)?;
    }
    let found = discover(&Selection {
        paths: &arguments.paths,
        exclude: &exclude,
        respect_gitignore: arguments.respect_gitignore,
    })?;
    Ok(Resolved {
        policy,
        policy_folder: folder,
        policy_file,
        found,
        jobs: arguments
            .jobs
            .and_then(|jobs| NonZeroUsize::new(jobs.into()))
            .unwrap_or_else(processors),
    })
}

/// The day of a time in UTC, so that a verdict does not depend on where it is made.
pub fn day(time: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(time).date()
}

/// The number of processors that this process may use.
pub fn processors() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
