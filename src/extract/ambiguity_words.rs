//! What is said about a place that two readers of YAML understand differently, or that Kubernetes refuses:
//! one entry a kind. Which places those are is found by `parse`; what the cluster does with each was
//! measured with its own reader, see `docs/yaml.md`.

use std::borrow::Cow;

use crate::model::rule::Rule;
use crate::model::shorten::shorten;
use crate::parse::document::AmbiguityKind;

/// What to do about a template.
pub(super) const RENDER: &str = "check what it renders to: helm template CHART | imagegate check -";

/// Longest piece of a key that a message repeats, in characters.
const KEY_CHARACTERS: usize = 60;

/// The rule that a place belongs to, and the words for it.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) rule: Rule,
    pub(super) message: Cow<'static, str>,
    pub(super) help: &'static str,
    /// Beside the marked text.
    pub(super) label: &'static str,
}

impl Words {
    /// What is said about that kind of place.
    pub(super) fn of(kind: &AmbiguityKind) -> Self {
        match kind {
            AmbiguityKind::DuplicateKey(key) => duplicate_key(key),
            AmbiguityKind::BinaryTag => BINARY_TAG,
            AmbiguityKind::UnicodeLineBreak => UNICODE_LINE_BREAK,
            AmbiguityKind::TagDirective => TAG_DIRECTIVE,
            AmbiguityKind::ContentOnMarkerLine => CONTENT_ON_MARKER_LINE,
            AmbiguityKind::IgnoredByKubernetes => IGNORED_BY_KUBERNETES,
            AmbiguityKind::KeyIndicatorWithoutBlank => KEY_INDICATOR_WITHOUT_BLANK,
            AmbiguityKind::PropertyEndsElsewhere => PROPERTY_ENDS_ELSEWHERE,
            AmbiguityKind::TextAfterContent => TEXT_AFTER_CONTENT,
            AmbiguityKind::OtherReading => OTHER_READING,
            AmbiguityKind::InnerByteOrderMark => INNER_BYTE_ORDER_MARK,
            AmbiguityKind::NoText => NO_TEXT,
            AmbiguityKind::ComplexKey => COMPLEX_KEY,
            AmbiguityKind::TemplateAction => TEMPLATE_ACTION,
            AmbiguityKind::UnresolvedAlias => UNRESOLVED_ALIAS,
            AmbiguityKind::RecursiveAlias => RECURSIVE_ALIAS,
        }
    }
}

fn duplicate_key(key: &str) -> Words {
    let shown = shorten(key, KEY_CHARACTERS);
    let message = format!(
        "the key `{shown}` is written again in the same mapping: kubectl takes the last one and drops \
         the others without a word, other readers take the first or refuse the file"
    );
    Words {
        rule: Rule::AmbiguousYaml,
        message: message.into(),
        help: "keep one of them",
        label: "written again",
    }
}

const BINARY_TAG: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "the text is tagged `!!binary`: Kubernetes decodes it, so what is deployed is not \
         what is read here",
    ),
    help: "write the decoded text",
    label: "decoded by Kubernetes",
};

const UNICODE_LINE_BREAK: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "a Unicode line break stands here: Kubernetes begins a new line at it, other \
         readers and editors do not, so what looks like a comment may be deployed",
    ),
    help: "replace U+0085, U+2028 and U+2029 by ordinary line breaks or spaces",
    label: "a line break for Kubernetes",
};

const TAG_DIRECTIVE: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "a directive says what tags mean: kubectl refuses the file or reads the document \
         without it, other readers apply it, so tagged text is not the same for both",
    ),
    help: "take the directive out, and write the text without tags",
    label: "not seen by kubectl",
};

const CONTENT_ON_MARKER_LINE: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "content stands on the line of a document marker `---`: kubectl refuses the file, \
         other readers take the content",
    ),
    help: "move the content to the next line",
    label: "on the marker's line",
};

const IGNORED_BY_KUBERNETES: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "kubectl does not read this document and says nothing, since no `---` on a line of \
         its own stands before it",
    ),
    help: "begin the document with a line `---`",
    label: "ignored from here on",
};

const KEY_INDICATOR_WITHOUT_BLANK: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "Kubernetes reads the `?` here as the mark of a key and drops it, other readers \
         take it for a part of the key",
    ),
    help: "leave the `?` out, or quote the key with it",
    label: "no part of the key for Kubernetes",
};

const PROPERTY_ENDS_ELSEWHERE: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "this anchor or tag ends at another place for Kubernetes than for other readers, so \
         the value is another one in the cluster",
    ),
    help: "put a blank after the anchor or tag, and use letters and digits only",
    label: "ends elsewhere for Kubernetes",
};

const TEXT_AFTER_CONTENT: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "the document is complete before this place: Kubernetes takes what stands before \
         and ignores the rest without a word",
    ),
    help: "begin a new document with a line `---`, or correct the indentation",
    label: "ignored from here on",
};

const OTHER_READING: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "Kubernetes reads this document, other readers refuse it or read something else here: \
         what is deployed is not what they show",
    ),
    help: "write the text so that it is valid YAML 1.2, with quotes and blanks",
    label: "read otherwise by Kubernetes",
};

const INNER_BYTE_ORDER_MARK: Words = Words {
    rule: Rule::AmbiguousYaml,
    message: Cow::Borrowed(
        "a byte-order mark stands inside the document: Kubernetes drops characters at the start of \
         lines after it, so it may read other keys than stand here",
    ),
    help: "take the byte-order mark (U+FEFF) out",
    label: "a byte-order mark",
};

const NO_TEXT: Words = Words {
    rule: Rule::InvalidManifest,
    message: Cow::Borrowed(
        "a byte here is no text in the file's encoding: kubectl reads U+FFFD in its place and \
         deploys the document, other readers refuse it",
    ),
    help: "save the file as UTF-8",
    label: "no text",
};

const COMPLEX_KEY: Words = Words {
    rule: Rule::InvalidManifest,
    message: Cow::Borrowed(
        "a mapping or list stands here as a key, so Kubernetes refuses the document",
    ),
    help: "write a text as the key, in quotes if it holds brackets or braces",
    label: "not a text",
};

const TEMPLATE_ACTION: Words = Words {
    rule: Rule::UnrenderedTemplate,
    message: Cow::Borrowed(
        "a mapping or list stands here as a key, as YAML reads an unquoted `{{ … }}`: \
         Kubernetes refuses the document until the template is rendered",
    ),
    help: RENDER,
    label: "not a text",
};

const UNRESOLVED_ALIAS: Words = Words {
    rule: Rule::InvalidManifest,
    message: Cow::Borrowed(
        "no anchor of this name stands before this alias, so Kubernetes refuses the \
         document",
    ),
    help: "mark the value that is meant with `&name`, in the same document, or quote the text",
    label: "leads nowhere",
};

const RECURSIVE_ALIAS: Words = Words {
    rule: Rule::InvalidManifest,
    message: Cow::Borrowed(
        "the value that this alias names holds the alias itself, so Kubernetes refuses the \
         document",
    ),
    help: "write the value out",
    label: "leads into itself",
};
