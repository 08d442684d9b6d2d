//! Texts that look like an image and stand where none is read: in a kind or field that is not listed, an
//! annotation that makes an injector add a container, an argument or variable of an operator. They are not
//! judged, since many of them are none; each is counted with its place, so that none is lost without a word.

use crate::model::reference::ImageReference;
use crate::model::span::Span;
use crate::parse::tree::{Node, NodeId, Tree};

/// Keys beside `repository` that make it a part of an image.
const BESIDE_REPOSITORY: [&str; 6] = ["tag", "digest", "sha", "registry", "pullPolicy", "imageTag"];

/// Longest text that is looked at, in bytes; a longer one is no reference.
const TEXT: usize = 1_000;

/// Below these keys an image is described and not asked for, or is one of another world: machine images of
/// a cloud, a copy of the object itself.
const LEFT_OUT: [&str; 8] = [
    "status",
    "labels",
    "matchLabels",
    "forProvider",
    "openAPIV3Schema",
    "lastTriggeredImage",
    "containerImage",
    "kubectl.kubernetes.io/last-applied-configuration",
];

/// Schemes that container images are written with in such fields.
const SCHEMES: [&str; 3] = ["docker://", "oci://", "image://"];

/// Looks through the nodes of one document, each once however many objects share it.
#[derive(Debug, Default)]
pub(super) struct Unlisted {
    /// A bit for each node of the document, by its number: a set would cost more than the looking.
    seen: Vec<u64>,
}

impl Unlisted {
    /// The places below `object` whose text looks like an image, of those that are not in `judged` (sorted
    /// starts of the texts that are).
    pub(super) fn below(&mut self, tree: &Tree<'_>, object: NodeId, judged: &[u32]) -> Vec<Span> {
        let mut looking = Looking {
            tree,
            seen: &mut self.seen,
            judged,
            found: Vec::new(),
        };
        looking.node(object, "");
        looking.found
    }

    /// Forgets the nodes of a document.
    pub(super) fn end_document(&mut self) {
        self.seen.clear();
    }
}

struct Looking<'a> {
    tree: &'a Tree<'a>,
    seen: &'a mut Vec<u64>,
    judged: &'a [u32],
    found: Vec<Span>,
}

impl Looking<'_> {
    /// An aliased node is met where it stands. The depth of a tree is bounded.
    fn node(&mut self, id: NodeId, key: &str) {
        match self.tree.node(id) {
            Node::Alias(_) => {}
            Node::Scalar(scalar) => {
                if looks_like_image(key, scalar.value) {
                    self.take(scalar.span);
                }
            }
            Node::Sequence => {
                for item in self.tree.items(id) {
                    self.node(item, "");
                }
            }
            Node::Mapping => {
                if self.is_first_visit(id) {
                    self.mapping(id);
                }
            }
        }
    }

    fn mapping(&mut self, id: NodeId) {
        for (key, value) in self.tree.own_entries(id) {
            let key = self.tree.scalar(key).map_or("", |scalar| scalar.value);
            if key == "repository" {
                self.repository(id, value);
            }
            if !LEFT_OUT.contains(&key) {
                self.node(value, key);
            }
        }
    }

    /// The value of `repository` in the mapping `id`, which is a part of an image where other parts stand beside.
    fn repository(&mut self, id: NodeId, value: NodeId) {
        let mut keys = self.tree.own_entries(id);
        let beside = keys.any(|(key, _)| {
            let key = self.tree.scalar(key);
            key.is_some_and(|key| BESIDE_REPOSITORY.contains(&key.value))
        });
        if let Some(scalar) = self.tree.scalar(value)
            && beside
            && !scalar.value.is_empty()
        {
            self.take(scalar.span);
        }
    }

    fn is_first_visit(&mut self, id: NodeId) -> bool {
        let (word, bit) = (id.number() / 64, 1 << (id.number() % 64));
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        let seen = self.seen[word] & bit != 0;
        self.seen[word] |= bit;
        !seen
    }

    fn take(&mut self, span: Span) {
        let known = self.found.last() == Some(&span);
        if !known && self.judged.binary_search(&span.start).is_err() {
            self.found.push(span);
        }
    }
}

/// Whether the value of `key` looks like an image: by its key, or by its own form alone.
fn looks_like_image(key: &str, value: &str) -> bool {
    if value.len() > TEXT || value.is_empty() {
        return false;
    }
    names_image(key) && is_reference(value, key == "image") || has_form_of_image(value)
}

/// `image`, `proxyImage`, `proxy-image`, `imageName`, `imageRef`.
fn names_image(key: &str) -> bool {
    let end = key.len().checked_sub(5).and_then(|at| key.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("image"))
        || matches!(key, "imageName" | "imageRef")
}

/// Whether the text is a reference; one that is a single word only where `word` says so.
fn is_reference(text: &str, word: bool) -> bool {
    (word || text.contains(['/', ':', '@'])) && ImageReference::parse(text).is_ok()
}

/// A registry, a path, and a tag or digest: nothing else has all three. An argument may say what it is for.
fn has_form_of_image(text: &str) -> bool {
    // Most texts have no slash, and are not looked at any further.
    if !text.contains('/') {
        return false;
    }
    let text = match text.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') => value,
        _ => text,
    };
    let scheme = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
    let text = scheme.unwrap_or(text);
    let Some((registry, rest)) = text.split_once('/') else {
        return false;
    };
    let has_host = registry.contains('.') && !registry.starts_with('.') || registry.contains(':');
    has_host && rest.contains([':', '@']) && ImageReference::parse(text).is_ok()
}
