//! What was kept comes back, under its own key and no other.

use std::time::Duration;

use imagegate::gather::cache::{Cache, Limits};
use imagegate::model::signature::{Format, Storage};
use jiff::{SignedDuration, Timestamp};

use super::{Asked, digest, files, repository, signature};

#[test]
fn evidence_comes_back_as_it_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    let storages = [
        Storage::Referrer,
        Storage::ReferrersTag,
        Storage::SignatureTag,
        Storage::AttestationTag,
    ];
    let formats = [
        Format::SimpleSigning,
        Format::Envelope,
        Format::Bundle("0.3".to_owned()),
        Format::Unknown("text/\u{0}plain".to_owned()),
    ];
    let mut found = Vec::new();
    for (storage, format) in storages.into_iter().zip(formats) {
        let mut stored = signature(&asked.repository, &[0, 255, b'\n']);
        stored.place.storage = storage;
        stored.format = format;
        found.push(stored);
    }
    Cache::open(folder.path())
        .unwrap()
        .keep_evidence(asked.key(), &found);
    let later = Cache::open(folder.path()).unwrap();
    assert_eq!(later.evidence(asked.key()), Some(found));
}

#[test]
fn no_signature_is_something_that_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    assert_eq!(cache.evidence(asked.key()), None);
    cache.keep_evidence(asked.key(), &[]);
    assert_eq!(cache.evidence(asked.key()), Some(Vec::new()));
}

#[test]
fn evidence_is_of_one_repository_digest_and_set_of_places() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    cache.keep_evidence(asked.key(), &[signature(&asked.repository, b"1")]);
    let mut elsewhere = Asked::new("ghcr.io/acme/app", 'a');
    elsewhere
        .repositories
        .insert(repository("ghcr.io/acme/signatures"));
    for other in [
        Asked::new("ghcr.io/acme/other", 'a'),
        Asked::new("ghcr.io/acme/app", 'b'),
        elsewhere,
    ] {
        assert_eq!(cache.evidence(other.key()), None);
    }
    assert!(cache.evidence(asked.key()).is_some());
}

#[test]
fn evidence_from_a_repository_that_was_not_asked_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    let foreign = signature(&repository("ghcr.io/evil/app"), b"1");
    cache.keep_evidence(asked.key(), &[foreign]);
    assert_eq!(cache.evidence(asked.key()), None);
}

#[test]
fn a_tag_is_taken_while_it_is_young_enough() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let app = repository("ghcr.io/acme/app");
    let kept: Timestamp = "2026-11-20T12:00:00.5Z".parse().unwrap();
    cache.keep_tag(&app, "1.2", &digest('a'), kept);
    let hour = Duration::from_secs(3600);
    for (later, wanted) in [
        (SignedDuration::ZERO, true),
        (SignedDuration::from_secs(3599), true),
        (SignedDuration::from_secs(3600), false),
        (SignedDuration::from_hours(24 * 365), false),
        // The clock was set back, or somebody wrote an entry that never ends.
        (SignedDuration::from_nanos(-1), false),
        (SignedDuration::from_hours(-24 * 365), false),
    ] {
        let found = cache.tag(&app, "1.2", kept + later, hour);
        assert_eq!(found, wanted.then(|| digest('a')), "{later}");
    }
    assert_eq!(cache.tag(&app, "1.3", kept, hour), None);
    assert_eq!(cache.tag(&app, "1.2", kept, Duration::ZERO), None);
    let other = repository("ghcr.io/acme/other");
    assert_eq!(cache.tag(&other, "1.2", kept, hour), None);
}

#[test]
fn a_tag_that_is_kept_again_stands_for_the_new_digest() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let app = repository("ghcr.io/acme/app");
    let now = Timestamp::UNIX_EPOCH;
    cache.keep_tag(&app, "1.2", &digest('a'), now);
    cache.keep_tag(&app, "1.2", &digest('b'), now);
    let found = cache.tag(&app, "1.2", now, Duration::from_secs(1));
    assert_eq!(found, Some(digest('b')));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn an_image_that_is_known_comes_back_with_its_platforms() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let app = repository("ghcr.io/acme/app");
    let platforms = [
        (digest('c'), "linux/amd64".to_owned()),
        (digest('d'), "linux/arm64/v8".to_owned()),
    ];
    cache.keep_image(&app, &digest('a'), &platforms);
    cache.keep_image(&app, &digest('b'), &[]);
    assert_eq!(
        cache.image(&app, &digest('a')).as_deref(),
        Some(&platforms[..])
    );
    assert_eq!(cache.image(&app, &digest('b')), Some(Vec::new()));
    assert_eq!(cache.image(&app, &digest('c')), None);
}

#[test]
fn what_is_too_large_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        entry: 1000,
        total: 10_000,
    };
    let cache = Cache::with_limits(folder.path(), limits).unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    cache.keep_evidence(asked.key(), &[signature(&asked.repository, &[b'x'; 1000])]);
    assert_eq!(files(folder.path()), Vec::<std::path::PathBuf>::new());
}

#[test]
fn the_oldest_entries_make_room() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        entry: 1000,
        total: 4000,
    };
    let used = || -> u64 {
        let files = files(folder.path()).into_iter();
        files.map(|path| path.metadata().unwrap().len()).sum()
    };
    let images: Vec<Asked> = ('0'..='9')
        .map(|digit| Asked::new("ghcr.io/acme/app", digit))
        .collect();
    // A process for each image, so that each reads the folder anew; then one process for all.
    for (number, asked) in images.iter().enumerate() {
        let cache = Cache::with_limits(folder.path(), limits).unwrap();
        cache.keep_evidence(asked.key(), &[signature(&asked.repository, &[b'x'; 300])]);
        assert!(used() <= limits.total, "{} bytes", used());
        // File systems count time in steps: make the age plain.
        for path in files(folder.path()) {
            let file = std::fs::File::options().append(true).open(path).unwrap();
            let changed = file.metadata().unwrap().modified().unwrap();
            let step = Duration::from_secs(60 * (number as u64 + 1));
            file.set_modified(changed - step).unwrap();
        }
    }
    let cache = Cache::with_limits(folder.path(), limits).unwrap();
    assert!(
        cache.evidence(images[9].key()).is_some(),
        "the newest is gone"
    );
    assert!(
        cache.evidence(images[0].key()).is_none(),
        "the oldest is there"
    );
    for asked in &images {
        cache.keep_evidence(asked.key(), &[signature(&asked.repository, &[b'y'; 300])]);
        assert!(used() <= limits.total, "{} bytes", used());
    }
}
