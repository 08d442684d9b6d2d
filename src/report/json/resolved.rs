//! What the images that were asked about stand for; SARIF carries the same list.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::evidence::ResolvedImage;
use crate::model::reference::ImageReference;

/// A tag with the digest that was judged in its place, or a written digest beside which the tag points
/// elsewhere.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Resolved {
    /// The image, normalised.
    reference: String,
    /// The digest that was judged: the written one, else the one that the tag named.
    digest: String,
    /// Who said so: `registry`, `layout` or `cache`.
    answered_by: &'static str,
    /// The path of the layout, as the policy writes it; null when another answered.
    layout: Option<String>,
    /// Where the tag points that is written beside the digest, when that is elsewhere.
    tag_points_to: Option<String>,
}

pub(in crate::report) fn resolved(images: &[(ImageReference, ResolvedImage)]) -> Vec<Resolved> {
    let images = images.iter();
    images
        .map(|(reference, image)| Resolved {
            reference: reference.to_string(),
            digest: image.digest.to_string(),
            answered_by: image.answered_by.name(),
            layout: image.answered_by.layout().map(str::to_owned),
            tag_points_to: image.tag_points_to.as_ref().map(ToString::to_string),
        })
        .collect()
}
