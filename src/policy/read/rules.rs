//! `rules`: the entry of each rule.

use crate::model::finding::Action;
use crate::model::rule::Rule;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::{
    DisallowLatestTag, RestrictImageRegistries, RuleAction, RuleEntry, Rules, Spanned,
};

use super::decode::{Fields, Reader, Value};
use super::{names, patterns, scan, signatures};

/// The words of `action`.
pub(super) const ACTIONS: [(&str, RuleAction); 3] = [
    ("enforce", RuleAction::Enforce),
    ("audit", RuleAction::Audit),
    ("off", RuleAction::Off),
];

const LATEST_WITH_DIGEST: [(&str, Option<Action>); 3] = [
    ("allow", None),
    ("audit", Some(Action::Audit)),
    ("enforce", Some(Action::Enforce)),
];

/// What stands under `rules`.
#[derive(Default)]
pub(super) struct Written {
    /// The entries without an error in them.
    pub(super) rules: Rules,
    /// The rules that have an entry, sound or not.
    pub(super) named: Vec<Rule>,
}

/// The map under `rules`.
pub(super) fn rules(reader: &mut Reader<'_>, value: &Value) -> Option<Written> {
    let mut fields = reader.fields(value)?;
    let named = Rule::ALL.into_iter();
    let named = named.filter(|rule| fields.is_written(rule.id())).collect();
    let mut rules = Rules {
        restrict_image_registries: entry(&mut fields, Rule::RestrictImageRegistries, registries),
        disallow_latest_tag: entry(&mut fields, Rule::DisallowLatestTag, latest_tag),
        verify_image_signatures: entry(
            &mut fields,
            Rule::VerifyImageSignatures,
            signatures::settings,
        ),
        check_vulnerability_scan: entry(&mut fields, Rule::CheckVulnerabilityScan, scan::settings),
        input: Vec::new(),
    };
    for rule in Rule::ALL {
        if Rule::IMAGE_POLICIES.contains(&rule) {
            continue;
        }
        if let Some(read) = entry(&mut fields, rule, |_, _| Some(())) {
            rules.input.push((rule, read));
        }
    }
    fields.end("rule");
    Some(Written { rules, named })
}

/// One rule: `action`, and what `settings` reads of the rest.
fn entry<'a, T>(
    rules: &mut Fields<'_, 'a>,
    rule: Rule,
    settings: impl FnOnce(&mut Fields<'_, 'a>, &Value) -> Option<T>,
) -> Option<RuleEntry<T>> {
    rules.optional(rule.id(), |reader, value| {
        refuse_bare_action(reader, value)?;
        let mut fields = reader.fields(value)?;
        let action = fields.optional("action", |reader, value| reader.choice(value, &ACTIONS));
        let settings = settings(&mut fields, value);
        fields.end("key");
        Some(RuleEntry {
            name_span: value.owner,
            action: action.unwrap_or(Spanned {
                value: RuleAction::Enforce,
                span: value.owner,
            }),
            settings: settings?,
        })
    })
}

/// An action alone is what people write first; the entry of a rule is always a map.
fn refuse_bare_action(reader: &mut Reader<'_>, value: &Value) -> Option<()> {
    let scalar = reader.scalar(value);
    let word = scalar.filter(|scalar| ACTIONS.iter().any(|(word, _)| *word == scalar.value));
    let Some(word) = word else {
        return Some(());
    };
    let help = format!("write {{ action: {} }}", word.value);
    reader.wrong_type(value, "a map", Some(help));
    None
}

fn registries(fields: &mut Fields<'_, '_>, rule: &Value) -> Option<RestrictImageRegistries> {
    let allow = fields.optional("allow", |reader, value| {
        Some(Spanned {
            value: patterns::images(reader, value)?,
            span: value.owner,
        })
    });
    let deny = fields.optional("deny", |reader, value| reader.list(value, patterns::image));
    let mirrors = fields.optional("mirrors", names::mirrors);
    let says_nothing = match &deny {
        None => !fields.is_written("deny"),
        Some(deny) => deny.is_empty(),
    };
    if says_nothing && !fields.is_written("allow") {
        fields.reader.report(
            PolicyDiagnostic::new(
                rule.owner,
                format!("{} has neither `allow` nor anything to deny", rule.what),
                "`allow` or `deny` is required here",
            )
            .with_help(
                "write the registries that are approved: allow: [\"registry.example.com/**\"]",
            ),
        );
        return None;
    }
    Some(RestrictImageRegistries {
        allow,
        deny: deny.unwrap_or_default(),
        mirrors: mirrors.unwrap_or_default(),
    })
}

fn latest_tag(fields: &mut Fields<'_, '_>, _rule: &Value) -> Option<DisallowLatestTag> {
    let tags = fields.optional("tags", |reader, value| {
        reader.filled_list(value, Reader::tag_pattern)
    });
    let require_digest = fields.optional("require-digest", Reader::boolean);
    let latest_with_digest = fields.optional("latest-with-digest", |reader, value| {
        reader.choice(value, &LATEST_WITH_DIGEST)
    });
    let defaults = DisallowLatestTag::default();
    Some(DisallowLatestTag {
        tags: tags.unwrap_or(defaults.tags),
        require_digest: require_digest.unwrap_or(defaults.require_digest),
        latest_with_digest: latest_with_digest.unwrap_or(defaults.latest_with_digest),
    })
}
