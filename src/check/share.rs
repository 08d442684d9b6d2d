//! Texts of findings, each kept once: a thousand uses of one image say the same sentence.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::model::finding::Finding;

/// The sentences said so far.
#[derive(Debug, Default)]
pub struct Said(HashSet<Arc<str>>);

impl Said {
    /// Lets the finding share its texts with the findings before it.
    pub fn share(&mut self, finding: &mut Finding) {
        let texts = [
            Some(&mut finding.message),
            finding.help.as_mut(),
            Some(&mut finding.label),
            finding.reference.as_mut(),
            finding.field.as_mut(),
        ];
        for text in texts.into_iter().flatten() {
            match self.0.get(text.as_ref()) {
                Some(known) => *text = Arc::clone(known),
                None => {
                    self.0.insert(Arc::clone(text));
                }
            }
        }
    }
}

/// Longest text whose every byte goes into its hash.
const HASHED_BYTES: usize = 4096;

/// The text of an image as the key of a map. One of megabytes, which an alias can bring to thousands of
/// fields, is neither hashed nor compared as a whole at each of them.
#[derive(Debug, Clone, Copy)]
pub struct TextKey<'a>(pub &'a str);

impl PartialEq for TextKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0) || self.0 == other.0
    }
}

impl Eq for TextKey<'_> {}

impl Hash for TextKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes = self.0.as_bytes();
        bytes.len().hash(state);
        if bytes.len() <= HASHED_BYTES {
            state.write(bytes);
        } else {
            state.write(&bytes[..HASHED_BYTES / 2]);
            state.write(&bytes[bytes.len() - HASHED_BYTES / 2..]);
        }
    }
}
