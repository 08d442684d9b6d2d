//! What a run of `gather` rests on besides the questions and the policy.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::credentials::Environment;
use crate::model::reference::ImageReference;
use crate::model::signature::SignatureFacts;

/// The settings of a run.
#[derive(Clone)]
pub struct GatherSettings<'a> {
    /// The folder that paths in the policy are relative to; `None` for the built-in policy, which names none.
    pub folder: Option<&'a Path>,
    /// Where credentials are looked for.
    pub environment: Environment,
    /// Layouts and the cache only.
    pub offline: bool,
    /// The time after which nothing more is waited for.
    pub timeout: Duration,
    /// Where evidence of earlier runs is kept; `None` for none.
    pub cache: Option<PathBuf>,
    /// How long the digest of a tag may be taken from the cache.
    pub tag_ttl: Option<Duration>,
    /// Told after every image that is done.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl GatherSettings<'_> {
    /// The same where a part of the time is used up.
    #[must_use]
    pub fn after(&self, spent: Duration) -> Self {
        Self {
            timeout: self.timeout.saturating_sub(spent),
            ..self.clone()
        }
    }
}

/// Whether the facts found so far are enough to pass the image, so that nothing more has to be asked.
pub type Suffices<'a> = &'a (dyn Fn(&ImageReference, &SignatureFacts) -> bool + Sync);

/// How far the questions are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Images that are done.
    pub done: usize,
    /// All images.
    pub of: usize,
    /// Whether a network is used, which may take long.
    pub network: bool,
}
