//! Where the placeholders of a text stand.

use std::ops::Range;

/// How a placeholder begins and ends.
struct Form {
    open: &'static str,
    close: &'static str,
    inside: Inside,
}

/// What may stand in a placeholder.
enum Inside {
    /// Anything. What opens a bracket inside is counted, so that `${A:-${B}}` ends at its own; a placeholder
    /// that is never closed goes on to the end of the text.
    Nested(&'static str),
    /// Anything but the close.
    Anything,
    /// A name alone.
    Name,
}

/// Helm, Go and Jinja templates; Jinja statements; ERB; Go templates with other brackets; shells, envsubst
/// and Flux; Tekton and Kubernetes variables; Octopus and the token replacement of Azure Pipelines; names
/// that a person or a script is meant to replace. No valid reference holds one of them.
const FORMS: [Form; 11] = [
    form("{{", "}}", Inside::Nested("{{")),
    form("{%", "%}", Inside::Nested("{%")),
    form("<%", "%>", Inside::Nested("<%")),
    form("[[", "]]", Inside::Nested("[[")),
    form("${", "}", Inside::Nested("{")),
    form("$(", ")", Inside::Nested("(")),
    form("#{", "}", Inside::Nested("{")),
    form("<", ">", Inside::Anything),
    form("{", "}", Inside::Name),
    form("@", "@", Inside::Name),
    form("%", "%", Inside::Name),
];

/// Names between underscores, which a valid reference may hold too.
const UNDERSCORES: [Form; 1] = [form("__", "__", Inside::Name)];

const fn form(open: &'static str, close: &'static str, inside: Inside) -> Form {
    Form {
        open,
        close,
        inside,
    }
}

/// Finds placeholders from left to right, in time linear in the text.
pub struct Holes<'a> {
    text: &'a str,
    forms: &'static [Form],
    /// Where the search goes on.
    at: usize,
    /// Where the last `>` stands: a `<` behind it closes nowhere and need not be tried.
    last_angle: usize,
}

impl<'a> Holes<'a> {
    /// The placeholders of `text` that no reference holds.
    pub fn new(text: &'a str) -> Self {
        Self::of(text, &FORMS)
    }

    /// What a reference may hold too, `__NAME__`.
    pub fn between_underscores(text: &'a str) -> Self {
        Self::of(text, &UNDERSCORES)
    }

    fn of(text: &'a str, forms: &'static [Form]) -> Self {
        Self {
            text,
            forms,
            at: 0,
            last_angle: text.rfind('>').unwrap_or(0),
        }
    }

    /// Length in bytes of the placeholder that begins at `at`.
    fn length(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let mut forms = self.forms.iter();
        let Some(form) = forms.find(|form| rest.starts_with(form.open)) else {
            return variable_length(rest);
        };
        match form.inside {
            Inside::Nested(nested) => {
                let length = closing(rest, form, nested).unwrap_or(rest.len());
                // The token replacement of Azure Pipelines closes `#{` with `}#`.
                let sharp = form.open == "#{" && rest[length..].starts_with('#');
                Some(length + usize::from(sharp))
            }
            Inside::Anything if at < self.last_angle => rest.find(form.close).map(|end| end + 1),
            Inside::Anything => None,
            Inside::Name => {
                let inside = &rest[form.open.len()..];
                let length = name_length(inside, form.close);
                let closed = length > 0 && inside[length..].starts_with(form.close);
                closed.then_some(form.open.len() + length + form.close.len())
            }
        }
    }
}

impl Iterator for Holes<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let may_open = |byte: &u8| b"{$<[#@%_".contains(byte);
        let mut starts = rest.iter().enumerate();
        let hole = starts.find_map(|(offset, byte)| {
            let at = self.at + offset;
            let length = may_open(byte).then(|| self.length(at)).flatten()?;
            Some(at..at + length)
        })?;
        self.at = hole.end;
        Some(hole)
    }
}

/// Length in bytes of `$NAME`.
fn variable_length(text: &str) -> Option<usize> {
    let name = text.strip_prefix('$')?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = name.bytes().take_while(|byte| is_part(byte)).count();
    let is_variable = !name.starts_with(|c: char| c.is_ascii_digit()) && length > 0;
    is_variable.then_some(length + 1)
}

/// Length in bytes of the name that `text` begins with, up to `close`; 0 when there is none.
fn name_length(text: &str, close: &str) -> usize {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return 0;
    }
    let bytes = text.bytes().enumerate();
    let mut inside = bytes.take_while(|&(at, byte)| {
        is_part(byte) && !text.as_bytes()[at..].starts_with(close.as_bytes())
    });
    inside.by_ref().last().map_or(0, |(at, _)| at + 1)
}

/// Length in bytes up to and with the bracket that closes the one at the beginning of `text`.
fn closing(text: &str, form: &Form, nested: &str) -> Option<usize> {
    let mut depth = 1u32;
    let mut at = form.open.len();
    while let Some(rest) = text.get(at..) {
        if rest.is_empty() {
            return None;
        }
        if rest.starts_with(form.close) {
            depth -= 1;
            at += form.close.len();
            if depth == 0 {
                return Some(at);
            }
        } else if rest.starts_with(nested) {
            depth += 1;
            at += nested.len();
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    None
}
