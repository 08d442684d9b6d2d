//! Report files: which of them a glob names, which image each is about, and what is said of the others.

use std::path::Path;
use std::sync::Arc;

use imagegate::gather::scans::reports::{ReportSource, Subject, answer};
use imagegate::model::digest::Digest;
use imagegate::model::evidence::{AnsweredBy, Evidence, ResolvedImage};
use imagegate::model::reference::ImageReference;
use imagegate::model::scan::{Binding, ScanFacts, ScanOrigin};
use serde_json::{Value, json};

use crate::{digest, grype, trivy};

/// A folder with files, by path and text.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// A report of the image with digests of that digit, made on that day of November.
fn report(digit: char, day: u32) -> String {
    let mut json = trivy();
    json["Metadata"]["RepoDigests"] = json!([format!("ghcr.io/acme/app@{}", digest(digit))]);
    json["CreatedAt"] = json!(format!("2026-11-{day:02}T10:00:00Z"));
    json.to_string()
}

/// A report that names no digest, as that of an archive.
fn undigested() -> Value {
    let mut json = trivy();
    json["Metadata"]
        .as_object_mut()
        .unwrap()
        .remove("RepoDigests");
    json
}

fn image(text: &str) -> ImageReference {
    ImageReference::parse(text).unwrap()
}

fn parsed(digit: char) -> Digest {
    Digest::parse(&digest(digit)).unwrap()
}

/// The image with the digest of that digit, and platforms with others.
fn resolved(digit: char, platforms: &[char]) -> Evidence<ResolvedImage> {
    let platforms = platforms.iter();
    Evidence::Known(ResolvedImage {
        digest: parsed(digit),
        answered_by: AnsweredBy::Registry,
        tag_points_to: None,
        unlisted: None,
        platforms: platforms
            .map(|digit| (parsed(*digit), format!("linux/{digit}")))
            .collect(),
    })
}

struct Asked<'a> {
    globs: &'a [&'a str],
    by_tag: bool,
    image: &'a str,
    resolved: Evidence<ResolvedImage>,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self {
            globs: &["scans/*.json"],
            by_tag: false,
            image: "ghcr.io/acme/app:1.0",
            resolved: resolved('a', &[]),
        }
    }
}

impl Asked<'_> {
    fn evidence(self, folder: &Path) -> Evidence<Arc<ScanFacts>> {
        let source = ReportSource {
            number: 3,
            files: self.globs.to_vec(),
            by_tag: self.by_tag,
        };
        let image = image(self.image);
        let subject = Subject {
            image: &image,
            resolved: self.resolved,
        };
        let mut answers = answer(folder, &[source], &[subject]);
        answers.remove(&3).unwrap().remove(&image).unwrap()
    }

    fn facts(self, folder: &Path) -> ScanFacts {
        match self.evidence(folder) {
            Evidence::Known(facts) => ScanFacts::clone(&facts),
            other => panic!("{other:?}"),
        }
    }
}

fn paths(facts: &ScanFacts) -> Vec<&str> {
    facts
        .found
        .iter()
        .map(|found| match &found.origin {
            ScanOrigin::Report(path) => path.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn bindings(facts: &ScanFacts) -> Vec<Binding> {
    let scans = facts.found.iter();
    scans
        .map(|found| found.scan.as_ref().unwrap().bound_by.clone())
        .collect()
}

#[test]
fn a_report_is_found_by_the_digest_that_it_names() {
    let folder = folder(&[
        ("scans/app.json", &report('a', 20)),
        ("scans/other.json", &report('e', 20)),
    ]);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(paths(&facts), ["scans/app.json"]);
    assert_eq!(bindings(&facts), [Binding::Digest(parsed('a'))]);
    assert_eq!(facts.unread, [""; 0]);
    assert_eq!(facts.asked, ["`scans/*.json`"]);
}

#[test]
fn a_report_by_grype_is_found_by_the_digest_of_the_manifest_too() {
    let folder = folder(&[("scans/app.json", &grype().to_string())]);
    let facts = Asked {
        resolved: resolved('b', &[]),
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(bindings(&facts), [Binding::Digest(parsed('b'))]);
}

#[test]
fn a_digest_that_a_report_writes_twice_makes_it_one_scan() {
    let mut json = grype();
    json["source"]["target"]["manifestDigest"] = json!(digest('a'));
    let folder = folder(&[("scans/app.json", &json.to_string())]);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(facts.found.len(), 1);
}

#[test]
fn the_name_in_front_of_a_digest_does_not_matter() {
    let folder = folder(&[("scans/app.json", &report('a', 20))]);
    let facts = Asked {
        image: "mirror.example.com/app:1.0",
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(paths(&facts), ["scans/app.json"]);
}

#[test]
fn a_written_digest_needs_nobody_to_resolve_it() {
    let folder = folder(&[("scans/app.json", &report('a', 20))]);
    let facts = Asked {
        image: &format!("ghcr.io/acme/app@{}", digest('a')),
        resolved: Evidence::Unavailable("the registry is silent".into()),
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(paths(&facts), ["scans/app.json"]);
    assert_eq!(facts.unread, [""; 0]);
}

#[test]
fn without_a_report_it_cannot_be_said_that_there_is_none_of_a_platform_that_is_not_known() {
    let folder = folder(&[("scans/app.json", &report('e', 20))]);
    let facts = Asked {
        image: &format!("ghcr.io/acme/app@{}", digest('a')),
        resolved: Evidence::Unavailable("the registry is silent".into()),
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(facts.unread.len(), 1);
    assert!(
        facts.unread[0].ends_with("the registry is silent"),
        "{facts:?}"
    );
}

#[test]
fn an_image_whose_digest_is_not_known_cannot_be_asked_about() {
    let folder = folder(&[("scans/app.json", &report('a', 20))]);
    let reason = "the registry is silent".to_owned();
    let evidence = Asked {
        resolved: Evidence::Unavailable(reason.clone().into()),
        ..Asked::default()
    }
    .evidence(folder.path());
    assert_eq!(evidence, Evidence::Unavailable(reason.into()));
}

#[test]
fn reports_of_platforms_are_found_each_for_its_own() {
    let folder = folder(&[
        ("scans/one.json", &report('b', 20)),
        ("scans/two.json", &report('c', 19)),
    ]);
    let facts = Asked {
        resolved: resolved('a', &['b', 'c', 'd']),
        ..Asked::default()
    }
    .facts(folder.path());
    let wanted = [Binding::Digest(parsed('b')), Binding::Digest(parsed('c'))];
    assert_eq!(bindings(&facts), wanted);
}

#[test]
fn a_report_of_several_platforms_is_a_scan_of_each() {
    let mut json = trivy();
    json["Metadata"]["RepoDigests"] =
        json!([format!("a@{}", digest('b')), format!("a@{}", digest('c'))]);
    let folder = folder(&[("scans/app.json", &json.to_string())]);
    let facts = Asked {
        resolved: resolved('a', &['b', 'c']),
        ..Asked::default()
    }
    .facts(folder.path());
    let counts: Vec<usize> = facts
        .found
        .iter()
        .map(|found| found.scan.as_ref().unwrap().vulnerabilities.len())
        .collect();
    assert_eq!(counts, [1, 1]);
    let wanted = [Binding::Digest(parsed('b')), Binding::Digest(parsed('c'))];
    assert_eq!(bindings(&facts), wanted);
}

#[test]
fn a_report_of_the_index_is_not_repeated_for_its_platforms() {
    let mut json = trivy();
    json["Metadata"]["RepoDigests"] =
        json!([format!("a@{}", digest('b')), format!("a@{}", digest('a'))]);
    let folder = folder(&[("scans/app.json", &json.to_string())]);
    let facts = Asked {
        resolved: resolved('a', &['b']),
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(bindings(&facts), [Binding::Digest(parsed('a'))]);
}

#[test]
fn the_newest_report_stands_first_and_one_without_a_time_last() {
    let mut undated: Value = serde_json::from_str(&report('a', 1)).unwrap();
    undated.as_object_mut().unwrap().remove("CreatedAt");
    let folder = folder(&[
        ("scans/a.json", &undated.to_string()),
        ("scans/b.json", &report('a', 20)),
        ("scans/c.json", &report('a', 22)),
        ("scans/d.json", &report('a', 21)),
    ]);
    let facts = Asked::default().facts(folder.path());
    let wanted = [
        "scans/c.json",
        "scans/d.json",
        "scans/b.json",
        "scans/a.json",
    ];
    assert_eq!(paths(&facts), wanted);
}

#[test]
fn a_report_that_is_no_vulnerability_scan_is_found_as_that() {
    let mut json = trivy();
    json["Results"] = json!([{ "Class": "secret" }]);
    let folder = folder(&[("scans/app.json", &json.to_string())]);
    let facts = Asked::default().facts(folder.path());
    let reason = facts.found[0].scan.as_ref().unwrap_err();
    assert!(
        reason.reason.starts_with("it is no vulnerability scan"),
        "{reason:?}"
    );
}

#[test]
fn a_tag_does_not_bind_unless_the_policy_lets_it() {
    let folder = folder(&[("scans/app.json", &undigested().to_string())]);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(facts.found, []);
    assert!(facts.unread[0].contains("names no digest"), "{facts:?}");
}

#[test]
fn a_tag_binds_where_the_policy_lets_it() {
    let folder = folder(&[("scans/app.json", &undigested().to_string())]);
    for resolution in [
        resolved('a', &[]),
        Evidence::Absent,
        Evidence::Unavailable("the registry is silent".into()),
    ] {
        let facts = Asked {
            by_tag: true,
            resolved: resolution,
            ..Asked::default()
        }
        .facts(folder.path());
        let tag = Binding::Tag("ghcr.io/acme/app:1.0".to_owned());
        assert_eq!(bindings(&facts), [tag]);
        assert_eq!(facts.unread, [""; 0]);
    }
}

#[test]
fn a_digest_binds_rather_than_a_tag() {
    let folder = folder(&[("scans/app.json", &report('a', 20))]);
    let facts = Asked {
        by_tag: true,
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(bindings(&facts), [Binding::Digest(parsed('a'))]);
}

#[test]
fn another_tag_or_repository_does_not_bind() {
    let folder = folder(&[("scans/app.json", &undigested().to_string())]);
    for image in [
        "ghcr.io/acme/app:1.1",
        "ghcr.io/acme/app",
        "ghcr.io/acme/apps:1.0",
        "quay.io/acme/app:1.0",
    ] {
        let facts = Asked {
            by_tag: true,
            image,
            ..Asked::default()
        }
        .facts(folder.path());
        assert_eq!(facts.found, [], "{image}");
    }
}

#[test]
fn no_tag_is_the_tag_that_is_pulled_then() {
    let mut json = undigested();
    json["ArtifactName"] = json!("nginx");
    json["Metadata"]["RepoTags"] = json!(["nginx:latest"]);
    let folder = folder(&[("scans/app.json", &json.to_string())]);
    for image in ["nginx", "docker.io/library/nginx:latest"] {
        let facts = Asked {
            by_tag: true,
            image,
            ..Asked::default()
        }
        .facts(folder.path());
        assert_eq!(facts.found.len(), 1, "{image}");
    }
}

#[test]
fn a_tag_does_not_bind_an_image_that_is_written_with_a_digest() {
    let folder = folder(&[("scans/app.json", &undigested().to_string())]);
    let facts = Asked {
        by_tag: true,
        image: &format!("ghcr.io/acme/app:1.0@{}", digest('a')),
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(facts.found, []);
}

#[test]
fn a_tag_that_has_moved_since_the_report_does_not_bind() {
    let folder = folder(&[("scans/app.json", &report('e', 20))]);
    let facts = Asked {
        by_tag: true,
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(facts.found, []);
    let wanted = format!(
        "`scans/app.json` has the tag, but of another digest than {}, which the tag names now",
        digest('a')
    );
    assert_eq!(facts.unread, [wanted]);
}

#[test]
fn a_glob_that_matches_no_file_is_named() {
    let folder = folder(&[("scans/app.txt", "")]);
    let facts = Asked {
        globs: &["scans/*.json", "absent/**/*.json"],
        ..Asked::default()
    }
    .facts(folder.path());
    let wanted = [
        "`scans/*.json`, which matches no file",
        "`absent/**/*.json`, which matches no file",
    ];
    assert_eq!(facts.asked, wanted);
    assert_eq!(facts.unread, [""; 0]);
}

#[test]
fn a_file_that_is_named_and_not_there_could_not_be_read() {
    let folder = folder(&[]);
    let facts = Asked {
        globs: &["./scans/app.json"],
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(
        facts.unread,
        ["`scans/app.json` could not be read: it does not exist"]
    );
}

#[test]
fn what_cannot_be_read_is_named_beside_a_report_that_answers() {
    let folder = folder(&[
        ("scans/a.json", &report('a', 20)),
        ("scans/b.json", ""),
        ("scans/c.json", "{\"SchemaVersion\": 2, \"Results\": ["),
        ("scans/d.json/e", ""),
    ]);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(paths(&facts), ["scans/a.json"]);
    let wanted = [
        "`scans/d.json` could not be read: it is a folder, not a file",
        "`scans/b.json` could not be read: it is empty",
        "`scans/c.json` could not be read: it ends too early (line 1, column 33): only a part of the report was written",
    ];
    assert_eq!(facts.unread, wanted);
}

#[test]
fn a_folder_that_is_named_could_not_be_read() {
    let folder = folder(&[("scans/app.json", "")]);
    let facts = Asked {
        globs: &["scans/"],
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(
        facts.unread,
        ["`scans` could not be read: it is a folder, not a file"]
    );
}

#[test]
fn many_files_that_cannot_be_read_are_counted() {
    let files: Vec<String> = (0..30)
        .map(|number| format!("scans/{number:02}.json"))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), "")).collect();
    let folder = folder(&files);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(facts.unread.len(), 21);
    assert_eq!(facts.unread[20], "10 more files could not be used");
}

#[test]
fn globs_are_relative_to_the_folder_stay_in_folders_and_cross_with_two_stars() {
    let files = [
        "a.json",
        "scans/b.json",
        "scans/deep/c.json",
        "scans/deep/.hidden/d.json",
        "scans/e.txt",
        ".git/f.json",
    ];
    let text = report('a', 20);
    let folder = folder(&files.map(|path| (path, text.as_str())));
    for (globs, wanted) in [
        (&["*.json"][..], &["a.json"][..]),
        (&["./*.json"], &["a.json"]),
        (&["scans/*.json"], &["scans/b.json"]),
        (&["scans/*/c.json"], &["scans/deep/c.json"]),
        (
            &["scans/**/*.json"],
            &[
                "scans/b.json",
                "scans/deep/.hidden/d.json",
                "scans/deep/c.json",
            ],
        ),
        (&["**/[bc].json"], &["scans/b.json", "scans/deep/c.json"]),
        (
            &["scans/{b,deep/c}.json"],
            &["scans/b.json", "scans/deep/c.json"],
        ),
        (&["scans/{*,deep/x}.json"], &["scans/b.json"]),
        (&["**/[bf].json"], &["scans/b.json"]),
        (&["scans/deep/../b.json"], &["scans/deep/../b.json"]),
        (&["scans/../[a].json"], &["scans/../a.json"]),
    ] {
        let facts = Asked {
            globs,
            ..Asked::default()
        }
        .facts(folder.path());
        assert_eq!(paths(&facts), wanted, "{globs:?}");
    }
}

#[test]
fn an_absolute_glob_leads_where_it_says() {
    let folder = folder(&[("scans/app.json", &report('a', 20))]);
    let glob = format!("{}/scans/*.json", folder.path().display());
    let elsewhere = tempfile::tempdir().unwrap();
    let facts = Asked {
        globs: &[&glob],
        ..Asked::default()
    }
    .facts(elsewhere.path());
    assert_eq!(facts.found.len(), 1);
}

#[test]
fn a_file_that_several_globs_name_is_one_report() {
    let folder = folder(&[("scans/app.json", &report('a', 20))]);
    let facts = Asked {
        globs: &[
            "scans/app.json",
            "scans/*.json",
            "**/*.json",
            "scans/../scans/app.json",
        ],
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(paths(&facts), ["scans/app.json"]);
}

#[test]
fn two_sources_and_images_share_what_was_read() {
    let folder = folder(&[
        ("scans/app.json", &report('a', 20)),
        ("scans/other.json", &report('e', 20)),
    ]);
    let source = |number, file| ReportSource {
        number,
        files: vec![file],
        by_tag: false,
    };
    let sources = [source(0, "scans/app.json"), source(1, "scans/*.json")];
    let images = [
        image("ghcr.io/acme/app:1.0"),
        image("ghcr.io/acme/other:1.0"),
        image("ghcr.io/acme/none:1"),
    ];
    let subjects: Vec<Subject<'_>> = images
        .iter()
        .zip(['a', 'e', 'f'])
        .map(|(image, digit)| Subject {
            image,
            resolved: resolved(digit, &[]),
        })
        .collect();
    let answers = answer(folder.path(), &sources, &subjects);
    let found = |source: usize, image: &ImageReference| match &answers[&source][image] {
        Evidence::Known(facts) => facts.found.clone(),
        other => panic!("{other:?}"),
    };
    let counts = |source| images.each_ref().map(|image| found(source, image).len());
    assert_eq!(counts(0), [1, 0, 0]);
    assert_eq!(counts(1), [1, 1, 0]);
    let (Ok(one), Ok(other)) = (&found(0, &images[0])[0].scan, &found(1, &images[0])[0].scan)
    else {
        panic!("no scan");
    };
    assert!(Arc::ptr_eq(one, other));
}

#[test]
fn a_report_of_many_megabytes_is_read_as_a_stream() {
    let mut json = trivy();
    json["Results"][0]["Vulnerabilities"][0]["Description"] = json!("d".repeat(3_000_000));
    let one = json["Results"][0]["Vulnerabilities"][0].clone();
    json["Results"][0]["Vulnerabilities"] = json!([one, one, one]);
    let text = json.to_string();
    assert!(text.len() > 8 * 1024 * 1024);
    let folder = folder(&[("scans/app.json", &text)]);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(
        facts.found[0].scan.as_ref().unwrap().vulnerabilities.len(),
        3
    );
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn a_link_to_a_file_is_followed_and_counts_once() {
        let folder = folder(&[("data/app.json", &report('a', 20))]);
        std::fs::create_dir(folder.path().join("scans")).unwrap();
        symlink("../data/app.json", folder.path().join("scans/one.json")).unwrap();
        symlink("../data/app.json", folder.path().join("scans/two.json")).unwrap();
        let facts = Asked::default().facts(folder.path());
        assert_eq!(paths(&facts), ["scans/one.json"]);
    }

    #[test]
    fn a_link_to_a_folder_is_not_followed_and_named() {
        let folder = folder(&[("scans/app.json", &report('a', 20))]);
        symlink("..", folder.path().join("scans/up")).unwrap();
        let facts = Asked {
            globs: &["scans/**/*.json"],
            ..Asked::default()
        }
        .facts(folder.path());
        assert_eq!(paths(&facts), ["scans/app.json"]);
        assert_eq!(
            facts.unread,
            ["`scans/up` is a link to a folder, which is not followed"]
        );
    }

    #[test]
    fn a_link_that_leads_nowhere_could_not_be_read() {
        let folder = folder(&[("scans/app.json", &report('a', 20))]);
        symlink("nowhere", folder.path().join("scans/broken.json")).unwrap();
        let facts = Asked::default().facts(folder.path());
        assert_eq!(
            facts.unread,
            ["`scans/broken.json` could not be read: it does not exist"]
        );
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = folder(&[("scans/app.json", &report('a', 20))]);
        let pipe = folder.path().join("scans/pipe.json");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let facts = Asked::default().facts(folder.path());
        assert_eq!(
            facts.unread,
            ["`scans/pipe.json` could not be read: it is a pipe, socket or device, not a file"]
        );
    }

    #[test]
    fn a_folder_that_may_not_be_looked_at_is_named() {
        let folder = folder(&[
            ("scans/app.json", &report('a', 20)),
            ("scans/shut/b.json", ""),
        ]);
        let shut = folder.path().join("scans/shut");
        std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
        let readable = std::fs::read_dir(&shut).is_ok();
        let facts = Asked {
            globs: &["scans/**/*.json"],
            ..Asked::default()
        }
        .facts(folder.path());
        std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o755)).unwrap();
        // The superuser may look everywhere.
        let wanted = match readable {
            true => "`scans/shut/b.json` could not be read: it is empty",
            false => "`scans/shut` could not be looked at: permission is denied",
        };
        assert_eq!(facts.unread, [wanted]);
    }
}

/// An image by digest whose index nobody could be asked for.
fn unasked<'a>(image: &'a str, by_tag: bool) -> Asked<'a> {
    Asked {
        image,
        by_tag,
        resolved: Evidence::Unavailable("the registry is silent".into()),
        ..Asked::default()
    }
}

/// The report of a digest under a name.
fn named(repository: &str, digit: char) -> String {
    let mut json = trivy();
    json["ArtifactName"] = json!(format!("{repository}@{}", digest(digit)));
    json["Metadata"]["RepoTags"] = json!([]);
    json["Metadata"]["RepoDigests"] = json!([format!("{repository}@{}", digest(digit))]);
    json.to_string()
}

fn possible(facts: &ScanFacts) -> Vec<&Binding> {
    let scans = facts.possible.iter();
    scans
        .map(|found| &found.scan.as_ref().unwrap().bound_by)
        .collect()
}

#[test]
fn a_report_of_another_digest_may_be_of_an_image_of_which_not_all_are_known() {
    let folder = folder(&[
        ("scans/own.json", &named("ghcr.io/acme/app", 'a')),
        ("scans/other.json", &named("ghcr.io/acme/app", 'b')),
        (
            "scans/copy.json",
            &named("mirror.example.com/acme/app", 'c'),
        ),
        ("scans/stranger.json", &named("ghcr.io/acme/other", 'd')),
    ]);
    let written = format!("ghcr.io/acme/app@{}", digest('a'));
    let facts = unasked(&written, false).facts(folder.path());
    assert_eq!(paths(&facts), ["scans/own.json"]);
    let (b, c) = (Binding::Digest(parsed('b')), Binding::Digest(parsed('c')));
    assert_eq!(possible(&facts), [&c, &b]);
}

#[test]
fn a_report_of_another_digest_is_a_strangers_where_all_are_known() {
    let folder = folder(&[
        ("scans/own.json", &named("ghcr.io/acme/app", 'a')),
        ("scans/other.json", &named("ghcr.io/acme/app", 'b')),
    ]);
    let facts = Asked::default().facts(folder.path());
    assert_eq!(facts.possible, []);
}

#[test]
fn a_report_without_a_repository_may_be_of_any_image() {
    let mut json = grype();
    json["source"]["target"]["userInput"] = json!("./image.tar");
    json["source"]["target"]["tags"] = json!([]);
    json["source"]["target"]["repoDigests"] = json!([]);
    let folder = folder(&[("scans/archive.json", &json.to_string())]);
    let written = format!("ghcr.io/acme/app@{}", digest('a'));
    let facts = unasked(&written, false).facts(folder.path());
    assert_eq!(possible(&facts), [&Binding::Digest(parsed('b'))]);
}

#[test]
fn a_report_of_a_digest_may_be_of_a_tag_that_is_not_resolved() {
    let folder = folder(&[
        ("scans/tag.json", &undigested().to_string()),
        ("scans/other.json", &named("ghcr.io/acme/app", 'b')),
    ]);
    let facts = unasked("ghcr.io/acme/app:1.0", true).facts(folder.path());
    assert_eq!(paths(&facts), ["scans/tag.json"]);
    assert_eq!(possible(&facts), [&Binding::Digest(parsed('b'))]);
}

#[test]
fn where_no_file_is_named_there_is_no_scan_whatever_the_digests_are() {
    let folder = folder(&[]);
    let facts = unasked("ghcr.io/acme/app:1.0", false).facts(folder.path());
    assert_eq!((facts.found, facts.unread), (Vec::new(), Vec::new()));
    assert_eq!(facts.asked, ["`scans/*.json`, which matches no file"]);
}

#[test]
fn a_report_of_a_tag_beside_a_written_digest_is_passed_over_and_named() {
    let folder = folder(&[("scans/app.json", &undigested().to_string())]);
    let written = format!("ghcr.io/acme/app:1.0@{}", digest('a'));
    let facts = Asked {
        image: &written,
        by_tag: true,
        ..Asked::default()
    }
    .facts(folder.path());
    assert_eq!(facts.found, []);
    let said = &facts.passed_over[0];
    assert!(
        said.starts_with("the report `scans/app.json` of the tag `1.0`"),
        "{said}"
    );
}
