//! The typed layer between the node tree and the policy: maps with known keys, lists, and where each
//! value stands. It notes every error and goes on, so that one run shows all of them.
//!
//! A reader of a map asks for each key, calls [`Fields::end`], and only then uses `?`: a key that is
//! asked for is thereby known, and no error is lost behind an earlier one.

use std::collections::HashSet;

use crate::model::span::Span;
use crate::parse::tree::{NodeId, Scalar, ScalarTag, Style, Tree};
use crate::policy::PolicyFiles;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::Spanned;

use super::scalars::TAGGED;
use super::spelling::{listed, nearest, quoted};

/// What reading one policy may cost, in bytes of text looked at; every value costs [`VALUE_BYTES`] on
/// top. Aliases let a small file stand for a large one; this is where that ends.
const BUDGET_BYTES: usize = 16 << 20;
/// What a value costs besides its text.
const VALUE_BYTES: usize = 64;

/// Reads the values of one policy file and collects what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) files: &'a dyn PolicyFiles,
    text: &'a str,
    tree: &'a Tree<'a>,
    diagnostics: Vec<PolicyDiagnostic>,
    budget: usize,
}

/// A value to read, and how messages speak of it.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) node: NodeId,
    /// Where the value stands, within one line.
    pub(super) span: Span,
    /// Where something that is missing in the value is reported: at its key, or at its own first line
    /// when it is an item of a list.
    pub(super) owner: Span,
    /// Such as `` `allow` `` or ``an item of `allow` ``.
    pub(super) what: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, tree: &'a Tree<'a>, files: &'a dyn PolicyFiles) -> Self {
        Self {
            files,
            text,
            tree,
            diagnostics: Vec::new(),
            budget: BUDGET_BYTES,
        }
    }

    /// Everything that was reported, in the order of the text.
    pub(super) fn into_diagnostics(mut self) -> Vec<PolicyDiagnostic> {
        self.diagnostics
            .sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
        // One value that is used through several aliases is wrong once.
        self.diagnostics.dedup();
        self.diagnostics
    }

    /// Whether nothing was reported so far.
    pub(super) fn is_content(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub(super) fn report(&mut self, diagnostic: PolicyDiagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Takes `bytes` off the budget; the first time that it is used up is reported. `None` stops the
    /// reader of the value.
    pub(super) fn spend(&mut self, bytes: usize, at: Span) -> Option<()> {
        if self.budget == 0 {
            return None;
        }
        self.budget = self.budget.saturating_sub(bytes.max(1));
        if self.budget == 0 {
            self.report(
                PolicyDiagnostic::new(
                    at,
                    "the policy is too large to be read",
                    "the reader stops here",
                )
                .with_help("aliases and files count each time they are used; write fewer of them"),
            );
            return None;
        }
        Some(())
    }

    /// The whole document as a value.
    pub(super) fn root(&self, node: NodeId) -> Value {
        let span = self.first_line(node);
        Value {
            node,
            span,
            owner: span,
            what: "the policy".to_owned(),
        }
    }

    /// The node's bytes up to the end of its first line, without white space at the end.
    fn first_line(&self, node: NodeId) -> Span {
        let span = self.tree.span(node);
        let written = self
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default();
        let line = written.split(['\n', '\r']).next().unwrap_or_default();
        let line = line.trim_end();
        Span::new(span.start, span.start + line.len() as u32)
    }

    /// The scalar behind `value`; `None` for a collection.
    pub(super) fn scalar(&self, value: &Value) -> Option<Scalar<'a>> {
        self.tree.scalar(value.node)
    }

    /// The tree, for questions about a single node.
    pub(super) const fn tree(&self) -> &'a Tree<'a> {
        self.tree
    }

    /// The bytes `range` (into the decoded text) of a scalar; the whole value when what is written
    /// differs from what it decodes to.
    pub(super) fn part(&self, value: &Value, range: std::ops::Range<usize>) -> Span {
        let Some(scalar) = self.scalar(value) else {
            return value.span;
        };
        let decoded = scalar.value;
        let start = scalar.span.start + u32::from(scalar.style == Style::Quoted);
        let written = self
            .text
            .get(start as usize..start as usize + decoded.len());
        if written != Some(decoded) || range.start >= range.end || range.end > decoded.len() {
            return value.span;
        }
        Span::new(start + range.start as u32, start + range.end as u32)
    }

    /// The entries of a map with free keys, in order; a key that is written twice is an error.
    pub(super) fn entries(&mut self, value: &Value) -> Option<Vec<(Spanned<String>, Value)>> {
        if !self.tree.is_mapping(value.node) {
            self.wrong_type(value, "a map", None);
            return None;
        }
        let tree = self.tree;
        let mut seen = HashSet::new();
        let mut entries = Vec::new();
        for (key, item) in tree.own_entries(value.node) {
            let key_span = self.first_line(key);
            let name = tree.scalar(key).map_or("", |scalar| scalar.value);
            self.spend(VALUE_BYTES + name.len(), key_span)?;
            if let Err(fault) = self.check_key(key, &mut seen) {
                self.report(fault);
                continue;
            }
            let empty = self.tree.span(item).is_empty();
            let span = if empty {
                key_span
            } else {
                self.first_line(item)
            };
            let key = Spanned {
                value: name.to_owned(),
                span: key_span,
            };
            let item = Value {
                node: item,
                span,
                owner: key_span,
                what: quoted(name),
            };
            entries.push((key, item));
        }
        Some(entries)
    }

    /// What is wrong with a key of a map in which `seen` was seen so far.
    fn check_key(&self, key: NodeId, seen: &mut HashSet<&'a str>) -> Result<(), PolicyDiagnostic> {
        let span = self.first_line(key);
        let scalar = self.tree.scalar(key);
        let text = scalar.filter(|key| {
            matches!(
                key.tag,
                ScalarTag::None | ScalarTag::String | ScalarTag::NonSpecific
            )
        });
        if self.tree.is_merge_key(self.tree.resolve(key)) {
            let fault = PolicyDiagnostic::new(span, "a policy has no merge keys", "a merge key");
            return Err(fault.with_help("write the keys out, or use an alias for a whole value"));
        }
        let Some(text) = text else {
            let fault = PolicyDiagnostic::new(span, "a key must be text", "this key");
            return Err(fault.with_help("a key is a single word, without a tag"));
        };
        if seen.insert(text.value) {
            return Ok(());
        }
        let message = format!("the key {} is written twice", quoted(text.value));
        let fault = PolicyDiagnostic::new(span, message, "the second one");
        Err(fault.with_help("keep one of them; which one counts would depend on the reader"))
    }

    /// A map whose keys are known; see [`Fields`].
    pub(super) fn fields(&mut self, value: &Value) -> Option<Fields<'_, 'a>> {
        let entries = self.entries(value)?;
        Some(Fields {
            reader: self,
            what: value.what.clone(),
            owner: value.owner,
            entries,
            known: Vec::new(),
        })
    }

    /// A list, empty ones too; `None` when an item is wrong, after all of them were read.
    pub(super) fn list<T>(
        &mut self,
        value: &Value,
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let tree = self.tree;
        if !tree.is_sequence(value.node) {
            let help = format!(
                "write it as a list: {}: [ … ]",
                value.what.trim_matches('`')
            );
            self.wrong_type(value, "a list", Some(help));
            return None;
        }
        let mut items = Some(Vec::new());
        for node in tree.items(value.node) {
            let span = self.first_line(node);
            self.spend(VALUE_BYTES, span)?;
            let item = Value {
                node,
                span,
                owner: span,
                what: format!("an item of {}", value.what),
            };
            match (read(self, &item), &mut items) {
                (Some(read), Some(items)) => items.push(read),
                _ => items = None,
            }
        }
        items
    }

    /// A list that must hold something.
    pub(super) fn filled_list<T>(
        &mut self,
        value: &Value,
        read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.list(value, read)?;
        if items.is_empty() {
            let message = format!("{} is an empty list", value.what);
            self.report(
                PolicyDiagnostic::new(value.span, message, "nothing in it")
                    .with_help("write at least one item"),
            );
            return None;
        }
        Some(items)
    }

    /// Reports that `value` is not `wanted`.
    pub(super) fn wrong_type(&mut self, value: &Value, wanted: &str, help: Option<String>) {
        let kind = self.kind(value);
        let mut diagnostic = PolicyDiagnostic::new(
            value.span,
            format!("{} must be {wanted}, not {kind}", value.what),
            kind,
        );
        let untagged = || (kind == TAGGED).then(|| "leave the tag out".to_owned());
        diagnostic.help = help.or_else(untagged);
        self.report(diagnostic);
    }
}

/// A map whose keys are known, while it is read.
pub(super) struct Fields<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    what: String,
    owner: Span,
    entries: Vec<(Spanned<String>, Value)>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'_, 'a> {
    /// The value of `key`, when it is written.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'a>, &Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(key)?;
        if self.reader.is_null(&value) {
            let message = format!("{} has no value", value.what);
            let help = format!("leave `{key}` out, or write its value; `{{}}` is an empty map");
            self.reader.report(
                PolicyDiagnostic::new(value.owner, message, "nothing is written").with_help(help),
            );
            return None;
        }
        read(self.reader, &value)
    }

    /// The value of `key`, which must be written.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'a>, &Value) -> Option<T>,
    ) -> Option<T> {
        if !self.is_written(key) {
            let message = format!("`{key}` is missing in {}", self.what);
            self.reader.report(PolicyDiagnostic::new(
                self.owner,
                message,
                format!("`{key}` is required here"),
            ));
        }
        self.optional(key, read)
    }

    /// Whether `key` is written, with or without a value.
    pub(super) fn is_written(&self, key: &str) -> bool {
        self.key_span(key).is_some()
    }

    /// Where `key` is written.
    pub(super) fn key_span(&self, key: &str) -> Option<Span> {
        let found = self.entries.iter().find(|(name, _)| name.value == key);
        found.map(|(name, _)| name.span)
    }

    /// Reports every key that nobody asked for. `noun` is what the keys are, such as `key` or `rule`.
    pub(super) fn end(self, noun: &str) {
        let known = self.known;
        for (name, _) in self.entries {
            if known.contains(&name.value.as_str()) {
                continue;
            }
            let help = match nearest(&name.value, &known) {
                Some(meant) => format!("did you mean `{meant}`? Known here: {}", listed(&known)),
                None => format!("known here: {}", listed(&known)),
            };
            let message = format!("unknown {noun} {} in {}", quoted(&name.value), self.what);
            let label = format!("no such {noun}");
            self.reader
                .report(PolicyDiagnostic::new(name.span, message, label).with_help(help));
        }
    }

    /// The value of `key` without reading it.
    pub(super) fn written(&self, key: &str) -> Option<&Value> {
        let found = self.entries.iter().find(|(name, _)| name.value == key);
        found.map(|(_, value)| value)
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.written(key).cloned()
    }
}
