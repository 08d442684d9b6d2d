//! Several threads and processes at one key: each reads an entry that somebody wrote whole.

use std::process::Command;
use std::sync::Barrier;

use imagegate::gather::cache::Cache;

use super::{Asked, files, signature};

const WRITERS: usize = 8;
const ROUNDS: usize = 20;

/// The variables that make a test of this file a writer for another.
const FOLDER: &str = "IMAGEGATE_TEST_CACHE_FOLDER";
const LETTER: &str = "IMAGEGATE_TEST_CACHE_LETTER";

/// Writes and reads one entry again and again. What is read has one letter, whoever wrote it.
fn write_and_read(cache: &Cache, letter: u8) {
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    for round in 0..ROUNDS {
        let bytes = vec![letter; 1 + 997 * round];
        cache.keep_evidence(asked.key(), &[signature(&asked.repository, &bytes)]);
        let found = cache.evidence(asked.key()).unwrap();
        let first = found[0].bytes[0];
        assert!(found[0].bytes.iter().all(|byte| *byte == first));
    }
}

fn letter(number: usize) -> u8 {
    b'a' + u8::try_from(number).unwrap()
}

#[test]
fn threads_can_share_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let start = Barrier::new(WRITERS);
    std::thread::scope(|scope| {
        for number in 0..WRITERS {
            let (cache, start) = (&cache, &start);
            scope.spawn(move || {
                start.wait();
                write_and_read(cache, letter(number));
            });
        }
    });
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn processes_can_share_an_entry() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let letter = std::env::var(LETTER).unwrap().as_bytes()[0];
        write_and_read(&Cache::open(folder.as_ref()).unwrap(), letter);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            Command::new(&this)
                .args(["--exact", "writers::processes_can_share_an_entry"])
                .env(FOLDER, folder.path())
                .env(LETTER, char::from(letter(number)).to_string())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    assert_eq!(files(folder.path()).len(), 1);
}
