//! Whether a document cannot be read because it is a template: an action such as `{{ .Values.image }}`
//! stands in it where YAML reads a mapping, so that Kubernetes refuses it too.
//!
//! Braces in a text or comment prove nothing: Kubernetes reads over them, and the fault may be one that it
//! does not mind.

/// Whether the parser met the braces of an action between byte `from` of `text`, up to which it had read
/// whole nodes, and byte `at`, where it stopped. What follows proves nothing: Kubernetes may have read the
/// whole object before it. `open_flows`: how many brackets and braces were open at `from`.
///
/// Marks begin and end here where they do for Kubernetes, which is not always where YAML 1.2 puts them.
pub fn stopped_at_action(text: &str, from: usize, at: usize, open_flows: usize) -> bool {
    let bytes = text.as_bytes();
    let end = bytes.len().min(at.saturating_add(ACTION.len()));
    let mut open_flows = open_flows;
    let mut rest = &bytes[from.min(end)..end];
    while let [first, after @ ..] = rest {
        let before_blank = matches!(after.first(), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
        rest = match first {
            b'{' if rest.starts_with(ACTION) => return true,
            b'{' | b'[' => {
                open_flows += 1;
                after
            }
            b']' | b'}' => {
                open_flows = open_flows.saturating_sub(1);
                // It may have been the whole object, and is it unless it is a key.
                if open_flows == 0 && !after.trim_ascii_start().starts_with(b":") {
                    return false;
                }
                after
            }
            b' ' | b'\t' | b'\n' | b'\r' | b',' => after,
            b'-' if before_blank => after,
            b'?' | b':' if before_blank || open_flows > 0 => after,
            b'"' | b'\'' => after_quoted(*first, after),
            b'#' => after_line(after),
            b'&' | b'*' => after_name(after),
            b'!' => after_tag(after),
            _ if open_flows > 0 => after_plain(rest, true),
            // A text block, or a text that may go on below, holds any braces.
            b'|' | b'>' => return false,
            _ => match after_plain(rest, false) {
                [] | [b'\n' | b'\r', ..] => return false,
                after => after,
            },
        };
    }
    false
}

const ACTION: &[u8] = b"{{";

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

/// The name of an anchor or alias ends at the first byte that is no letter, digit, `_` or `-`.
fn after_name(text: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let end = text.iter().position(|byte| !is_part(byte));
    end.map_or(&[], |at| &text[at..])
}

/// A tag holds quotes, brackets and commas, and ends at white space.
fn after_tag(text: &[u8]) -> &[u8] {
    let end = text.iter().position(u8::is_ascii_whitespace);
    end.map_or(&[], |at| &text[at..])
}

/// A plain text ends with its line, before `: ` and ` #`, and between brackets before any of their marks.
fn after_plain(text: &[u8], in_flow: bool) -> &[u8] {
    for (at, &byte) in text.iter().enumerate().skip(1) {
        let next = text.get(at + 1).copied().unwrap_or(b'\n');
        let ends = match byte {
            b'\n' | b'\r' => true,
            b':' => next.is_ascii_whitespace(),
            b'#' => text[at - 1].is_ascii_whitespace(),
            b',' | b'[' | b']' | b'{' | b'}' => in_flow,
            _ => false,
        };
        if ends {
            return &text[at..];
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::stopped_at_action;

    fn meets(text: &str) -> bool {
        stopped_at_action(text, 0, text.len(), 0)
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
            "a: \"b\"\n{{ x }}",
            "a: &b {{ x }}",
            "[a {{ x }}]",
            "[*a, {{ x }}]",
            "[a]: {{ x }}",
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
            "a: x\n {{ y }}",
            "a: |\n {{ x }}",
            "{a: b}{{ x }}",
            "[a]: b{{ x }}",
            "a: ?\"b\" {{ x }}",
            "a: :\"b\" {{ x }}",
            "[*a,\"b {{ x }}\"]",
            "[&a,\"b {{ x }}\"]",
            "{&a:\"b {{ x }}\"}",
        ] {
            assert!(!meets(text), "{text:?}");
        }
    }

    #[test]
    fn what_follows_the_place_is_not_looked_at() {
        assert!(!stopped_at_action("\"\\'\" {{ x }}", 0, 1, 0));
    }

    #[test]
    fn what_was_read_before_is_not_looked_at() {
        let text = "{{ x }}\n*b: c";
        assert!(!stopped_at_action(text, 7, text.len(), 0));
    }
}
