//! What of a file is not judged, with its places. Of those that a file can have very many of, by aliases or
//! by a long template, the first are kept and the rest is counted.

use std::sync::Arc;

use crate::model::caveat::Caveat;
use crate::model::object::Object;
use crate::model::shorten::shorten;
use crate::model::source::SourceText;
use crate::model::span::Span;
use crate::model::summary::NotLookedAt;

use super::fields::Place;
use super::kept::Kept;
use super::objects::ObjectNode;
use super::template;
use super::unlisted::Text;
use super::uses::Looking;

/// Most places that are kept for one file.
const PLACES: usize = 1_000;

/// Most characters of a text from the file that are kept for one place.
const TEXT: usize = 100;

/// What was met in one file so far.
#[derive(Debug, Default)]
pub(super) struct Caveats(Vec<Caveat>);

impl Caveats {
    /// A document that could not be parsed since it is a template; `error` is where, `text` stands at `span`. The
    /// lines that begin at a place in `judged`, in order, are judged.
    pub(super) fn template(
        &mut self,
        source: &SourceText,
        error: Span,
        (span, text): (Span, &str),
        judged: &[u32],
    ) {
        self.push(NotLookedAt::TemplateDocument, source, error, |_| {});
        for (offset, line) in template::image_lines(text) {
            let start = span.start + offset as u32;
            if judged.binary_search(&start).is_ok() {
                continue;
            }
            let at = Span::new(start, start);
            self.push(NotLookedAt::TemplateImageLine, source, at, |caveat| {
                caveat.detail = Some(shorten(line.trim_end(), TEXT).into());
            });
        }
    }

    /// An object that describes images and does not ask for them; they stand at `at`.
    pub(super) fn not_deployed(
        &mut self,
        looking: Looking<'_>,
        object: &ObjectNode<'_>,
        at: Place,
        kept: &mut Kept,
    ) {
        let Looking { reader, source, .. } = looking;
        let span = at.through.unwrap_or_else(|| reader.tree.span(at.node));
        self.push(NotLookedAt::NotDeployed, source, span, |caveat| {
            caveat.object = Some(object.describe(reader, source, kept));
        });
    }

    /// Expressions by which a policy may write images into other objects.
    pub(super) fn expressions(
        &mut self,
        looking: Looking<'_>,
        object: &ObjectNode<'_>,
        places: &[Place],
        kept: &mut Kept,
    ) {
        let Looking { reader, source, .. } = looking;
        for at in places {
            let span = reader.tree.span(at.node);
            self.push(NotLookedAt::PolicyExpression, source, span, |caveat| {
                caveat.object = Some(object.describe(reader, source, kept));
            });
        }
    }

    /// Entries of a kustomization that put an image in place of another.
    pub(super) fn replaced(&mut self, looking: Looking<'_>, entries: &[Place]) {
        let Looking { reader, source, .. } = looking;
        for entry in entries {
            let span = reader.tree.span(entry.node);
            self.push(NotLookedAt::KustomizeImage, source, span, |caveat| {
                let name = reader.text(*entry, "name");
                caveat.image = name.map(|name| shorten(name, TEXT).into());
            });
        }
    }

    /// Something that deploys images which stand elsewhere; it begins at `span`.
    pub(super) fn source_of_images(
        &mut self,
        reason: NotLookedAt,
        source: &SourceText,
        span: Span,
        object: Option<Arc<Object>>,
    ) {
        self.push(reason, source, span, |caveat| caveat.object = object);
    }

    /// A text with a manifest, by its key in an object.
    pub(super) fn manifest_in_text(
        &mut self,
        source: &SourceText,
        span: Span,
        key: &str,
        object: &Arc<Object>,
    ) {
        self.push(NotLookedAt::ManifestInText, source, span, |caveat| {
            caveat.object = Some(Arc::clone(object));
            caveat.detail = Some(shorten(key, TEXT).into());
        });
    }

    /// A line that looks like an image, in a text of values that could not be parsed.
    pub(super) fn unread_line(
        &mut self,
        source: &SourceText,
        span: Span,
        line: &str,
        object: Arc<Object>,
    ) {
        self.push(NotLookedAt::TemplateImageLine, source, span, |caveat| {
            caveat.object = Some(object);
            caveat.detail = Some(line.into());
        });
    }

    /// A chart, with the command that renders it.
    pub(super) fn chart(&mut self, source: &SourceText, span: Span, name: Option<&str>) {
        self.push(NotLookedAt::HelmChart, source, span, |caveat| {
            let folder = source
                .path()
                .rsplit_once('/')
                .map_or(".", |(folder, _)| folder);
            let name = name.unwrap_or("NAME");
            let command = format!("helm template {name} {folder}");
            caveat.detail = Some(shorten(&command, 2 * TEXT).into());
        });
    }

    /// Texts of an object that look like an image where none is read.
    pub(super) fn unlisted(
        &mut self,
        source: &SourceText,
        found: &[Text],
        describe: &mut dyn FnMut() -> Arc<Object>,
    ) {
        for Text { span, entry } in found {
            let span = *span;
            self.push(NotLookedAt::UnlistedImage, source, span, |caveat| {
                caveat.object = Some(describe());
                let text = source.text().get(span.start as usize..span.end as usize);
                caveat.image = text.map(|text| shorten(text, TEXT).into());
                caveat.detail = entry.as_deref().map(Arc::from);
            });
        }
    }

    pub(super) fn into_vec(self) -> Vec<Caveat> {
        self.0
    }

    /// Adds one; `complete` says more of it, and is not asked for one whose place is not kept.
    fn push(
        &mut self,
        reason: NotLookedAt,
        source: &SourceText,
        span: Span,
        complete: impl FnOnce(&mut Caveat),
    ) {
        let path = Arc::clone(source.path());
        if self.0.len() < PLACES {
            let mut caveat = Caveat::at(reason, path, source.position(span.start));
            complete(&mut caveat);
            self.0.push(caveat);
            return;
        }
        let mut beyond = self.0.iter_mut().skip(PLACES);
        match beyond.find(|caveat| caveat.reason == reason) {
            Some(caveat) => caveat.times = caveat.times.saturating_add(1),
            None => self.0.push(Caveat::of_file(reason, path)),
        }
    }
}
