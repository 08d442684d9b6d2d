//! OCI image layouts through `gather::store::layout`: those that tools wrote (`testdata/signatures`), and
//! small ones that each have one thing wrong.
#![expect(
    clippy::unwrap_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "layouts/content.rs"]
mod content;
#[path = "layouts/imported.rs"]
mod imported;
#[path = "layouts/made.rs"]
mod made;
#[path = "layouts/names.rs"]
mod names;
#[path = "layouts/outside.rs"]
mod outside;
#[path = "layouts/referrers.rs"]
mod referrers;
#[path = "layouts/saved.rs"]
mod saved;
#[path = "layouts/tools.rs"]
mod tools;

use std::path::{Path, PathBuf};

use imagegate::gather::store::layout::{Layout, LayoutKey};
use imagegate::gather::store::{Referrers, StoredManifest, Target, Unanswered};
use imagegate::model::digest::Digest;
use imagegate::model::repository::Repository;

/// The registry of the images in `testdata/signatures/layout`.
const REGISTRY: &str = "registry.example.com";

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures")
}

/// The layout of all the cases.
fn imported_layout() -> Layout {
    let key = LayoutKey::parse(REGISTRY);
    Layout::open(&testdata().join("layout"), "evidence", key).unwrap()
}

fn repository(name: &str) -> Repository {
    Repository::parse(name).unwrap()
}

fn digest(text: &str) -> Digest {
    Digest::parse(text).unwrap()
}

/// The tag of signatures (`.sig`) or attestations (`.att`) of an image.
fn tag_of(image: &Digest, ending: &str) -> String {
    format!("{}-{}{ending}", image.algorithm(), image.hex())
}

fn by_tag(layout: &Layout, name: &str, tag: &str) -> Result<Option<StoredManifest>, Unanswered> {
    layout.manifest(&repository(name), Target::Tag(tag))
}

fn by_digest(layout: &Layout, image: &Digest) -> Result<Option<StoredManifest>, Unanswered> {
    let anywhere = repository("registry.example.com/team/any");
    layout.manifest(&anywhere, Target::Digest(image))
}

/// The digests of the manifests that have the image as their subject.
fn referrers_of(layout: &Layout, image: &Digest) -> Result<Vec<Digest>, Unanswered> {
    let listed = match layout.referrers(image)? {
        Referrers::Listed(listed) => listed,
        Referrers::Unsupported => Vec::new(),
    };
    Ok(listed
        .into_iter()
        .map(|descriptor| descriptor.digest)
        .collect())
}
