//! What was made of each document of a text, and what Kubernetes reads differently in it.

use memchr::memmem;

use crate::model::span::Span;

use super::prefilter;
use super::tree::Tree;

/// One document of a file.
#[derive(Debug)]
pub struct Document<'t> {
    /// Its number in the file, from 0; empty ones between two markers count, as they do for kubectl.
    pub index: u32,
    /// Its bytes, from its marker or first line up to the next document's.
    pub span: Span,
    /// What was made of it.
    pub body: Body<'t>,
    /// Text that Kubernetes reads differently from a plain YAML 1.2 reader, in no particular order.
    pub ambiguities: Vec<Ambiguity>,
    /// How many more there are than [`AMBIGUITIES_LISTED`].
    pub ambiguities_left_out: u32,
    /// Whether a tree is what Kubernetes reads. Otherwise it refuses the document, or it is not known what
    /// it reads, and what the tree says the document is proves nothing.
    pub is_read_by_kubernetes: bool,
}

/// Most ambiguities that are listed for one document.
pub const AMBIGUITIES_LISTED: usize = 1000;

impl Document<'_> {
    /// Whether a byte-order mark inside makes it uncertain what Kubernetes reads.
    pub fn has_inner_mark(&self) -> bool {
        let mut kinds = self.ambiguities.iter().map(|ambiguity| &ambiguity.kind);
        kinds.any(|kind| *kind == AmbiguityKind::InnerByteOrderMark)
    }

    /// Whether the document mentions what an object says of itself, or could do so in escapes or
    /// `!!binary`: all that can be said of one of which Kubernetes' reading is not known. `text` is the one
    /// that was given to [`super::documents`].
    pub fn mentions_manifest(&self, text: &str) -> bool {
        let range = self.span.start as usize..self.span.end as usize;
        let bytes = text.as_bytes().get(range).unwrap_or_default();
        if memchr::memchr(0, bytes).is_none() {
            return mentions_type(bytes) || prefilter::can_hide_a_word(bytes);
        }
        // UTF-16 that is not the file's, in which some readers look for it.
        let without: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
        mentions_type(&without)
    }
}

/// Whether `kind` stands in the text, and with it `apiVersion` or what makes that unnecessary for kubectl:
/// a kind of the core group that holds pods, or the items of a list.
fn mentions_type(text: &[u8]) -> bool {
    let mentions = |word: &str| memmem::find(text, word.as_bytes()).is_some();
    let mut beside = ["apiVersion", "Pod", "ReplicationController", "items"].into_iter();
    mentions("kind") && beside.any(mentions)
}

/// What was made of a document.
#[derive(Debug)]
pub enum Body<'t> {
    /// Nothing but comments and white space.
    Empty,
    /// It mentions none of the wanted words and was not parsed.
    Skipped,
    /// Parsed. Whether Kubernetes refuses it all the same is said by
    /// [`AmbiguityKind::refused_by_kubernetes`] of its ambiguities.
    Tree(Tree<'t>),
    /// Not parsed: the parser stopped at a place.
    Broken(YamlError),
    /// Larger than the cap, deeper than the limit, or with more nodes than it may have: not looked at.
    TooLarge(YamlError),
}

/// Where and why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// The place.
    pub span: Span,
    /// What is wrong there, as a sentence without a capital or full stop.
    pub message: String,
    /// Whether an action of a template (`{{ … }}`) stands where YAML reads a mapping, so that Kubernetes
    /// refuses the document as it stands. Of other faults that is not known: Kubernetes reads some texts
    /// that are no YAML 1.2.
    pub is_template: bool,
}

impl YamlError {
    /// An error that has nothing to do with templates.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            is_template: false,
        }
    }
}

/// A place that two readers of YAML understand differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguity {
    /// The place.
    pub span: Span,
    /// What stands there.
    pub kind: AmbiguityKind,
}

/// What makes a place ambiguous. `docs/yaml.md` says for each one what kubectl does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmbiguityKind {
    /// The same key again in one mapping, as decoded; the last wins in the cluster. The place is that of
    /// the second and every further one.
    DuplicateKey(String),
    /// A scalar tagged `!!binary`, which Kubernetes decodes.
    BinaryTag,
    /// U+0085, U+2028 or U+2029 between two tokens: a line break for Kubernetes, text for YAML 1.2.
    UnicodeLineBreak,
    /// A `%TAG` before the document's marker: kubectl cuts the document behind it, and either refuses the
    /// file or reads the document without it.
    TagDirective,
    /// Content on the line of a `---` marker: kubectl refuses the file.
    ContentOnMarkerLine,
    /// The document follows `...`, or a `---` after a line break that is no LF: Kubernetes reads one
    /// document up to the next line `---` and ignores the rest. The place is the document's first
    /// content.
    IgnoredByKubernetes,
    /// `?` without a blank after it in a flow collection (`{?image : nginx}`): for Kubernetes it marks a
    /// key, for YAML 1.2 it is part of the text. The tree has the text without it.
    KeyIndicatorWithoutBlank,
    /// An anchor with `:` or `?` in its name (`&a:latest`), or a tag directly before a comma in a flow
    /// collection (`!a,b`): Kubernetes lets the name end earlier and the tag later, so that other text is
    /// left for the value.
    PropertyEndsElsewhere,
    /// The content is complete before this place: Kubernetes reads the content and ignores the rest.
    TextAfterContent,
    /// Kubernetes reads the document, and a reader of YAML 1.2 refuses it or reads something else there.
    OtherReading,
    /// A byte-order mark inside of the document: Kubernetes drops characters at the start of lines, which
    /// ones depends on the size of its buffer.
    InnerByteOrderMark,
    /// A byte or unit that is no text in the file's encoding: kubectl reads U+FFFD in its place.
    NoText,
    /// An unquoted `{{ value }}`, to YAML a mapping as a key: Kubernetes refuses the document.
    TemplateAction,
    /// Another mapping or sequence as a key: Kubernetes refuses the document.
    ComplexKey,
    /// `*name` without `&name` before it: Kubernetes refuses the document.
    UnresolvedAlias,
    /// `*name` inside the node that `&name` marks: Kubernetes refuses the document.
    RecursiveAlias,
}

impl AmbiguityKind {
    /// Whether it says where Kubernetes and other readers part.
    pub fn is_how_readers_differ(&self) -> bool {
        matches!(
            self,
            Self::UnicodeLineBreak
                | Self::KeyIndicatorWithoutBlank
                | Self::PropertyEndsElsewhere
                | Self::TextAfterContent
        )
    }

    /// Whether Kubernetes refuses the document because of it.
    pub fn refused_by_kubernetes(&self) -> bool {
        matches!(
            self,
            Self::ContentOnMarkerLine
                | Self::TemplateAction
                | Self::ComplexKey
                | Self::UnresolvedAlias
                | Self::RecursiveAlias
        )
    }
}
