//! Entries that are damaged, cut, of another version, or no files at all: each is a miss and goes.

use std::fs;
use std::path::Path;

use imagegate::gather::cache::{Cache, Limits};

use super::{Asked, digest, files, only_file, repository, signature};

/// A cache with one small entry, and the bytes of it.
fn one_entry(folder: &Path) -> (Asked, Vec<u8>) {
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    let cache = Cache::open(folder).unwrap();
    cache.keep_evidence(asked.key(), &[signature(&asked.repository, b"payload")]);
    let bytes = fs::read(only_file(folder)).unwrap();
    (asked, bytes)
}

/// Puts `bytes` in place of the entry: it must not be taken, and must be gone afterwards.
fn assert_dropped(folder: &Path, entry: &Path, asked: &Asked, bytes: &[u8], what: &str) {
    fs::write(entry, bytes).unwrap();
    let cache = Cache::open(folder).unwrap();
    assert_eq!(cache.evidence(asked.key()), None, "{what}");
    assert!(!entry.exists(), "{what}: it is still there");
}

#[test]
fn an_entry_with_one_bit_changed_is_dropped_wherever_the_bit_is() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, sound) = one_entry(folder.path());
    let entry = only_file(folder.path());
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        let what = format!("byte {at}");
        assert_dropped(folder.path(), &entry, &asked, &bytes, &what);
    }
    fs::write(&entry, &sound).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    assert!(cache.evidence(asked.key()).is_some(), "the sound one");
}

#[test]
fn an_entry_that_is_cut_or_has_more_behind_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, sound) = one_entry(folder.path());
    let entry = only_file(folder.path());
    for length in 0..sound.len() {
        let what = format!("the first {length} bytes");
        assert_dropped(folder.path(), &entry, &asked, &sound[..length], &what);
    }
    let longer = [&sound[..], b"\n"].concat();
    assert_dropped(folder.path(), &entry, &asked, &longer, "one byte more");
}

#[test]
fn an_entry_of_another_version_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, sound) = one_entry(folder.path());
    let entry = only_file(folder.path());
    let text = String::from_utf8(sound).unwrap();
    let other = text.replacen("imagegate cache 3\n", "imagegate cache 2\n", 1);
    assert_ne!(text, other);
    assert_dropped(folder.path(), &entry, &asked, other.as_bytes(), "version 2");
}

#[test]
fn a_sound_entry_under_another_name_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, sound) = one_entry(folder.path());
    let entry = only_file(folder.path());
    fs::remove_file(&entry).unwrap();
    let other = Asked::new("ghcr.io/acme/app", 'c');
    let cache = Cache::open(folder.path()).unwrap();
    cache.keep_evidence(other.key(), &[]);
    let place = only_file(folder.path());
    assert_dropped(
        folder.path(),
        &place,
        &other,
        &sound,
        "another image's entry",
    );
    assert_eq!(cache.evidence(asked.key()), None);
}

#[test]
fn an_entry_that_is_too_large_is_dropped_unread() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, sound) = one_entry(folder.path());
    let limits = Limits {
        entry: sound.len() as u64 - 1,
        total: 10_000,
    };
    let cache = Cache::with_limits(folder.path(), limits).unwrap();
    assert_eq!(cache.evidence(asked.key()), None);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_folder_in_place_of_an_entry_is_a_miss_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, _) = one_entry(folder.path());
    let entry = only_file(folder.path());
    fs::remove_file(&entry).unwrap();
    fs::create_dir(&entry).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    assert_eq!(cache.evidence(asked.key()), None);
    assert!(entry.is_dir());
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_an_entry_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let (asked, sound) = one_entry(folder.path());
    let entry = only_file(folder.path());
    let target = elsewhere.path().join("target");
    fs::write(&target, &sound).unwrap();
    fs::remove_file(&entry).unwrap();
    std::os::unix::fs::symlink(&target, &entry).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    assert_eq!(cache.evidence(asked.key()), None);
    assert!(
        fs::symlink_metadata(&entry).is_err(),
        "the link is still there"
    );
    assert_eq!(fs::read(&target).unwrap(), sound);
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_an_entry_is_replaced_and_not_written_through() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let (asked, _) = one_entry(folder.path());
    let entry = only_file(folder.path());
    let target = elsewhere.path().join("target");
    fs::write(&target, "precious").unwrap();
    fs::remove_file(&entry).unwrap();
    std::os::unix::fs::symlink(&target, &entry).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    cache.keep_evidence(asked.key(), &[]);
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    assert_eq!(cache.evidence(asked.key()), Some(Vec::new()));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_an_entry_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (asked, _) = one_entry(folder.path());
    let entry = only_file(folder.path());
    fs::remove_file(&entry).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&entry).status();
    assert!(made.unwrap().success());
    let cache = Cache::open(folder.path()).unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(cache.evidence(asked.key())));
    let patience = std::time::Duration::from_secs(20);
    assert_eq!(receiver.recv_timeout(patience), Ok(None));
}

#[test]
fn a_forged_entry_with_a_right_checksum_is_still_checked_for_form() {
    let folder = tempfile::tempdir().unwrap();
    let app = repository("ghcr.io/acme/app");
    let cache = Cache::open(folder.path()).unwrap();
    cache.keep_image(
        &app,
        &digest('a'),
        &[(digest('b'), "linux/amd64".to_owned())],
    );
    let entry = only_file(folder.path());
    let text = fs::read_to_string(&entry).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let (key, _) = rest.split_once('\n').unwrap();
    for content in [
        "",
        "null",
        "{}",
        "{\"platforms\":[[\"sha256:1\",\"x\"]]}",
        "{\"platforms\":[[\"../../etc/passwd\",\"x\"]]}",
        "{\"platforms\":7}",
    ] {
        let rest = format!("{key}\n{content}");
        fs::write(&entry, format!("{header}\n{}\n{rest}", sha256(&rest))).unwrap();
        assert_eq!(cache.image(&app, &digest('a')), None, "{content}");
    }
    // What the test computes is what the cache computes.
    let rest = format!("{key}\n{{\"platforms\":[]}}");
    fs::write(&entry, format!("{header}\n{}\n{rest}", sha256(&rest))).unwrap();
    assert_eq!(cache.image(&app, &digest('a')), Some(Vec::new()));
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
