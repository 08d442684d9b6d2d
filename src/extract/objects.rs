//! The Kubernetes objects of one document: which there are, what each is called, and what is asked of it.

use std::sync::Arc;

use crate::model::object::{Annotation, Object};
use crate::model::shorten::shorten;
use crate::model::source::SourceText;

use super::fields::{Place, Reader};
use super::kept::Kept;
use super::scalar_kind::{self, ScalarKind};
use super::workloads::{self, Workload};

/// `apiVersion` and `kind` as texts; the key may hold something else, then the text is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Type<'a> {
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
}

impl<'a> Type<'a> {
    /// API group and version: the group is empty for `v1`.
    pub(super) fn group_and_version(self) -> (&'a str, &'a str) {
        self.api_version
            .split_once('/')
            .unwrap_or(("", self.api_version))
    }

    /// The type of the items of a list of this type, for those that do not say it themselves.
    fn of_items(self) -> Self {
        Self {
            api_version: self.api_version,
            kind: self.kind.strip_suffix("List").unwrap_or(self.kind),
        }
    }
}

/// The workloads of the core API group, whose `apiVersion` kubectl can do without.
const CORE_KINDS: [&str; 3] = ["Pod", "PodTemplate", "ReplicationController"];

/// Most readings of `apiVersion`, and of `kind`, for one object: one that says its kind a thousand times is
/// not worth a thousand. The last ones, since the last wins in the cluster.
const READINGS: usize = 8;

fn last_few<'a, 't>(texts: &'a [&'t str]) -> &'a [&'t str] {
    &texts[texts.len().saturating_sub(READINGS)..]
}

/// One object of a document.
#[derive(Debug)]
pub(super) struct ObjectNode<'a> {
    /// The object's mapping.
    pub(super) at: Place,
    /// Every type that it may be taken for; the last one wins in the cluster. More than one only where
    /// `apiVersion` or `kind` is written several times.
    pub(super) types: Vec<Type<'a>>,
}

/// Whether the mapping there is a Kubernetes object: it has `apiVersion` and `kind`.
pub(super) fn is_object(reader: Reader<'_>, at: Place) -> bool {
    !types(reader, at, None).is_empty()
}

/// Hands each object at `at` to `visit`: itself, or the items of a list, lists in lists too.
///
/// An item without `apiVersion` and `kind` gets those of its list, as kubectl's reader does
/// (`unstructuredJSONScheme.decodeToList`). Any object with a list `items` is a list for kubectl; one whose
/// kind does not end in `List` is visited itself as well.
pub(super) fn each<'a>(reader: Reader<'a>, at: Place, visit: &mut dyn FnMut(ObjectNode<'a>)) {
    each_below(reader, at, None, visit);
}

fn each_below<'a>(
    reader: Reader<'a>,
    at: Place,
    list: Option<Type<'a>>,
    visit: &mut dyn FnMut(ObjectNode<'a>),
) {
    let types = types(reader, at, list);
    let Some(&last) = types.last() else {
        return;
    };
    let mut is_list = false;
    for items in reader.named(at, "items") {
        is_list |= reader.is_sequence(items);
        for item in reader.items(items) {
            each_below(reader, item, Some(last.of_items()), visit);
        }
    }
    if !(is_list && types.iter().all(|found| found.kind.ends_with("List"))) {
        visit(ObjectNode { at, types });
    }
}

/// Every type that the mapping there may be taken for; none when it is no object.
pub(super) fn types<'a>(reader: Reader<'a>, at: Place, list: Option<Type<'a>>) -> Vec<Type<'a>> {
    let texts = |key: &'static str| -> Vec<&'a str> {
        reader
            .named(at, key)
            .filter_map(|value| match reader.tree.scalar(value.node) {
                Some(scalar) if scalar_kind::of(&scalar) == ScalarKind::Null => None,
                Some(scalar) => Some(scalar.value),
                None => Some(""),
            })
            .collect()
    };
    if !reader.is_mapping(at) {
        return Vec::new();
    }
    let (mut api_versions, kinds) = (texts("apiVersion"), texts("kind"));
    if api_versions.is_empty() && kinds.is_empty() {
        return list.into_iter().collect();
    }
    // Without validation kubectl asks the cluster for the version of a kind of the core group, and takes
    // any list.
    let is_list = || (reader.named(at, "items")).any(|items| reader.is_sequence(items));
    let is_core = |kind: &&str| CORE_KINDS.contains(kind);
    if api_versions.is_empty() && (kinds.iter().any(is_core) || !kinds.is_empty() && is_list()) {
        api_versions.push("");
    }
    let mut types = Vec::with_capacity(1);
    for &api_version in last_few(&api_versions) {
        for &kind in last_few(&kinds) {
            types.push(Type { api_version, kind });
        }
    }
    types
}

impl<'a> ObjectNode<'a> {
    /// The built-in workload that it is, when nothing else can be meant.
    pub(super) fn workload(&self) -> Option<&'static Workload> {
        match self.types.as_slice() {
            [only] => workloads::find(only.api_version, only.kind),
            _ => None,
        }
    }

    /// The metadata of its pods, as a workload's table or the usual `spec.template` names it.
    pub(super) fn pod_metadata(&self, reader: Reader<'a>) -> Option<Place> {
        let keys = self
            .workload()
            .map_or(&["spec", "template", "metadata"] as &[&str], |workload| {
                workload.pod_metadata
            });
        keys.iter()
            .try_fold(self.at, |at, key| reader.winner(at, key))
    }

    /// The object as findings name it.
    pub(super) fn describe(
        &self,
        reader: Reader<'a>,
        source: &SourceText,
        kept: &mut Kept,
    ) -> Arc<Object> {
        let metadata = reader.winner(self.at, "metadata");
        let text = |key: &'static str| {
            let text = metadata.and_then(|metadata| reader.text(metadata, key));
            text.filter(|text| !text.is_empty())
        };
        // What is no text is no namespace for kubectl, which then puts its own in place of it
        // (`unstructured.GetNamespace`, `resource.SetNamespace`).
        let namespace = metadata
            .and_then(|metadata| reader.winner(metadata, "namespace"))
            .and_then(|value| reader.tree.scalar(value.node))
            .filter(|scalar| scalar_kind::of(scalar) == ScalarKind::Text)
            .filter(|scalar| !scalar.value.is_empty());
        let generated = || text("generateName").map(|prefix| format!("{}*", shorten(prefix, NAME)));
        let last = self.types.last();
        Arc::new(Object {
            api_version: kept.text(last.map_or("", |last| last.api_version)),
            kind: kept.text(last.map_or("", |last| last.kind)),
            namespace: namespace.map(|scalar| kept.text(scalar.value)),
            name: match text("name") {
                Some(name) => Some(kept.text(name)),
                None => generated().map(|name| kept.text(&name)),
            },
            pod_annotations: self.workload().map(|_| {
                self.pod_metadata(reader)
                    .map(|metadata| annotations(reader, metadata, source, kept))
                    .unwrap_or_default()
            }),
        })
    }
}

/// Longest `generateName` that is kept, in characters; a cluster takes at most 253.
const NAME: usize = 300;

/// Steps of the budget for an annotation, beside those for finding it: each object keeps its own copy.
const ANNOTATION_STEPS: u64 = 50;

/// The annotations of a metadata mapping, of several with one key the one last that the cluster takes. Of
/// several mappings of annotations only that one counts: what the others say is never on an object.
fn annotations(
    reader: Reader<'_>,
    metadata: Place,
    source: &SourceText,
    kept: &mut Kept,
) -> Vec<Annotation> {
    let map = reader.winner(metadata, "annotations");
    let fields = map.into_iter().flat_map(|map| reader.fields(map));
    let paid = fields.take_while(|field| reader.spend(field.value, ANNOTATION_STEPS));
    let annotations = paid.filter_map(|field| {
        Some(Annotation {
            key: kept.text(field.name?),
            value: scalar_kind::text(reader, field.value).map(|value| kept.text(value)),
            location: source.location(reader.tree.span(field.key)),
        })
    });
    annotations.collect()
}
