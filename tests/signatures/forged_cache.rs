//! A cache that somebody filled with what he likes: it can cost a request, and never make a pass.

use std::collections::BTreeSet;
use std::path::Path;

use imagegate::gather::cache::{Cache, EvidenceKey};
use imagegate::gather::stored::StoredSignature;
use imagegate::model::digest::Digest;
use imagegate::model::repository::Repository;
use imagegate::model::signature::{Format, Place, Storage};

use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::requests::Run;
use crate::signed::SignedImages;

/// The stored signature of one of the images.
fn stored(images: &SignedImages, number: usize, repository: &Repository) -> StoredSignature {
    let (payload, signature) = &images.signatures[number];
    StoredSignature {
        place: Place {
            repository: repository.clone(),
            storage: Storage::SignatureTag,
            manifest: Digest::parse(&images.digests[number]).unwrap(),
            layer: 0,
        },
        format: Format::SimpleSigning,
        annotations: [(
            "dev.cosignproject.cosign/signature".to_owned(),
            signature.clone(),
        )]
        .into(),
        bytes: payload.clone(),
    }
}

/// The exit code of an offline run over image 0, in whose place the cache holds the signature of another.
fn outcome_with_the_signature_of(number: usize, folder: &Path) -> Option<i32> {
    let images = SignedImages::new(2);
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        referrers: ReferrersApi::Whole,
        ..Setup::default()
    });
    let name = format!("{}/{}", registry.name(), images.repositories[0]);
    let repository = Repository::parse(&name).unwrap();
    let digest = Digest::parse(&images.digests[0]).unwrap();
    let cache = Cache::open(&folder.join("cache/imagegate")).unwrap();
    cache.keep_image(&repository, &digest, &[]);
    let asked = BTreeSet::from([repository.clone()]);
    let key = EvidenceKey {
        repository: &repository,
        digest: &digest,
        asked: &asked,
    };
    cache.keep_evidence(key, &[stored(&images, number, &repository)]);
    let run = Run {
        registry: &registry,
        images: &[format!("{}@{}", images.repositories[0], images.digests[0])],
        key: &images.key,
        uses: 1,
    };
    let code = run.check(folder, &["--offline"]);
    assert_eq!(registry.seen().len(), 0);
    code
}

#[test]
fn evidence_of_the_image_in_the_cache_passes_it_offline() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(outcome_with_the_signature_of(0, folder.path()), Some(0));
}

#[test]
fn evidence_of_another_image_in_the_cache_passes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(outcome_with_the_signature_of(1, folder.path()), Some(3));
}
