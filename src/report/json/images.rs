//! The object that `images --format json` prints.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::origin::Origin;
use super::summary::{NotEvaluated, Object, Place, not_evaluated, places};
use crate::model::image_use::ImageUse;
use crate::model::reference::ImageReference;
use crate::model::strict::Strict;
use crate::report::ImagesReport;

/// Every place that uses an image. Keys are only ever added within a version.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Images<'a> {
    /// The version of this format: 1.
    version: u32,
    /// The counts.
    summary: Summary,
    /// One entry a field, ordered by path and position.
    #[schemars(with = "Vec<Image<'a>>")]
    images: ImageUses<'a>,
    /// What was not looked at, each with its place, ordered by path and position; null without
    /// `--show-not-judged`.
    not_evaluated: Option<Vec<Place<'a>>>,
}

/// The image uses, each converted when it is written.
#[derive(Debug)]
struct ImageUses<'a>(&'a ImagesReport);

impl Serialize for ImageUses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report) = self;
        serializer.collect_seq(report.images.iter().map(|(source, used)| {
            let path = &report.sources.get(*source).path;
            Image::of(used, path)
        }))
    }
}

/// What was looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// Files read.
    files: u32,
    /// YAML or JSON documents that hold content.
    documents: u32,
    /// Documents that are Kubernetes objects.
    manifests: u32,
    /// Places that use an image.
    images: u32,
    /// Distinct images among them.
    unique_images: u32,
    /// What was not looked at, by reason.
    not_evaluated: Vec<NotEvaluated>,
}

/// One field that asks for an image.
#[derive(Debug, Serialize, JsonSchema)]
struct Image<'a> {
    /// The file as given on the command line, with `/`; `<stdin>` for standard input.
    path: &'a str,
    /// Line of the text, from 1; also when the field gets it through an alias or a merge.
    line: u32,
    /// Column of the text's opening quote, block indicator or first character, from 1.
    column: u32,
    /// Line of the end.
    end_line: u32,
    /// Column after the last character.
    end_column: u32,
    /// The document in the file, from 0.
    document: u32,
    /// The image as YAML decodes it.
    image: &'a str,
    /// Its normalised form; null when it is not a valid reference.
    reference: Option<String>,
    /// The digest that is written.
    digest: Option<&'a str>,
    /// The object that uses it.
    object: Object<'a>,
    /// Name of the container or volume.
    container: Option<&'a str>,
    /// container, init-container, ephemeral-container, image-volume, custom-resource, values, kustomize,
    /// annotation, argument.
    role: &'static str,
    /// Path of the field in the object, such as `spec.template.spec.containers[0].image`.
    field: &'a str,
    /// How the image comes to be deployed; null where it is the text at its place.
    origin: Option<Origin<'a>>,
}

impl<'a> Images<'a> {
    pub(super) fn of(report: &'a ImagesReport) -> Self {
        let summary = &report.summary;
        Self {
            version: super::VERSION,
            summary: Summary {
                files: summary.files,
                documents: summary.documents,
                manifests: summary.manifests,
                images: summary.images,
                unique_images: summary.unique_images,
                not_evaluated: not_evaluated(&summary.not_looked_at, &Strict::default()),
            },
            images: ImageUses(report),
            not_evaluated: places(&report.caveats, &report.listing),
        }
    }
}

impl<'a> Image<'a> {
    fn of(used: &'a ImageUse, path: &'a str) -> Self {
        let reference = used.reference.as_ref().as_ref().ok();
        Self {
            path,
            line: used.location.start.line,
            column: used.location.start.column,
            end_line: used.location.end.line,
            end_column: used.location.end.column,
            document: used.document,
            image: &used.text,
            reference: reference.map(ToString::to_string),
            digest: reference
                .and_then(|reference: &ImageReference| reference.digest.as_ref())
                .map(|digest| digest.as_str()),
            object: Object::of(&used.object),
            container: used.container.as_deref(),
            role: used.role.as_str(),
            field: &used.field,
            origin: used.origin.as_deref().map(Origin::of),
        }
    }
}
