//! How the judgement of one rule about one image can end: four ways, never two.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::share::TextKey;
use crate::model::reason::Outage;
use crate::model::scan::JudgedScan;
use crate::model::span::Span;
use crate::model::summary::NotLookedAt;

/// The end of one judgement.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The rule is satisfied; with which reservations.
    Pass(Vec<Noted>),
    /// The rule is violated.
    Violation(Complaint),
    /// The evidence could not be had.
    NotChecked(Complaint),
    /// The rule has nothing to say about this image, for the reason that is counted.
    NotApplicable(NotLookedAt),
}

impl Verdict {
    /// A pass without anything to add.
    pub const PASS: Self = Self::Pass(Vec::new());
}

/// A reason that is counted beside the verdict on an image, whose place is added where it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    /// The reason.
    pub reason: NotLookedAt,
    /// What else helps to judge it, in a few words, such as the file of a report.
    pub detail: Option<Arc<str>>,
}

impl From<NotLookedAt> for Noted {
    fn from(reason: NotLookedAt) -> Self {
        Self {
            reason,
            detail: None,
        }
    }
}

/// What is said about an image that did not pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Complaint {
    /// One plain sentence that names the image.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Further sentences for a person.
    pub notes: Vec<String>,
    /// The place in the policy that decided, when it is more exact than the rule's action.
    pub decided_by: Option<Span>,
    /// The setting that decided asks for an audit finding, whatever the rule's action is.
    pub audit_at_most: bool,
    /// The digest that was judged, when it is not the one that is written.
    pub digest: Option<String>,
    /// Facts for machines.
    pub details: Arc<Map<String, Value>>,
    /// The scans that decided.
    pub scans: Vec<Arc<JudgedScan>>,
    /// The failure that kept it from being checked, when other images may meet it too.
    pub outage: Option<Arc<Outage>>,
    /// What is counted besides.
    pub counted: Vec<Noted>,
}

impl Complaint {
    /// A complaint with nothing but its sentence.
    pub fn new(message: String) -> Self {
        Self {
            message,
            help: None,
            notes: Vec::new(),
            decided_by: None,
            audit_at_most: false,
            digest: None,
            details: Arc::default(),
            scans: Vec::new(),
            outage: None,
            counted: Vec::new(),
        }
    }

    /// Adds what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the place in the policy; the empty span of a default names none.
    pub fn decided_by(mut self, span: Span) -> Self {
        self.decided_by = (!span.is_empty()).then_some(span);
        self
    }

    /// Names the failure that kept it from being checked.
    pub fn outage(mut self, outage: Option<Arc<Outage>>) -> Self {
        self.outage = outage;
        self
    }

    /// Adds a fact for machines.
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        Arc::make_mut(&mut self.details).insert(name.to_owned(), value.into());
        self
    }
}

/// Verdicts that hang on nothing but the text of an image: each is found once and shared by all uses, so
/// that a thousand Pods of one image cost what one costs.
#[derive(Debug, Default)]
pub struct Judged<'a>(HashMap<TextKey<'a>, Verdict>);

impl<'a> Judged<'a> {
    /// The verdict on the image with this text.
    pub fn once(&mut self, text: &'a str, judge: impl FnOnce() -> Verdict) -> Verdict {
        self.0.entry(TextKey(text)).or_insert_with(judge).clone()
    }
}
