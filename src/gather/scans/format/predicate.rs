//! The scan in an in-toto statement, by its predicate type. Who signed the statement, and of which image it
//! speaks, was verified before and is not known here.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::json::{Object, Text, Time};
use super::vulns::Vulns;
use super::{Document, ImageNamedBy, UnboundScan, fault, names};
use crate::model::digest::Digest;
use crate::model::scan::{Binding, Scan, Unusable};

/// How a predicate is written.
#[derive(Clone, Copy)]
enum Kind {
    /// `cosign/specs/COSIGN_VULN_ATTESTATION_SPEC.md`; the fields as in `pkg/cosign/attestation`.
    Cosign,
    /// `in-toto/attestation`, `spec/predicates/vuln.md` and `vulns_02.md`.
    InToto,
    /// Grype's report itself.
    Grype,
}

/// Predicate types with their form. cosign writes its own with a scheme and without.
const PREDICATES: [(&str, Kind); 5] = [
    (
        "https://cosign.sigstore.dev/attestation/vuln/v1",
        Kind::Cosign,
    ),
    ("cosign.sigstore.dev/attestation/vuln/v1", Kind::Cosign),
    ("https://in-toto.io/attestation/vulns/v0.1", Kind::InToto),
    ("https://in-toto.io/attestation/vulns/v0.2", Kind::InToto),
    ("https://grype.anchore.io/scan", Kind::Grype),
];

/// Whether statements with that predicate type hold a scan.
pub fn holds_scan(predicate_type: &str) -> bool {
    kind(predicate_type).is_some()
}

fn kind(predicate_type: &str) -> Option<Kind> {
    let known = PREDICATES.iter().find(|(name, _)| *name == predicate_type);
    known.map(|(_, kind)| *kind)
}

/// The scan in a statement about the image with the digest `subject`; `None` when its predicate type holds
/// none. Of a scan that cannot be used it is told who made it and when, as far as that can be read.
pub fn statement(
    predicate_type: &str,
    statement: &[u8],
    subject: &Digest,
) -> Option<Result<Scan, Unusable>> {
    let kind = kind(predicate_type)?;
    let scan = match kind {
        Kind::Cosign => predicate::<Cosign>(statement).and_then(Cosign::scan),
        Kind::InToto => predicate::<Vulns>(statement).map(Vulns::scan),
        Kind::Grype => predicate::<Document>(statement).and_then(scan_of),
    };
    let scan = scan.map(|scan| scan.bound_by(Binding::Digest(subject.clone())));
    Some(scan.map_err(|reason| {
        let outline: Outline = predicate(statement).unwrap_or_default();
        outline.unusable(kind, reason)
    }))
}

/// What can be read of a predicate whatever is in the report that it holds.
#[derive(Deserialize, Default)]
struct Outline {
    scanner: Option<Object<OutlinedScanner>>,
    #[serde(alias = "scanMetadata")]
    metadata: Option<Object<Times>>,
    /// Of Grype's own report.
    descriptor: Option<Object<OutlinedDescriptor>>,
}

#[derive(Deserialize, Default)]
struct OutlinedScanner {
    uri: Option<Text>,
}

#[derive(Deserialize, Default)]
struct OutlinedDescriptor {
    timestamp: Option<Time>,
}

impl Outline {
    /// The scan that cannot be used for that reason.
    fn unusable(self, kind: Kind, reason: String) -> Unusable {
        let descriptor = self.descriptor.map(|Object(descriptor)| descriptor);
        let times = self.metadata.map(|Object(times)| times.finished);
        let (scanner, time) = match kind {
            Kind::Grype => {
                let time = descriptor.and_then(|descriptor| descriptor.timestamp);
                (Some("Grype".to_owned()), time)
            }
            Kind::Cosign | Kind::InToto => {
                let uri = self.scanner.and_then(|Object(scanner)| scanner.uri);
                let uri = uri.and_then(Text::filled);
                (uri.map(|uri| names::scanner(&uri)), times.flatten())
            }
        };
        let time = time.and_then(|Time(time)| time);
        Unusable {
            reason,
            scanner,
            // Go writes a time that nobody set as one of the year 1.
            finished_at: time.filter(|time| *time > Timestamp::UNIX_EPOCH),
        }
    }
}

#[derive(Deserialize)]
#[serde(bound = "P: DeserializeOwned")]
struct Statement<P> {
    predicate: Object<P>,
}

fn predicate<P: DeserializeOwned>(statement: &[u8]) -> Result<P, String> {
    let read: Result<Object<Statement<P>>, _> = serde_json::from_slice(statement);
    match read {
        Ok(Object(statement)) => Ok(statement.predicate.0),
        Err(error) => Err(fault::of(error).to_string()),
    }
}

fn scan_of(document: Document) -> Result<UnboundScan, String> {
    let report = document.report(ImageNamedBy::Subject);
    report.map_err(|error| error.to_string())?.scan
}

/// What is said of a predicate without a report. cosign fills its own form from what it is given, and takes
/// nothing from a report that is not inside of such a form.
const EMPTY: &str = "the report in it is empty (`result` is null), as `cosign attest --type vuln` leaves it \
                     when it is given a plain report: attest what `trivy image --format cosign-vuln` writes";

/// cosign's predicate: the scanner's own report with times beside it.
#[derive(Deserialize)]
struct Cosign {
    scanner: Object<Scanner>,
    metadata: Option<Object<Times>>,
}

#[derive(Deserialize)]
struct Scanner {
    version: Option<Text>,
    result: Option<Object<Document>>,
}

/// When the scan was made; both of the predicates have it.
#[derive(Deserialize)]
pub(super) struct Times {
    #[serde(rename = "scanFinishedOn")]
    pub(super) finished: Option<Time>,
}

impl Cosign {
    fn scan(self) -> Result<UnboundScan, String> {
        let Object(scanner) = self.scanner;
        let Object(result) = scanner.result.ok_or(EMPTY)?;
        let scan = scan_of(result)?;
        let finished = self.metadata.and_then(|Object(times)| times.finished);
        let version = scanner.version.and_then(Text::filled).map(String::from);
        Ok(UnboundScan {
            finished_at: older(finished.and_then(|Time(time)| time), scan.finished_at),
            version: scan.version.or(version),
            ..scan
        })
    }
}

/// The time that counts of two that are both signed. Whoever attests an old report again writes a new time
/// beside it, which makes the report no younger.
fn older(beside: Option<Timestamp>, within: Option<Timestamp>) -> Option<Timestamp> {
    match (beside, within) {
        (Some(beside), Some(within)) => Some(beside.min(within)),
        (one, other) => one.or(other),
    }
}
