//! `disallow-latest-tag`: what is pulled is the same tomorrow, because a specific tag or a digest is
//! written.

use crate::check::catalog::RuleText;
use crate::check::subject::{Image, Subject};
use crate::check::verdict::{Complaint, Verdict};
use crate::check::wording::{quoted, shortened, written_name};
use crate::model::digest::Digest;
use crate::model::finding::Action;
use crate::model::reference::Part;
use crate::model::rule::Rule;
use crate::model::summary::NotLookedAt;
use crate::policy::pattern::NamePattern;
use crate::policy::settings::{DisallowLatestTag, Spanned};

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::DisallowLatestTag,
    summary: "Images name a specific tag or a digest",
    page: include_str!("../../../docs/rules/disallow-latest-tag.md"),
};

/// Judges one image. A missing tag is a violation whatever `tags` lists: nothing specific is written.
pub fn judge(settings: &DisallowLatestTag, subject: Subject<'_>) -> Verdict {
    let digest_wanted = settings.require_digest.value;
    match (subject.image.tag(), subject.image.digest()) {
        (Part::Known(tag), digest) => match moving(settings, tag) {
            Some(pattern) => moving_tag(tag, pattern, digest, settings, subject),
            None => fixed_tag(digest, settings, subject),
        },
        (Part::Absent, Part::Known(_)) => Verdict::PASS,
        (Part::Absent, Part::Absent) => Verdict::Violation(no_tag(subject)),
        (Part::Unknown, Part::Known(_)) if settings.latest_with_digest.value.is_none() => {
            Verdict::PASS
        }
        (Part::Unknown, Part::Absent) if digest_wanted => {
            Verdict::Violation(no_digest(settings, subject))
        }
        (Part::Absent | Part::Unknown, _) => UNDECIDED,
    }
}

/// What the placeholder becomes decides.
const UNDECIDED: Verdict = Verdict::NotApplicable(NotLookedAt::PlaceholderImage);

fn fixed_tag(digest: Part<&Digest>, settings: &DisallowLatestTag, subject: Subject<'_>) -> Verdict {
    match digest {
        Part::Absent if settings.require_digest.value => {
            Verdict::Violation(no_digest(settings, subject))
        }
        Part::Unknown if settings.require_digest.value => UNDECIDED,
        Part::Absent | Part::Unknown | Part::Known(_) => Verdict::PASS,
    }
}

fn moving_tag(
    tag: &str,
    pattern: &Spanned<NamePattern>,
    digest: Part<&Digest>,
    settings: &DisallowLatestTag,
    subject: Subject<'_>,
) -> Verdict {
    match (digest, settings.latest_with_digest.value) {
        (Part::Absent, _) => Verdict::Violation(moves(tag, pattern, subject)),
        (Part::Known(_), None) => Verdict::PASS,
        (Part::Unknown, None) => UNDECIDED,
        (Part::Known(_), Some(action)) => {
            Verdict::Violation(beside_digest(tag, action, settings, subject))
        }
        // A violation with and without a digest; with one it may count less.
        (Part::Unknown, Some(action)) => Verdict::Violation(Complaint {
            audit_at_most: action == Action::Audit,
            ..moves(tag, pattern, subject)
        }),
    }
}

fn moving<'s>(settings: &'s DisallowLatestTag, tag: &str) -> Option<&'s Spanned<NamePattern>> {
    settings
        .tags
        .iter()
        .find(|pattern| pattern.value.matches(tag))
}

fn no_tag(subject: Subject<'_>) -> Complaint {
    let message = format!(
        "no tag is written in {}, so `latest` is pulled, which can be another image tomorrow",
        quoted(subject.text)
    );
    Complaint::new(message).help(write_a_version(subject))
}

fn moves(tag: &str, pattern: &Spanned<NamePattern>, subject: Subject<'_>) -> Complaint {
    let message = format!(
        "the tag {} of {} moves, so another image can be pulled tomorrow",
        quoted(tag),
        quoted(subject.text)
    );
    Complaint::new(message)
        .help(write_a_version(subject))
        .decided_by(pattern.span)
        .detail("tag", tag)
}

fn beside_digest(
    tag: &str,
    action: Action,
    settings: &DisallowLatestTag,
    subject: Subject<'_>,
) -> Complaint {
    let message = format!(
        "{} has the tag {} beside its digest: the digest decides, and the tag says nothing about it",
        quoted(subject.text),
        quoted(tag)
    );
    let complaint = Complaint::new(message)
        .help("write the version that the digest is, or the digest alone")
        .decided_by(settings.latest_with_digest.span)
        .detail("tag", tag);
    Complaint {
        audit_at_most: action == Action::Audit,
        ..complaint
    }
}

fn no_digest(settings: &DisallowLatestTag, subject: Subject<'_>) -> Complaint {
    let message = format!(
        "{} has no digest, so its tag can be moved to another image",
        quoted(subject.text)
    );
    let help = match subject.image {
        Image::Full(_) => format!("write the digest too: {}@sha256:…", shortened(subject.text)),
        Image::Partial(_) => "write the digest behind the tag: `@sha256:…`".to_owned(),
    };
    Complaint::new(message)
        .help(help)
        .decided_by(settings.require_digest.span)
}

fn write_a_version(subject: Subject<'_>) -> String {
    match subject.image {
        Image::Full(reference) => {
            let name = shortened(written_name(subject.text, reference));
            format!("write a version, best with its digest, such as {name}:1.4.2@sha256:…")
        }
        Image::Partial(_) => {
            "write a version, best with its digest, such as `:1.4.2@sha256:…`".to_owned()
        }
    }
}
