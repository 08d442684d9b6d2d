//! Texts that look like an image and stand where none is read: in a kind or field that is not listed, an
//! annotation that makes an injector add a container, an argument or variable of an operator. They are not
//! judged, since many of them are none; each is counted with its place, so that none is lost without a word.

use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::span::Span;
use crate::parse::tree::{Node, NodeId, Tree};

use super::key_rules::{self, TEXT, names_image};
use super::objects::Type;
use super::path::{self, Segment};

/// Keys beside `repository` that make it a part of an image.
const BESIDE_REPOSITORY: [&str; 6] = ["tag", "digest", "sha", "registry", "pullPolicy", "imageTag"];

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

/// A text that looks like an image.
#[derive(Debug)]
pub(super) struct Text {
    /// Where it stands.
    pub(super) span: Span,
    /// The entry of `custom-resources` by which its field is judged; `None` where that would take other texts for
    /// images too.
    pub(super) entry: Option<Box<str>>,
}

/// Looks through the nodes of one document, each once however many objects share it.
#[derive(Debug, Default)]
pub(super) struct Unlisted {
    /// A bit for each node of the document, by its number: a set would cost more than the looking.
    seen: Vec<u64>,
}

impl Unlisted {
    /// The texts below `object`, which is of that type, that look like an image, of those that are not in
    /// `judged` (sorted starts of the texts that are).
    pub(super) fn below(
        &mut self,
        tree: &Tree<'_>,
        (object, of): (NodeId, Type<'_>),
        judged: &[u32],
    ) -> Vec<Text> {
        let mut looking = Looking {
            tree,
            seen: &mut self.seen,
            judged,
            of,
            path: Vec::new(),
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
    of: Type<'a>,
    path: Vec<Segment<'a>>,
    found: Vec<Text>,
}

impl<'a> Looking<'a> {
    /// An aliased node is met where it stands. The depth of a tree is bounded.
    fn node(&mut self, id: NodeId, key: &str) {
        match self.tree.node(id) {
            Node::Alias(_) => {}
            Node::Scalar(scalar) => {
                if looks_like_image(key, scalar.value) {
                    let whole = names_image(key) && key_rules::may_be_listed(self.of, &self.path);
                    self.take(scalar.span, whole);
                }
            }
            Node::Sequence => {
                for (index, item) in self.tree.items(id).enumerate() {
                    self.path.push(Segment::Index(index));
                    self.node(item, "");
                    self.path.pop();
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
                self.path.push(Segment::Key(key));
                self.node(value, key);
                self.path.pop();
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
            self.take(scalar.span, false);
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

    /// Takes a text, unless an image in it is judged. `whole`: whether its field holds nothing but an image.
    fn take(&mut self, span: Span, whole: bool) {
        let known = self.found.last().is_some_and(|last| last.span == span);
        let next = self.judged.partition_point(|start| *start < span.start);
        let judged = self.judged.get(next).is_some_and(|start| *start < span.end);
        if known || judged {
            return;
        }
        let entry = whole.then(|| self.entry());
        self.found.push(Text { span, entry });
    }

    /// What a policy writes so that the field at hand is judged, in every item of a list.
    fn entry(&self) -> Box<str> {
        let path = path::of_every_item(&self.path);
        let group = match self.of.api_version {
            "" => "v1",
            api_version => api_version,
        };
        let kind = self.of.kind;
        format!("custom-resources: [{{ kind: {group}/{kind}, paths: ['{path}'] }}]").into()
    }
}

/// Whether the value of `key` looks like an image: by its key, or by its own form alone.
fn looks_like_image(key: &str, value: &str) -> bool {
    if value.len() > TEXT || value.is_empty() {
        return false;
    }
    // Below the key `image` a reference or a placeholder, below others one that is not a plain word of text.
    names_image(key) && (is_reference(value) || is_placeholder(value)) || has_form_of_image(value)
}

fn is_reference(text: &str) -> bool {
    ImageReference::parse(text).is_ok() && !key_rules::is_no_name(text)
}

/// Whether it is an image once the placeholders in it are filled in.
fn is_placeholder(text: &str) -> bool {
    matches!(
        ImageReference::parse(text),
        Err(ReferenceError::Placeholder(_))
    )
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
