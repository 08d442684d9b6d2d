//! `path:line:col: rule: message`, one line a finding, for editors and grep. Suppressed findings and
//! the summary are left out.

use std::io::{self, Write};

use super::CheckReport;
use super::escape::terminal;

pub(super) fn write(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings.iter().filter(|f| f.suppressed.is_none()) {
        // A finding about a whole file stands at its beginning, where an editor opens it.
        let (line, column) = finding
            .location
            .map_or((1, 1), |at| (at.start.line, at.start.column));
        writeln!(
            out,
            "{}:{line}:{column}: {}: {}",
            terminal(&report.sources.get(finding.source).path),
            finding.rule,
            terminal(&finding.message)
        )?;
    }
    Ok(())
}
