//! `path:line:col: rule: message`, one line a finding, for editors and grep.

use std::io::{self, Write};

use super::CheckReport;

pub(super) fn write(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let path = &report.sources.get(finding.source).path;
        let at = finding.location.map(|location| location.start);
        let (line, column) = at.map_or((1, 1), |at| (at.line, at.column));
        writeln!(
            out,
            "{path}:{line}:{column}: {}: {}",
            finding.rule, finding.message
        )?;
    }
    Ok(())
}
