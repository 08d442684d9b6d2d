//! The answers about the images of `testdata/rules/check-vulnerability-scan`, by the name of each.

use imagegate::check;
use imagegate::model::evidence::{Evidence, Gathered};
use imagegate::model::reference::ImageReference;
use imagegate::model::scan::{FoundScan, Scan, ScanFacts, Severity};
use imagegate::model::signature::RefusalKind;

use crate::run::Run;
use crate::scan_facts::*;
use crate::signature_facts::digest;

const PLATFORMS: [&str; 2] = ["linux/amd64", "linux/arm64"];

/// A scan with a few vulnerabilities.
fn several() -> Scan {
    let mut found = vec![
        vulnerability("CVE-2026-1000", Severity::High),
        unfixed("CVE-2026-1001", Severity::Critical),
        vulnerability("CVE-2026-1002", Severity::Medium),
    ];
    let mut other = vulnerability("CVE-2026-1003", Severity::Critical);
    other.package = "zlib".into();
    other.installed = "1.2.11".into();
    other.fixed_in = Some("1.2.12".into());
    found.push(other);
    scan(found)
}

fn of_platform(number: usize, scan: Scan) -> FoundScan {
    let digest = digest(u8::try_from(number).expect("a few"));
    report(&format!("scans/{number}.json"), of_digest(digest, scan))
}

/// What the reports say.
fn reports_about(name: &str) -> Evidence<ScanFacts> {
    let path = format!("scans/{name}.json");
    let one = |scan: Scan| facts([report(&path, scan)]);
    Evidence::Known(match name {
        "failing" => one(several()),
        "unfixed" => one(scan([unfixed("CVE-2026-1001", Severity::Critical)])),
        "old" => one(at("2026-11-12T12:00:00Z", scan([]))),
        "by-tag" => one(by_tag(several())),
        "newer" => facts([
            report("scans/new.json", several()),
            report("scans/old.json", at("2026-11-20T00:00:00Z", scan([]))),
        ]),
        "platform" => facts([of_platform(0, scan([]))]),
        "every-platform" => facts([of_platform(0, scan([])), of_platform(1, scan([]))]),
        "undated" => one(undated(scan([]))),
        "unusable" => facts([unusable_report(&path)]),
        "clean" | "silent" => one(scan([vulnerability("CVE-2026-1002", Severity::Medium)])),
        "accepted" => one(scan([vulnerability("CVE-2026-1000", Severity::High)])),
        _ => return Evidence::Absent,
    })
}

/// What the attestations say.
fn attestations_about(name: &str, trials: &str) -> Evidence<ScanFacts> {
    let stranger = || {
        unproven(
            trials,
            RefusalKind::OtherSigner,
            "the signature is not by that key",
        )
    };
    Evidence::Known(match name {
        "attested" => facts([wanted(trials, several())]),
        "signed-scan" => facts([wanted(trials, scan([]))]),
        "stranger" => facts([attestation(stranger(), scan([]))]),
        "silent" => {
            return Evidence::Unavailable(
                "GET https://registry.example.com/v2/shop/silent/referrers/…: 429 Too Many Requests, 5 \
                 times; try again later"
                    .into(),
            );
        }
        _ => return Evidence::Absent,
    })
}

/// Answers every question about the images of `manifest`.
pub fn recorded(policy: &str, manifest: &str) -> Gathered {
    let run = Run::with_policy_file(policy).file("manifest.yaml", manifest);
    let needs = check::needs(&run.facts(), run.policy(), None);
    let rules = policy.strip_prefix("version: 1\n").expect("a policy file");
    let mut gathered = Gathered::default();
    for image in &needs.digests {
        let name = image.repository.rsplit('/').next().unwrap_or_default();
        let sources = [attestations_about(name, rules), reports_about(name)];
        let about = about(image, sources);
        gathered.digests.extend(about.digests);
        for (source, answers) in about.scans {
            gathered.scans.entry(source).or_default().extend(answers);
        }
        let platforms = [0_u8, 1].map(digest).into_iter().zip(PLATFORMS);
        let platforms: Vec<_> = platforms.collect();
        let known = match name {
            "gone" => Evidence::Absent,
            "platform" | "every-platform" => Evidence::Known(resolved(&platforms)),
            _ => continue,
        };
        gathered.digests.insert(ImageReference::clone(image), known);
    }
    gathered
}
