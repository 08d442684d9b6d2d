//! The parser's errors in words that help to find the fault.

use granit_parser::ErrorKind;

/// A sentence for the error, without a capital or full stop.
pub fn sentence(error: &ErrorKind) -> String {
    REWORDED
        .iter()
        .find(|(kind, _)| kind == error)
        .map_or_else(|| error.to_string(), |(_, text)| (*text).to_owned())
}

/// Errors whose own message speaks of the parser's inside.
const REWORDED: &[(ErrorKind, &str)] = &[
    (
        ErrorKind::ExpectedDocumentStart,
        "the document's content ended before this text; a new document needs a line `---`",
    ),
    (
        ErrorKind::ExpectedNodeContent,
        "a value is expected here, and this cannot begin one",
    ),
    (
        ErrorKind::ExpectedBlockMappingKey,
        "a key of the mapping is expected here; the indentation or the line before it is wrong",
    ),
    (
        ErrorKind::ExpectedBlockSequenceEntry,
        "an item `- ` of the list is expected here; the indentation or the line before it is wrong",
    ),
    (
        ErrorKind::BlockEntryInFlowCollection,
        "`- ` cannot stand between brackets or braces; a text that begins so needs quotes",
    ),
    (
        ErrorKind::SimpleKeyExpected,
        "this line is read as a key and has no `:`",
    ),
    (
        ErrorKind::InvalidSimpleKey,
        "a key must stand on one line and have at most 1024 characters before its `:`",
    ),
    (
        ErrorKind::MappingValueNotAllowed,
        "a `: ` cannot stand here; a value that holds one needs quotes",
    ),
    (
        ErrorKind::UnexpectedEof,
        "the document ends where more is expected",
    ),
    (
        ErrorKind::UndeclaredTagHandle,
        "the tag's handle is not declared by a %TAG directive",
    ),
    (
        ErrorKind::TabNotAllowed,
        "a tab cannot stand here; YAML is indented with blanks",
    ),
    (
        ErrorKind::TabInBlockIndentation,
        "a tab cannot indent; YAML is indented with blanks",
    ),
    (
        ErrorKind::BomInsideDocument,
        "a byte-order mark stands inside the document",
    ),
];
