//! `restrict-image-registries`: the image comes from an approved registry and repository.
//!
//! Whether it does is decided by [`ImagePattern`]: whole labels and whole segments. Everything else here
//! is wording, so that the reader sees at once why the image did not match.

use crate::check::catalog::RuleText;
use crate::check::look_alike;
use crate::check::subject::{Image, Subject};
use crate::check::verdict::{Complaint, Verdict};
use crate::check::wording::{listed, quoted, shortened};
use crate::model::reference::{ImageReference, PartialReference};
use crate::model::rule::Rule;
use crate::model::summary::NotLookedAt;
use crate::policy::mirror::mirrored;
use crate::policy::pattern::ImagePattern;
use crate::policy::settings::{RestrictImageRegistries, Spanned};

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::RestrictImageRegistries,
    summary: "Images come from approved registries and repositories",
    page: include_str!("../../../docs/rules/restrict-image-registries.md"),
};

/// Judges one image. What `deny` names is refused in every spelling that reaches it; what `allow` names
/// is approved in none but the one that matches.
pub fn judge(settings: &RestrictImageRegistries, subject: Subject<'_>) -> Verdict {
    let image = subject.image;
    let mut denied = settings.deny.iter();
    if let Some(pattern) = denied.find(|pattern| image.is_refused_by(&pattern.value)) {
        return Verdict::Violation(refused_by(pattern, settings, subject));
    }
    let mut denied = settings.deny.iter();
    let mut open = denied.any(|pattern| image.may_be_refused_by(&pattern.value));
    if let Some(allow) = &settings.allow {
        let mut patterns = allow.value.iter();
        if !patterns.any(|pattern| image.may_match(&pattern.value)) {
            let complaint = not_allowed(&allow.value, settings, subject);
            return Verdict::Violation(complaint.decided_by(allow.span));
        }
        let mut patterns = allow.value.iter();
        open |= !patterns.any(|pattern| image.surely_matches(&pattern.value));
    }
    if open {
        Verdict::NotApplicable(NotLookedAt::PlaceholderImage)
    } else {
        Verdict::PASS
    }
}

fn refused_by(
    pattern: &Spanned<ImagePattern>,
    settings: &RestrictImageRegistries,
    subject: Subject<'_>,
) -> Complaint {
    let message = format!(
        "{} is refused by the pattern {} of `deny`",
        quoted(subject.text),
        quoted(pattern.value.as_str())
    );
    let allow = settings.allow.as_ref();
    let approved = allow.map_or(Vec::new(), |list| list.value.iter().collect());
    advised(Complaint::new(message), &approved, settings, subject).decided_by(pattern.span)
}

fn not_allowed(
    allow: &[Spanned<ImagePattern>],
    settings: &RestrictImageRegistries,
    subject: Subject<'_>,
) -> Complaint {
    let image = quoted(subject.text);
    let whatever = match subject.image {
        Image::Full(_) => String::new(),
        Image::Partial(partial) if partial.placeholder.is_empty() => String::new(),
        Image::Partial(partial) => {
            format!(", whatever {} becomes", quoted(&partial.placeholder))
        }
    };
    let Some(registry) = subject.image.registry() else {
        let message = format!("{image} cannot come from an approved registry{whatever}");
        let approved: Vec<_> = allow.iter().collect();
        return advised(Complaint::new(message), &approved, settings, subject);
    };
    let (reason, approved) = reason(registry, allow, subject);
    let message = format!("{image} {reason}{whatever}");
    advised(Complaint::new(message), &approved, settings, subject)
}

/// Why an image of a known registry is not approved, as the end of a sentence, and the approved
/// patterns that come nearest.
fn reason<'s>(
    registry: &str,
    allow: &'s [Spanned<ImagePattern>],
    subject: Subject<'_>,
) -> (String, Vec<&'s Spanned<ImagePattern>>) {
    let near = |repository: Option<&str>| -> Vec<&Spanned<ImagePattern>> {
        let partial = PartialReference {
            registry: Some(registry.to_owned()),
            repository: repository.map(str::to_owned),
            ..PartialReference::default()
        };
        let patterns = allow.iter();
        patterns
            .filter(|pattern| pattern.value.may_match(&partial))
            .collect()
    };
    if let Some(repository) = repository(subject.image) {
        let same_name = near(Some(repository));
        if !same_name.is_empty() {
            let reason = "is approved by its name, but not with this tag or digest";
            return (reason.to_owned(), same_name);
        }
    }
    let shown = shortened(registry);
    let same_registry = near(None);
    if !same_registry.is_empty() {
        let reason = format!("is not one of the approved repositories of {shown}");
        return (reason, same_registry);
    }
    if let Some(approved) = look_alike::of(registry, allow.iter().filter_map(host)) {
        let reason = format!(
            "comes from {shown}, which looks like the approved {} but is another registry",
            shortened(approved)
        );
        let patterns = allow.iter();
        let meant = patterns.filter(|pattern| host(pattern) == Some(approved));
        return (reason, meant.collect());
    }
    let verb = if subject.text.starts_with(registry) {
        "comes from"
    } else {
        "resolves to"
    };
    let reason = format!("{verb} {shown}, which is not an approved registry");
    (reason, allow.iter().collect())
}

fn repository(image: Image<'_>) -> Option<&str> {
    match image {
        Image::Full(reference) => Some(&reference.repository),
        Image::Partial(partial) => partial.repository.as_deref(),
    }
}

/// The registry that a pattern spells out.
fn host(pattern: &Spanned<ImagePattern>) -> Option<&str> {
    let (host, _) = pattern.value.as_str().split_once('/')?;
    (host.contains(['.', ':']) && !host.contains('*')).then_some(host)
}

/// Adds what to write instead: the mirror when it is itself approved, else what is approved.
fn advised(
    complaint: Complaint,
    approved: &[&Spanned<ImagePattern>],
    settings: &RestrictImageRegistries,
    subject: Subject<'_>,
) -> Complaint {
    let complaint = match subject.image.registry() {
        Some(registry) => complaint.detail("registry", registry),
        None => complaint,
    };
    if let Image::Full(reference) = subject.image
        && let Some(mirror) = approved_mirror(settings, reference)
    {
        return complaint
            .help(format!("write the mirror: {mirror}"))
            .detail("mirror", mirror);
    }
    let patterns: Vec<String> = approved
        .iter()
        .map(|pattern| quoted(pattern.value.as_str()))
        .collect();
    match patterns.as_slice() {
        [] => complaint.help("use an image that `deny` does not name"),
        [one] => complaint.help(format!("approved is {one}")),
        several => complaint.help(format!("approved are {}", listed(several))),
    }
}

/// The mirror's name of the image, when the policy approves it.
fn approved_mirror(
    settings: &RestrictImageRegistries,
    reference: &ImageReference,
) -> Option<String> {
    let mirror = mirrored(reference, &settings.mirrors)?;
    let parsed = ImageReference::parse(&mirror).ok()?;
    let allowed = settings.allow.as_ref().is_none_or(|allow| {
        let mut patterns = allow.value.iter();
        patterns.any(|pattern| pattern.value.matches(&parsed))
    });
    let mut deny = settings.deny.iter();
    let denied = deny.any(|pattern| pattern.value.refuses(&parsed));
    (allowed && !denied).then_some(mirror)
}
