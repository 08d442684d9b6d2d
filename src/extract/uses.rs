//! The image uses of a file, as they are found: from a candidate to a fact with places and a reference.

use std::iter;
use std::sync::Arc;

use crate::model::image_use::{ImageUse, Role};
use crate::model::object::Object;
use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::source::SourceText;
use crate::model::span::{Location, Span};
use crate::policy::settings::CustomResource;

use super::engines::{self, Part};
use super::fields::{Place, Reader};
use super::forms;
use super::image_text::{self, Collection, Reading};
use super::kept::{COMPARED_BYTES, Kept};
use super::key_rules::Scope;
use super::not_deployed::is_not_deployed;
use super::objects::ObjectNode;
use super::parameters;
use super::path::{self, End, Segment, Step, follow};
use super::resources;
use super::shapes::{Candidate, Form, Shapes};
use super::workloads::Workload;

/// Most uses that one file may have through aliases and merges: a text of a kilobyte can name one image
/// a million times, and each use with its findings costs about a kilobyte of memory.
const SHARED_USES: usize = 10_000;

/// Most uses of one file, far more than the largest object that a cluster takes can hold (etcd's request
/// limit is 1.5 MiB).
const USES: usize = 100_000;

/// Uses that a file may have however short it is, and the bytes that each further one has to be worth: no
/// manifest that deploys something has an image in every hundred bytes, and a hostile one must not cost a
/// hundred times its size.
const FIRST_USES: usize = 12_000;
const BYTES_PER_USE: usize = 100;

/// Most uses of a file of that many bytes.
fn most_uses(bytes: usize) -> usize {
    USES.min(FIRST_USES + bytes / BYTES_PER_USE)
}

/// The uses found so far in a file.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) found: Vec<ImageUse>,
    /// The texts of the file that are kept.
    pub(super) kept: Kept,
    shared: usize,
    /// The first use that was not taken since there were too many.
    pub(super) left_out_at: Option<Span>,
}

/// What a file's objects are looked through with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looking<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) source: &'a SourceText,
    pub(super) custom_resources: &'a [CustomResource],
    /// The number of the document in the file.
    pub(super) document: u32,
    /// Whether our name may stand in a key.
    pub(super) mentions_us: bool,
}

impl Looking<'_> {
    /// What stands in `object` and is not looked at: the whole of it, since it holds schemas or patterns, or
    /// its `status`, when images are in there.
    pub(super) fn left_out(self, object: &ObjectNode<'_>) -> Option<Place> {
        let reader = self.reader;
        if holds_schemas_or_patterns(object) {
            let span = reader.tree.span(object.at.node);
            let text = self
                .source
                .text()
                .get(span.start as usize..span.end as usize);
            let mentions = text.is_some_and(|text| text.contains("image"));
            return engines::compared(reader, object).filter(|_| mentions);
        }
        reader.named(object.at, "status").find(|status| {
            let mut any = false;
            Shapes {
                reader,
                path: Vec::new(),
                anchors: false,
                scope: None,
                visit: &mut |_| any = true,
            }
            .anywhere(*status);
            any
        })
    }
}

/// Whether nothing that the object could be is deployed.
pub(super) fn holds_schemas_or_patterns(object: &ObjectNode<'_>) -> bool {
    let mut types = object.types.iter();
    types.all(|of| is_not_deployed(of.group_and_version().0))
}

impl Uses {
    /// Takes every image of `object`, the `number`th of the file, in the order of the text. Returns where
    /// images may be written in a way that is not read.
    pub(super) fn take(
        &mut self,
        looking: Looking<'_>,
        object: &ObjectNode<'_>,
        number: u32,
    ) -> Vec<Place> {
        let first = self.found.len();
        let mut taking = Taking {
            uses: self,
            looking,
            node: object,
            number,
            object: None,
            unread: Vec::new(),
        };
        if holds_schemas_or_patterns(object) {
            taking.parts_of_policy();
        } else {
            taking.containers();
            taking.built_in_fields();
        }
        taking.custom_fields();
        let unread = taking.unread;
        if let Some(found) = self.found.get_mut(first..) {
            found.sort_by(|a, b| place(a).cmp(&place(b)));
        }
        self.dedup(first);
        unread
    }

    /// Whether one more is taken, of which a part is reached `through` an alias; takes the room for it.
    pub(super) fn has_room(
        &mut self,
        source: &SourceText,
        through: Option<Span>,
        at: Span,
    ) -> bool {
        let shared = self.shared + usize::from(through.is_some());
        if self.found.len() >= most_uses(source.text().len()) || shared > SHARED_USES {
            self.left_out_at.get_or_insert(through.unwrap_or(at));
            return false;
        }
        self.shared = shared;
        true
    }

    /// A field can be found as a container and by a path of the policy.
    fn dedup(&mut self, first: usize) {
        let mut tail = self.found.split_off(first);
        tail.dedup_by(|later, earlier| {
            (later.location, later.used_through, &later.field)
                == (earlier.location, earlier.used_through, &earlier.field)
        });
        self.found.append(&mut tail);
    }
}

/// Where the field stands in the text, its own or the alias that fills it.
fn place(used: &ImageUse) -> (u32, u32, &str) {
    let through = used.used_through.unwrap_or(used.location);
    let own = used.location.span.start;
    (through.span.start, own, &used.field)
}

/// Taking the uses of one object.
pub(super) struct Taking<'u, 'a, 'o> {
    pub(super) uses: &'u mut Uses,
    pub(super) looking: Looking<'a>,
    node: &'o ObjectNode<'a>,
    number: u32,
    /// Made for the first use only: most objects hold no image.
    object: Option<Arc<Object>>,
    /// Where images may be written in a way that is not read.
    unread: Vec<Place>,
}

impl<'a> Taking<'_, 'a, '_> {
    fn containers(&mut self) {
        let (node, reader) = (self.node, self.looking.reader);
        let mut visit = |candidate: Candidate<'a, '_>| self.add(&candidate);
        let Some(workload) = node.workload() else {
            Shapes {
                reader,
                path: Vec::new(),
                anchors: false,
                scope: Scope::of(&node.types),
                visit: &mut visit,
            }
            .anywhere(node.at);
            return;
        };
        let steps: Vec<Step<'_>> = workload.pod_spec.iter().map(|key| Step::Key(key)).collect();
        follow(reader, node.at, &steps, &mut |end: End<'a, '_>| {
            Shapes {
                reader,
                path: end.path.to_vec(),
                anchors: false,
                scope: None,
                visit: &mut visit,
            }
            .pod_spec(end.value);
        });
        self.annotations(workload);
    }

    /// Annotations of a workload and of its pods that make an injector add a container.
    fn annotations(&mut self, workload: &Workload) {
        let (node, reader) = (self.node, self.looking.reader);
        let own: &[&str] = &["metadata"];
        let pods = Some(workload.pod_metadata).filter(|pods| *pods != own);
        for keys in std::iter::once(own).chain(pods) {
            let steps = keys.iter().chain(&["annotations"]);
            let steps: Vec<Step<'_>> = steps.map(|key| Step::Key(key)).collect();
            follow(reader, node.at, &steps, &mut |end: End<'a, '_>| {
                Shapes {
                    reader,
                    path: end.path.to_vec(),
                    anchors: false,
                    scope: None,
                    visit: &mut |candidate| self.add(&candidate),
                }
                .injected(end.value);
            });
        }
    }

    /// What a policy writes into other objects.
    fn parts_of_policy(&mut self) {
        let reader = self.looking.reader;
        engines::parts(reader, self.node, &mut |part| match part {
            Part::Object(end) => self.with_anchors(&end, |mut shapes| shapes.anywhere(end.value)),
            Part::Field(key, end) => {
                self.with_anchors(&end, |mut shapes| shapes.of_field(key, end.value));
            }
            Part::Composed(text, end) => self.add_text(&text, &end, None),
            Part::Patches(end) => self.patches(&end),
            Part::Expression(at) => self.unread.push(at),
        });
    }

    fn with_anchors(&mut self, end: &End<'a, '_>, look: impl FnOnce(Shapes<'a, '_>)) {
        let reader = self.looking.reader;
        look(Shapes {
            reader,
            path: end.path.to_vec(),
            anchors: true,
            scope: None,
            visit: &mut |candidate| self.add(&candidate),
        });
    }

    /// The images in the text of a JSON patch; each stands where the text holds it.
    fn patches(&mut self, end: &End<'a, '_>) {
        let Looking { reader, source, .. } = self.looking;
        let Some(scalar) = reader.tree.scalar(end.value.node) else {
            // Written as a list in place of a text, which Kyverno refuses.
            return;
        };
        let Some(images) = engines::patched(scalar.value) else {
            self.unread.push(end.value);
            return;
        };
        let start = scalar.span.start;
        let written = source.text().get(start as usize..scalar.span.end as usize);
        for image in images {
            let found = written.and_then(|written| written.find(&image));
            let span = found.map(|at| {
                let start = start + at as u32;
                Span::new(start, start + image.len() as u32)
            });
            self.add_text(&image, end, span);
        }
    }

    fn built_in_fields(&mut self) {
        for &of in &self.node.types {
            for (form, path) in resources::built_in(of) {
                let steps = resources::built_in_steps(path);
                self.field(&steps, Collection::SomethingElse, form);
            }
        }
    }

    /// A wildcard is not meant for schemas and patterns; a group written out is.
    fn custom_fields(&mut self) {
        let hidden = holds_schemas_or_patterns(self.node);
        let entries = self.looking.custom_resources;
        let meant = entries.iter().filter(|entry| {
            let mut types = self.node.types.iter();
            types.any(|&of| resources::applies(entry, of)) && !(hidden && entry.group == "*")
        });
        for path in meant.flat_map(|entry| &entry.paths) {
            let steps = resources::policy_steps(&path.value.0);
            self.field(&steps, Collection::Mistake, Form::Reference);
        }
    }

    fn field(&mut self, steps: &[Step<'a>], collection: Collection, form: Form) {
        let reader = self.looking.reader;
        follow(reader, self.node.at, steps, &mut |end: End<'a, '_>| {
            self.add(&Candidate {
                value: end.value,
                name: end.item.and_then(|item| reader.text(item, "name")),
                role: Role::CustomResource,
                path: end.path,
                collection,
                form,
                composed: None,
            });
        });
    }

    fn add(&mut self, candidate: &Candidate<'a, '_>) {
        let Looking { reader, source, .. } = self.looking;
        let value = candidate.value;
        let span = reader.tree.span(value.node);
        // That something is left out is said already; a million more candidates need not be read for it.
        if self.uses.left_out_at.is_some() && self.is_full(value) {
            return;
        }
        if self.by_form(candidate) {
            return;
        }
        let kept = &mut self.uses.kept;
        let read = image_text::read(reader, value, candidate.collection, source.text(), kept);
        if let Some(read) = read {
            self.push(read, span, candidate);
        }
    }

    /// Takes an image that is not the text of the node at `end`, but stands in it, at `span` if that is known.
    fn add_text(&mut self, text: &str, end: &End<'a, '_>, span: Option<Span>) {
        let span = span.unwrap_or_else(|| self.looking.reader.tree.span(end.value.node));
        // A long text is known by its address, and this one is gone soon.
        let read = match text.len() > COMPARED_BYTES {
            true => (text.into(), Arc::new(ImageReference::parse(text))),
            false => self.uses.kept.image(text, true),
        };
        let candidate = Candidate {
            value: end.value,
            name: None,
            role: Role::CustomResource,
            path: end.path,
            collection: Collection::SomethingElse,
            form: Form::Reference,
            composed: None,
        };
        self.push(read, span, &candidate);
    }

    /// Whether no more uses are taken.
    fn is_full(&self, value: Place) -> bool {
        let shared = usize::from(value.through.is_some());
        let most = most_uses(self.looking.source.text().len());
        self.uses.found.len() >= most || self.uses.shared + shared > SHARED_USES
    }

    pub(super) fn push(&mut self, read: Reading, span: Span, candidate: &Candidate<'a, '_>) {
        let through = candidate.value.through;
        if self.is_full(candidate.value) {
            self.uses.left_out_at.get_or_insert(through.unwrap_or(span));
            return;
        }
        let Looking { reader, source, .. } = self.looking;
        let (uses, node) = (&mut *self.uses, self.node);
        let origin = candidate.composed.as_ref().map(|composed| {
            let place = |at: Place| source.location(reader.tree.span(at.node));
            forms::origin(reader, composed, source.path(), &mut uses.kept, &place)
        });
        let (text, mut reference) = read;
        if matches!(*reference, Err(ReferenceError::Placeholder(_)))
            && let Some(known) = parameters::read(reader, node, candidate.path, &text)
        {
            reference = uses.kept.by_default(&text, known);
        }
        uses.shared += usize::from(through.is_some());
        let object = self
            .object
            .get_or_insert_with(|| node.describe(reader, source, &mut uses.kept));
        uses.found.push(ImageUse {
            text,
            reference,
            location: source.location(span),
            used_through: through.map(|through| source.location(through)),
            document: self.looking.document,
            object: Arc::clone(object),
            object_index: self.number,
            container: candidate.name.map(|name| uses.kept.text(name)),
            role: candidate.role,
            field: path::written(candidate.path as &[Segment<'_>]).into(),
            origin,
        });
    }
}

/// The places in the file of what an image is made of, and of what it is put in place of.
pub(super) fn written(used: &ImageUse) -> impl Iterator<Item = Location> {
    let origin = used.origin.as_deref().into_iter();
    origin.flat_map(|origin| {
        let parts = origin.parts.iter().map(|part| &part.written);
        let written = parts.chain(&origin.in_place_of);
        written.map(|written| written.location)
    })
}

/// Where the texts begin that are judged, or that a judged image is made of, in order.
pub(super) fn judged(uses: &[ImageUse]) -> Vec<u32> {
    let places = uses
        .iter()
        .flat_map(|used| iter::once(used.location).chain(written(used)));
    let mut judged: Vec<u32> = places.map(|place| place.span.start).collect();
    judged.sort_unstable();
    judged
}
