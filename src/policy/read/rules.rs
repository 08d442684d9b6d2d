//! `rules`: the entry of each rule.

use crate::model::finding::Action;
use crate::model::rule::Rule;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::{
    DisallowLatestTag, Policy, RestrictImageRegistries, RuleAction, RuleEntry, Rules, Spanned,
};

use super::decode::{Fields, Reader, Value};
use super::spelling::listed;
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
    let (off, with_settings): (Vec<Rule>, Vec<Rule>) = Rule::IMAGE_POLICIES
        .into_iter()
        .partition(|rule| needs_settings(*rule) && is_off_alone(&fields, *rule));
    let mut rules = Rules::default();
    for rule in with_settings {
        let fields = &mut fields;
        match rule {
            Rule::RestrictImageRegistries => {
                rules.restrict_image_registries = entry(fields, rule, registries);
            }
            Rule::DisallowLatestTag => {
                rules.disallow_latest_tag = entry(fields, rule, latest_tag);
            }
            Rule::VerifyImageSignatures => {
                rules.verify_image_signatures = entry(fields, rule, signatures::settings);
            }
            _ => rules.check_vulnerability_scan = entry(fields, rule, scan::settings),
        }
    }
    for rule in Rule::ALL {
        if Rule::IMAGE_POLICIES.contains(&rule) && !off.contains(&rule) {
            continue;
        }
        if let Some(read) = entry(&mut fields, rule, |_, _| Some(())) {
            rules.without_settings.push((rule, read));
        }
    }
    fields.end("rule");
    Some(Written { rules, named })
}

/// Whether the rule has nothing to judge by as long as nothing is written.
const fn needs_settings(rule: Rule) -> bool {
    !matches!(rule, Rule::DisallowLatestTag)
}

/// Whether the entry is `action: off` and nothing else.
fn is_off_alone(fields: &Fields<'_, '_>, rule: Rule) -> bool {
    let Some(value) = fields.written(rule.id()) else {
        return false;
    };
    let tree = fields.reader.tree();
    let mut entries = tree.own_entries(value.node);
    let (Some((key, action)), None) = (entries.next(), entries.next()) else {
        return false;
    };
    let text = |node| tree.scalar(node).map(|scalar| scalar.value);
    text(key) == Some("action") && text(tree.resolve(action)) == Some("off")
}

/// A policy by which no image is judged is one that lets everything pass. Nobody means that by leaving rules
/// out; who does writes it down.
pub(super) fn something_is_judged(
    reader: &mut Reader<'_>,
    root: &Value,
    policy: &Policy,
    named: &[Rule],
) {
    let missing = Rule::IMAGE_POLICIES.into_iter();
    let missing: Vec<Rule> = missing.filter(|rule| !named.contains(rule)).collect();
    let mut all = Rule::IMAGE_POLICIES.into_iter();
    if all.any(|rule| policy.may_ask(rule)) || missing.is_empty() {
        return;
    }
    let missing: Vec<&str> = missing.into_iter().map(Rule::id).collect();
    let message = "no rule about images is on, so that no image would be judged";
    reader.report(
        PolicyDiagnostic::new(root.owner, message, "begins here").with_help(format!(
            "add a rule under `rules`, such as `disallow-latest-tag: {{}}`; `imagegate init` writes a \
             first policy. To judge nothing on purpose, write `{{ action: off }}` for {} too",
            listed(&missing)
        )),
    );
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
