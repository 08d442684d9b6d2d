//! The images that an index stands for: those that it lists, and those of the indexes inside of it.
//!
//! containerd and CRI-O follow an index inside an index, so a node may run what only the inner one lists.
//! Whether an entry is an index is told by its media type, as they tell it. What cannot be read is no
//! error here: it is said that there may be more.

use super::store::oci::{Descriptor, Document};
use super::store::{Store, Target};
use crate::model::digest::Digest;
use crate::model::repository::Repository;

/// How many indexes may lie in one another.
const MAX_DEPTH: usize = 4;

/// Most inner indexes of one image that are read.
const MAX_INDEXES: usize = 32;

/// Most images of one index that are listed.
const MAX_IMAGES: usize = 5000;

/// Stands for the platform of an image in an index that does not say which it is for.
const UNNAMED_PLATFORM: &str = "an unnamed platform";

/// How BuildKit lists its attestations, which run nowhere.
const NO_PLATFORM: &str = "unknown/unknown";

/// Media types of an index (OCI image specification, "media-types.md"; Docker's "Image Manifest V 2").
const INDEXES: [&str; 2] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// What an index stands for.
#[derive(Debug, Default)]
pub struct Listed {
    /// Digest and platform of each image.
    pub platforms: Vec<(Digest, String)>,
    /// Why there may be more.
    pub unlisted: Option<String>,
}

/// An entry that is still to be looked at.
struct Entry {
    descriptor: Descriptor,
    /// The platform of the index that lists it, for an entry without one.
    platform: Option<String>,
    depth: usize,
}

/// The images of an index with these entries.
pub async fn listed(store: &Store, repository: &Repository, children: Vec<Descriptor>) -> Listed {
    let mut listed = Listed::default();
    let mut open = entries(children, None, 1);
    let mut indexes: Vec<Digest> = Vec::new();
    while let Some(entry) = open.pop() {
        let Descriptor {
            digest,
            media_type,
            platform,
            ..
        } = entry.descriptor;
        let platform = platform.or(entry.platform);
        if platform.as_deref() == Some(NO_PLATFORM) {
            continue;
        }
        if !INDEXES.contains(&media_type.as_str()) {
            if listed.platforms.len() == MAX_IMAGES {
                listed.unlisted = Some(format!("the index lists more than {MAX_IMAGES} images"));
                break;
            }
            // A node may run it all the same: containerd then asks the image's own configuration.
            let platform = platform.unwrap_or_else(|| UNNAMED_PLATFORM.to_owned());
            listed.platforms.push((digest, platform));
            continue;
        }
        if indexes.contains(&digest) {
            continue;
        }
        if entry.depth == MAX_DEPTH || indexes.len() == MAX_INDEXES {
            let limit = format!(
                "more than {MAX_INDEXES} indexes lie in the index, or more than {MAX_DEPTH} in one another"
            );
            listed.unlisted.get_or_insert(limit);
            continue;
        }
        indexes.push(digest.clone());
        match inner(store, repository, &digest).await {
            Ok(children) => open.append(&mut entries(children, platform, entry.depth + 1)),
            Err(reason) => {
                listed.unlisted.get_or_insert(reason);
            }
        }
    }
    listed
}

/// In the order in which the last one is the next.
fn entries(children: Vec<Descriptor>, platform: Option<String>, depth: usize) -> Vec<Entry> {
    let children = children.into_iter().rev();
    let entry = |descriptor| Entry {
        descriptor,
        platform: platform.clone(),
        depth,
    };
    children.map(entry).collect()
}

/// The entries of an inner index; or why they are not known.
async fn inner(
    store: &Store,
    repository: &Repository,
    digest: &Digest,
) -> Result<Vec<Descriptor>, String> {
    let manifest = store.manifest(repository, Target::Digest(digest)).await;
    let bytes = match manifest {
        Ok(Some(manifest)) => manifest.bytes,
        Ok(None) => return Err(format!("the index {digest} that it lists is not there")),
        Err(unanswered) => return Err(unanswered.to_string()),
    };
    let document = Document::parse(&bytes).map_err(|error| format!("{digest}: {error}"))?;
    let children = document.manifests;
    children.ok_or_else(|| format!("{digest}, which it lists as an index, is none"))
}
