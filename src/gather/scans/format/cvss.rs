//! The severity of a CVSS vector or score.

use cvss::{Cvss, v3};

use crate::model::scan::Severity;

/// Whether the text is a vector, also one that cannot be read.
pub(super) fn is_vector(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    text.starts_with("CVSS:") || text.contains("AV:")
}

/// The rating of the score of a vector; `None` when it is none of version 2, 3.0, 3.1 or 4.0.
pub(super) fn of_vector(text: &str) -> Option<Severity> {
    let text = text.trim();
    // NVD writes those of version 2 in brackets.
    let bare = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let vector: Cvss = bare.unwrap_or(text).parse().ok()?;
    match &vector {
        Cvss::CvssV30(metrics) | Cvss::CvssV31(metrics) if !is_complete(metrics) => None,
        vector => of_score(vector.score()),
    }
}

/// Whether every metric is there that has to be (CVSS 3.1 specification, section 6). The crate counts one
/// that is absent as harmless.
const fn is_complete(metrics: &v3::Vector) -> bool {
    let exploitability = metrics.av.is_some()
        && metrics.ac.is_some()
        && metrics.pr.is_some()
        && metrics.ui.is_some();
    let impact =
        metrics.s.is_some() && metrics.c.is_some() && metrics.i.is_some() && metrics.a.is_some();
    exploitability && impact
}

/// The qualitative rating of a score (CVSS 3.1 specification, section 5; the same in 4.0). Version 2 has no
/// ratings of its own, and NVD's scale for it, which ends with "high", is not stricter.
pub(super) fn of_score(score: f64) -> Option<Severity> {
    match score {
        9.0..=10.0 => Some(Severity::Critical),
        7.0..9.0 => Some(Severity::High),
        4.0..7.0 => Some(Severity::Medium),
        0.1..4.0 => Some(Severity::Low),
        0.0..0.1 => Some(Severity::Negligible),
        _ => None,
    }
}
