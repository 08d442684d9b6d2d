//! Whether the signatures of an image are those that an entry of `require` wants: facts against the
//! policy, and the words for what is missing.
//!
//! A signer counts once, and so does whoever signed: two patterns are not satisfied by one identity.
//! Attestations are no signatures. Nothing here verifies or fetches anything.

pub mod advice;
pub mod details;
pub mod entry;
mod matching;
mod near;
mod signatories;
pub mod wanted;
pub mod wording;

use crate::check::subject::Image;
use crate::model::reference::ImageReference;
use crate::model::signature::SignatureFacts;
use crate::policy::settings::Policy;
use entry::Entry;

/// Whether these facts are enough for every entry of `require` that concerns the image, so that no more
/// has to be asked about it. Also true when no signature of it is wanted.
pub fn suffice(policy: &Policy, image: &ImageReference, facts: &SignatureFacts) -> bool {
    let Some(rule) = &policy.rules.verify_image_signatures else {
        return true;
    };
    let mut concerned = rule.settings.require.iter().filter(|requirement| {
        let mut patterns = requirement.images.iter();
        patterns.any(|pattern| Image::Full(image).may_be_meant_by(&pattern.value))
    });
    concerned.all(|requirement| Entry::new(requirement, image).is_satisfied(facts))
}
