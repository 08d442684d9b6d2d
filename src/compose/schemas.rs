//! The schemas in a text of manifests, which are left out before it is read: a CustomResourceDefinition is large,
//! nothing in its `spec` is deployed, and most bytes that kustomizations include are such.
//!
//! Only what cannot be anything else is left out, line by line: a document whose keys all stand at the beginning
//! of a line, each once, and which says its kind there. Whatever is written in another way is read as a whole.

use memchr::memmem;

/// The kind.
pub(super) const SCHEMAS: &str = "CustomResourceDefinition";

const KIND: &str = "kind: CustomResourceDefinition";
const API: &str = "apiVersion: apiextensions.k8s.io/";

/// What Kubernetes' reader takes for a line break and this one does not.
const OTHER_BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// A part of a text, and where in it the part begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) start: u32,
    pub(super) text: &'a str,
}

/// The text without the `spec` of its schemas, in order.
pub(super) fn without(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let has_schemas = memmem::find(text.as_bytes(), SCHEMAS.as_bytes()).is_some();
    if has_schemas && !has_other_breaks(text) {
        let mut document = Document::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if is_marker(line) {
                from = document.close(text, from, at, &mut pieces);
                document = Document::default();
            } else {
                document.line(line, at);
            }
            at += line.len();
        }
        from = document.close(text, from, at, &mut pieces);
    }
    pieces.extend(piece(text, from, text.len()));
    pieces
}

fn has_other_breaks(text: &str) -> bool {
    let lone = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    memchr::memchr_iter(b'\r', text.as_bytes()).any(lone)
        || !text.is_ascii() && text.contains(OTHER_BREAKS)
}

fn is_marker(line: &str) -> bool {
    let rest = line
        .strip_prefix("---")
        .or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

fn piece(text: &str, start: usize, end: usize) -> Option<Piece<'_>> {
    let part = text.get(start..end).filter(|part| !part.is_empty())?;
    let start = u32::try_from(start).ok()?;
    Some(Piece { start, text: part })
}

/// What is known of a document while its lines are read.
#[derive(Debug, Default)]
struct Document {
    /// Keys at the beginning of a line, in order.
    keys: Vec<Key>,
    /// Where `spec` begins.
    spec: Option<usize>,
    /// Something in it may be read in another way.
    is_other: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Api,
    Kind,
    Metadata,
    Spec,
    Status,
}

impl Document {
    fn line(&mut self, line: &str, at: usize) {
        let line = line.trim_end();
        if self.is_other || line.is_empty() || line.starts_with('#') {
            return;
        }
        if line.starts_with(' ') {
            // The first line with content says where the keys of the document stand.
            self.is_other = self.keys.is_empty();
            return;
        }
        let key = match line {
            KIND => Key::Kind,
            _ if line.starts_with(API) && is_plain(line) => Key::Api,
            "metadata:" => Key::Metadata,
            "spec:" => Key::Spec,
            "status:" => Key::Status,
            _ => {
                self.is_other = true;
                return;
            }
        };
        self.is_other = self.keys.contains(&key);
        if key == Key::Spec {
            self.spec = Some(at);
        }
        self.keys.push(key);
    }

    /// Takes what stands before the `spec` of a schema that ends at `end`; returns where to go on.
    fn close<'a>(
        &self,
        text: &'a str,
        from: usize,
        end: usize,
        pieces: &mut Vec<Piece<'a>>,
    ) -> usize {
        let Some(spec) = self.spec.filter(|_| !self.is_other && self.is_schema()) else {
            return from;
        };
        pieces.extend(piece(text, from, spec));
        end
    }

    /// Whether what says what it is stands before its `spec`, and behind it at most its `status`.
    fn is_schema(&self) -> bool {
        let mut parts = self.keys.split(|key| *key == Key::Spec);
        let (before, behind) = (parts.next().unwrap_or_default(), parts.next());
        let head = [Key::Api, Key::Kind, Key::Metadata];
        head.iter().all(|key| before.contains(key))
            && behind.is_some_and(|behind| behind.iter().all(|key| *key == Key::Status))
    }
}

/// Whether the line ends in no quote, bracket or indicator that the next line may go on with.
fn is_plain(line: &str) -> bool {
    let value = line.strip_prefix(API).unwrap_or_default();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric();
    !value.is_empty() && value.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                          metadata:\n  name: x\nspec:\n  image: y\nstatus:\n  a: b\n";

    fn texts(text: &str) -> Vec<&str> {
        let pieces = without(text);
        for piece in &pieces {
            assert!(text[piece.start as usize..].starts_with(piece.text));
        }
        pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn the_spec_of_a_schema_is_left_out() {
        let text = format!("# x\n{SCHEMA}---\nkind: Pod\n---\n{SCHEMA}");
        let head = SCHEMA.split("spec:").next().unwrap();
        let first = format!("# x\n{head}");
        let second = format!("---\nkind: Pod\n---\n{head}");
        assert_eq!(texts(&text), [first, second]);
    }

    #[test]
    fn what_may_be_something_else_is_read_as_a_whole() {
        let others = [
            SCHEMA.replace("spec:\n", "spec:\nkind: Pod\n"),
            SCHEMA.replace("spec:\n", "\"kind\": Pod\nspec:\n"),
            SCHEMA.replace("spec:\n", "<<: *a\nspec:\n"),
            SCHEMA.replace("  image: y\n", "  image: y\u{2028}kind: Pod\n"),
            SCHEMA.replace("  image: y\n", "  image: y\rkind: Pod\n"),
            SCHEMA.replace("v1\n", "\"\n"),
            SCHEMA.replace("spec:\n", "spec: {}\n"),
            SCHEMA.replace("kind: C", "kind:  C"),
            SCHEMA.replace("metadata:\n  name: x\n", "") + "metadata:\n  name: x\n",
            format!(" kind: Pod\n x: \"\n{SCHEMA} \"\n"),
            format!("%YAML 1.1\n{SCHEMA}"),
            format!("{{\n{SCHEMA}}}"),
        ];
        for text in others {
            assert_eq!(texts(&text), [text.as_str()]);
        }
    }
}
