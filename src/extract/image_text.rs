//! What a node says where an image belongs. The API server refuses an image that is no string, so that one
//! is an image too, and wrong.

use std::sync::Arc;

use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::shorten::shorten;
use crate::parse::tree::{Node, Scalar};

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::scalar_kind::{self, ScalarKind};

/// Longest piece of a collection that is taken as the text of an image, in characters.
const COLLECTION_CHARACTERS: usize = 256;

/// An image as written, and what it refers to.
pub(super) type Reading = (Arc<str>, Arc<Result<ImageReference, ReferenceError>>);

/// What a collection (a list or mapping) means where an image is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    /// The field holds an image by definition; a collection there is a mistake.
    Mistake,
    /// The field looks like an image; a collection there is something else.
    SomethingElse,
}

/// Reads the node as an image; `None` when there is none: null, or a collection where it may be.
/// `source` is the text that the tree was made from, `kept` shares what is read. An unquoted `{{ … }}` is a
/// mapping for YAML and a placeholder for us, wherever it stands; `#{ … }#` behind blanks is a comment for YAML.
pub(super) fn read(
    reader: Reader<'_>,
    at: Place,
    collection: Collection,
    source: &str,
    kept: &mut Kept,
) -> Option<Reading> {
    match reader.tree.node(at.node) {
        Node::Scalar(scalar) => {
            read_scalar(&scalar, kept).or_else(|| commented(&scalar, source, kept))
        }
        Node::Alias(_) => None,
        Node::Mapping | Node::Sequence => {
            let span = reader.tree.span(at.node);
            let written = source.get(span.start as usize..span.end as usize)?;
            let line = written.lines().next().unwrap_or_default();
            let placeholder = is_placeholder(written);
            if collection == Collection::SomethingElse && !placeholder {
                return None;
            }
            let text = shorten(line, COLLECTION_CHARACTERS).into_owned();
            let reference = match ImageReference::parse(&text) {
                Err(error @ ReferenceError::Placeholder(_)) if placeholder => Err(error),
                _ => Err(ReferenceError::NotText),
            };
            Some((kept.text(&text), Arc::new(reference)))
        }
    }
}

/// Whether a collection, as written, is a placeholder that nobody quoted: `{{ … }}`, `[[ … ]]`, `{NAME}`.
fn is_placeholder(written: &str) -> bool {
    let name = written.strip_prefix('{');
    let name = name.and_then(|rest| rest.strip_suffix('}'));
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    written.starts_with("{{")
        || written.starts_with("[[")
        || name.is_some_and(|name| !name.is_empty() && name.chars().all(is_part))
}

/// The placeholder `#{ … }` in a comment that stands where the text of an image is left out.
fn commented(scalar: &Scalar<'_>, source: &str, kept: &mut Kept) -> Option<Reading> {
    if !scalar.span.is_empty() {
        return None;
    }
    let line = source.get(scalar.span.end as usize..)?.lines().next()?;
    let text = line.trim_start_matches([':', ' ', '\t']).trim_end();
    let placeholder = text.starts_with("#{") && text.contains('}');
    placeholder.then(|| kept.image(text, true))
}

fn read_scalar(scalar: &Scalar<'_>, kept: &mut Kept) -> Option<Reading> {
    let is_text = match scalar_kind::of(scalar) {
        ScalarKind::Null => return None,
        ScalarKind::NotText => false,
        ScalarKind::Text => true,
    };
    Some(kept.image(scalar.value, is_text))
}
