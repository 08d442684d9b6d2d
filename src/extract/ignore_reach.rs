//! Which line a suppression in a comment reaches.

use std::collections::HashMap;

use crate::model::image_use::ImageUse;
use crate::model::source::SourceText;
use crate::parse::tree::{Node, NodeId, Tree};

/// The characters that are a line break for Kubernetes and none for an editor.
pub(super) const UNICODE_BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// Finds the lines that comments reach. Asked from the last comment to the first, so that a block of
/// comments is walked once.
pub(super) struct Reach<'a> {
    source: &'a SourceText,
    tree: Option<&'a Tree<'a>>,
    /// Where the text of each image begins, and its line.
    images: HashMap<u32, u32>,
    /// A comment line below, and the line that it reaches.
    known: Option<(u32, u32)>,
    /// The line of the image in the list item that begins on a line.
    items: HashMap<u32, Option<u32>>,
}

impl<'a> Reach<'a> {
    /// `uses`: the images of the document.
    pub(super) fn new(
        source: &'a SourceText,
        tree: Option<&'a Tree<'a>>,
        uses: &[ImageUse],
    ) -> Self {
        let places = uses.iter().map(|used| used.location);
        Self {
            source,
            tree,
            images: places.map(|at| (at.span.start, at.start.line)).collect(),
            known: None,
            items: HashMap::new(),
        }
    }

    /// The line that a comment alone on `line` reaches: the next that is no comment, so that several can
    /// stand above one image; when a list item begins there whose own image stands further down, the line
    /// of that image.
    pub(super) fn line_below(&mut self, line: u32) -> u32 {
        let below = self.below(line);
        let known = self.items.get(&below).copied();
        let image = known.unwrap_or_else(|| {
            let image = self.image_of_item(below);
            self.items.insert(below, image);
            image
        });
        image.unwrap_or(below)
    }

    fn below(&mut self, line: u32) -> u32 {
        let mut next = line + 1;
        while self
            .source
            .line(next)
            .is_some_and(|text| text.trim_start().starts_with('#'))
        {
            if let Some((known, reached)) = self.known
                && known == next
            {
                next = reached;
                break;
            }
            next += 1;
        }
        self.known = Some((line, next));
        next
    }

    /// The line of the one image that the list item which begins on `line` has itself. What is nested in the
    /// item has images of its own, and one that an alias brings stands elsewhere.
    fn image_of_item(&self, line: u32) -> Option<u32> {
        let tree = self.tree?;
        let text = self.source.line(line)?;
        let dash = text.len() - text.trim_start().len();
        let is_item = text[dash..].strip_prefix('-')?;
        if !(is_item.is_empty() || is_item.starts_with([' ', '\t'])) {
            return None;
        }
        let start = self.source.line_start(line)? + dash as u32;
        let item = tree.first_from(start + 1)?;
        if tree.node(item) != Node::Mapping {
            return None;
        }
        let mut lines = own_values(tree, item).filter_map(|value| {
            let at = tree.span(value).start;
            self.images.get(&at).map(|line| (at, *line))
        });
        let (at, image) = lines.next()?;
        let between = self.source.text().get(start as usize..at as usize)?;
        let is_plain = !between.contains(UNICODE_BREAKS);
        (is_plain && lines.all(|(_, line)| line == image)).then_some(image)
    }
}

/// The values of the mapping there, and those of its `image`, which holds the reference of an image volume.
fn own_values<'a>(tree: &'a Tree<'_>, item: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
    tree.own_entries(item).flat_map(|(key, value)| {
        let is_image = || tree.scalar(key).is_some_and(|key| key.value == "image");
        let holds_more = tree.node(value) == Node::Mapping && is_image();
        let inner = holds_more.then(|| tree.own_entries(value));
        let inner = inner.into_iter().flatten().map(|(_, value)| value);
        std::iter::once(value).chain(inner)
    })
}
