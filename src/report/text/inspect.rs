//! Everything that is stored for an image, for a person: what it stands for, each signature with who made
//! it, what could not be read, and which engine would find what.

mod scans;

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::columns;
use super::paint::{Look, paint};
use super::wrap::wrap;
use crate::check::alone::SignatureVerdict;
use crate::check::wording::{listed, quoted, shortened};
use crate::model::evidence::{AnsweredBy, Evidence, ResolvedImage};
use crate::model::repository::Repository;
use crate::model::shorten::shorten;
use crate::model::signature::{
    Anchor, Candidate, Content, Gap, Identity, RefusalKind, SignatureFacts, Storage,
};
use crate::report::Style;
use crate::report::escape::terminal;
use crate::report::inspect::engines::{Engine, Finder, Finds};
use crate::report::inspect::{
    InspectReport, InspectedImage, Proven, Refused, format_words, standing, storage_words,
};
use crate::report::tone::Tone;

/// Longest text behind a label, in characters: what registries and payloads say may be of any length.
const LONGEST_TEXT: usize = 1_000;

/// Most entries of a list that are shown, such as the platforms of an image; JSON has all of them.
const LISTED: usize = 30;

/// Columns before what is said about an image, and before what is said about a signature.
const INDENT: usize = 2;
const DEEPER: usize = 5;

/// The widest label, `signed by` and the like, with the blanks behind it.
const LABEL: usize = 12;

pub(in crate::report) fn write(
    report: &InspectReport,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (number, image) in report.images.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let mut page = Page { style, out };
        page.image(image, report)?;
    }
    Ok(())
}

struct Page<'a> {
    style: &'a Style,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn image(&mut self, image: &InspectedImage, report: &InspectReport) -> io::Result<()> {
        let name = image.reference.to_string();
        let name = paint(self.style, Look::Strong, &terminal(&name));
        writeln!(self.out, "{name}")?;
        if image.reference.tag.is_none() && image.reference.digest.is_none() {
            self.line(INDENT, "its tag", "none is written, so `latest` is meant")?;
        }
        self.digest(&image.digest)?;
        if let Some(verdict) = &image.verdict {
            let file = report.policy_file.as_deref();
            let unresolved = matches!(image.digest, Evidence::Unavailable(_));
            self.verdict(verdict, file, unresolved)?;
        }
        let facts = match &image.signatures {
            Evidence::Known(facts) => facts,
            // The digest says it already: without an image there is nothing beside it.
            Evidence::Absent => return Ok(()),
            Evidence::Unavailable(reason) if is_unavailable(&image.digest, reason) => return Ok(()),
            Evidence::Unavailable(reason) => {
                let text = format!("could not be read: {reason}");
                return self.unread("signatures", &text);
            }
        };
        for (index, candidate) in facts.candidates.iter().enumerate() {
            writeln!(self.out)?;
            self.candidate(index + 1, candidate, report)?;
        }
        writeln!(self.out)?;
        self.nothing(facts)?;
        self.scans(image, facts)?;
        self.gaps(&facts.gaps)?;
        if facts.candidates.is_empty() {
            return Ok(());
        }
        if !facts.gaps.is_empty() {
            writeln!(self.out)?;
        }
        let finder = Finder::new(Repository::of(&image.reference), facts);
        self.engines(&finder, facts)
    }

    fn digest(&mut self, digest: &Evidence<ResolvedImage>) -> io::Result<()> {
        let resolved = match digest {
            Evidence::Known(resolved) => resolved,
            Evidence::Absent => return self.unread("digest", "there is no such image"),
            Evidence::Unavailable(reason) => {
                let text = format!("could not be found out: {reason}");
                return self.unread("digest", &text);
            }
        };
        let by = match &resolved.answered_by {
            AnsweredBy::Registry => "the registry".to_owned(),
            AnsweredBy::Layout(path) => format!("the layout {}", quoted(path)),
            AnsweredBy::Cache => "the cache of an earlier run".to_owned(),
        };
        self.line(INDENT, "digest", resolved.digest.as_str())?;
        self.line(INDENT, "told by", &by)?;
        if let Some(other) = &resolved.tag_points_to {
            let text = format!("points to {other}, but the digest that is written counts");
            self.line(INDENT, "its tag", &text)?;
        }
        for (digest, platform) in resolved.platforms.iter().take(LISTED) {
            let text = format!("{} {digest}", shortened(platform));
            self.line(INDENT, "platform", &text)?;
        }
        self.more(INDENT, resolved.platforms.len())?;
        match &resolved.unlisted {
            Some(why) => self.line(INDENT, "platforms", &format!("there may be more: {why}")),
            None => Ok(()),
        }
    }

    fn verdict(
        &mut self,
        verdict: &SignatureVerdict,
        file: Option<&str>,
        unresolved: bool,
    ) -> io::Result<()> {
        let by = file.map_or(String::new(), |file| format!(" of {}", quoted(file)));
        let text = match verdict {
            SignatureVerdict::Pass => format!("passes verify-image-signatures{by}"),
            SignatureVerdict::Violation(message) => {
                format!("violates verify-image-signatures{by}: {message}")
            }
            // Why there is no digest is said in the line above.
            SignatureVerdict::NotChecked(_) if unresolved => {
                format!("verify-image-signatures{by} cannot be judged without its digest")
            }
            SignatureVerdict::NotChecked(message) => {
                format!("verify-image-signatures{by} cannot be judged: {message}")
            }
            SignatureVerdict::NothingRequired => {
                format!("verify-image-signatures{by} wants no signer for it")
            }
        };
        self.line(INDENT, "policy", &text)
    }

    fn candidate(
        &mut self,
        number: usize,
        candidate: &Candidate,
        report: &InspectReport,
    ) -> io::Result<()> {
        let what = match &candidate.content {
            Content::Signature => "signature".to_owned(),
            Content::Attestation { predicate_type } => {
                format!("attestation {}", quoted(predicate_type))
            }
            Content::Malformed(_) => "unreadable".to_owned(),
        };
        let format = format_words(&candidate.format);
        let stored = storage_words(candidate.place.storage);
        let head = format!("{what}, {}, {stored}", shortened(&format));
        let number = format!("{number:<width$}", width = DEEPER - INDENT);
        let indent = " ".repeat(DEEPER);
        let head = wrap(&terminal(&head), columns(self.style), DEEPER, &indent);
        let head = paint(self.style, Look::Strong, &head);
        writeln!(self.out, "  {number}{head}")?;
        if let Content::Malformed(reason) = &candidate.content {
            self.line(DEEPER, "problem", reason)?;
        }
        self.signers(candidate, report)?;
        let place = &candidate.place;
        let (repository, manifest) = (&place.repository, &place.manifest);
        let stored = format!("layer {} of {repository}@{manifest}", place.layer);
        self.line(DEEPER, "stored in", &stored)
    }

    fn signers(&mut self, candidate: &Candidate, report: &InspectReport) -> io::Result<()> {
        let (proven, refused) = standing(candidate, &report.signers);
        for signer in &proven {
            self.line(DEEPER, "signed by", &signer_words(signer))?;
            if let Some(time) = signer.proof.signed_at {
                self.line(DEEPER, "signed at", &time.to_string())?;
            }
            for (key, value) in signer.proof.annotations.iter().take(LISTED) {
                let text = format!("{}={}", shortened(key), shortened(value));
                self.line(DEEPER, "annotation", &text)?;
            }
            self.more(DEEPER, signer.proof.annotations.len())?;
        }
        if !proven.is_empty() {
            return Ok(());
        }
        if let Some(claimed) = &candidate.claimed {
            let text = format!("{}; this is not verified", identity(claimed));
            self.line(DEEPER, "claims", &text)?;
        }
        for (reason, names) in reasons(&refused) {
            self.line(
                DEEPER,
                "not proven",
                &format!("{reason} ({})", listed(&names)),
            )?;
        }
        Ok(())
    }

    /// Says that nothing is there, when that is known.
    fn nothing(&mut self, facts: &SignatureFacts) -> io::Result<()> {
        if !facts.candidates.is_empty() {
            return Ok(());
        }
        let text = match facts.gaps.is_empty() {
            true => {
                let asked: Vec<String> = facts.asked.iter().map(Repository::to_string).collect();
                let asked: Vec<String> = asked.iter().map(|name| quoted(name)).collect();
                format!(
                    "neither a signature nor an attestation in {}",
                    listed(&asked)
                )
            }
            false => "nothing was found, which is not the same as unsigned: not every place \
                      could be read"
                .to_owned(),
        };
        self.line(INDENT, "stored", &text)
    }

    fn gaps(&mut self, gaps: &[Gap]) -> io::Result<()> {
        for gap in gaps {
            let place = match gap.storage {
                Some(Storage::Referrer) => "the referrers",
                Some(Storage::ReferrersTag) => "the referrers tag",
                Some(Storage::SignatureTag) => "the tag .sig",
                Some(Storage::AttestationTag) => "the tag .att",
                None => "what was listed",
            };
            let text = format!("{place} in {}: {}", gap.repository, gap.reason);
            self.unread("not read", &text)?;
        }
        Ok(())
    }

    fn engines(&mut self, finder: &Finder, facts: &SignatureFacts) -> io::Result<()> {
        let names = Engine::ALL.map(|engine| engine.name().width());
        let width = names.into_iter().max().unwrap_or_default() + 2;
        let title = paint(self.style, Look::Faint, "who would find them:");
        writeln!(self.out, "  {title}")?;
        for engine in Engine::ALL {
            let name = engine.name();
            let found = found(engine, finder, facts);
            let first = INDENT + width;
            let indent = " ".repeat(first);
            let text = wrap(&found, columns(self.style), first, &indent);
            writeln!(self.out, "  {name:width$}{text}")?;
        }
        Ok(())
    }

    /// Says how many of a list are not shown.
    fn more(&mut self, indent: usize, all: usize) -> io::Result<()> {
        match all.checked_sub(LISTED) {
            None | Some(0) => Ok(()),
            Some(rest) => self.line(indent, "", &format!("and {rest} more")),
        }
    }

    fn unread(&mut self, label: &str, text: &str) -> io::Result<()> {
        self.labelled(INDENT, label, text, Look::Tone(Tone::Advice))
    }

    fn line(&mut self, indent: usize, label: &str, text: &str) -> io::Result<()> {
        self.labelled(indent, label, text, Look::Faint)
    }

    fn labelled(&mut self, indent: usize, label: &str, text: &str, look: Look) -> io::Result<()> {
        let first = indent + LABEL;
        let blanks = " ".repeat(first);
        let text = shorten(text, LONGEST_TEXT);
        let text = wrap(&terminal(&text), columns(self.style), first, &blanks);
        let gap = " ".repeat(LABEL.saturating_sub(label.width()));
        let label = paint(self.style, look, label);
        writeln!(self.out, "{:indent$}{label}{gap}{text}", "")
    }
}

/// Why a candidate is by none of the signers, each reason with the signers; that it is by somebody else
/// says least and comes last.
fn reasons<'a>(refused: &[Refused<'a>]) -> Vec<(&'a str, Vec<String>)> {
    let mut refusals: Vec<&Refused<'a>> = refused.iter().collect();
    refusals.sort_by_key(|refused| refused.refusal.kind == RefusalKind::OtherSigner);
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for refused in refusals {
        let name = refused.name.to_owned();
        let reason = refused.refusal.reason.as_str();
        match reasons.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason, vec![name])),
        }
    }
    reasons
}

/// Whether the digest could not be had for the same reason, which is then shown once.
fn is_unavailable(digest: &Evidence<ResolvedImage>, reason: &str) -> bool {
    matches!(digest, Evidence::Unavailable(other) if **other == *reason)
}

fn signer_words(signer: &Proven<'_>) -> String {
    let log = match signer.logged {
        true => "in a trusted transparency log",
        false => "in no trusted transparency log",
    };
    let identity = signer.proof.identity.as_ref().map(identity);
    match (signer.anchor, identity) {
        (Anchor::Sigstore, Some(identity)) => format!("{identity}; {log}"),
        (_, Some(identity)) => format!("{identity}, by {}; {log}", signer.name),
        (_, None) => format!("{}; {log}", signer.name),
    }
}

fn identity(identity: &Identity) -> String {
    let subject = quoted(&identity.subject);
    match &identity.issuer {
        Some(issuer) => format!("{subject}, issuer {}", quoted(issuer)),
        None => subject,
    }
}

/// `1; 2 with --new-bundle-format`, by the numbers of what is shown above.
fn found(engine: Engine, finder: &Finder, facts: &SignatureFacts) -> String {
    let mut groups: Vec<(Finds, Vec<String>)> = Vec::new();
    for (index, candidate) in facts.candidates.iter().enumerate() {
        let finds = finder.finds(engine, candidate);
        if finds == Finds::No {
            continue;
        }
        let number = (index + 1).to_string();
        match groups.iter_mut().find(|(other, _)| *other == finds) {
            Some((_, numbers)) => numbers.push(number),
            None => groups.push((finds, vec![number])),
        }
    }
    let parts: Vec<String> = groups
        .into_iter()
        .map(|(finds, numbers)| match finds {
            Finds::When(condition) => format!("{} {condition}", few(&numbers)),
            _ => few(&numbers),
        })
        .collect();
    match parts.is_empty() {
        true => "none of them".to_owned(),
        false => parts.join("; "),
    }
}

/// The numbers, most of a long list only counted.
fn few(numbers: &[String]) -> String {
    match numbers.split_at_checked(LISTED) {
        Some((few, rest)) if !rest.is_empty() => {
            format!("{} and {} more", few.join(", "), rest.len())
        }
        _ => numbers.join(", "),
    }
}
