//! Which folder is used: ours, and closed to others.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use imagegate::gather::cache::{Cache, CacheRefused};

use super::{Asked, only_file};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn what_is_made_is_for_its_owner_only() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".cache/imagegate");
    let cache = Cache::open(&folder).unwrap();
    cache.keep_evidence(Asked::new("ghcr.io/acme/app", 'a').key(), &[]);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&home.path().join(".cache")), 0o700);
    assert_eq!(mode(&only_file(&folder)), 0o600);
}

#[test]
fn a_folder_that_others_can_write_to_is_not_used() {
    for open in [0o777, 0o770, 0o707, 0o1777, 0o722] {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("imagegate");
        fs::create_dir(&folder).unwrap();
        set_mode(&folder, open);
        let refused = Cache::open(&folder).err().unwrap();
        let at = fs::canonicalize(&folder).unwrap();
        assert_eq!(refused, CacheRefused::Open { at }, "{open:o}");
        let said = refused.to_string();
        assert!(
            said.contains("others can write") && said.contains("chmod"),
            "{said}"
        );
    }
}

#[test]
fn a_folder_that_others_can_only_read_is_used() {
    let home = tempfile::tempdir().unwrap();
    set_mode(home.path(), 0o755);
    assert!(Cache::open(home.path()).is_ok());
}

#[test]
fn a_folder_below_one_that_others_can_write_to_is_not_used() {
    let home = tempfile::tempdir().unwrap();
    let shared = home.path().join("shared");
    fs::create_dir(&shared).unwrap();
    set_mode(&shared, 0o777);
    let folder = shared.join("imagegate");
    let refused = Cache::open(&folder).err().unwrap();
    let at = fs::canonicalize(&shared).unwrap();
    assert_eq!(refused, CacheRefused::Open { at });
    // Sticky: others can add to it, and exchange nothing.
    set_mode(&shared, 0o1777);
    assert!(Cache::open(&shared.join("imagegate")).is_ok());
}

#[test]
fn a_link_to_a_folder_is_judged_by_where_it_leads() {
    let home = tempfile::tempdir().unwrap();
    let (open, link) = (home.path().join("open"), home.path().join("link"));
    fs::create_dir(&open).unwrap();
    std::os::unix::fs::symlink(&open, &link).unwrap();
    assert!(Cache::open(&link).is_ok());
    set_mode(&open, 0o777);
    assert!(matches!(Cache::open(&link), Err(CacheRefused::Open { .. })));
}

#[test]
fn a_file_in_place_of_the_folder_is_said() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("imagegate");
    fs::write(&folder, "").unwrap();
    let refused = Cache::open(&folder).err().unwrap();
    assert!(
        matches!(refused, CacheRefused::Unusable { .. }),
        "{refused}"
    );
}

/// Root writes everywhere, so the place where nothing can be written is one that the kernel keeps closed.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_made_is_said() {
    let refused = Cache::open(Path::new("/proc/imagegate")).err().unwrap();
    let said = refused.to_string();
    assert!(
        said.contains("`/proc/imagegate` cannot be written to"),
        "{said}"
    );
}

#[test]
fn opening_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    drop(Cache::open(folder.path()).unwrap());
    assert_eq!(super::files(folder.path()).len(), 0);
}

#[test]
fn a_folder_that_goes_away_ends_the_cache_and_not_the_run() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("imagegate");
    let cache = Cache::open(&folder).unwrap();
    fs::remove_dir(&folder).unwrap();
    let asked = Asked::new("ghcr.io/acme/app", 'a');
    cache.keep_evidence(asked.key(), &[]);
    cache.keep_evidence(asked.key(), &[]);
    assert_eq!(cache.evidence(asked.key()), None);
}
