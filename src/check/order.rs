//! The order of findings, and the fingerprints that outlive a change of lines.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::model::finding::{Finding, Fingerprint};
use crate::model::reference::grammar;
use crate::model::source::SourceId;

/// Puts findings into the order of path, position and rule, and gives each its fingerprint.
/// In place: of many findings a second list would double the memory.
pub fn arrange(findings: &mut [Finding], paths: &HashMap<SourceId, Arc<str>>) {
    let path = |finding: &Finding| paths.get(&finding.source).map_or("", AsRef::as_ref);
    // Stable: what is equal here stands in the order of its file, which is the same in every run.
    findings.sort_by(|one, other| {
        let paths = path(one).cmp(path(other));
        paths.then_with(|| compare(one, other))
    });
    let mut seen: HashMap<Fingerprint, u32> = HashMap::new();
    for finding in findings {
        let base = fingerprint(path(finding), finding, 0);
        let ordinal = seen.entry(base).or_default();
        finding.fingerprint = match *ordinal {
            0 => base,
            ordinal => fingerprint(path(finding), finding, ordinal),
        };
        *ordinal += 1;
    }
}

fn compare(finding: &Finding, other: &Finding) -> Ordering {
    let position = |finding: &Finding| finding.location.map(|location| location.start);
    position(finding)
        .cmp(&position(other))
        .then_with(|| finding.rule.cmp(&other.rule))
        .then_with(|| finding.field.cmp(&other.field))
}

/// Each part is preceded by its length, so that no two lists of parts are the same bytes.
fn fingerprint(path: &str, finding: &Finding, ordinal: u32) -> Fingerprint {
    let object = finding.object.as_deref();
    let ordinal = ordinal.to_string();
    let parts = [
        Some(finding.rule.id()),
        Some(path),
        object.map(|object| object.kind.as_ref()),
        object.and_then(|object| object.namespace.as_deref()),
        object.and_then(|object| object.name.as_deref()),
        finding.container.as_deref(),
        finding.field.as_deref(),
        Some(repository(finding)),
        Some(ordinal.as_str()),
    ];
    let mut hash = Sha256::new();
    for part in parts.map(Option::unwrap_or_default) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    Fingerprint(bytes)
}

/// The image without tag and digest: a new version that breaks the same rule is the same finding.
fn repository(finding: &Finding) -> &str {
    let Some(reference) = &finding.reference else {
        return finding.image.as_deref().unwrap_or_default();
    };
    let name = reference.split('@').next().unwrap_or(reference);
    grammar::split_tag(name).0
}
