//! Suppressions in annotations: `imagegate.dev/ignore.RULE: "until=DATE reason"`.
//!
//! Those of the object reach it as a whole. Those of a `metadata` inside of it reach the images below the
//! mapping that has this `metadata`: a pod template, a job template, a template of a custom resource.

use std::collections::HashMap;

use crate::model::directive::{IgnoreFault, IgnoreScope, InlineIgnore};
use crate::model::rule::Rule;
use crate::model::source::SourceText;

use super::fields::{Field, Place, Reader};
use super::ignore_words::meant_by_key;
use super::ignores::Parsed;
use super::kept::Kept;
use super::objects::ObjectNode;
use super::path::{Segment, written};
use super::scalar_kind;
use super::uses::holds_schemas_or_patterns;

/// What the key of an annotation begins with that ignores a rule.
const PREFIX: &str = "imagegate.dev/ignore.";

/// Steps of the budget for a suppression in an annotation, beside those for finding it.
const SUPPRESSION_STEPS: u64 = 50;

/// The object whose annotations are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Annotated<'a, 'o> {
    pub(super) reader: Reader<'a>,
    pub(super) source: &'a SourceText,
    pub(super) object: &'o ObjectNode<'a>,
    /// Its number in the file.
    pub(super) number: u32,
    /// Whether images were found in it.
    pub(super) has_images: bool,
    /// Whether our name stands in the document.
    pub(super) mentions_us: bool,
}

/// The suppressions among the annotations of an object and of everything in it. Duplicates are all taken:
/// one too many is told, none is lost.
pub(super) fn in_object(of: Annotated<'_, '_>, kept: &mut Kept) -> Vec<InlineIgnore> {
    let mut walk = Walk {
        of,
        kept,
        path: Vec::new(),
        // What a policy writes into others is no object, and what it compares with no annotation.
        into_parts: of.mentions_us && !holds_schemas_or_patterns(of.object),
        found: Vec::new(),
    };
    walk.mapping(of.object.at);
    walk.found
}

/// Where a mapping stands in which a key may be ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// Annotations that count.
    Annotations,
    /// Anything else, where a suppression reaches nothing.
    SomethingElse,
}

struct Walk<'a, 'o, 'k> {
    of: Annotated<'a, 'o>,
    kept: &'k mut Kept,
    /// From the object to the mapping at hand.
    path: Vec<Segment<'a>>,
    into_parts: bool,
    found: Vec<InlineIgnore>,
}

impl<'a> Walk<'a, '_, '_> {
    /// Everything below the mapping there, except the status, which reports what was.
    fn mapping(&mut self, at: Place) {
        for (name, field) in self.winners(at) {
            match name {
                "status" if self.path.is_empty() => {}
                "metadata" => self.metadata(field.value),
                _ => {
                    self.key(field, Around::SomethingElse);
                    self.below(Segment::Key(name), field.value);
                }
            }
        }
    }

    fn below(&mut self, segment: Segment<'a>, at: Place) {
        if !self.into_parts {
            return;
        }
        let reader = self.of.reader;
        self.path.push(segment);
        self.mapping(at);
        for (index, item) in reader.items(at).enumerate() {
            self.below(Segment::Index(index), item);
        }
        self.path.pop();
    }

    /// The metadata of the mapping at hand.
    fn metadata(&mut self, at: Place) {
        let reader = self.of.reader;
        for (name, field) in self.winners(at) {
            if name == "annotations" {
                continue;
            }
            self.key(field, Around::SomethingElse);
            for inner in reader.fields(field.value) {
                self.key(inner, Around::SomethingElse);
            }
        }
        for annotations in reader.named(at, "annotations") {
            for field in reader.fields(annotations) {
                self.key(field, Around::Annotations);
            }
        }
    }

    /// The fields of the mapping there by name, of several with one name the one that the cluster takes.
    fn winners(&self, at: Place) -> Vec<(&'a str, Field<'a>)> {
        let mut winners: Vec<(&'a str, Field<'a>)> = Vec::new();
        let mut known: HashMap<&'a str, usize> = HashMap::new();
        for field in self.of.reader.fields(at) {
            let Some(name) = field.name else { continue };
            let number = *known.entry(name).or_insert(winners.len());
            match winners.get_mut(number) {
                Some(earlier) => *earlier = (name, field),
                None => winners.push((name, field)),
            }
        }
        winners
    }

    /// Takes the suppression that the key is, or seems to be.
    fn key(&mut self, field: Field<'a>, around: Around) {
        let Annotated { reader, source, .. } = self.of;
        let Some(name) = field.name else { return };
        let rule = name.strip_prefix(PREFIX);
        // What no image follows may be meant for what is made of this object.
        let counts = around == Around::Annotations;
        if !counts && !self.of.has_images {
            return;
        }
        let parsed = match rule {
            Some(rule) if counts => {
                Parsed::annotation(rule, scalar_kind::text(reader, field.value))
            }
            Some(rule) => {
                let rules = Rule::from_id(rule).into_iter().collect();
                Parsed::faulty(rules, IgnoreFault::Misplaced)
            }
            None => match meant_by_key(name) {
                Some(rules) => Parsed::faulty(rules, IgnoreFault::Malformed),
                None => return,
            },
        };
        if !reader.spend(field.value, SUPPRESSION_STEPS) {
            return;
        }
        let at = source.location(reader.tree.span(field.key));
        let scope = IgnoreScope::Object(self.of.number);
        let kept = &mut *self.kept;
        let ignore = parsed.into_ignore(at, scope, &mut |reason| kept.text(reason));
        let below = self.part().map(|part| self.kept.text(&part));
        self.found.push(InlineIgnore { below, ..ignore });
    }

    /// The part of the object that the metadata at hand is about; `None`: the object as a whole, which a
    /// template is too in a kind that has one pod spec.
    fn part(&self) -> Option<String> {
        let pod_spec = self.of.object.workload().map(|workload| workload.pod_spec);
        let leads_there = |pod_spec: &[&str]| {
            let mut steps = self.path.iter().zip(pod_spec);
            self.path.len() < pod_spec.len() && steps.all(|(step, key)| *step == Segment::Key(key))
        };
        let is_whole = self.path.is_empty() || pod_spec.is_some_and(leads_there);
        (!is_whole).then(|| written(&self.path))
    }
}
