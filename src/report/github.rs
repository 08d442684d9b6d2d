//! GitHub workflow commands: annotations beside the changed lines of a pull request, one line a
//! finding. Suppressed findings and the summary are left out.
//!
//! Source of the syntax: GitHub's documentation "Workflow commands for GitHub Actions".

use std::io::{self, Write};

use super::CheckReport;
use super::escape::{github_data, github_property};
use super::sarif::uri::repository_path;
use super::tone::Tone;
use crate::model::finding::{Finding, Severity};

pub(super) fn write(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings.iter().filter(|f| f.suppressed.is_none()) {
        write_finding(finding, &report.sources.get(finding.source).path, out)?;
    }
    Ok(())
}

fn write_finding(finding: &Finding, path: &str, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    write!(
        out,
        "::{command} file={}",
        github_property(repository_path(path))
    )?;
    if let Some(location) = finding.location {
        let (start, end) = (location.start, location.end);
        write!(out, ",line={},endLine={}", start.line, end.line)?;
        // Columns of a range over several lines are refused by the annotations interface.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
    } else {
        // Without a line GitHub shows the annotation nowhere beside the file.
        write!(out, ",line=1")?;
    }
    write!(
        out,
        ",title={}{}",
        finding.rule,
        github_property(&Tone::of(finding).remark())
    )?;
    write!(out, "::{}", github_data(&finding.message))?;
    for note in &finding.notes {
        write!(out, "%0A{}", github_data(note))?;
    }
    if let Some(help) = &finding.help {
        write!(out, "%0Ahelp: {}", github_data(help))?;
    }
    writeln!(out)
}
