//! The report for a person: sentences, snippets, a summary. What is wrong comes first, then where, then
//! what to write instead. Colours, links and the width are the caller's to decide.

use std::io::{self, Write};

use self::block::Block;
use self::group::{Group, groups, policy_place};
use self::outage::{Many, Shown, together};
use self::snippet::Snippets;
use super::escape::terminal;
use super::tone::Tone;
use super::{CheckReport, Style, links, origin};
use crate::model::finding::{Action, Finding, Outcome, Suppressed, SuppressedBy};

mod block;
pub(super) mod group;
pub(super) mod images;
pub(super) mod inspect;
mod outage;
pub(super) mod paint;
pub(super) mod policy;
mod resolved;
mod snippet;
mod summary;
mod window;
mod wrap;

/// The columns to lay text out in: a terminal narrower or wider than anybody reads is not believed.
fn columns(style: &Style) -> usize {
    style.width.clamp(30, 400)
}

pub(super) fn write_check(
    report: &CheckReport,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = report
        .findings
        .iter()
        .filter(|finding| style.show_suppressed || finding.suppressed.is_none());
    let snippets = Snippets::new(style);
    for shown in together(groups(shown)) {
        let text = match &shown {
            Shown::Alone(group) => block(group, report).layout(style, &snippets),
            Shown::Together(many) => match many.first() {
                Some(first) => block_of_many(many, first, report, style, &snippets),
                None => continue,
            },
        };
        writeln!(out, "{text}")?;
    }
    out.write_all(summary::check(report, style).as_bytes())
}

fn block<'a>(group: &Group<'a>, report: &'a CheckReport) -> Block<'a> {
    let finding = group.first;
    Block {
        tone: Tone::of(finding),
        rule: Some((finding.rule.id(), links::rule_page(finding.rule))),
        message: &finding.message,
        source: report.sources.get(finding.source),
        location: finding.location,
        label: &finding.label,
        help: finding.help.as_deref(),
        images: Vec::new(),
        lines: &finding.notes,
        note: note(finding, of_one(group, report)),
    }
}

/// The block of several images that one failure kept from being checked.
fn block_of_many(
    many: &Many<'_>,
    first: &Group<'_>,
    report: &CheckReport,
    style: &Style,
    snippets: &Snippets,
) -> String {
    let finding = first.first;
    let message = many.message(finding.rule);
    let block = Block {
        message: &message,
        help: many.help(),
        images: many.images(&report.sources),
        lines: &[],
        note: note(finding, many.wanted_by()),
        ..block(first, report)
    };
    block.layout(style, snippets)
}

/// What is said of one image besides.
fn of_one(group: &Group<'_>, report: &CheckReport) -> Option<String> {
    let finding = group.first;
    let mut parts = Vec::new();
    if let Some(line) = &finding.decided_by {
        parts.push(format!("wanted by {}", policy_place(line)));
    }
    if let Some(digest) = resolved_digest(finding) {
        parts.push(format!("resolved to {}", terminal(digest)));
    }
    if let Some(origin) = &finding.origin {
        parts.extend(origin::remarks(origin));
    }
    if let Some(places) = group.other_places(&report.sources) {
        parts.push(format!("also at {places}"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// `audit only; wanted by imagegate.yaml:12:5; also at shop/cart-canary.yaml:14:16`.
fn note(finding: &Finding, besides: Option<String>) -> Option<String> {
    let mut parts = Vec::new();
    // The rules about images say it in their sentence.
    if finding.outcome == Outcome::NotChecked && finding.image.is_none() {
        parts.push("could not check, which is not a pass".to_owned());
    }
    if finding.action == Action::Audit {
        parts.push("audit only".to_owned());
    }
    parts.extend(besides);
    if let Some(by) = &finding.suppressed {
        parts.push(suppressed(by));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The digest that was judged, when the image does not say it itself.
fn resolved_digest(finding: &Finding) -> Option<&str> {
    let digest = finding.digest.as_deref()?;
    let image = finding.image.as_deref().unwrap_or_default();
    (!image.contains(digest)).then_some(digest)
}

fn suppressed(suppressed: &Suppressed) -> String {
    let by = match suppressed.by {
        SuppressedBy::Comment => "a comment",
        SuppressedBy::Annotation => "an annotation",
        SuppressedBy::Exception => "an exception of the policy",
    };
    let until = match suppressed.until {
        Some(day) => format!(" until {day}"),
        None => String::new(),
    };
    format!(
        "suppressed by {by}{until}: {}",
        terminal(&suppressed.reason)
    )
}
