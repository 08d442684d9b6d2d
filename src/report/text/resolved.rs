//! The lines about what tags stand for: a tag can move between the check and the deploy. Each is named as
//! it is written to pin it, in one piece.

use std::collections::BTreeMap;

use crate::model::digest::Digest;
use crate::model::evidence::{AnsweredBy, ResolvedImage};
use crate::model::reference::ImageReference;
use crate::model::shorten::shorten;
use crate::report::escape::terminal;
use crate::report::reasons::counted;

/// Most images that are named, in each of the lists; the others are counted.
const NAMED: usize = 10;

/// Longest name that is shown, in characters.
const NAME_CHARACTERS: usize = 300;

/// One line for each image whose tag points elsewhere than the digest beside it.
pub(super) fn moved_tags(images: &[(ImageReference, ResolvedImage)]) -> Vec<String> {
    let moved = images.iter().filter_map(|(reference, image)| {
        let points_to = image.tag_points_to.as_ref()?;
        let tag = reference.tag.as_deref().unwrap_or_default();
        Some(format!(
            "note: {} deploys that digest, while the tag {} points to {points_to}",
            name(reference),
            terminal(tag)
        ))
    });
    let moved: Vec<String> = moved.collect();
    capped(moved, |others| {
        let tags = counted(others, "more tag points", "more tags point");
        format!("note: {tags} elsewhere than the digest beside it (--format json lists all)")
    })
}

/// What the tags that were asked about stand for, and who said so; empty without any.
pub(super) fn tags(images: &[(ImageReference, ResolvedImage)]) -> Vec<String> {
    let tags = images.iter();
    let tags: Vec<&(ImageReference, ResolvedImage)> = tags
        .filter(|(reference, _)| reference.digest.is_none())
        .collect();
    if tags.is_empty() {
        return Vec::new();
    }
    let mut answers: BTreeMap<String, u32> = BTreeMap::new();
    for (_, image) in &tags {
        *answers.entry(source(&image.answered_by)).or_default() += 1;
    }
    let several = answers.len() > 1;
    let answers = answers.into_iter().map(|(source, count)| match several {
        true => format!("{count} {source}"),
        false => source,
    });
    let answers = answers.collect::<Vec<_>>().join(", ");
    let by = match several {
        true => format!("({answers})"),
        false => answers,
    };
    let count = u32::try_from(tags.len()).unwrap_or(u32::MAX);
    let mut lines = vec![format!(
        "{} resolved to a digest {by}; a tag can move until the deploy, a digest cannot:",
        counted(count, "tag was", "tags were")
    )];
    let named = tags.into_iter().map(|(reference, image)| {
        let digest: &Digest = &image.digest;
        format!("  {}@{digest}", name(reference))
    });
    lines.extend(capped(named.collect(), |others| {
        format!("  and {others} more (--format json lists all)")
    }));
    lines
}

fn source(answered_by: &AnsweredBy) -> String {
    match answered_by {
        AnsweredBy::Registry => "by the registry".to_owned(),
        AnsweredBy::Cache => "from the cache".to_owned(),
        AnsweredBy::Layout(path) => {
            format!(
                "by the layout {}",
                terminal(&shorten(path, NAME_CHARACTERS))
            )
        }
    }
}

fn name(reference: &ImageReference) -> String {
    terminal(&shorten(&reference.to_string(), NAME_CHARACTERS)).into_owned()
}

/// The first lines, and one about the others.
fn capped(mut lines: Vec<String>, others: impl FnOnce(u32) -> String) -> Vec<String> {
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(others(u32::try_from(more).unwrap_or(u32::MAX)));
    }
    lines
}
