//! Which action a rule has for one object, and which line of the policy says so.

use crate::model::finding::Action;
use crate::model::rule::Rule;
use crate::model::span::Span;
use crate::model::strict::Strict;

use super::pattern::NamePattern;
use super::settings::{
    DisallowLatestTag, InlineIgnores, Policy, Render, RuleAction, RuleEntry, Rules, Spanned,
    UnknownNamespace,
};

/// The namespaces that are exempt when the policy says nothing about it.
const DEFAULT_EXEMPT: [&str; 4] = ["kube-system", "kube-public", "kube-node-lease", "kyverno"];

/// What the policy says about one rule for one namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The action of findings.
    pub action: Action,
    /// The line that decided, in the policy's text; `None` when a default did.
    pub decided_by: Option<Span>,
}

impl Policy {
    /// What runs when there is no policy file: `disallow-latest-tag` and the input rules.
    pub fn built_in() -> Self {
        Self {
            text: None,
            default_namespace: None,
            unknown_namespace: Spanned::default_of(UnknownNamespace::Own),
            exempt_namespaces: Self::default_exempt(),
            rules: Rules {
                disallow_latest_tag: Some(RuleEntry {
                    name_span: Span::default(),
                    action: Spanned::default_of(RuleAction::Enforce),
                    settings: DisallowLatestTag::default(),
                }),
                ..Rules::default()
            },
            overrides: Vec::new(),
            exceptions: Vec::new(),
            inline_ignores: Spanned::default_of(InlineIgnores::Allow),
            strict: Spanned::default_of(Strict::default()),
            exclude: Vec::new(),
            custom_resources: Vec::new(),
            registries: Vec::new(),
            trusted_root: None,
            render: Render::default(),
        }
    }

    /// `namespaces.exempt` when it is not written.
    pub fn default_exempt() -> Vec<Spanned<NamePattern>> {
        let names = DEFAULT_EXEMPT.map(|name| Spanned::default_of(NamePattern::new(name)));
        names.into()
    }

    /// What `rule` does with findings about an object in `namespace` (`None`: unknown); `None` when the
    /// rule is off there. The last override that matches wins; one that names no rules leaves rules
    /// alone that are off.
    pub fn decide(&self, rule: Rule, namespace: Option<&str>) -> Option<Decision> {
        let own = self.own_action(rule);
        let mut action = own;
        let mut span = self.rules.action(rule).map(|action| action.span);
        for entry in &self.overrides {
            let here = match (&entry.namespaces, namespace) {
                (None, _) => true,
                (Some(patterns), Some(name)) => {
                    patterns.iter().any(|pattern| pattern.value.matches(name))
                }
                (Some(_), None) => false,
            };
            let names_rule = match &entry.rules {
                None => own != RuleAction::Off,
                Some(rules) => rules.iter().any(|named| named.value == rule),
            };
            if here && names_rule {
                action = entry.action.value;
                span = Some(entry.action.span);
            }
        }
        action.action().map(|action| Decision {
            action,
            decided_by: span,
        })
    }

    /// What `rule` does with findings about an object whose namespace is not known, as `namespaces.unknown`
    /// says.
    pub fn decide_unknown(&self, rule: Rule) -> Option<Decision> {
        match self.unknown_namespace.value {
            UnknownNamespace::Own => self.decide(rule, None),
            UnknownNamespace::Strictest => self.strictest(rule),
        }
    }

    /// The strictest action that the rule has in any namespace: of its own and those of the overrides that
    /// no later one replaces everywhere.
    fn strictest(&self, rule: Rule) -> Option<Decision> {
        let own = self.own_action(rule);
        let own_span = self.rules.action(rule).map(|action| action.span);
        let mut possible = vec![(own, own_span)];
        for entry in &self.overrides {
            let names_rule = match &entry.rules {
                None => own != RuleAction::Off,
                Some(rules) => rules.iter().any(|named| named.value == rule),
            };
            if !names_rule {
                continue;
            }
            if entry.namespaces.is_none() {
                possible.clear();
            }
            possible.push((entry.action.value, Some(entry.action.span)));
        }
        // Of several with one action the last is named, as it is in a namespace.
        let decisions = possible.into_iter().rev();
        let decisions = decisions.filter_map(|(action, decided_by)| {
            let action = action.action()?;
            Some(Decision { action, decided_by })
        });
        // `Enforce` comes before `Audit`.
        decisions.min_by_key(|decision| decision.action)
    }

    /// Whether some namespace has the rule switched on.
    pub fn may_ask(&self, rule: Rule) -> bool {
        self.strictest(rule).is_some()
    }

    /// The action of the rule where no override matches: that of its own entry, or its default.
    pub fn own_action(&self, rule: Rule) -> RuleAction {
        let written = self.rules.action(rule);
        written.map_or(default_action(rule), |action| action.value)
    }
}

/// The action of a rule that the policy does not name.
const fn default_action(rule: Rule) -> RuleAction {
    match rule {
        Rule::RestrictImageRegistries
        | Rule::DisallowLatestTag
        | Rule::VerifyImageSignatures
        | Rule::CheckVulnerabilityScan => RuleAction::Off,
        Rule::UnrenderedTemplate | Rule::UnusedException => RuleAction::Audit,
        _ => RuleAction::Enforce,
    }
}
