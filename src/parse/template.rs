//! Whether a document cannot be read because it is a template: an action such as `{{ .Values.image }}`
//! stands in it where YAML reads a mapping, so that Kubernetes refuses it too.
//!
//! Braces in a text or comment prove nothing: Kubernetes reads over them, and the fault may be one that it
//! does not mind.

/// Whether the parser met the braces of an action between byte `from` of `text`, up to which it had read
/// whole nodes, and byte `at`, where it stopped, or in the rest of that line. `in_flow`: whether brackets or
/// braces were open.
pub fn stopped_at_action(text: &str, from: usize, at: usize, in_flow: bool) -> bool {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |line| at + line);
    let mut in_flow = in_flow;
    let mut rest = &bytes[from.min(at)..end];
    while let [first, after @ ..] = rest {
        rest = match first {
            b'{' if after.first() == Some(&b'{') => return true,
            b'{' | b'[' => {
                in_flow = true;
                after
            }
            b' ' | b'\t' | b'\n' | b'\r' | b']' | b'}' | b',' | b':' | b'?' => after,
            b'-' if matches!(after.first(), None | Some(b' ' | b'\t' | b'\n' | b'\r')) => after,
            b'"' | b'\'' => after_quoted(*first, after),
            b'#' => after_line(after),
            b'&' | b'*' | b'!' => after_word(after),
            _ => after_plain(after, in_flow),
        };
    }
    false
}

fn after_quoted(quote: u8, text: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte == quote {
            return &text[at..];
        }
        at += usize::from(byte == b'\\' && quote == b'"');
    }
    &[]
}

fn after_line(text: &[u8]) -> &[u8] {
    memchr::memchr2(b'\n', b'\r', text).map_or(&[], |at| &text[at..])
}

fn after_word(text: &[u8]) -> &[u8] {
    let end = text.iter().position(u8::is_ascii_whitespace);
    end.map_or(&[], |at| &text[at..])
}

/// A plain text ends with its line, before `: ` and ` #`, and between brackets before any of their marks.
fn after_plain(text: &[u8], in_flow: bool) -> &[u8] {
    let mut before = b'a';
    for (at, &byte) in text.iter().enumerate() {
        let next = text.get(at + 1).copied().unwrap_or(b'\n');
        let ends = match byte {
            b'\n' | b'\r' => true,
            b':' => next.is_ascii_whitespace(),
            b'#' => before.is_ascii_whitespace(),
            b',' | b'[' | b']' | b'{' | b'}' => in_flow,
            _ => false,
        };
        if ends {
            return &text[at..];
        }
        before = byte;
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::stopped_at_action;

    fn meets(text: &str) -> bool {
        stopped_at_action(text, 0, text.len(), false)
    }

    #[test]
    fn braces_where_a_value_or_key_begins_are_an_action() {
        for text in [
            "{{- if x }}",
            "  {{ end }}",
            "a: {{ x }}-b",
            "- {{ x }}",
            "a: [{{ x }}]",
            "\"a\": {{ x }}",
            "a: b\n{{ x }}",
            "a: &b {{ x }}",
            "[a {{ x }}]",
        ] {
            assert!(meets(text), "{text:?}");
        }
    }

    #[test]
    fn braces_in_a_text_or_comment_are_none() {
        for text in [
            "a: \"{{ x }}\"",
            "a: \"\\\"{{ x }}\"",
            "a: '{{ x }}'",
            "a: b {{ x }}",
            "# {{ x }}",
            "a: b # {{ x }}",
            "a: b#{{ x }}",
            "a: x{{ y }}",
        ] {
            assert!(!meets(text), "{text:?}");
        }
    }

    #[test]
    fn what_was_read_before_is_not_looked_at() {
        let text = "{{ x }}\n*b: c";
        assert!(!stopped_at_action(text, 7, text.len(), false));
    }
}
