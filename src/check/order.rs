//! The order of findings, and the fingerprints that outlive a change of lines.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::model::finding::Finding;
use crate::model::reference::grammar;

/// Length of a fingerprint in hex digits: 128 bits.
const FINGERPRINT_DIGITS: usize = 32;

/// A finding with the path that it is listed under.
pub type Listed = (Arc<str>, Finding);

/// Puts findings into the order of path, position and rule, and gives each its fingerprint.
pub fn arrange(mut listed: Vec<Listed>) -> Vec<Finding> {
    // Stable: what is equal here stands in the order of its file, which is the same in every run.
    listed.sort_by(compare);
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut findings = Vec::with_capacity(listed.len());
    for (path, mut finding) in listed {
        let base = fingerprint(&path, &finding, 0);
        let ordinal = seen.entry(base.clone()).or_default();
        finding.fingerprint = match *ordinal {
            0 => base,
            ordinal => fingerprint(&path, &finding, ordinal),
        };
        *ordinal += 1;
        findings.push(finding);
    }
    findings
}

fn compare((path, finding): &Listed, (other_path, other): &Listed) -> Ordering {
    let position = |finding: &Finding| finding.location.map(|location| location.start);
    path.cmp(other_path)
        .then_with(|| position(finding).cmp(&position(other)))
        .then_with(|| finding.rule.cmp(&other.rule))
        .then_with(|| finding.field.cmp(&other.field))
}

/// Each part is preceded by its length, so that no two lists of parts are the same bytes.
fn fingerprint(path: &str, finding: &Finding, ordinal: u32) -> String {
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
    let mut digits = String::with_capacity(FINGERPRINT_DIGITS);
    for byte in hash.finalize().iter().take(FINGERPRINT_DIGITS / 2) {
        for half in [byte >> 4, byte & 0xf] {
            digits.extend(char::from_digit(u32::from(half), 16));
        }
    }
    digits
}

/// The image without tag and digest: a new version that breaks the same rule is the same finding.
fn repository(finding: &Finding) -> &str {
    let Some(reference) = &finding.reference else {
        return finding.image.as_deref().unwrap_or_default();
    };
    let name = reference.split('@').next().unwrap_or(reference);
    grammar::split_tag(name).0
}
