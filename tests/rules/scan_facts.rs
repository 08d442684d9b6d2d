//! Facts about scans as `gather` records them, built by hand, and policies to judge them by.

use std::sync::Arc;

use imagegate::check;
use imagegate::model::digest::Digest;
use imagegate::model::evidence::{AnsweredBy, Evidence, Gathered, ResolvedImage};
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::scan::{
    Binding, FoundScan, Scan, ScanFacts, ScanOrigin, Severity, Unusable, VexFacts, VexProduct,
    VexStatement, VexStatus, Vulnerability,
};
use imagegate::model::signature::{Candidate, Content, Format, Proof, RefusalKind, Storage, Trial};

use crate::run::{Judged, Run};
use crate::signature_facts::{self, ISSUER, digest, image, key, proof};

pub use crate::signature_facts::IMAGE;

pub const SCAN: Rule = Rule::CheckVulnerabilityScan;

/// cosign's predicate type.
pub const VULN: &str = "https://cosign.sigstore.dev/attestation/vuln/v1";

/// The digest that [`IMAGE`] stands for.
pub fn own() -> Digest {
    digest(0xab)
}

/// A policy with these sources of `accept` and what else is written beside them.
pub fn accepting(sources: &[&str], further: &[&str]) -> String {
    let sources: String = sources
        .iter()
        .map(|source| format!("      - {source}\n"))
        .collect();
    let further: String = further.iter().map(|line| format!("    {line}\n")).collect();
    format!("rules:\n  check-vulnerability-scan:\n    accept:\n{sources}{further}")
}

pub const REPORTS: &str = "report: {files: [\"scans/*.json\"]}";

/// A policy that accepts reports.
pub fn reports(further: &[&str]) -> String {
    accepting(&[REPORTS], further)
}

/// A source that accepts attestations by one of the keys.
pub fn attested_by(number: usize) -> String {
    format!(
        "attestation: {{predicate: vuln, signers: [{}]}}",
        key(number)
    )
}

/// A source that accepts keyless attestations.
pub fn attested_by_identity(subject: &str) -> String {
    let signer = signature_facts::keyless(ISSUER, subject);
    format!("attestation: {{predicate: vuln, signers: [{signer}]}}")
}

pub fn vulnerability(id: &str, severity: Severity) -> Vulnerability {
    Vulnerability {
        id: id.into(),
        aliases: Vec::new(),
        package: "openssl".into(),
        purl: Some("pkg:apk/alpine/openssl@1.1.1-r0?arch=x86_64".into()),
        installed: "1.1.1-r0".into(),
        fixed_in: Some("1.1.1-r9".into()),
        severity,
        link: Some(format!("https://avd.example.com/{id}").into()),
    }
}

pub fn unfixed(id: &str, severity: Severity) -> Vulnerability {
    Vulnerability {
        fixed_in: None,
        ..vulnerability(id, severity)
    }
}

/// A scan of [`own`], two days before the check.
pub fn scan(vulnerabilities: impl IntoIterator<Item = Vulnerability>) -> Scan {
    Scan {
        scanner: "Trivy".to_owned(),
        version: Some("0.58.0".to_owned()),
        bound_by: Binding::Digest(own()),
        finished_at: Some("2026-11-22T12:00:00Z".parse().expect("a time")),
        vulnerabilities: vulnerabilities.into_iter().collect(),
        ignored: Vec::new(),
        exclusions: Vec::new(),
        end_of_life: false,
    }
}

pub fn failing() -> Scan {
    scan([vulnerability("CVE-2026-1", Severity::High)])
}

pub fn at(time: &str, scan: Scan) -> Scan {
    Scan {
        finished_at: Some(time.parse().expect("a time")),
        ..scan
    }
}

pub fn undated(scan: Scan) -> Scan {
    Scan {
        finished_at: None,
        ..scan
    }
}

pub fn of_digest(digest: Digest, scan: Scan) -> Scan {
    Scan {
        bound_by: Binding::Digest(digest),
        ..scan
    }
}

/// The same by another scanner.
pub fn by_grype(scan: Scan) -> Scan {
    Scan {
        scanner: "Grype".to_owned(),
        ..scan
    }
}

/// A scan of which nothing but its scanner and its time can be read.
pub fn unreadable(scan: &Scan) -> Unusable {
    Unusable {
        scanner: Some(scan.scanner.clone()),
        finished_at: scan.finished_at,
        ..Unusable::from("it ends in its middle")
    }
}

pub fn by_tag(scan: Scan) -> Scan {
    Scan {
        bound_by: Binding::Tag(IMAGE.to_owned()),
        ..scan
    }
}

pub fn report(path: &str, scan: Scan) -> FoundScan {
    FoundScan {
        origin: ScanOrigin::Report(path.to_owned()),
        scan: Ok(Arc::new(scan)),
    }
}

pub fn unusable_report(path: &str) -> FoundScan {
    FoundScan {
        origin: ScanOrigin::Report(path.to_owned()),
        scan: Err("it is no vulnerability scan".into()),
    }
}

pub fn scanned_by(name: &str, scan: Scan) -> FoundScan {
    FoundScan {
        origin: ScanOrigin::Scanner(name.to_owned()),
        scan: Ok(Arc::new(scan)),
    }
}

/// What the policy holds the attestations of [`IMAGE`] against.
pub fn trials(policy: &str) -> Vec<Trial> {
    let run = Run::with_policy(policy).image(IMAGE);
    let needs = check::needs(&run.facts(), run.policy(), None);
    let needs = needs.attestations.into_values();
    needs.flat_map(|need| need.trials).collect()
}

/// A stored statement, refused in every trial of the policy.
pub fn unproven(policy: &str, kind: RefusalKind, reason: &str) -> Candidate {
    let refusal = signature_facts::refusal(kind, reason);
    let mut candidate = signature_facts::refused(policy, kind, reason);
    candidate.place.storage = Storage::AttestationTag;
    candidate.format = Format::Envelope;
    candidate.content = Content::Attestation {
        predicate_type: VULN.to_owned(),
    };
    let outcome = |trial| (trial, Err(refusal.clone()));
    candidate.trials = trials(policy).into_iter().map(outcome).collect();
    candidate
}

/// A statement that passes every trial of the policy.
pub fn proven(policy: &str, proof: &Proof) -> Candidate {
    let mut candidate = unproven(policy, RefusalKind::OtherSigner, "");
    for (_, outcome) in &mut candidate.trials {
        *outcome = Ok(proof.clone());
    }
    candidate
}

pub fn attestation(candidate: Candidate, scan: Scan) -> FoundScan {
    FoundScan {
        origin: ScanOrigin::Attestation(Box::new(candidate)),
        scan: Ok(Arc::new(scan)),
    }
}

/// An attestation by a signer that the policy wants.
pub fn wanted(policy: &str, scan: Scan) -> FoundScan {
    attestation(proven(policy, &proof()), scan)
}

pub fn facts(found: impl IntoIterator<Item = FoundScan>) -> ScanFacts {
    ScanFacts {
        found: found.into_iter().collect(),
        ..ScanFacts::default()
    }
}

pub fn with_unread(found: impl IntoIterator<Item = FoundScan>, reason: &str) -> ScanFacts {
    ScanFacts {
        unread: vec![reason.to_owned()],
        ..facts(found)
    }
}

/// What the image stands for: an index when there are platforms.
pub fn resolved(platforms: &[(Digest, &str)]) -> ResolvedImage {
    let platforms = platforms.iter();
    ResolvedImage {
        digest: own(),
        answered_by: AnsweredBy::Registry,
        tag_points_to: None,
        unlisted: None,
        platforms: platforms
            .map(|(digest, name)| (digest.clone(), (*name).to_owned()))
            .collect(),
    }
}

/// The answers of the sources, in their order, about [`IMAGE`].
pub fn answers(sources: impl IntoIterator<Item = Evidence<ScanFacts>>) -> Gathered {
    about(&image(), sources)
}

/// The answers about one image.
pub fn about(
    image: &ImageReference,
    sources: impl IntoIterator<Item = Evidence<ScanFacts>>,
) -> Gathered {
    let mut gathered = Gathered::default();
    let known = Evidence::Known(resolved(&[]));
    gathered.digests.insert(image.clone(), known);
    for (number, answer) in sources.into_iter().enumerate() {
        let answer = match answer {
            Evidence::Known(facts) => Evidence::Known(Arc::new(facts)),
            Evidence::Absent => Evidence::Absent,
            Evidence::Unavailable(reason) => Evidence::Unavailable(reason),
        };
        let of_source = gathered.scans.entry(number).or_default();
        of_source.insert(image.clone(), answer);
    }
    gathered
}

/// Judges [`IMAGE`] by what the first source has.
pub fn judged(policy: &str, facts: ScanFacts) -> Judged {
    judged_by(policy, answers([Evidence::Known(facts)]))
}

pub fn judged_by(policy: &str, evidence: Gathered) -> Judged {
    Run::with_policy(policy)
        .image(IMAGE)
        .evidence(evidence)
        .judge()
}

/// A statement of a VEX file about [`own`].
pub fn statement(id: &str, status: VexStatus, subcomponents: &[&str]) -> VexStatement {
    VexStatement {
        path: "vex/cart.json".into(),
        ids: vec![id.to_owned()],
        products: vec![product(own().as_str(), subcomponents)],
        subcomponents: Vec::new(),
        status,
        time: Some("2026-11-20T00:00:00Z".parse().expect("a time")),
    }
}

pub fn product(identifier: &str, subcomponents: &[&str]) -> VexProduct {
    let subcomponents = subcomponents.iter();
    VexProduct {
        identifiers: vec![identifier.to_owned()],
        subcomponents: subcomponents.map(|name| vec![(*name).to_owned()]).collect(),
    }
}

/// Judges a report by these statements.
pub fn judged_with(scan: Scan, statements: impl IntoIterator<Item = VexStatement>) -> Judged {
    let mut evidence = answers([Evidence::Known(facts([report("scans/cart.json", scan)]))]);
    evidence.vex = VexFacts {
        statements: statements.into_iter().collect(),
        unread: Vec::new(),
    };
    judged_by(&reports(&["vex: [\"vex/*.json\"]"]), evidence)
}
