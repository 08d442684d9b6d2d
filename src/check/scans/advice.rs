//! What to do about an image whose scan fails, is too old or is not there.

use std::collections::HashMap;

use super::wording::worst;
use crate::check::wording::{listed, quoted, shortened};
use crate::model::digest::Digest;
use crate::model::reference::ImageReference;
use crate::model::scan::{JudgedScan, ScanOrigin};
use crate::model::shorten::shorten;
use crate::policy::settings::{CheckVulnerabilityScan, ScanSource, Signer};

/// Packages that are named with the version to upgrade to.
const PACKAGES: usize = 3;

/// Longest name or version that help repeats, in characters.
const NAME_CHARACTERS: usize = 80;

/// What to scan: the digest where it is known, since a tag can move in between.
pub fn scannable(image: &ImageReference, digest: Option<&Digest>) -> String {
    match digest {
        Some(digest) => format!("{}@{digest}", image.name()),
        None => image.to_string(),
    }
}

/// Help for a scan that fails; `is_behind`: another scanner has scanned the image since, and it passes.
pub fn failed(judged: &JudgedScan, is_behind: bool, source: &ScanSource, target: &str) -> String {
    let mut advice = Vec::new();
    let upgrades = upgrades(judged);
    if !upgrades.is_empty() {
        let count = upgrades.len();
        let named: Vec<String> = upgrades.into_iter().take(PACKAGES).collect();
        let more = match count.saturating_sub(named.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let packages = if count == 1 { "package" } else { "packages" };
        advice.push(format!(
            "upgrade {count} {packages}: {}{more}, or deploy a newer image",
            named.join(", ")
        ));
    } else if worst(judged).any(|found| found.fixed_in.is_some()) {
        advice.push("deploy a newer image: the scan does not name the fixed versions".to_owned());
    } else if !judged.failing.is_empty() {
        advice.push(
            "no fix is known: deploy an image without these packages, or a newer one".to_owned(),
        );
    }
    if worst(judged).any(|found| found.fixed_in.is_none()) {
        advice.push(
            "what has no fix and does no harm here can be named in `ignore` with the reason"
                .to_owned(),
        );
    }
    let rescan = match &judged.origin {
        // It is scanned again with every check.
        ScanOrigin::Scanner(_) => None,
        _ => command(source, judged.scan.scanner.as_str(), target),
    };
    if let (true, Some(rescan)) = (judged.too_old || is_behind, rescan) {
        advice.push(format!("scan it again: {rescan}"));
    }
    advice.join("; ")
}

/// `openssl to 1.1.1t`, each package once, the worst first. Which of several versions is the latest is left
/// to the reader: every ecosystem orders them in its own way.
fn upgrades(judged: &JudgedScan) -> Vec<String> {
    let mut packages: Vec<(&str, Vec<String>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for found in worst(judged) {
        let Some(version) = &found.fixed_in else {
            continue;
        };
        if version.is_empty() || found.package.is_empty() {
            continue;
        }
        let number = *known.entry(&found.package).or_insert(packages.len());
        let version = shorten(version, NAME_CHARACTERS).into_owned();
        match packages.get_mut(number) {
            Some((_, versions)) if versions.contains(&version) => {}
            Some((_, versions)) => versions.push(version),
            None => packages.push((&found.package, vec![version])),
        }
    }
    let packages = packages.into_iter();
    packages
        .map(|(package, versions)| {
            let package = shorten(package, NAME_CHARACTERS);
            match versions.as_slice() {
                [only] => format!("{package} to {only}"),
                several => format!("{package} to the latest of {}", listed(several)),
            }
        })
        .collect()
}

/// Help where OpenVEX statements about the repository would take something away.
pub const VEX_PRODUCTS: &str = "; `vex-products: repository` accepts OpenVEX statements that name the \
                                repository and no digest, and counts what passes by them";

/// Help where it is not known which digests the image has, so that reports cannot be held against them.
pub const fn unknown_digests(is_pinned: bool) -> &'static str {
    match is_pinned {
        true => {
            "let its registry answer once, whose answer the cache keeps for runs with --offline, or name an \
             OCI image layout that holds it under `registries`; a report of what is not deployed any more \
             can be deleted"
        }
        false => {
            "write the digest of the image, and let its registry answer, or name an OCI image layout that \
             holds it under `registries`"
        }
    }
}

/// Help where only some platforms of the image were scanned.
pub const fn some_platforms() -> &'static str {
    "scan the other platforms too, or scan the image by the digest of its index, or write the digest of the \
     platform that is deployed"
}

/// Help where no source has a scan: the shortest way to the first of them.
pub fn no_scan(settings: &CheckVulnerabilityScan, target: &str, annotated: &str) -> String {
    let mut ways = settings.accept.iter();
    let way = ways.find_map(|source| match &source.value {
        ScanSource::Annotation { key, value } => {
            let annotation = quoted(&format!("{key}: {value}"));
            Some(format!(
                "scan the image and, when it passes, annotate the {annotated} with {annotation}"
            ))
        }
        other => command(other, "trivy", target).map(|command| format!("scan it: {command}")),
    });
    way.unwrap_or_else(|| "scan the image".to_owned())
}

/// The command that makes what the source reads.
fn command(source: &ScanSource, scanner: &str, target: &str) -> Option<String> {
    let with_grype = scanner.eq_ignore_ascii_case("grype");
    match source {
        ScanSource::Report { files, .. } => {
            let file = match files.first() {
                Some(glob) => format!("a file that {} matches", quoted(&glob.value)),
                None => "a file".to_owned(),
            };
            let command = match with_grype {
                true => format!("grype -o json {target}"),
                false => format!("trivy image --format json {target}"),
            };
            Some(format!("`{command}`, with its output in {file}"))
        }
        ScanSource::Attestation {
            predicate, signers, ..
        } => Some(attest(
            predicate,
            signers.first().map(|signer| &signer.value),
            target,
        )),
        ScanSource::Scanner(_) | ScanSource::Annotation { .. } => None,
    }
}

fn attest(predicate: &str, signer: Option<&Signer>, target: &str) -> String {
    let key = match signer {
        Some(Signer::Keyless { .. }) | None => "",
        Some(Signer::Key { .. }) => "--key … ",
        Some(Signer::Certificate { .. }) => "--key … --certificate … ",
    };
    // cosign knows its own type by a short word, and Trivy writes what belongs into it.
    if !matches!(
        predicate,
        "vuln" | "https://cosign.sigstore.dev/attestation/vuln/v1"
    ) {
        let kind = shortened(predicate);
        return format!("`cosign attest --type {kind} --predicate scan.json {key}{target}`");
    }
    format!(
        "`trivy image --format cosign-vuln --output scan.json {target}`, then `cosign attest --type vuln \
         --predicate scan.json {key}{target}`"
    )
}
