//! Images whose text is not the scalar of their field as it stands: an address with a scheme, a name whose tag
//! somebody else says, several scalars together.

use std::sync::Arc;

use crate::model::origin::{Origin, Part, Written};
use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::span::{Location, Span};

use super::fields::{Place, Reader};
use super::kept::{COMPARED_BYTES, Kept};
use super::key_rules::Composed;
use super::scalar_kind::{self, ScalarKind};
use super::shapes::{Candidate, Form};
use super::uses::Taking;

/// Schemes that lead to an image.
const SCHEMES: [&str; 3] = ["oci", "docker", "registry"];

impl<'a> Taking<'_, 'a, '_> {
    /// Takes the image of a candidate that is not simply its scalar; `false` when it is.
    pub(super) fn by_form(&mut self, candidate: &Candidate<'a, '_>) -> bool {
        if let Some(composed) = &candidate.composed {
            let text = self.uses.kept.text(&composed.text);
            let reference = Arc::new(composed.reference.clone());
            let span = self.looking.reader.tree.span(composed.main.node);
            self.push((text, reference), span, candidate);
            return true;
        }
        let scalar = self.looking.reader.tree.scalar(candidate.value.node);
        let Some(scalar) = scalar.filter(|scalar| {
            scalar_kind::of(scalar) == ScalarKind::Text && scalar.value.len() <= COMPARED_BYTES
        }) else {
            return false;
        };
        let separator = if candidate.form == Form::Option {
            "="
        } else {
            "://"
        };
        match (candidate.form, scalar.value.split_once(separator)) {
            (Form::Reference, _) | (Form::Address | Form::Option, None) => false,
            (Form::Address | Form::Option, Some((before, text))) => {
                if candidate.form == Form::Option || SCHEMES.contains(&before) {
                    let span = self.inside(scalar.span, text);
                    let read = self.uses.kept.image(text, true);
                    self.push(read, span, candidate);
                }
                true
            }
            (Form::Name, _) => match ImageReference::parse_name(scalar.value) {
                Err(error @ ReferenceError::Incomplete(_)) => {
                    let text = self.uses.kept.text(scalar.value);
                    self.push((text, Arc::new(Err(error))), scalar.span, candidate);
                    true
                }
                _ => false,
            },
        }
    }

    /// Where `text` stands in the scalar at `span`; the scalar, where it is written in another way.
    fn inside(&self, span: Span, text: &str) -> Span {
        let source = self.looking.source.text();
        let written = source.get(span.start as usize..span.end as usize);
        let found = written.and_then(|written| written.find(text));
        found.map_or(span, |at| {
            let start = span.start + at as u32;
            Span::new(start, start + text.len() as u32)
        })
    }
}

/// The places of the scalars that an image is made of.
pub(super) fn origin(
    reader: Reader<'_>,
    composed: &Composed,
    path: &Arc<str>,
    kept: &mut Kept,
    place: &dyn Fn(Place) -> Location,
) -> Arc<Origin> {
    let parts = composed.parts.iter().filter_map(|&(role, at)| {
        let scalar = reader.tree.scalar(at.node)?;
        Some(Part {
            role,
            written: Written {
                text: kept.text(scalar.value),
                path: Arc::clone(path),
                location: place(at),
            },
        })
    });
    Arc::new(Origin {
        parts: parts.collect(),
        ..Origin::default()
    })
}
