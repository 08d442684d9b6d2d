//! `imagegate init`: a first policy from what the manifests use today.

use std::io;
use std::path::Path;

use super::args::InitArguments;
use super::error::CliError;
use super::exit_code::Verdict;
use super::output::PendingFile;
use super::{input, problems, remark};
use crate::discover::exclude::Exclude;
use crate::discover::policy_file::POLICY_NAMES;
use crate::discover::read::reason;
use crate::discover::{Selection, discover};
use crate::model::image_use::ImageUse;
use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::source::SourceId;
use crate::pipeline::{self, Settings};
use crate::policy::settings::Policy;
use crate::policy::starter_with_names;
use crate::report::not_looked_at;

/// Writes `imagegate.yaml` into the current folder.
///
/// What could not be read is said on standard error and does not stop a draft from being written.
pub fn run(arguments: &InitArguments) -> Result<Verdict, CliError> {
    let [name, other] = POLICY_NAMES;
    if Path::new(other).symlink_metadata().is_ok() {
        return Err(CliError::OtherPolicyExists);
    }
    if !arguments.force && Path::new(name).symlink_metadata().is_ok() {
        return Err(CliError::PolicyExists);
    }
    let found = discover(&Selection {
        paths: &arguments.paths,
        exclude: &Exclude::default(),
        respect_gitignore: false,
    })?;
    let now = jiff::Timestamp::now();
    let (report, problems) = pipeline::images(
        &found,
        &Settings {
            policy: &Policy::built_in(),
            namespace: None,
            today: input::day(now),
            now,
            jobs: input::processors(),
            governed: None,
            rendering: None,
            all_evidence: false,
            sources: !arguments.no_sources,
            places_of_images_by_rule: false,
        },
    );
    problems::say(&report.sources, &problems);
    let manifests = report.summary.manifests;
    if report.summary.is_empty() && !arguments.allow_empty {
        remark(
            "no Kubernetes manifest was found in the paths given, so nothing was written; \
             --allow-empty writes a policy all the same",
        );
        return Ok(Verdict::NoManifest);
    }
    let references = report
        .images
        .iter()
        .filter_map(|(_, used)| used.reference.as_ref().as_ref().ok());
    let names: Vec<ImageReference> = report.images.iter().filter_map(name_of).collect();
    let policy = starter_with_names(references, &names);
    write(name, &policy, arguments.force)?;
    for line in not_looked_at(&report.summary) {
        remark(&format!(
            "{line}; `imagegate images --show-not-judged` lists them"
        ));
    }
    let images = report.summary.unique_images;
    remark(&format!(
        "{name} written from what is used today (distinct images: {images}, manifests: {manifests})\n\
         next: take out of it what should not be deployed, then run `imagegate check`"
    ));
    Ok(Verdict::Clean)
}

/// Registry and repository of an image whose tag is said elsewhere.
fn name_of((_, used): &(SourceId, ImageUse)) -> Option<ImageReference> {
    match used.reference.as_ref() {
        Err(ReferenceError::Incomplete(partial)) => Some(ImageReference {
            registry: partial.registry.clone()?,
            repository: partial.repository.clone()?,
            tag: None,
            digest: None,
        }),
        _ => None,
    }
}

/// Without `force` a file that appears in the meantime is left alone.
fn write(name: &str, policy: &str, force: bool) -> Result<(), CliError> {
    let file = PendingFile::create(Path::new(name))?;
    if force {
        return file.write(|out| out.write_all(policy.as_bytes()));
    }
    file.write_new(policy.as_bytes()).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            CliError::PolicyExists
        } else {
            CliError::Target {
                path: name.to_owned(),
                reason: reason(&error),
            }
        }
    })
}
