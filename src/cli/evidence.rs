//! How evidence is gathered, from the options of the command line.

use std::path::Path;

use super::args::EvidenceArguments;
use super::progress::ProgressLine;
use crate::gather::cache;
use crate::gather::credentials::Environment;
use crate::gather::settings::GatherSettings;

/// Runs `run` with the settings that the options ask for, and shows progress meanwhile; nothing of it is
/// left on the terminal afterwards. `folder` is the one that paths in the policy are relative to.
pub fn gathering<T>(
    arguments: &EvidenceArguments,
    folder: Option<&Path>,
    run: impl FnOnce(&GatherSettings<'_>) -> T,
) -> T {
    let line = ProgressLine::new(arguments.no_progress);
    run(&GatherSettings {
        folder,
        environment: Environment::of_process(),
        offline: arguments.offline,
        timeout: arguments.timeout,
        cache: match arguments.no_cache {
            true => None,
            false => cache::default_folder(),
        },
        tag_ttl: arguments.tag_ttl,
        progress: &|progress| line.advance(progress),
    })
}
