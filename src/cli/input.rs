//! What the commands that read manifests share: the policy, the inputs, the number of threads.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, thread};

use super::args::{ColorChoice, InputArguments};
use super::error::CliError;
use super::policy;
use super::remark;
use crate::discover::exclude::{Author, Exclude};
use crate::discover::policy_file::current_folder;
use crate::discover::unused_policy::unused;
use crate::discover::{Discovered, Selection, discover};
use crate::model::summary::NotLookedAt;
use crate::pipeline::Settings;
use crate::policy::settings::Policy;
use crate::render::Rendering;
use crate::report::Listing;

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
    /// What the user's own tools render.
    pub rendering: Rendering,
    /// Whether it is judged what is deployed besides plain manifests.
    pub sources: bool,
}

impl Resolved {
    /// The settings of a run of today.
    pub fn settings<'a>(&'a self, namespace: Option<&'a str>, listing: &Listing) -> Settings<'a> {
        let mut reasons = NotLookedAt::ALL.into_iter();
        let now = jiff::Timestamp::now();
        Settings {
            policy: &self.policy,
            namespace,
            today: day(now),
            now,
            jobs: self.jobs,
            governed: self.policy_folder.as_deref(),
            all_evidence: false,
            rendering: Some(&self.rendering),
            sources: self.sources,
            places_of_images_by_rule: reasons
                .any(|reason| reason.counts_images_of_a_rule() && listing.shows(reason)),
        }
    }
}

/// How long tools may render where no option says it.
const RENDERING: Duration = Duration::from_secs(5 * 60);

/// Most policy files that a note names.
const MAX_NAMED: usize = 3;

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
    // A variable holds one glob a line.
    let globs = arguments.exclude.iter().flat_map(|value| value.lines());
    let globs: Vec<&str> = globs.filter(|glob| !glob.trim().is_empty()).collect();
    let mut exclude = Exclude::default();
    if let Some(folder) = folder.clone() {
        let globs = policy.exclude.iter().map(|glob| glob.value.as_str());
        exclude.add(Author::Policy, folder, globs)?;
    }
    if !globs.is_empty() {
        exclude.add(Author::Option, current_folder()?, globs.iter().copied())?;
    }
    let found = discover(&Selection {
        paths: &arguments.paths,
        exclude: &exclude,
        respect_gitignore: arguments.respect_gitignore,
    })?;
    if arguments.policy.is_none() {
        let used = policy_file.as_deref();
        say_unused_policies(&unused(&found, used, &current_folder()?));
    }
    say_unused_options(&globs, &exclude, &found);
    if let Some(folder) = &folder {
        say_unused_entries(&policy, folder, &exclude, &found);
    }
    Ok(Resolved {
        policy,
        policy_folder: folder,
        policy_file,
        found,
        jobs: arguments
            .jobs
            .and_then(|jobs| NonZeroUsize::new(jobs.into()))
            .unwrap_or_else(processors),
        rendering: Rendering {
            everything: arguments.render,
            path: env::var_os("PATH"),
            timeout: RENDERING,
        },
        sources: !arguments.no_sources,
    })
}

fn say_unused_policies(unused: &[String]) {
    let (named, more) = unused.split_at(unused.len().min(MAX_NAMED));
    let named: Vec<String> = named.iter().map(|path| format!("`{path}`")).collect();
    match (named.as_slice(), more.len()) {
        ([], _) => {}
        ([only], 0) => remark(&format!(
            "note: the policy file {only} lies with the checked files and is not used; --policy uses it"
        )),
        (several, more) => {
            let more = match more {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            remark(&format!(
                "note: policy files lie with the checked files and are not used: {}{more}; --policy \
                 uses one",
                several.join(", ")
            ));
        }
    }
}

/// Files that are named one by one, as by a hook, do not show that a glob is of no use.
fn say_unused_options(globs: &[&str], exclude: &Exclude, found: &Discovered) {
    if found.walked.is_empty() {
        return;
    }
    for number in exclude.unused(Author::Option) {
        let glob = globs.get(number).copied().unwrap_or_default();
        remark(&format!(
            "note: --exclude {glob} matches nothing in the paths given; it is relative to the current \
             folder{}",
            at_any_depth(glob)
        ));
    }
}

/// An entry of the policy may be about files that this run does not look at.
fn say_unused_entries(policy: &Policy, folder: &Path, exclude: &Exclude, found: &Discovered) {
    let Some(text) = policy.text.as_deref().filter(|_| found.walks(folder)) else {
        return;
    };
    for number in exclude.unused(Author::Policy) {
        let Some(entry) = policy.exclude.get(number) else {
            continue;
        };
        remark(&format!(
            "note: {}:{}: the entry `{}` of `exclude` matches nothing; it is relative to the policy \
             file{}",
            text.path(),
            text.location(entry.span).start.line,
            entry.value,
            at_any_depth(&entry.value)
        ));
    }
}

fn at_any_depth(glob: &str) -> &'static str {
    match glob.starts_with("**/") {
        true => "",
        false => ", and `**/` in front of it matches at any depth",
    }
}

/// The day of a time in UTC, so that a verdict does not depend on where it is made.
pub fn day(time: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(time).date()
}

/// The number of processors that this process may use.
pub fn processors() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
