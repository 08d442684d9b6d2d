//! The lines that close a report: true when read alone.

use super::resolved;
use super::wrap::wrap;
use crate::model::caveat::Caveat;
use crate::model::rule::Rule;
use crate::model::summary::{Family, NotLookedAt, Summary};
use crate::report::escape::terminal;
use crate::report::reasons::counted;
use crate::report::{CheckReport, ImagesReport, Listing, Style, caveats};

/// The last lines of a check.
pub(super) fn check(report: &CheckReport, style: &Style) -> String {
    let (summary, policy_files) = (&report.summary, &report.policy_files);
    let policy = if policy_files.is_empty() {
        "the built-in policy".to_owned()
    } else {
        terminal(&policy_files.join(" and ")).into_owned()
    };
    let mut lines = Vec::new();
    for about_tags in [
        resolved::moved_tags(&report.resolved),
        resolved::tags(&report.resolved),
    ] {
        if !about_tags.is_empty() {
            lines.extend(about_tags);
            lines.push(String::new());
        }
    }
    lines.extend(places("not judged", &report.caveats, &report.listing));
    lines.push(format!("checked {}, against {policy}", looked_at(summary)));
    lines.push(outcome(summary));
    lines.extend(caveats::sentences("not judged", summary));
    lines.extend(caveats::strict(report));
    lines.extend(not_configured(summary, policy_files.is_empty()));
    layout(&lines, style)
}

/// The last lines of a list of images.
pub(super) fn images(report: &ImagesReport, style: &Style) -> String {
    let (summary, listed) = (&report.summary, report.images.len());
    let all = looked_at(summary);
    let mut lines = places("not looked at", &report.caveats, &report.listing);
    lines.push(match listed == summary.images as usize {
        true => all,
        false => format!("{listed} of {all}"),
    });
    lines.extend(caveats::sentences("not looked at", summary));
    layout(&lines, style)
}

/// A line for each place that is listed, below what they have in common.
fn places(words: &str, caveats: &[Caveat], listing: &Listing) -> Vec<String> {
    let mut lines = Vec::new();
    for (words, family) in [
        (words, Family::NotJudged),
        ("passed with a reservation", Family::Reservation),
    ] {
        let listed = caveats::listed(caveats, listing, family);
        let listed = listed.map(|caveat| format!("  {}", terminal(&caveats::line(caveat))));
        let mut listed = listed.peekable();
        if listed.peek().is_some() {
            lines.push(format!("{words}:"));
            lines.extend(listed);
            lines.push(String::new());
        }
    }
    lines
}

fn layout(lines: &[String], style: &Style) -> String {
    let mut out = String::new();
    for line in lines {
        match line.starts_with(' ') {
            // One of a list, to be copied as it is.
            true => out.push_str(line),
            false => out.push_str(&wrap(line, super::columns(style), 0, "  ")),
        }
        out.push('\n');
    }
    out
}

/// `214 images (38 distinct) in 61 manifests, 58 files`.
fn looked_at(summary: &Summary) -> String {
    let images = counted(summary.images, "image", "images");
    let distinct = match summary.images {
        0 => String::new(),
        _ => format!(" ({} distinct)", summary.unique_images),
    };
    format!(
        "{images}{distinct} in {}, {}",
        counted(summary.manifests, "manifest", "manifests"),
        counted(summary.files, "file", "files")
    )
}

/// `3 violations, 2 audit, 1 could not check, 1 suppressed`, what is zero left out except violations.
fn outcome(summary: &Summary) -> String {
    let mut parts = vec![match summary.violations {
        0 => "no violations".to_owned(),
        count => counted(count, "violation", "violations"),
    }];
    let counts = [
        (summary.audit, "audit"),
        (summary.not_checked, "could not check"),
        (summary.suppressed, "suppressed"),
    ];
    for (count, words) in counts {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    let nothing_judged = caveats::nothing_judged(summary);
    if parts.len() == 1 && summary.violations == 0 {
        let passes = "no findings: everything that was judged passes";
        return nothing_judged.unwrap_or(passes).to_owned();
    }
    let parts = parts.join(", ");
    match nothing_judged {
        Some(nothing) => format!("{parts}; {nothing}"),
        None => parts,
    }
}

fn not_configured(summary: &Summary, built_in: bool) -> Option<String> {
    let rules: Vec<&str> = summary
        .not_looked_at
        .iter()
        .filter_map(|(reason, _)| match reason {
            NotLookedAt::RuleNotConfigured(rule) => Some(Rule::id(*rule)),
            _ => None,
        })
        .collect();
    if rules.is_empty() {
        return None;
    }
    let hint = match built_in {
        true => "; `imagegate init` writes a first policy",
        false => "",
    };
    Some(format!("not configured: {}{hint}", rules.join(", ")))
}
