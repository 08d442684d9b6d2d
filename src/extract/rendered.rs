//! The output of `helm template`: before each document it names the template that the document comes from.

use std::sync::Arc;

use memchr::memmem;

use crate::model::image_use::ImageUse;
use crate::model::origin::{Deployment, Destination, Origin};

/// How the comment begins.
const SOURCE: &str = "# Source: ";

/// The templates that a rendered text names, in the order of the text; of any other text none.
///
/// A template can print such a comment itself, so that what it says is good for a place that is shown, and for no
/// more than that.
#[derive(Debug, Default)]
pub struct Templates(Vec<(u32, Arc<str>)>);

impl Templates {
    /// Finds the comments that stand right below a document marker, as helm writes them.
    pub fn of(text: &str) -> Self {
        let mut found: Vec<(u32, Arc<str>)> = Vec::new();
        // Every input is looked through, so by the fastest search.
        for at in memmem::find_iter(text.as_bytes(), SOURCE) {
            let before = text.get(..at).unwrap_or_default();
            let before = before.trim_end_matches('\r');
            if !before.ends_with("---\n") && !before.ends_with("---\r\n") {
                continue;
            }
            let rest = text.get(at + SOURCE.len()..).unwrap_or_default();
            let path = rest.lines().next().unwrap_or_default().trim();
            let name = match found.last() {
                Some((_, last)) if **last == *path => Arc::clone(last),
                _ => path.into(),
            };
            found.push((u32::try_from(at).unwrap_or(u32::MAX), name));
        }
        Self(found)
    }

    /// The template of what stands at that byte.
    pub fn at(&self, offset: u32) -> Option<&Arc<str>> {
        let after = self.0.partition_point(|(start, _)| *start <= offset);
        let before = self.0.get(after.checked_sub(1)?)?;
        Some(&before.1)
    }

    /// All of them, each once.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().map(|(_, name)| name)
    }

    /// Says of uses in the text which template deploys them.
    pub(super) fn name(&self, uses: &mut [ImageUse]) {
        if self.0.is_empty() {
            return;
        }
        for used in uses {
            let at = used.used_through.unwrap_or(used.location).span.start;
            let Some(path) = self.at(at) else { continue };
            let mut origin = used.origin.as_deref().cloned().unwrap_or_default();
            if !origin.deployed_by.is_empty() {
                continue;
            }
            let own = used.object.namespace.as_ref();
            origin.deployed_by.push(Deployment {
                path: Arc::clone(path),
                namespace: own.map_or(Destination::Unnamed, |name| {
                    Destination::Named(Arc::clone(name))
                }),
                position: None,
            });
            used.origin = Some(Arc::new(Origin { ..origin }));
        }
    }
}
