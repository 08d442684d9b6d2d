//! What a run keeps while it judges scans: verdicts that further uses of an image share, and what is said
//! once at the end instead of with every image.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::annotation::Annotated;
use super::ignores::Ignores;
use super::vex::Statements;
use crate::check::verdict::{Complaint, Verdict};
use crate::check::wording::listed;
use crate::model::evidence::Gathered;
use crate::model::span::Span;
use crate::policy::settings::{CheckVulnerabilityScan, Policy};

/// The state of a run.
#[derive(Debug)]
pub struct Scans<'a> {
    /// The entries of `ignore`.
    pub ignores: Ignores<'a>,
    /// The OpenVEX statements.
    pub statements: Statements<'a>,
    verdicts: HashMap<Same<'a>, Verdict>,
    /// Reports that could not be read and changed no verdict, by the number of the source.
    unread: BTreeMap<usize, BTreeSet<String>>,
    settings: Option<&'a CheckVulnerabilityScan>,
    unread_statements: &'a [String],
}

/// Uses of images that are judged alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Same<'a> {
    /// The text of the image.
    pub text: &'a str,
    /// The kind of its object, which the help names.
    pub kind: &'a str,
    /// What each annotation of `accept` says.
    pub annotations: Vec<Annotated>,
}

impl<'a> Scans<'a> {
    /// Before anything is judged.
    pub fn new(policy: &'a Policy, evidence: &'a Gathered, today: Date) -> Self {
        let settings = policy.rules.check_vulnerability_scan.as_ref();
        let settings = settings.map(|rule| &rule.settings);
        let entries = settings.map_or(&[][..], |settings| settings.ignore.as_slice());
        Self {
            ignores: Ignores::new(entries, today),
            statements: Statements::new(&evidence.vex),
            verdicts: HashMap::new(),
            unread: BTreeMap::new(),
            settings,
            unread_statements: &evidence.vex.unread,
        }
    }

    /// The verdict on an earlier use of the same.
    pub fn known(&self, same: &Same<'a>) -> Option<Verdict> {
        self.verdicts.get(same).cloned()
    }

    /// Keeps a verdict.
    pub fn keep(&mut self, same: Same<'a>, verdict: &Verdict) {
        self.verdicts.insert(same, verdict.clone());
    }

    /// Notes what a source could not read although it answers.
    pub fn note_unread(&mut self, source: usize, unread: Vec<String>) {
        if !unread.is_empty() {
            self.unread.entry(source).or_default().extend(unread);
        }
    }

    /// What could not be read and changed no verdict: the place in the policy and the sentence.
    pub fn unread(&self) -> Vec<(Span, Complaint)> {
        let Some(settings) = self.settings else {
            return Vec::new();
        };
        let of_sources = self.unread.iter().filter_map(|(source, reasons)| {
            let span = settings.accept.get(*source)?.span;
            let reasons: Vec<String> = reasons.iter().cloned().collect();
            let said =
                "could not read every report; the images that others speak of are judged by those";
            Some((span, unread(said, reasons)))
        });
        let of_statements = (!self.unread_statements.is_empty()).then(|| {
            let span = settings
                .vex
                .first()
                .map_or(Span::default(), |glob| glob.span);
            let said = "could not read every file of `vex`, and what is unread takes nothing away";
            (span, unread(said, self.unread_statements.to_vec()))
        });
        of_sources.chain(of_statements).collect()
    }
}

fn unread(said: &str, reasons: Vec<String>) -> Complaint {
    let message = format!("{said}: {}", listed(&reasons));
    Complaint::new(message).detail("reasons", reasons)
}
