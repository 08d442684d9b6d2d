//! Advice about namespaces, overrides, exceptions, excluded paths and registries.

use crate::model::rule::Rule;
use crate::model::span::Span;
use crate::policy::pattern::{ImagePattern, NamePattern};
use crate::policy::settings::{Exception, Override, RuleAction, Spanned};

use super::Linter;
use super::coverage::{Pattern as _, pointless};
use super::images::may_name_a_port;

pub(super) fn lint(linter: &mut Linter<'_>) {
    let policy = linter.policy;
    exempt(linter);
    for (at, entry) in policy.overrides.iter().enumerate() {
        if let Some(namespaces) = &entry.namespaces {
            pointless(linter, namespaces, "`namespaces`");
            all_exempt(linter, entry.span, namespaces, "override");
        }
        shadowed(
            linter,
            entry,
            policy.overrides.get(at + 1..).unwrap_or_default(),
        );
    }
    for entry in &policy.exceptions {
        exception(linter, entry);
    }
    excluded(linter);
    for registry in &policy.registries {
        let access = &registry.value;
        let unused = match (&access.layout, access.http, &access.ca) {
            (Some(_), true, _) => "`http` has no effect beside `layout`",
            (Some(_), _, Some(_)) => "`ca` has no effect beside `layout`",
            (None, true, Some(_)) => "`ca` has no effect beside `http: true`",
            _ => continue,
        };
        linter.advise(
            registry.span,
            unused,
            "without effect",
            "leave one of them out",
        );
    }
}

fn exempt(linter: &mut Linter<'_>) {
    let policy = linter.policy;
    let written = policy
        .exempt_namespaces
        .iter()
        .all(|entry| !entry.span.is_empty());
    if written {
        pointless(linter, &policy.exempt_namespaces, "`exempt`");
    }
    for entry in &policy.exempt_namespaces {
        if entry.value.as_str().bytes().all(|byte| byte == b'*') {
            linter.advise(
                entry.span,
                format!("`{}` exempts every namespace", entry.value.as_str()),
                "no object with a namespace is judged",
                "name the namespaces that are not yours to judge",
            );
        }
    }
    if let Some(default) = &policy.default_namespace {
        let mut exempt = policy.exempt_namespaces.iter();
        if exempt.any(|entry| entry.value.matches(&default.value)) {
            linter.advise(
                default.span,
                format!("the default namespace `{}` is exempt", default.value),
                "objects that name no namespace are not judged",
                "name another default, or take it out of `exempt`",
            );
        }
    }
}

/// Every namespace that is meant is exempt, so that nothing there is judged at all.
fn all_exempt(
    linter: &mut Linter<'_>,
    span: Span,
    namespaces: &[Spanned<NamePattern>],
    noun: &str,
) {
    let exempt = &linter.policy.exempt_namespaces;
    let is_exempt =
        |name: &Spanned<NamePattern>| exempt.iter().any(|entry| entry.value.holds(&name.value));
    if namespaces.iter().all(is_exempt) {
        linter.advise(
            span,
            format!("the {noun} is about exempt namespaces only"),
            "without effect",
            "objects in exempt namespaces are not judged; see `namespaces.exempt`",
        );
    }
}

/// A later override that applies wherever this one does.
fn shadowed(linter: &mut Linter<'_>, entry: &Override, later: &[Override]) {
    for one in later {
        if !linter.may_compare(entry.span) {
            return;
        }
        let everywhere = match (&one.namespaces, &entry.namespaces) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wide), Some(narrow)) => narrow
                .iter()
                .all(|name| wide.iter().any(|one| one.value.holds(&name.value))),
        };
        let every_rule = Rule::ALL
            .into_iter()
            .filter(|rule| applies(linter, entry, *rule))
            .all(|rule| applies(linter, one, rule));
        if everywhere && every_rule {
            let line = linter.line(one.span);
            linter.advise(
                entry.span,
                format!("a later override replaces this one: the one on line {line}"),
                "without effect",
                "the last override that matches wins; leave this one out, or move it behind the other",
            );
            return;
        }
    }
}

/// Whether the override changes `rule` where its namespaces match.
fn applies(linter: &Linter<'_>, entry: &Override, rule: Rule) -> bool {
    match &entry.rules {
        Some(rules) => rules.iter().any(|named| named.value == rule),
        None => linter.policy.own_action(rule) != RuleAction::Off,
    }
}

fn exception(linter: &mut Linter<'_>, entry: &Exception) {
    let policy = linter.policy;
    for rule in &entry.rules {
        if !policy.may_ask(rule.value) {
            linter.advise(
                rule.span,
                format!("the exception is for `{}`, which never runs", rule.value),
                "without effect",
                "leave the rule out of the exception, or configure it under `rules`",
            );
        }
    }
    if let Some(namespaces) = &entry.namespaces {
        pointless(linter, namespaces, "`namespaces`");
        all_exempt(linter, entry.span, namespaces, "exception");
    }
    if let Some(images) = &entry.images {
        pointless(linter, images, "`images`");
        approved_anyway(linter, entry, images);
    }
    if let Some(containers) = &entry.containers {
        pointless(linter, containers, "`containers`");
    }
    let places =
        entry.objects.is_some() || entry.namespaces.is_some() || entry.containers.is_some();
    if entry.images.is_none() && !places {
        linter.advise(
            entry.span,
            "the exception accepts every finding of its rules",
            "limited to nothing",
            "add `images`, `objects`, `namespaces` or `containers`, or set the rule's `action` to off",
        );
    }
}

/// An exception from the allow-list alone, for images that are on it.
fn approved_anyway(linter: &mut Linter<'_>, entry: &Exception, images: &[Spanned<ImagePattern>]) {
    let policy = linter.policy;
    let Some(settings) = policy.rules.restrict_image_registries.as_ref() else {
        return;
    };
    let settings = &settings.settings;
    let only_rule = entry
        .rules
        .iter()
        .all(|rule| rule.value == Rule::RestrictImageRegistries);
    let Some(allow) = settings.allow.as_ref().filter(|_| only_rule) else {
        return;
    };
    for image in images {
        if !linter.may_compare(image.span) {
            return;
        }
        let allowed = allow.value.iter().any(|one| one.value.covers(&image.value));
        let denied = settings
            .deny
            .iter()
            .any(|one| one.value.may_overlap(&image.value));
        if allowed && !denied && !may_name_a_port(&image.value) {
            linter.advise(
                image.span,
                format!("`{}` is approved already", image.value.as_str()),
                "without effect",
                "leave it out of the exception",
            );
        }
    }
}

fn excluded(linter: &mut Linter<'_>) {
    for glob in &linter.policy.exclude {
        let text = glob.value.as_str();
        if text.starts_with('/') || text.split('/').any(|part| part == "..") {
            linter.advise(
                glob.span,
                format!("`{text}` can match no path"),
                "without effect",
                "paths are relative to the policy file and lie below it",
            );
        } else if matches!(text, "**" | "**/*") {
            linter.advise(
                glob.span,
                format!("`{text}` excludes every file"),
                "nothing is checked",
                "name the folders that hold no manifests of yours",
            );
        }
    }
}
