//! What report files cost: folders of reports in Trivy's format, read and indexed.
//!
//! `cargo bench --bench scans` writes 1.2 GB to the folder for temporary files, prints time, speed and peak
//! memory of each reading, and removes the files. Nothing is asserted here.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops where it cannot be made, and prints what it found"
)]

use std::path::Path;
use std::time::Instant;

use imagegate::gather::scans::reports::{ReportSource, Subject, answer};
use imagegate::model::digest::Digest;
use imagegate::model::evidence::Evidence;
use imagegate::model::reference::ImageReference;
use serde_json::{Value, json};

const REPORTS: u32 = 5_000;
const REPORT_BYTES: usize = 200_000;
const LARGE_BYTES: usize = 200_000_000;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("many");
    std::fs::create_dir(&many).unwrap();
    for number in 0..REPORTS {
        let path = many.join(format!("{number}.json"));
        std::fs::write(path, report(number, REPORT_BYTES)).unwrap();
    }
    std::fs::write(folder.path().join("large.json"), report(0, LARGE_BYTES)).unwrap();
    println!(
        "{:44} {:>7} {:>7} {:>7} {:>8}",
        "reports", "MB", "ms", "MB/s", "peak MB"
    );
    let folder = folder.path();
    measure(
        "5,000 of 200 kB, 50 images asked about",
        folder,
        "many/*.json",
        50,
    );
    measure(
        "5,000 of 200 kB, all images asked about",
        folder,
        "many/*.json",
        REPORTS,
    );
    measure("one of 200 MB", folder, "large.json", 1);
}

/// A report of an image, with the vulnerabilities of a real one as often as they fit.
fn report(number: u32, bytes: usize) -> String {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scans/trivy/debian-stretch.json");
    let mut report: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    report["Metadata"]["RepoDigests"] = json!([format!("example.com/app@{}", digest(number))]);
    let one = report["Results"][0]["Vulnerabilities"].take();
    let head = serde_json::to_string_pretty(&report).unwrap();
    let entries: Vec<String> = one.as_array().unwrap().iter().map(pretty).collect();
    let mut list = String::with_capacity(bytes);
    for entry in entries.iter().cycle() {
        if head.len() + list.len() + entry.len() > bytes {
            break;
        }
        list.push_str(if list.is_empty() { "" } else { "," });
        list.push_str(entry);
    }
    head.replacen(
        "\"Vulnerabilities\": null",
        &format!("\"Vulnerabilities\": [{list}]"),
        1,
    )
}

fn pretty(entry: &Value) -> String {
    serde_json::to_string_pretty(entry).unwrap()
}

fn digest(number: u32) -> Digest {
    Digest::sha256(&number.to_be_bytes())
}

/// Asks about the first `images` of the reports that the glob names.
fn measure(name: &str, folder: &Path, glob: &str, images: u32) {
    let images: Vec<ImageReference> = (0..images)
        .map(|number| {
            ImageReference::parse(&format!("example.com/app@{}", digest(number))).unwrap()
        })
        .collect();
    let subjects: Vec<Subject<'_>> = images
        .iter()
        .map(|image| Subject {
            image,
            resolved: Evidence::Absent,
        })
        .collect();
    let source = ReportSource {
        number: 0,
        files: vec![glob],
        by_tag: false,
    };
    forget_peak();
    let start = Instant::now();
    let answers = answer(folder, &[source], &subjects);
    let took = start.elapsed();
    let peak = peak_megabytes().map_or("-".to_owned(), |peak| peak.to_string());
    let found = answers[&0].values().filter(|answer| {
        matches!(answer, Evidence::Known(facts) if facts.found.len() == 1 && facts.unread.is_empty())
    });
    assert_eq!(found.count(), images.len(), "every image has its report");
    let megabytes = match images.len() {
        1 => LARGE_BYTES,
        _ => REPORT_BYTES * REPORTS as usize,
    } / 1_000_000;
    let speed = megabytes as f64 / took.as_secs_f64();
    println!(
        "{name:44} {megabytes:>7} {:>7} {speed:>7.0} {peak:>8}",
        took.as_millis()
    );
}

/// Lets the peak be that of what follows, where the system can (Linux).
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that was in use since then.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes / 1024)
}
