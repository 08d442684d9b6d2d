//! The policy's text -> [`Policy`], or everything that is wrong with it.
//!
//! One file for each part of the format; `decode` and `scalars` are the layer below them. What may be
//! written is described a second time in `schema`, for editors; tests hold the two equal.

mod custom;
mod decode;
mod entries;
mod names;
mod patterns;
mod render;
mod rules;
mod scalars;
mod scan;
mod signatures;
mod spelling;
mod strict;

use std::sync::Arc;

use crate::model::source::SourceText;
use crate::model::span::Span;
use crate::model::strict::Strict;
use crate::parse::document::{AmbiguityKind, Body, Document};
use crate::parse::tree::Tree;
use crate::parse::{ParseSettings, documents};

use super::error::PolicyDiagnostic;
use super::pattern::NamePattern;
use super::settings::{InlineIgnores, Policy, Spanned, UnknownNamespace};
use super::{MAX_POLICY_BYTES, PolicyFiles};
use decode::{Reader, Value};

/// Reads a policy file strictly.
///
/// # Errors
/// Everything that is wrong in it, in the order of the text; never empty.
pub fn read(
    text: Arc<SourceText>,
    files: &dyn PolicyFiles,
) -> Result<Policy, Vec<PolicyDiagnostic>> {
    let written = Arc::clone(&text);
    let size = written.text().len();
    if size as u64 > MAX_POLICY_BYTES {
        let message = format!("a policy file has at most 1 MiB, and this one has {size} bytes");
        return Err(vec![PolicyDiagnostic::new(
            Span::default(),
            message,
            "not read",
        )]);
    }
    let tree = only_document(written.text())?;
    let Some(root) = tree.root() else {
        return Err(vec![empty()]);
    };
    let mut reader = Reader::new(written.text(), &tree, files);
    let root = reader.root(root);
    if reader.is_null(&root) {
        return Err(vec![empty()]);
    }
    let policy = policy(&mut reader, &root, text);
    let diagnostics = reader.into_diagnostics();
    match policy {
        Some(policy) if diagnostics.is_empty() => Ok(policy),
        _ if diagnostics.is_empty() => Err(vec![unread()]),
        _ => Err(diagnostics),
    }
}

fn empty() -> PolicyDiagnostic {
    PolicyDiagnostic::new(
        Span::default(),
        "the policy file is empty",
        "nothing is written",
    )
    .with_help("begin with `version: 1`, or let `imagegate init` write a first policy")
}

/// A policy that was not read although nothing was reported would be a defect of the reader; it must
/// not pass for an empty list of errors.
fn unread() -> PolicyDiagnostic {
    PolicyDiagnostic::new(
        Span::default(),
        "the policy could not be read",
        "no reason is known",
    )
}

/// The tree of the only document with content.
fn only_document(text: &str) -> Result<Tree<'_>, Vec<PolicyDiagnostic>> {
    let mut tree = None;
    let mut wrong = Vec::new();
    documents(
        text,
        &ParseSettings::default(),
        &mut |document: Document<'_>| {
            for found in &document.ambiguities {
                match found.kind {
                    AmbiguityKind::UnicodeLineBreak => wrong.push(unicode_line_break(found.span)),
                    AmbiguityKind::TextAfterContent => wrong.push(text_after_content(found.span)),
                    _ => {}
                }
            }
            match document.body {
                Body::Empty | Body::Skipped => {}
                Body::Tree(_) if tree.is_some() => {
                    wrong.push(second_document(text, document.span.start));
                }
                Body::Tree(found) => tree = Some(found),
                Body::Broken(error) | Body::TooLarge(error) => wrong.push(PolicyDiagnostic::new(
                    error.span,
                    format!("the policy is not valid YAML: {}", error.message),
                    "the parser stops here",
                )),
            }
        },
    );
    if wrong.is_empty() {
        return Ok(tree.unwrap_or_default());
    }
    wrong.sort_by_key(|found| found.span);
    Err(wrong)
}

fn second_document(text: &str, start: u32) -> PolicyDiagnostic {
    let rest = text.get(start as usize..).unwrap_or_default();
    let marker = if rest.starts_with("---") { 3 } else { 0 };
    PolicyDiagnostic::new(
        Span::new(start, start + marker),
        "a policy file holds one document, and a second one begins here",
        "the second document",
    )
    .with_help("put everything into one document")
}

/// Some readers and editors see a line break there and some do not, so what a person reads may not be
/// what is read here. The other ambiguities are reported where the values are read, or are none here:
/// no cluster reads a policy.
fn unicode_line_break(span: Span) -> PolicyDiagnostic {
    PolicyDiagnostic::new(
        span,
        "a Unicode line break stands between two values",
        "U+0085, U+2028 or U+2029",
    )
    .with_help("write an ordinary line break")
}

/// A reader that stops there sees a policy without the rules that follow.
fn text_after_content(span: Span) -> PolicyDiagnostic {
    PolicyDiagnostic::new(
        span,
        "the policy is complete before this place, and more text follows",
        "would be ignored from here on",
    )
    .with_help("put everything into one mapping, or correct the indentation or brackets")
}

fn policy(reader: &mut Reader<'_>, root: &Value, text: Arc<SourceText>) -> Option<Policy> {
    let mut fields = reader.fields(root)?;
    let version = fields.required("version", version);
    let namespaces = fields.optional("namespaces", namespaces);
    let registries = fields.optional("registries", names::registries);
    let rules = fields.optional("rules", rules::rules);
    let overrides = fields.optional("overrides", |reader, value| {
        reader.list(value, entries::override_entry)
    });
    let exceptions = fields.optional("exceptions", |reader, value| {
        reader.list(value, entries::exception)
    });
    let inline_ignores = fields.optional("inline-ignores", |reader, value| {
        reader.choice(value, &INLINE_IGNORES)
    });
    let strict = fields.optional("strict", strict::strict);
    let exclude = fields.optional("exclude", |reader, value| {
        reader.list(value, Reader::path_glob)
    });
    let trusted_root = fields.optional("trusted-root", names::trusted_root);
    let custom_resources = fields.optional("custom-resources", |reader, value| {
        reader.list(value, custom::resource)
    });
    let render = fields.optional("render", render::render);
    fields.end("key");
    let overrides = overrides.unwrap_or_default();
    let written = rules.unwrap_or_default();
    entries::overrides_name_configured_rules(reader, &overrides, &written);
    version?;
    let namespaces = namespaces.unwrap_or_default();
    let policy = Policy {
        text: Some(text),
        default_namespace: namespaces.default,
        unknown_namespace: namespaces
            .unknown
            .unwrap_or(Spanned::default_of(UnknownNamespace::Own)),
        exempt_namespaces: namespaces.exempt.unwrap_or_else(Policy::default_exempt),
        rules: written.rules,
        overrides,
        exceptions: exceptions.unwrap_or_default(),
        inline_ignores: inline_ignores.unwrap_or(Spanned::default_of(InlineIgnores::Allow)),
        strict: strict.unwrap_or(Spanned::default_of(Strict::default())),
        exclude: exclude.unwrap_or_default(),
        custom_resources: custom_resources.unwrap_or_default(),
        registries: registries.unwrap_or_default(),
        trusted_root,
        render: render.unwrap_or_default(),
    };
    // What is wrong besides, such as a misspelt key, says it better.
    if reader.is_content() {
        rules::something_is_judged(reader, root, &policy, &written.named);
    }
    Some(policy)
}

const INLINE_IGNORES: [(&str, InlineIgnores); 3] = [
    ("allow", InlineIgnores::Allow),
    ("audit", InlineIgnores::Audit),
    ("forbid", InlineIgnores::Forbid),
];

fn version(reader: &mut Reader<'_>, value: &Value) -> Option<()> {
    let version = reader.whole_number(value)?;
    if version.value == 1 {
        return Some(());
    }
    let message = format!(
        "version {} of the policy format is not known",
        version.value
    );
    reader.report(
        PolicyDiagnostic::new(value.span, message, "not 1")
            .with_help("write `version: 1`, or use a newer imagegate"),
    );
    None
}

#[derive(Default)]
struct Namespaces {
    default: Option<Spanned<String>>,
    exempt: Option<Vec<Spanned<NamePattern>>>,
    unknown: Option<Spanned<UnknownNamespace>>,
}

const UNKNOWN_NAMESPACE: [(&str, UnknownNamespace); 2] = [
    ("own", UnknownNamespace::Own),
    ("strictest", UnknownNamespace::Strictest),
];

fn namespaces(reader: &mut Reader<'_>, value: &Value) -> Option<Namespaces> {
    let mut fields = reader.fields(value)?;
    let read = Namespaces {
        default: fields.optional("default", names::namespace),
        exempt: fields.optional("exempt", |reader, value| {
            reader.list(value, Reader::namespace_pattern)
        }),
        unknown: fields.optional("unknown", |reader, value| {
            reader.choice(value, &UNKNOWN_NAMESPACE)
        }),
    };
    fields.end("key");
    Some(read)
}
