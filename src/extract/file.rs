//! One file: its text to everything that it says.

use std::iter;
use std::sync::Arc;

use crate::model::directive::InlineIgnore;
use crate::model::file_facts::FileFacts;
use crate::model::kustomization::FluxTarget;
use crate::model::rule::Rule;
use crate::model::source::{Source, SourceText};
use crate::model::span::{Location, Span};
use crate::model::summary::{NotLookedAt, count};
use crate::parse::document::{AmbiguityKind, Body, Document, YamlError};
use crate::parse::encoding::is_text;
use crate::parse::tree::Tree;
use crate::parse::{ParseSettings, documents, jsonc};

use super::ExtractSettings;
use super::annotations::Annotated;
use super::caveats::Caveats;
use super::fields::{Place, Reader};
use super::ignore_words::mentions_us;
use super::objects::{self, ObjectNode};
use super::problems::{self, Problems};
use super::rendered::Templates;
use super::sources::Named;
use super::unlisted::Unlisted;
use super::uses::{Looking, Uses, holds_schemas_or_patterns, judged, written};
use super::{annotations, ignores, in_text, kustomize, sources, values};

mod ambiguities;
mod by_name;

/// Most suppressions of one file that are read.
const IGNORES: usize = 10_000;

/// Reads `text` (decoded) as the file called `path`.
pub fn facts(path: Arc<str>, text: Arc<str>, settings: &ExtractSettings) -> FileFacts {
    facts_of_linked(path, &[], text, settings)
}

/// The same for a file that has other names too: `links` to it, whose names say as much of it.
pub fn facts_of_linked(
    path: Arc<str>,
    links: &[Arc<str>],
    text: Arc<str>,
    settings: &ExtractSettings,
) -> FileFacts {
    let holds = values::Named::of(&path, &settings.charts);
    let holds = holds.filter(|_| settings.values);
    of_names(path, links, text, settings, holds)
}

/// The same for a file that holds values of a chart, whatever it is called; `None` where its name says that
/// already.
pub fn facts_of_values(
    path: Arc<str>,
    links: &[Arc<str>],
    text: Arc<str>,
    settings: &ExtractSettings,
) -> Option<FileFacts> {
    let is_known = values::Named::of(&path, &settings.charts).is_some();
    let holds = Some(values::Named::unknown());
    (!is_known).then(|| of_names(path, links, text, settings, holds))
}

fn of_names(
    path: Arc<str>,
    links: &[Arc<str>],
    text: Arc<str>,
    settings: &ExtractSettings,
    holds: Option<values::Named>,
) -> FileFacts {
    let mut names = iter::once(&path).chain(links);
    let named = names.find_map(|name| Named::of(name));
    let source = SourceText::new(path, Arc::clone(&text));
    let mut file = File {
        source: &source,
        settings,
        documents: 0,
        manifests: 0,
        objects: 0,
        looked_at: 0,
        uses: Uses::default(),
        problems: Problems::default(),
        ignores: Vec::new(),
        caveats: Caveats::default(),
        no_text: Vec::new(),
        named,
        holds: holds.as_ref(),
        flux_targets: Vec::new(),
        has_settings: false,
        unlisted: Unlisted::default(),
    };
    let parse = match named.is_some() || holds.is_some() {
        // Whatever stands in it is looked at.
        true => &ParseSettings {
            wanted_words: Vec::new(),
            ..settings.parse.clone()
        },
        false => &settings.parse,
    };
    documents(&text, parse, &mut |document| {
        file.comments_before(document.span.start);
        file.document(&document);
        file.looked_at = document.span.end;
    });
    file.comments_before(text.len() as u32);
    let mut facts = file.into_facts();
    Templates::of(&text).name(&mut facts.uses);
    FileFacts {
        links: links.to_vec(),
        ..facts
    }
}

/// What is known of a file so far.
struct File<'s> {
    source: &'s SourceText,
    settings: &'s ExtractSettings,
    documents: u32,
    manifests: u32,
    /// Objects met, each item of a list for itself.
    objects: u32,
    /// End of the documents looked at so far; what lies between two of them is comments.
    looked_at: u32,
    uses: Uses,
    problems: Problems,
    ignores: Vec<InlineIgnore>,
    caveats: Caveats,
    /// Documents of which no line is shown.
    no_text: Vec<Span>,
    /// What the name of the file says of it.
    named: Option<Named>,
    /// What it says of values in it.
    holds: Option<&'s values::Named>,
    flux_targets: Vec<FluxTarget>,
    has_settings: bool,
    unlisted: Unlisted,
}

impl File<'_> {
    fn document(&mut self, document: &Document<'_>) {
        self.documents += u32::from(!matches!(document.body, Body::Empty));
        self.hide_if_no_text(document);
        match &document.body {
            // What mentions no image mentions no `imagegate` either.
            Body::Skipped => self.skipped(document),
            Body::Empty => self.comments(document.span, None, self.uses.found.len()),
            Body::Tree(tree) => self.tree(document, tree),
            Body::Broken(error) => self.broken(document, error),
            Body::TooLarge(error) => {
                self.manifests += u32::from(self.claims_manifest(document));
                let at = self.source.location(error.span);
                self.problems.push(problems::too_large(error, at));
            }
        }
    }

    fn skipped(&mut self, document: &Document<'_>) {
        if !self.claims_manifest(document) {
            return;
        }
        self.manifests += 1;
        let text = text_of(self.source, document.span);
        let claimed = sources::claimed_type(text);
        self.has_settings |= claimed.is_some_and(sources::holds_settings);
        let counted = claimed.and_then(|of| sources::counted_as(of, text));
        if let Some(reason) = counted {
            let start = document.span.start + (text.len() - text.trim_start().len()) as u32;
            let at = Span::new(start, start);
            self.caveats.source_of_images(reason, self.source, at, None);
        }
    }

    /// What no YAML reader takes for text is no manifest: it may be a key, a memory image or the environment
    /// of a process, of which a report shows nothing.
    fn hide_if_no_text(&mut self, document: &Document<'_>) {
        let span = document.span;
        let mut kinds = document.ambiguities.iter().map(|noted| &noted.kind);
        let may_hold_bytes = matches!(document.body, Body::Broken(_) | Body::TooLarge(_))
            || document.ambiguities_left_out > 0
            || kinds.any(|kind| *kind == AmbiguityKind::NoText);
        if may_hold_bytes && !is_text(text_of(self.source, span)) {
            self.no_text.push(span);
        }
    }

    fn claims_manifest(&self, document: &Document<'_>) -> bool {
        document.has_inner_mark() || document.mentions_manifest(self.source.text())
    }

    /// Comments in a document that could not be read are not looked at: they cannot be told from text,
    /// and there is no image that they could reach.
    fn broken(&mut self, document: &Document<'_>, error: &YamlError) {
        let text = text_of(self.source, document.span);
        if !document.has_inner_mark() && jsonc::is_no_object(text) {
            return;
        }
        let claims_manifest = self.claims_manifest(document);
        self.manifests += u32::from(claims_manifest);
        let at = self.source.location(error.span);
        if error.is_template {
            let judged = self.literals(document);
            self.caveats
                .template(self.source, error.span, (document.span, text), &judged);
        }
        self.problems.push(match error.is_template {
            true => problems::template(error, at, claims_manifest),
            false => problems::unreadable(error, at, claims_manifest),
        });
    }

    /// Takes the images that the template of a chart has as they stand; returns where their lines begin.
    fn literals(&mut self, document: &Document<'_>) -> Vec<u32> {
        if !self.settings.values {
            return Vec::new();
        }
        let number = self.objects;
        let judged = values::literals(
            &mut self.uses,
            self.source,
            &self.settings.charts,
            document,
            number,
        );
        self.objects += u32::from(!judged.is_empty());
        judged
    }

    fn tree(&mut self, document: &Document<'_>, tree: &Tree<'_>) {
        let Some(root) = tree.root() else { return };
        let looking = Looking {
            reader: Reader { tree },
            source: self.source,
            custom_resources: &self.settings.custom_resources,
            document: document.index,
            mentions_us: mentions_us(text_of(self.source, document.span)),
        };
        let first = self.uses.found.len();
        let root = looking.reader.place(root, None);
        let is_manifest = objects::is_object(looking.reader, root);
        self.manifests += u32::from(is_manifest);
        if !document.ambiguities.is_empty() {
            self.ambiguities(document, looking, root, is_manifest);
        }
        objects::each(looking.reader, root, &mut |object| {
            self.object(looking, &object);
        });
        self.by_name(looking, root, is_manifest);
        if !is_manifest {
            let entries = kustomize::replaced_at(looking.reader, root);
            self.caveats.replaced(looking, &entries);
        }
        if let Some(at) = self.uses.left_out_at.take() {
            let at = self.source.location(at);
            self.problems.push(problems::too_many_images(at));
        }
        if tree.is_exhausted() {
            let start = tree.span(root.node).start;
            let at = self.source.location(Span::new(start, start));
            self.problems.push(problems::too_many_aliases(at));
        }
        self.comments(document.span, Some(tree), first);
        self.uses.kept.end_document();
        self.unlisted.end_document();
    }

    /// Counts what an object deploys that is not read. Its uses begin with number `first`.
    fn not_read(&mut self, looking: Looking<'_>, object: &ObjectNode<'_>, first: usize) {
        let Looking { reader, source, .. } = looking;
        if holds_schemas_or_patterns(object) {
            return;
        }
        let mut types = object.types.iter();
        let span = reader.tree.span(object.at.node);
        let range = span.start as usize..span.end as usize;
        let text = source.text().get(range).unwrap_or_default();
        let kept = &mut self.uses.kept;
        if let Some(reason) = types.find_map(|&of| sources::counted_as(of, text)) {
            if reason == NotLookedAt::FluxKustomization {
                let target = kustomize::flux_target(reader, object.at, kept);
                self.flux_targets.extend(target);
            }
            let described = object.describe(reader, source, kept);
            self.caveats
                .source_of_images(reason, source, span, Some(described));
        }
        let judged = judged(self.uses.found.get(first..).unwrap_or_default());
        let Some(&of) = object.types.last() else {
            return;
        };
        let node = (object.at.node, of);
        let unlisted = self.unlisted.below(reader.tree, node, &judged);
        let mut described = None;
        self.caveats.unlisted(source, &unlisted, &mut || {
            let object = described.get_or_insert_with(|| object.describe(reader, source, kept));
            Arc::clone(object)
        });
    }

    fn object(&mut self, looking: Looking<'_>, object: &ObjectNode<'_>) {
        let number = self.objects;
        self.objects += 1;
        let mut types = object.types.iter();
        self.has_settings |= types.any(|of| sources::holds_settings(*of));
        let first = self.uses.found.len();
        let unread = self.uses.take(looking, object, number);
        self.caveats
            .expressions(looking, object, &unread, &mut self.uses.kept);
        if self.settings.values {
            values::Found {
                uses: &mut self.uses,
                caveats: &mut self.caveats,
            }
            .of_object(looking, object, number, first);
        }
        in_text::count(looking, object, &mut self.caveats, &mut self.uses.kept);
        self.not_read(looking, object, first);
        if let Some(at) = looking.left_out(object) {
            self.caveats
                .not_deployed(looking, object, at, &mut self.uses.kept);
        }
        let entries = kustomize::replaced_by(looking.reader, object);
        self.caveats.replaced(looking, &entries);
        let annotated = Annotated {
            reader: looking.reader,
            source: self.source,
            object,
            number,
            has_images: self.uses.found.len() > first,
            mentions_us: looking.mentions_us,
        };
        let found = annotations::in_object(annotated, &mut self.uses.kept);
        self.take_ignores(found);
    }

    fn comments_before(&mut self, start: u32) {
        if self.looked_at < start {
            let before = Span::new(self.looked_at, start);
            self.comments(before, None, self.uses.found.len());
        }
    }

    /// `first`: the number of the document's first use.
    fn comments(&mut self, document: Span, tree: Option<&Tree<'_>>, first: usize) {
        let uses = self.uses.found.get(first..).unwrap_or_default();
        let found = ignores::in_comments(self.source, document, tree, uses);
        self.take_ignores(found);
    }

    fn take_ignores(&mut self, found: Vec<InlineIgnore>) {
        let room = IGNORES.saturating_sub(self.ignores.len());
        let beyond = found.len().saturating_sub(room);
        self.ignores.extend(found.into_iter().take(room));
        if beyond > 0 {
            self.problems
                .push_unlisted(Rule::InvalidSuppression, false, false, count(beyond));
        }
    }

    fn into_facts(self) -> FileFacts {
        let problems = self.problems.into_vec();
        let mut uses = self.uses.found;
        uses.shrink_to_fit();
        let shown = uses
            .iter()
            .flat_map(|used| iter::once(used.location).chain(used.used_through))
            .chain(uses.iter().flat_map(written))
            .chain(problems.iter().filter_map(|problem| problem.location))
            .chain(self.ignores.iter().map(|ignore| ignore.location));
        let no_text = self.no_text;
        let is_shown = |at: &Location| {
            let after = no_text.partition_point(|span| span.start <= at.span.start);
            let before = after.checked_sub(1).and_then(|last| no_text.get(last));
            before.is_none_or(|span| span.end < at.span.start)
        };
        let source = excerpt(self.source, shown.filter(is_shown));
        FileFacts {
            source,
            documents: self.documents,
            manifests: self.manifests,
            uses,
            put_into: Vec::new(),
            flux_targets: self.flux_targets,
            has_settings: self.has_settings,
            links: Vec::new(),
            problems,
            ignores: self.ignores,
            caveats: self.caveats.into_vec(),
        }
    }
}

/// The lines that findings may show; of most files none.
fn excerpt(source: &SourceText, shown: impl Iterator<Item = Location>) -> Source {
    let locations: Vec<Location> = shown.collect();
    source.excerpt(&locations)
}

fn text_of(source: &SourceText, span: Span) -> &str {
    let range = span.start as usize..span.end as usize;
    source.text().get(range).unwrap_or_default()
}
