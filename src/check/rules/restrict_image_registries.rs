//! `restrict-image-registries`: the image comes from an approved registry and repository.
//!
//! Whether it does is decided by [`ImagePattern`]: whole labels and whole segments. Everything below
//! that is wording, so that the reader sees at once why the image did not match.

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

type Patterns = [Spanned<ImagePattern>];

/// Judges one image.
pub fn judge(settings: &RestrictImageRegistries, subject: Subject<'_>) -> Verdict {
    let image = subject.image;
    let denied = settings.deny.iter();
    if let Some(pattern) = denied
        .clone()
        .find(|pattern| image.is_refused_by(&pattern.value))
    {
        return Verdict::Violation(refused_by(pattern, settings, subject));
    }
    let may_be_denied = denied
        .clone()
        .any(|pattern| image.may_be_refused_by(&pattern.value));
    let Some(allow) = &settings.allow else {
        return pass_unless(may_be_denied);
    };
    if !allow
        .value
        .iter()
        .any(|pattern| image.may_match(&pattern.value))
    {
        let complaint = not_allowed(&allow.value, settings, subject);
        return Verdict::Violation(complaint.decided_by(allow.span));
    }
    let sure = allow
        .value
        .iter()
        .any(|pattern| image.surely_matches(&pattern.value));
    pass_unless(may_be_denied || !sure)
}

/// A pass, unless the placeholder in the image leaves it open.
fn pass_unless(open: bool) -> Verdict {
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
        quoted(&subject.used.text),
        quoted(pattern.value.as_str())
    );
    let allow = settings.allow.as_ref().map(|list| list.value.as_slice());
    advised(Complaint::new(message), allow, settings, subject).decided_by(pattern.span)
}

fn not_allowed(
    allow: &Patterns,
    settings: &RestrictImageRegistries,
    subject: Subject<'_>,
) -> Complaint {
    let image = quoted(&subject.used.text);
    let whatever = match subject.image {
        Image::Full(_) => String::new(),
        Image::Partial(partial) => {
            format!(", whatever {} becomes", quoted(&partial.placeholder))
        }
    };
    let message = match subject.image.registry() {
        None => format!("{image} cannot come from an approved registry{whatever}"),
        Some(registry) => {
            let reason = reason(registry, allow, subject);
            format!("{image} {reason}{whatever}")
        }
    };
    advised(Complaint::new(message), Some(allow), settings, subject)
}

/// Why an image of a known registry is not approved, as the end of a sentence.
fn reason(registry: &str, allow: &Patterns, subject: Subject<'_>) -> String {
    let possible = |partial: PartialReference| {
        allow
            .iter()
            .any(|pattern| pattern.value.may_match(&partial))
    };
    let of_registry = PartialReference {
        registry: Some(registry.to_owned()),
        ..PartialReference::default()
    };
    if let Some(repository) = repository(subject.image) {
        let of_repository = PartialReference {
            repository: Some(repository.to_owned()),
            ..of_registry.clone()
        };
        if possible(of_repository) {
            return "is approved by its name, but not with this tag or digest".to_owned();
        }
    }
    if possible(of_registry) {
        return format!(
            "is not one of the approved repositories of {}",
            shortened(registry)
        );
    }
    if let Some(approved) = look_alike::of(registry, hosts(allow)) {
        return format!(
            "comes from {}, which looks like the approved {} but is another registry",
            shortened(registry),
            shortened(approved)
        );
    }
    let verb = if subject.used.text.starts_with(registry) {
        "comes from"
    } else {
        "resolves to"
    };
    format!(
        "{verb} {}, which is not an approved registry",
        shortened(registry)
    )
}

fn repository(image: Image<'_>) -> Option<&str> {
    match image {
        Image::Full(reference) => Some(&reference.repository),
        Image::Partial(partial) => partial.repository.as_deref(),
    }
}

/// The registries that the patterns spell out.
fn hosts(allow: &Patterns) -> impl Iterator<Item = &str> {
    allow.iter().filter_map(|pattern| {
        let (host, _) = pattern.value.as_str().split_once('/')?;
        (host.contains(['.', ':']) && !host.contains('*')).then_some(host)
    })
}

/// Adds what to write instead: the mirror when it is itself approved, else what is approved.
fn advised(
    complaint: Complaint,
    allow: Option<&Patterns>,
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
    match allow {
        None | Some([]) => complaint.help("use an image that `deny` does not name"),
        Some(patterns) => {
            let patterns: Vec<String> = patterns
                .iter()
                .map(|pattern| quoted(pattern.value.as_str()))
                .collect();
            complaint.help(format!("approved are {}", listed(&patterns)))
        }
    }
}

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
