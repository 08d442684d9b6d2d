//! Advice about `restrict-image-registries` and `disallow-latest-tag`.

use crate::policy::pattern::ImagePattern;
use crate::policy::settings::{RestrictImageRegistries, Spanned};

use super::Linter;
use super::coverage::pointless;

pub(super) fn lint(linter: &mut Linter<'_>) {
    let policy = linter.policy;
    if let Some(rule) = &policy.rules.restrict_image_registries {
        registries(linter, &rule.settings);
    }
    if let Some(rule) = &policy.rules.disallow_latest_tag {
        pointless(linter, &rule.settings.tags, "`tags`");
    }
}

fn registries(linter: &mut Linter<'_>, settings: &RestrictImageRegistries) {
    pointless(linter, &settings.deny, "`deny`");
    let Some(allow) = &settings.allow else {
        return;
    };
    pointless(linter, &allow.value, "`allow`");
    everything_allowed(linter, &allow.value);
    allowed_and_denied(linter, &allow.value, &settings.deny);
    denied_in_vain(linter, &allow.value, &settings.deny);
    for mirror in &settings.mirrors {
        let to = &mirror.to.value;
        let inside: Vec<ImagePattern> = [to.clone(), format!("{to}/**")]
            .iter()
            .filter_map(|text| ImagePattern::parse(text).ok())
            .collect();
        let approved = allow
            .value
            .iter()
            .any(|allowed| inside.iter().any(|one| allowed.value.may_overlap(one)));
        if !approved {
            linter.advise(
                mirror.to.span,
                format!("the mirror `{to}` is not approved by `allow`"),
                "an image from here would be a violation",
                format!("add `{to}/**` to `allow`, or name a mirror that is approved"),
            );
        }
    }
}

fn everything_allowed(linter: &mut Linter<'_>, allow: &[Spanned<ImagePattern>]) {
    let every = ImagePattern::every_image();
    for entry in allow {
        if entry.value.covers(&every) {
            linter.advise(
                entry.span,
                format!(
                    "`{}` approves every image of every registry",
                    entry.value.as_str()
                ),
                "nothing is restricted",
                "name the registries that are approved",
            );
        }
    }
}

fn allowed_and_denied(
    linter: &mut Linter<'_>,
    allow: &[Spanned<ImagePattern>],
    deny: &[Spanned<ImagePattern>],
) {
    for entry in allow {
        for denied in deny {
            if !linter.may_compare(entry.span) {
                return;
            }
            if denied.value.covers(&entry.value) {
                let line = linter.line(denied.span);
                linter.advise(
                    entry.span,
                    format!(
                        "everything that `{}` allows is denied",
                        entry.value.as_str()
                    ),
                    "without effect",
                    format!(
                        "`deny` wins; it names `{}` on line {line}",
                        denied.value.as_str()
                    ),
                );
                break;
            }
        }
    }
}

/// `deny` also refuses other spellings of what it names, such as one with the default port: about
/// names with a port, patterns alone do not tell.
pub(super) fn may_name_a_port(pattern: &ImagePattern) -> bool {
    let registry = pattern.as_str().split_once('/');
    registry.is_some_and(|(registry, _)| registry.contains([':', '[']))
}

fn denied_in_vain(
    linter: &mut Linter<'_>,
    allow: &[Spanned<ImagePattern>],
    deny: &[Spanned<ImagePattern>],
) {
    for denied in deny {
        if !linter.may_compare(denied.span) {
            return;
        }
        let reaches = |allowed: &Spanned<ImagePattern>| {
            may_name_a_port(&allowed.value) || allowed.value.may_overlap(&denied.value)
        };
        if !allow.iter().any(reaches) {
            linter.advise(
                denied.span,
                format!("nothing that `{}` denies is allowed", denied.value.as_str()),
                "without effect",
                "leave it out: what `allow` does not name is refused already",
            );
        }
    }
}
