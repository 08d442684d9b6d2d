//! Whether a document cannot be read because it is a template: an action such as `{{ .Values.image }}`
//! stands in it where YAML reads a mapping, so that Kubernetes refuses it too.
//!
//! Braces in a text or comment prove nothing: Kubernetes reads over them, and the fault may be one that it
//! does not mind. What proves something is a fault that Kubernetes' own reader cannot pass either, at a place
//! where the syntax of a template causes it, inside an object that is not complete.

/// Where the parser stopped, and what it had read until then.
#[derive(Debug, Clone, Copy)]
pub struct Stop<'t> {
    /// The document.
    pub text: &'t str,
    /// The byte up to which whole nodes were read.
    pub from: usize,
    /// The byte at which the parser stopped.
    pub at: usize,
    /// How many brackets and braces were open at `from`.
    pub open_flows: usize,
    /// Whether the content is a block mapping that begins at the margin, so that nothing below it ends it but
    /// a marker.
    pub root_at_margin: bool,
    /// Whether the parser misses the `:` behind a key of a block mapping, which begins at `at`.
    pub key_without_colon: bool,
}

impl Stop<'_> {
    /// Whether it was the syntax of a template, so that Kubernetes refuses the document too.
    pub fn is_at_template(self) -> bool {
        self.is_at_action()
            || self.key_without_colon && self.line_is_placeholder()
            || self.is_behind_placeholder()
            || self.is_at_token()
    }

    /// A line such as `<% if x %>` or `${CONTAINERS}` where a key belongs: the mapping is not complete, and
    /// go-yaml wants the `:` on the same line too.
    fn line_is_placeholder(self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default().trim_end();
        let between = |open, close| line.starts_with(open) && line.ends_with(close);
        between("<%", "%>") || between("${", "}") || between("__", "__")
    }

    /// Behind a node that is complete on its line, where neither a comment nor the rest of a key follows: the
    /// quoted text `"{{ include "`, or a placeholder in brackets such as `{registry}`.
    fn is_behind_placeholder(self) -> bool {
        let bytes = self.text.as_bytes();
        let (Some(before), Some(next)) = (self.text.get(..self.at), bytes.get(self.at)) else {
            return false;
        };
        // These may go on for Kubernetes where they do not here. Outside of brackets a colon without a blank
        // behind it begins a text.
        let after = bytes.get(self.at + 1).copied().unwrap_or(b' ');
        let is_text = *next == b':' && self.open_flows == 0 && after.is_ascii_graphic();
        let may_go_on = !next.is_ascii_graphic() || b"#:,]}?".contains(next);
        if may_go_on && !is_text {
            return false;
        }
        let start = match before.as_bytes().last() {
            Some(quote @ (b'"' | b'\'')) => self.quoted_action(*quote),
            Some(b'}') if self.from == self.at => name_in_braces(before),
            Some(b']') if self.from == self.at && before.ends_with("]]") => before.rfind("[["),
            _ => None,
        };
        start.is_some_and(|start| self.is_inside(start))
    }

    /// Where the quoted text begins that ends before `at`, when an action is open in it.
    fn quoted_action(self, quote: u8) -> Option<usize> {
        let line = line_start(self.text, self.at);
        // The parser stops at the closing quote, so that the text was read from where a token can begin.
        let from = self.from.max(line);
        let read = self.text.get(from..self.at)?;
        let opening = match read.as_bytes().first() {
            Some(first) if *first == quote && read.len() > 1 => from,
            // The parser has taken the scalar for a node already.
            _ if read.is_empty() => return None,
            _ => {
                let before = |at: usize| read.as_bytes()[at - 1];
                let mut quotes = memchr::memchr_iter(quote, read.as_bytes());
                from + quotes.find(|&at| at > 0 && b" [,{".contains(&before(at)))?
            }
        };
        let content = self.text.get(opening + 1..self.at - 1)?;
        let opened = content.rfind("{{")?;
        let is_open = !content[opened..].contains("}}") && !content.as_bytes().contains(&quote);
        is_open.then_some(opening)
    }

    /// `@NAME@` or `%NAME%` where a value begins: no token begins so.
    fn is_at_token(self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let name = ['@', '%'].into_iter().find_map(|mark| {
            let (name, _) = rest.strip_prefix(mark)?.split_once(mark)?;
            Some(name)
        });
        // At the margin `%` begins a directive, which ends the document.
        name.is_some_and(is_name)
            && line_start(self.text, self.at) < self.at
            && self.is_inside(self.at)
    }

    /// Whether a node at `start` is a part of content that is not complete: a value behind `: ` or `- ` on its
    /// line, or anything below a root at the margin.
    fn is_inside(self, start: usize) -> bool {
        let line = self.text.get(line_start(self.text, start)..start);
        let before = line.unwrap_or_default();
        let is_value = before.ends_with(": ") || before.trim_start() == "- ";
        self.open_flows > 0 || self.root_at_margin || is_value
    }
}

/// Where the line begins that the byte `at` stands on.
fn line_start(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1)
}

/// Where `{NAME}` begins at the end of `text`.
fn name_in_braces(text: &str) -> Option<usize> {
    let start = text.rfind('{')?;
    is_name(&text[start + 1..text.len() - 1]).then_some(start)
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    !text.is_empty() && text.bytes().all(is_part)
}

impl Stop<'_> {
    /// Whether the parser met the braces of an action between `from` and `at`. What follows proves nothing:
    /// Kubernetes may have read the whole object before it.
    ///
    /// Marks begin and end here where they do for Kubernetes, which is not always where YAML 1.2 puts them.
    fn is_at_action(mut self) -> bool {
        let bytes = self.text.as_bytes();
        let end = bytes.len().min(self.at.saturating_add(ACTION.len()));
        let mut rest = &bytes[self.from.min(end)..end];
        while let [first, after @ ..] = rest {
            let before_blank = matches!(after.first(), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
            rest = match first {
                // Neither `{` nor anything else may begin with `%`, whoever reads it.
                b'{' if rest.starts_with(ACTION) || rest.starts_with(STATEMENT) => return true,
                b'{' | b'[' => {
                    self.open_flows += 1;
                    after
                }
                b']' | b'}' => {
                    self.open_flows = self.open_flows.saturating_sub(1);
                    // It may have been the whole object, and is it unless it is a key.
                    if self.open_flows == 0 && !after.trim_ascii_start().starts_with(b":") {
                        return false;
                    }
                    after
                }
                b' ' | b'\t' | b'\n' | b'\r' | b',' => after,
                b'-' if before_blank => after,
                b'?' | b':' if before_blank || self.open_flows > 0 => after,
                // The object may have ended before it, which the parser tells behind it only.
                b'"' | b'\'' if !self.is_inside(end - rest.len()) => return false,
                b'"' | b'\'' => after_quoted(*first, after),
                b'#' => after_line(after),
                b'&' | b'*' => after_name(after),
                b'!' => after_tag(after),
                _ if self.open_flows > 0 => after_plain(rest, true),
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
}

const ACTION: &[u8] = b"{{";
const STATEMENT: &[u8] = b"{%";

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
    use super::Stop;

    fn stop(text: &str) -> Stop<'_> {
        Stop {
            text,
            from: 0,
            at: text.len(),
            open_flows: 0,
            root_at_margin: true,
            key_without_colon: false,
        }
    }

    fn meets(text: &str) -> bool {
        stop(text).is_at_action()
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
        let stop = Stop {
            at: 1,
            ..stop("\"\\'\" {{ x }}")
        };
        assert!(!stop.is_at_action());
    }

    #[test]
    fn what_was_read_before_is_not_looked_at() {
        let text = "{{ x }}\n*b: c";
        let stop = Stop {
            from: 7,
            ..stop(text)
        };
        assert!(!stop.is_at_action());
    }

    #[test]
    fn a_text_below_an_indented_root_may_stand_behind_the_whole_object() {
        let stop = Stop {
            root_at_margin: false,
            ..stop("\"{{\"{{ x }}")
        };
        assert!(!stop.is_at_template());
    }
}
