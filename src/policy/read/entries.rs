//! `overrides` and `exceptions`.

use crate::model::rule::Rule;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::{Exception, Override, RuleAction, Spanned};

use super::decode::{Reader, Value};
use super::patterns;
use super::rules::{ACTIONS, Written};
use super::spelling::{listed, nearest, quoted};

/// One entry of `overrides`.
pub(super) fn override_entry(reader: &mut Reader<'_>, value: &Value) -> Option<Override> {
    let mut fields = reader.fields(value)?;
    let namespaces = fields.optional("namespaces", |reader, value| {
        reader.filled_list(value, Reader::namespace_pattern)
    });
    let rules = fields.optional("rules", |reader, value| reader.filled_list(value, rule));
    let action = fields.required("action", |reader, value| reader.choice(value, &ACTIONS));
    fields.end("key");
    Some(Override {
        span: value.span,
        namespaces,
        rules,
        action: action?,
    })
}

/// One entry of `exceptions`.
pub(super) fn exception(reader: &mut Reader<'_>, value: &Value) -> Option<Exception> {
    let mut fields = reader.fields(value)?;
    let rules = fields.required("rules", |reader, value| reader.filled_list(value, rule));
    let images = fields.optional("images", patterns::images);
    let objects = fields.optional("objects", |reader, value| {
        reader.filled_list(value, patterns::object)
    });
    let namespaces = fields.optional("namespaces", |reader, value| {
        reader.filled_list(value, Reader::namespace_pattern)
    });
    let containers = fields.optional("containers", |reader, value| {
        reader.filled_list(value, Reader::container_pattern)
    });
    let reason = fields.required("reason", Reader::reason);
    let expires = fields.optional("expires", Reader::date);
    fields.end("key");
    Some(Exception {
        span: value.span,
        rules: rules?,
        images,
        objects,
        namespaces,
        containers,
        reason: reason?,
        expires,
    })
}

fn rule(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<Rule>> {
    let text = reader.text(value)?;
    if let Some(rule) = Rule::from_id(&text.value) {
        return Some(Spanned {
            value: rule,
            span: text.span,
        });
    }
    let ids = Rule::ALL.map(Rule::id);
    let help = match nearest(&text.value, &ids) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the rules are {}", listed(&ids)),
    };
    let message = format!("unknown rule {}", quoted(&text.value));
    reader.report(PolicyDiagnostic::new(text.span, message, "no such rule").with_help(help));
    None
}

/// A rule without an entry under `rules:`, or with `action: off` alone, has no settings, so an override cannot
/// switch it on.
pub(super) fn overrides_name_configured_rules(
    reader: &mut Reader<'_>,
    overrides: &[Override],
    written: &Written,
) {
    let named = overrides.iter().flat_map(|entry| {
        let rules = entry.rules.iter().flatten();
        rules.map(move |named| (entry, named))
    });
    for (entry, named) in named {
        if !Rule::IMAGE_POLICIES.contains(&named.value) {
            continue;
        }
        let mut off = written.rules.without_settings.iter();
        let off = off.any(|(rule, _)| *rule == named.value);
        if off && entry.action.value != RuleAction::Off {
            reader.report(
                PolicyDiagnostic::new(
                    named.span,
                    format!(
                        "the override switches `{}` on, which has no settings",
                        named.value
                    ),
                    "nothing to judge by",
                )
                .with_help(format!(
                    "write the settings of `{}` beside its `action: off`",
                    named.value
                )),
            );
        }
        if !written.named.contains(&named.value) {
            reader.report(
                PolicyDiagnostic::new(
                    named.span,
                    format!("the override names `{}`, which is not configured", named.value),
                    "no entry under `rules`",
                )
                .with_help(format!(
                    "write an entry `{}` under `rules`, with `action: off` when it should run only here",
                    named.value
                )),
            );
        }
    }
}
