//! What of a document two readers of YAML understand differently, as problems of the file.

use std::sync::Arc;

use super::{File, Looking, Place, problems};
use crate::extract::kept::Kept;
use crate::extract::objects;
use crate::model::object::Object;
use crate::model::problem::InputProblem;
use crate::model::rule::Rule;
use crate::parse::document::{Ambiguity, AmbiguityKind, Document};

impl File<'_> {
    pub(super) fn ambiguities(
        &mut self,
        document: &Document<'_>,
        looking: Looking<'_>,
        root: Place,
        is_manifest: bool,
    ) {
        // What Kubernetes ignores is no object to it, and may be meant as one.
        let mut kinds = document.ambiguities.iter().map(|noted| &noted.kind);
        let is_known = document.is_read_by_kubernetes
            && !kinds.any(|kind| *kind == AmbiguityKind::TextAfterContent);
        if !is_manifest && self.named.is_none() && has_only_tags(document) {
            return;
        }
        let may_be_manifest = is_manifest || !is_known && self.claims_manifest(document);
        // What an uncertain object says of its namespace lowers nothing.
        let is_certain = !document.has_inner_mark();
        let object = only_object(looking, root, &mut self.uses.kept).filter(|_| is_certain);
        // It is the next that will be numbered.
        let object_index = object.as_ref().map(|_| self.objects);
        let mut sorted: Vec<&Ambiguity> = document.ambiguities.iter().collect();
        sorted.sort_by_key(|ambiguity| ambiguity.span);
        for ambiguity in sorted {
            let at = self.source.location(ambiguity.span);
            let object = object.clone();
            self.problems.push(InputProblem {
                object_index,
                ..problems::ambiguous(&ambiguity.kind, at, object, may_be_manifest)
            });
        }
        if document.ambiguities_left_out > 0 {
            let more = document.ambiguities_left_out;
            self.problems
                .push_unlisted(Rule::AmbiguousYaml, false, !may_be_manifest, more);
        }
    }
}

/// The object that the document is, when it is no list and holds none: what is wrong with a document of
/// several objects is no matter of one of them.
fn only_object(looking: Looking<'_>, root: Place, kept: &mut Kept) -> Option<Arc<Object>> {
    let mut number = 0;
    let mut found = None;
    objects::each(looking.reader, root, &mut |object| {
        number += 1;
        if object.at == root {
            found = Some(object.describe(looking.reader, looking.source, kept));
        }
    });
    found.filter(|_| number == 1)
}

/// Whether nothing is noted of the document but where tags and anchors end. Tags are how other tools extend
/// YAML: what Kubernetes makes of them matters in its objects only.
fn has_only_tags(document: &Document<'_>) -> bool {
    let mut kinds = document.ambiguities.iter().map(|noted| &noted.kind);
    document.ambiguities_left_out == 0
        && kinds.all(|kind| *kind == AmbiguityKind::PropertyEndsElsewhere)
}
