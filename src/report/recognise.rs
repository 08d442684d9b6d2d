//! Whether a text is a report that an earlier run wrote, and cannot be a manifest as well.
//!
//! Strict on purpose: the whole text is one JSON object with the keys of a report and no other. Whatever
//! Kubernetes would deploy has an `apiVersion`, a `kind` or `items` beside them, or stands behind it.

use std::io::{self, Read, Seek, SeekFrom};

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The JSON format of a check, by its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckKeys {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    #[serde(rename = "tool")]
    _tool: IgnoredAny,
    #[serde(rename = "policy")]
    _policy: IgnoredAny,
    #[serde(rename = "summary")]
    _summary: IgnoredAny,
    /// Younger than the others: a report may lack it.
    #[serde(rename = "resolved", default)]
    _resolved: IgnoredAny,
    /// As young.
    #[serde(rename = "not_evaluated", default)]
    _not_evaluated: IgnoredAny,
    #[serde(rename = "findings")]
    _findings: IgnoredAny,
}

/// SARIF, by its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SarifKeys {
    #[serde(rename = "$schema")]
    _schema: IgnoredAny,
    #[serde(rename = "version")]
    _version: IgnoredAny,
    #[serde(rename = "runs")]
    _runs: IgnoredAny,
}

/// Whether `text` is a JSON or SARIF report and nothing else. It is read in pieces, not kept.
///
/// # Errors
/// What the reader says when it cannot go back to its start.
pub fn is_report(text: &mut (impl Read + Seek)) -> io::Result<bool> {
    if serde_json::from_reader::<_, CheckKeys>(io::BufReader::new(&mut *text)).is_ok() {
        return Ok(true);
    }
    text.seek(SeekFrom::Start(0))?;
    Ok(serde_json::from_reader::<_, SarifKeys>(io::BufReader::new(text)).is_ok())
}
