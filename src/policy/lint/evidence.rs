//! Advice about `verify-image-signatures` and `check-vulnerability-scan`.

use crate::model::shorten::shorten;
use crate::policy::pattern::{Expression, ImagePattern};
use crate::policy::settings::{
    CheckVulnerabilityScan, ScanSource, SignatureRequirement, Signer, Spanned,
    VerifyImageSignatures,
};

use super::Linter;
use super::coverage::pointless;

/// Longest text that advice repeats, in characters.
const QUOTED: usize = 200;

pub(super) fn lint(linter: &mut Linter<'_>) {
    let policy = linter.policy;
    let restricted = policy.rules.restrict_image_registries.as_ref();
    let allow = restricted.and_then(|rule| rule.settings.allow.as_ref());
    let allow = allow.map_or(&[][..], |allow| allow.value.as_slice());
    if let Some(rule) = &policy.rules.verify_image_signatures {
        for entry in &rule.settings.require {
            requirement(linter, entry);
            out_of_reach(linter, entry, allow);
        }
        without_signer(linter, &rule.settings, allow);
    }
    if let Some(rule) = &policy.rules.check_vulnerability_scan {
        scan(linter, &rule.settings);
    }
}

fn requirement(linter: &mut Linter<'_>, entry: &SignatureRequirement) {
    pointless(linter, &entry.images, "`images`");
    signers(linter, &entry.signers, entry.transparency_log.value);
}

fn signers(linter: &mut Linter<'_>, signers: &[Spanned<Signer>], transparency_log: bool) {
    for (at, signer) in signers.iter().enumerate() {
        for earlier in signers.iter().take(at) {
            if !linter.may_compare(signer.span) {
                return;
            }
            if earlier.value.is_same(&signer.value) {
                let line = linter.line(earlier.span);
                linter.advise(
                    signer.span,
                    "the same signer is listed twice",
                    "without effect",
                    format!("leave it out; the first one stands on line {line}"),
                );
                break;
            }
        }
        expressions(linter, signer);
        let Signer::Keyless { issuer, subject } = &signer.value else {
            continue;
        };
        for (name, pattern, who) in [
            ("subject", subject, "everybody whom the issuer knows"),
            ("issuer", issuer, "everybody who can choose an issuer"),
        ] {
            let pattern = pattern.as_str();
            if pattern
                .chars()
                .all(|character| matches!(character, '*' | '/'))
            {
                linter.advise(
                    signer.span,
                    format!("`{name}: {pattern}` accepts every {name}"),
                    "anybody can sign",
                    format!("write the {name} that is wanted: {who} can make such a signature"),
                );
            }
        }
        if !transparency_log {
            linter.advise(
                signer.span,
                "a keyless signer with `transparency-log: ignore`",
                "nothing tells when it was signed",
                "the certificate is valid for minutes: without the log only a signed timestamp shows that it was used in time",
            );
        }
    }
}

/// Issuers and subjects that are written as cosign takes them: as regular expressions.
fn expressions(linter: &mut Linter<'_>, signer: &Spanned<Signer>) {
    let (Signer::Keyless { issuer, subject }
    | Signer::Certificate {
        issuer, subject, ..
    }) = &signer.value
    else {
        return;
    };
    for (name, pattern) in [("issuer", issuer), ("subject", subject)] {
        let Some(expression) = Expression::read(pattern.as_str()) else {
            continue;
        };
        let instead = match &expression.meant {
            Some(meant) => format!("write `{}` if that is meant", shorten(meant, QUOTED)),
            None => "write a pattern, or one signer for each alternative".to_owned(),
        };
        linter.advise(
            signer.span,
            format!(
                "the {name} `{}` is a regular expression, and is read as a pattern",
                shorten(pattern.as_str(), QUOTED)
            ),
            "matches nothing that is meant",
            format!(
                "{instead}: in a pattern `*` is any run of characters inside a `/` segment, `**` crosses, and \
                 the whole text has to match"
            ),
        );
    }
}

/// A requirement about images that the allow-list refuses.
fn out_of_reach(
    linter: &mut Linter<'_>,
    entry: &SignatureRequirement,
    allow: &[Spanned<ImagePattern>],
) {
    for image in &entry.images {
        if allow.is_empty() || !linter.may_compare(image.span) {
            return;
        }
        if !allow
            .iter()
            .any(|allowed| allowed.value.may_overlap(&image.value))
        {
            linter.advise(
                image.span,
                format!("no approved image matches `{}`", image.value.as_str()),
                "without effect",
                "`restrict-image-registries` refuses these images anyway",
            );
        }
    }
}

/// Approved registries for which no signature is wanted, unless `unmatched` says that this is meant.
fn without_signer(
    linter: &mut Linter<'_>,
    settings: &VerifyImageSignatures,
    allow: &[Spanned<ImagePattern>],
) {
    if !settings.unmatched_is_violation.span.is_empty() {
        return;
    }
    for allowed in allow {
        if !linter.may_compare(allowed.span) {
            return;
        }
        let mut wanted = settings.require.iter().flat_map(|entry| &entry.images);
        if !wanted.any(|image| image.value.may_overlap(&allowed.value)) {
            linter.advise(
                allowed.span,
                format!("no signature is wanted for `{}`", allowed.value.as_str()),
                "approved, and matched by no entry of `require`",
                "add an entry to `require`, or write `unmatched: allow` to say that this is meant",
            );
        }
    }
}

fn scan(linter: &mut Linter<'_>, settings: &CheckVulnerabilityScan) {
    for (at, source) in settings.accept.iter().enumerate() {
        let earlier = settings.accept.iter().take(at);
        if let Some(first) = earlier.clone().find(|first| first.value == source.value) {
            let line = linter.line(first.span);
            linter.advise(
                source.span,
                "the same source is listed twice",
                "without effect",
                format!("leave it out; the first one stands on line {line}"),
            );
        }
        if let ScanSource::Attestation {
            signers: wanted,
            transparency_log,
            ..
        } = &source.value
        {
            signers(linter, wanted, *transparency_log);
        }
    }
    for ignored in &settings.ignore {
        pointless(linter, &ignored.value.images, "`images`");
    }
    let is_claim =
        |source: &Spanned<ScanSource>| matches!(source.value, ScanSource::Annotation { .. });
    if !settings.accept.iter().all(is_claim) {
        return;
    }
    if let Some(first) = settings.accept.first() {
        linter.advise(
            first.span,
            "only an annotation says that a scan passed",
            "an unauthenticated claim",
            "whoever writes the manifest can write it; put a report or a signed attestation before it",
        );
    }
    if let Some(age) = &settings.max_age {
        linter.advise(
            age.span,
            "`max-age` has no effect: an annotation does not say when the scan was made",
            "without effect",
            "accept a report or a signed attestation",
        );
    }
}
