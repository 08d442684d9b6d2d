//! What the author of a change can use against a policy, where the manifests that are checked are written
//! by people who may not change the policy: what leaves the check by their own word, and evidence that
//! lies beside the policy.

use crate::model::rule::Rule;
use crate::model::span::Span;
use crate::model::strict::Strict;
use crate::model::summary::NotLookedAt;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::{
    InlineIgnores, Policy, ScanSource, Signer, Spanned, UnknownNamespace,
};

/// One sentence for each, in the order of the policy's text; what is a default stands at its beginning.
pub fn exposures(policy: &Policy) -> Vec<PolicyDiagnostic> {
    let mut found = Vec::new();
    let strict = &policy.strict.value;
    found.extend(inline_ignores(policy, strict));
    found.extend(exempt(policy, strict));
    found.extend(unknown_namespace(policy, strict));
    found.extend(annotation(policy, strict));
    found.extend(beside_the_policy(policy));
    found.sort_by_key(|one| one.span);
    found
}

fn exposure(span: Span, message: impl Into<String>, help: &str) -> PolicyDiagnostic {
    PolicyDiagnostic::new(span, message, "").with_help(help)
}

fn inline_ignores(policy: &Policy, strict: &Strict) -> Option<PolicyDiagnostic> {
    let what = match policy.inline_ignores.value {
        InlineIgnores::Allow => "take findings away",
        InlineIgnores::Audit => "keep findings from counting",
        InlineIgnores::Forbid => return None,
    };
    let counted = [
        NotLookedAt::SuppressedByComment,
        NotLookedAt::SuppressedByAnnotation,
    ];
    if counted.into_iter().all(|reason| strict.takes(reason)) {
        return None;
    }
    Some(exposure(
        policy.inline_ignores.span,
        format!("comments and annotations in manifests may {what}"),
        "`inline-ignores: forbid` leaves exceptions to the policy",
    ))
}

fn exempt(policy: &Policy, strict: &Strict) -> Option<PolicyDiagnostic> {
    let first = policy.exempt_namespaces.first()?;
    if strict.takes(NotLookedAt::ExemptNamespace) {
        return None;
    }
    Some(exposure(
        first.span,
        format!(
            "`namespace: {}` in a manifest takes the object out of the check",
            first.value.as_str()
        ),
        "`namespaces: { exempt: [] }` judges every namespace, `strict: [exempt-namespace]` lets none pass",
    ))
}

/// An object that names no namespace has the rules' own actions, although an override is stricter.
fn unknown_namespace(policy: &Policy, strict: &Strict) -> Option<PolicyDiagnostic> {
    let is_known = policy.default_namespace.is_some();
    if is_known || strict.takes(NotLookedAt::UnknownNamespace) {
        return None;
    }
    let mut strictest = policy.clone();
    strictest.unknown_namespace = Spanned::default_of(UnknownNamespace::Strictest);
    let action = |policy: &Policy, rule| policy.decide_unknown(rule).map(|found| found.action);
    let mut rules = Rule::ALL.into_iter();
    let looser = rules.any(|rule| action(policy, rule) != action(&strictest, rule));
    looser.then(|| {
        exposure(
            policy.unknown_namespace.span,
            "an object that names no namespace escapes the stricter actions of `overrides`",
            "`namespaces: { unknown: strictest }` gives it the strictest, a default namespace names one",
        )
    })
}

fn sources(policy: &Policy) -> &[Spanned<ScanSource>] {
    let rule = policy.rules.check_vulnerability_scan.as_ref();
    rule.map_or(&[], |rule| &rule.settings.accept)
}

fn annotation(policy: &Policy, strict: &Strict) -> Option<PolicyDiagnostic> {
    let mut sources = sources(policy).iter();
    let source = sources.find(|source| matches!(source.value, ScanSource::Annotation { .. }))?;
    if strict.takes(NotLookedAt::ScanClaimedByAnnotation) {
        return None;
    }
    Some(exposure(
        source.span,
        "an annotation in the manifest passes the scan where no source before it has an answer",
        "accept signed attestations, or write `strict: [scan-claimed-by-annotation]`",
    ))
}

/// Reports, statements, keys, authorities and layouts that are named relative to the policy file.
fn beside_the_policy(policy: &Policy) -> Vec<PolicyDiagnostic> {
    let mut named: Vec<(Span, &str, &str)> = Vec::new();
    let mut signers: Vec<&Spanned<Signer>> = Vec::new();
    if let Some(rule) = &policy.rules.check_vulnerability_scan {
        for glob in &rule.settings.vex {
            named.push((glob.span, "OpenVEX statements", &glob.value));
        }
    }
    for source in sources(policy) {
        match &source.value {
            ScanSource::Report { files, .. } => {
                named.extend(files.iter().map(|glob| {
                    let files: (Span, &str, &str) = (glob.span, "scan reports", &glob.value);
                    files
                }));
            }
            ScanSource::Attestation { signers: of, .. } => signers.extend(of),
            ScanSource::Annotation { .. } | ScanSource::Scanner(_) => {}
        }
    }
    if let Some(rule) = &policy.rules.verify_image_signatures {
        let entries = rule.settings.require.iter();
        signers.extend(entries.flat_map(|entry| &entry.signers));
    }
    for signer in signers {
        match &signer.value {
            // A path has an ending or a folder; `inline key` has neither.
            Signer::Key { written, .. } if !written.contains("inline key") => {
                named.push((signer.span, "the key", written));
            }
            Signer::Certificate { written, .. } => {
                named.push((signer.span, "the authority", written));
            }
            Signer::Key { .. } | Signer::Keyless { .. } => {}
        }
    }
    for registry in &policy.registries {
        if let Some(layout) = &registry.value.layout {
            named.push((registry.span, "the layout", layout));
        }
    }
    let beside = named.into_iter().filter(|(_, _, path)| is_beside(path));
    let beside = beside.map(|(span, what, path)| {
        exposure(
            span,
            format!("{what} `{path}` can be changed together with the policy's folder"),
            "keep it where the author of a change cannot write, by an absolute path or one with `..`",
        )
    });
    beside.collect()
}

/// Whether a path leads into the folder of the policy file.
fn is_beside(path: &str) -> bool {
    !path.starts_with(['/', '\\'])
        && !path.contains("://")
        && path.split('/').all(|part| part != "..")
}
