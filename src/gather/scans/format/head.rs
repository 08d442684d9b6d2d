//! What a file is by its first bytes, where it is no JSON: packed, a table, a log.

use super::fault::Unreadable;

/// Bytes that are looked at to tell what a stream holds.
pub(super) const HEAD_BYTES: u64 = 4096;

/// How packed files begin.
const PACKED: [(&[u8], Unreadable); 5] = [
    (b"\x1f\x8b", Unreadable::Compressed("gzip")),
    (b"\x28\xb5\x2f\xfd", Unreadable::Compressed("zstd")),
    (b"\xfd7zXZ\0", Unreadable::Compressed("xz")),
    (b"BZh", Unreadable::Compressed("bzip2")),
    (b"PK\x03\x04", Unreadable::Archive),
];

const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// The text behind a byte-order mark, when its beginning may be that of a report.
pub(super) fn start(bytes: &[u8]) -> Result<&[u8], Unreadable> {
    let mut packed = PACKED.iter();
    if let Some((_, why)) = packed.find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(why.clone());
    }
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    match text.trim_ascii_start().first() {
        None => Err(Unreadable::Empty),
        Some(b'[') => Err(Unreadable::List),
        Some(b'<') => Err(Unreadable::Markup),
        Some(b'{') => Ok(text),
        Some(_) => Err(without_object(text)),
    }
}

/// What text is that does not begin with an object.
fn without_object(text: &[u8]) -> Unreadable {
    let head = usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX);
    let head = text.get(..head).unwrap_or(text);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines().map(str::trim_start);
    if lines.clone().skip(1).any(|line| line.starts_with('{')) {
        return Unreadable::LogLines;
    }
    if lines.clone().any(is_of_table) {
        return Unreadable::Table;
    }
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    match first.matches(',').count() {
        0 | 1 => Unreadable::NoObject,
        _ => Unreadable::Commas,
    }
}

/// Whether Trivy or Grype writes such a line for people: a frame, a sum, the names of columns, or that
/// nothing was found.
fn is_of_table(line: &str) -> bool {
    let begins = ["┌", "│", "+--", "Total: ", "No vulnerabilities found"];
    let columns = ["NAME", "INSTALLED", "VULNERABILITY"];
    begins.iter().any(|begin| line.starts_with(begin))
        || columns.iter().all(|column| line.contains(column))
}
