//! The validated policy: what the rules judge by. Every value that can decide about a finding carries
//! its span in the policy's text, so that the finding can show the line.

mod render;
mod scan;
mod signatures;

use std::sync::Arc;

use crate::model::finding::Action;
use crate::model::repository::Repository;
use crate::model::rule::Rule;
use crate::model::source::SourceText;
use crate::model::span::Span;
use crate::model::strict::Strict;

use super::pattern::{ImagePattern, NamePattern};

pub use render::{Render, RenderHelm};
pub use scan::{
    CheckVulnerabilityScan, IgnoredVulnerability, SCAN_PREDICATES, ScanSource,
    VulnerabilitySeverity,
};
pub use signatures::{SignatureRequirement, Signer, VerifyImageSignatures};

/// A value of the policy with the bytes it stands in; an empty span at 0 for a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the policy's text.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value that is not written but a default.
    pub const fn default_of(value: T) -> Self {
        let span = Span { start: 0, end: 0 };
        Self { value, span }
    }
}

/// A policy that can be used: everything in it was checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The text that spans point into; `None` for the built-in default.
    pub text: Option<Arc<SourceText>>,
    /// `namespaces.default`.
    pub default_namespace: Option<Spanned<String>>,
    /// `namespaces.unknown`.
    pub unknown_namespace: Spanned<UnknownNamespace>,
    /// `namespaces.exempt`.
    pub exempt_namespaces: Vec<Spanned<NamePattern>>,
    /// `rules`: what is named there. The four image policies are off when they are not; input rules
    /// have defaults.
    pub rules: Rules,
    /// `overrides`, in order: the last match wins.
    pub overrides: Vec<Override>,
    /// `exceptions`.
    pub exceptions: Vec<Exception>,
    /// `inline-ignores`.
    pub inline_ignores: Spanned<InlineIgnores>,
    /// `strict`: what is not a pass, although no rule found anything.
    pub strict: Spanned<Strict>,
    /// `exclude`: globs of paths, relative to the policy file.
    pub exclude: Vec<Spanned<String>>,
    /// `custom-resources`.
    pub custom_resources: Vec<CustomResource>,
    /// `registries`, by the key as written.
    pub registries: Vec<Spanned<RegistryAccess>>,
    /// `trusted-root`.
    pub trusted_root: Option<Spanned<NamedFile>>,
    /// `render`: what the user's own tools render.
    pub render: Render,
}

impl Policy {
    /// The source of scans with that number in `accept`.
    pub fn scan_source(&self, number: usize) -> Option<&ScanSource> {
        let rule = self.rules.check_vulnerability_scan.as_ref()?;
        let source = rule.settings.accept.get(number)?;
        Some(&source.value)
    }
}

/// The rules that a policy configures.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// `restrict-image-registries`
    pub restrict_image_registries: Option<RuleEntry<RestrictImageRegistries>>,
    /// `disallow-latest-tag`
    pub disallow_latest_tag: Option<RuleEntry<DisallowLatestTag>>,
    /// `verify-image-signatures`
    pub verify_image_signatures: Option<RuleEntry<VerifyImageSignatures>>,
    /// `check-vulnerability-scan`
    pub check_vulnerability_scan: Option<RuleEntry<CheckVulnerabilityScan>>,
    /// The input rules that are named, by rule; and image policies that are written with `action: off` and
    /// nothing else, so that they have no settings. No override switches those on.
    pub without_settings: Vec<(Rule, RuleEntry<()>)>,
}

impl Rules {
    /// Whether the policy names the rule; an input rule need not be named.
    pub fn configures(&self, rule: Rule) -> bool {
        let off = || {
            let mut named = self.without_settings.iter();
            named.any(|(named, _)| *named == rule)
        };
        let has_settings = match rule {
            Rule::RestrictImageRegistries => self.restrict_image_registries.is_some(),
            Rule::DisallowLatestTag => self.disallow_latest_tag.is_some(),
            Rule::VerifyImageSignatures => self.verify_image_signatures.is_some(),
            Rule::CheckVulnerabilityScan => self.check_vulnerability_scan.is_some(),
            _ => true,
        };
        has_settings || off()
    }

    /// The action that the rule's own entry gives it, and where; `None` without an entry.
    pub fn action(&self, rule: Rule) -> Option<Spanned<RuleAction>> {
        fn of<T>(entry: Option<&RuleEntry<T>>) -> Option<Spanned<RuleAction>> {
            entry.map(|entry| entry.action.clone())
        }
        let named = self.without_settings.iter();
        let mut named = named.filter(|(named, _)| *named == rule);
        let written = match rule {
            Rule::RestrictImageRegistries => of(self.restrict_image_registries.as_ref()),
            Rule::DisallowLatestTag => of(self.disallow_latest_tag.as_ref()),
            Rule::VerifyImageSignatures => of(self.verify_image_signatures.as_ref()),
            Rule::CheckVulnerabilityScan => of(self.check_vulnerability_scan.as_ref()),
            _ => None,
        };
        written.or_else(|| of(named.next().map(|(_, entry)| entry)))
    }
}

/// One entry under `rules:`.
#[derive(Debug, Clone)]
pub struct RuleEntry<T> {
    /// The key that names the rule.
    pub name_span: Span,
    /// `action`; the default is enforce, with the span of the rule's name.
    pub action: Spanned<RuleAction>,
    /// The rest of the entry.
    pub settings: T,
}

/// `action` of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleAction {
    /// Findings count.
    Enforce,
    /// Findings are shown.
    Audit,
    /// The rule is not asked.
    Off,
}

impl RuleAction {
    /// The action of findings, `None` when the rule is not asked.
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::Enforce => Some(Action::Enforce),
            Self::Audit => Some(Action::Audit),
            Self::Off => None,
        }
    }
}

/// `restrict-image-registries`: not empty, at least one of the lists.
#[derive(Debug, Clone)]
pub struct RestrictImageRegistries {
    /// `allow` with the span of the list; `None` when not written: everything not denied is allowed.
    pub allow: Option<Spanned<Vec<Spanned<ImagePattern>>>>,
    /// `deny`; a match is refused even when it is allowed.
    pub deny: Vec<Spanned<ImagePattern>>,
    /// `mirrors`: name prefix of whole segments -> where a copy lives.
    pub mirrors: Vec<Mirror>,
}

/// One entry of `mirrors`.
#[derive(Debug, Clone)]
pub struct Mirror {
    /// The normalised registry, or registry and path, that is mirrored.
    pub from: Spanned<String>,
    /// What stands in its place.
    pub to: Spanned<String>,
}

/// `disallow-latest-tag`.
#[derive(Debug, Clone)]
pub struct DisallowLatestTag {
    /// `tags`: globs (`*`, `?`) over whole tags.
    pub tags: Vec<Spanned<NamePattern>>,
    /// `require-digest`.
    pub require_digest: Spanned<bool>,
    /// `latest-with-digest`: `None` stands for `allow`.
    pub latest_with_digest: Spanned<Option<Action>>,
}

impl Default for DisallowLatestTag {
    fn default() -> Self {
        Self {
            tags: vec![Spanned::default_of(NamePattern::new("latest"))],
            require_digest: Spanned::default_of(false),
            latest_with_digest: Spanned::default_of(None),
        }
    }
}

/// One entry of `overrides`.
#[derive(Debug, Clone)]
pub struct Override {
    /// The first line of the entry.
    pub span: Span,
    /// `namespaces`; `None`: every namespace, unknown ones too.
    pub namespaces: Option<Vec<Spanned<NamePattern>>>,
    /// `rules`; `None`: every rule that is not off.
    pub rules: Option<Vec<Spanned<Rule>>>,
    /// `action`.
    pub action: Spanned<RuleAction>,
}

/// One entry of `exceptions`.
#[derive(Debug, Clone)]
pub struct Exception {
    /// The first line of the entry.
    pub span: Span,
    /// `rules`, not empty.
    pub rules: Vec<Spanned<Rule>>,
    /// `images`; `None`: every image.
    pub images: Option<Vec<Spanned<ImagePattern>>>,
    /// `objects`; `None`: every object.
    pub objects: Option<Vec<Spanned<ObjectPattern>>>,
    /// `containers`; `None`: every container.
    pub containers: Option<Vec<Spanned<NamePattern>>>,
    /// `namespaces`; `None`: every namespace.
    pub namespaces: Option<Vec<Spanned<NamePattern>>>,
    /// `reason`, not empty.
    pub reason: Spanned<String>,
    /// `expires`: the last day on which it holds.
    pub expires: Option<Spanned<jiff::civil::Date>>,
}

/// `Kind/name`, both with `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPattern {
    /// Over `kind`.
    pub kind: NamePattern,
    /// Over `metadata.name`.
    pub name: NamePattern,
}

/// `inline-ignores`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InlineIgnores {
    /// They suppress.
    Allow,
    /// They turn an enforced finding into an audit one.
    Audit,
    /// They suppress nothing and are findings themselves.
    Forbid,
}

/// `namespaces.unknown`: what holds for an object whose namespace is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownNamespace {
    /// The rule's own action: no override by namespace applies.
    Own,
    /// The strictest action that the rule has in any namespace.
    Strictest,
}

/// One entry of `custom-resources`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomResource {
    /// API group; `*` for every one; empty for the core group.
    pub group: String,
    /// API version; `*` for every one.
    pub version: String,
    /// Kind; `*` for every one.
    pub kind: String,
    /// Where images stand.
    pub paths: Vec<Spanned<FieldPattern>>,
}

/// A path such as `spec.sidecars[*].image`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPattern(pub Vec<FieldStep>);

/// One step of a [`FieldPattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldStep {
    /// `name`, or `["name with.dots"]`.
    Key(String),
    /// `[*]`: every item of a list, or every value of a map.
    Each,
    /// `[3]`: one item of a list, from 0.
    Index(u32),
}

/// One entry of `registries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryAccess {
    /// Normalised registry, or registry and repository.
    pub name: String,
    /// `http: true`.
    pub http: bool,
    /// `ca`: certificates in PEM.
    pub ca: Option<NamedFile>,
    /// `layout`, the path as written.
    pub layout: Option<String>,
}

impl RegistryAccess {
    /// The entry that says how a repository is reached: its own, else that of its registry.
    pub fn of<'a>(
        mut entries: impl Iterator<Item = &'a Self> + Clone,
        repository: &Repository,
    ) -> Option<&'a Self> {
        let name = repository.to_string();
        let own = entries.clone().find(|entry| entry.name == name);
        own.or_else(|| entries.find(|entry| entry.name == repository.registry))
    }
}

/// A file that the policy names, as it was when the policy was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The path as written.
    pub path: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}
