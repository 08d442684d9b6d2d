//! `path:line:col: rule: message`, one line a finding, for editors and grep; behind the rule stands what
//! is no violation: `rule (not checked)`, `rule (audit)`. Suppressed findings and the summary are left
//! out.

use std::io::{self, Write};

use super::escape::terminal;
use super::text::paint::{Look, paint};
use super::tone::Tone;
use super::{CheckReport, Style};

pub(super) fn write(report: &CheckReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings.iter().filter(|f| f.suppressed.is_none()) {
        // A finding about a whole file stands at its beginning, where an editor opens it.
        let (line, column) = finding
            .location
            .map_or((1, 1), |at| (at.start.line, at.start.column));
        let tone = Tone::of(finding);
        let rule = format!("{}{}", finding.rule, tone.remark());
        writeln!(
            out,
            "{}:{line}:{column}: {}: {}",
            terminal(&report.sources.get(finding.source).path),
            paint(style, Look::Tone(tone), &rule),
            terminal(&finding.message)
        )?;
    }
    Ok(())
}
