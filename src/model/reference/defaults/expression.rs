//! The expression in an action of Helm, Go templates or Jinja, as far as its value can be told from the
//! text: a literal, `default` and its like, and what leaves a text as it is.
//!
//! Whatever is not understood has no value, and what has one is judged and never approved by it.

/// How deep brackets may be nested.
const DEPTH: u32 = 16;

/// The value of the expression where nothing that it asks for is set. A part that is not known stands in it
/// as an action of its own.
pub(super) fn value(action: &str) -> Option<String> {
    let trims = ['-', '+', '~'];
    let action = action.strip_prefix(trims).unwrap_or(action);
    let action = action.strip_suffix(trims).unwrap_or(action);
    let mut reader = Reader {
        rest: action,
        depth: DEPTH,
    };
    let found = reader.pipeline()?;
    reader.rest.trim().is_empty().then_some(found)?
}

/// One token of an expression.
enum Token {
    /// A text in quotes, or a number.
    Literal(String),
    /// A field, variable, keyword or function.
    Word,
    /// `|`, a bracket or a comma.
    Mark(char),
}

/// A term of a command.
struct Term<'t> {
    text: &'t str,
    /// Its value, when that is known.
    value: Option<String>,
    /// Whether it is a word, so that it may be a function.
    is_word: bool,
}

impl Term<'_> {
    /// The value when it is known and not empty: a template takes an empty one for none.
    fn set(&self) -> Option<&String> {
        self.value.as_ref().filter(|value| !value.is_empty())
    }

    /// The value, or the term as an action of its own.
    fn shown(&self) -> String {
        let Self { text, value, .. } = self;
        value.clone().unwrap_or_else(|| format!("{{{{ {text} }}}}"))
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: u32,
}

impl<'t> Reader<'t> {
    /// Reads up to the end, a closing bracket or a comma. The outer `None` is a text that is no expression,
    /// the inner one a value that is not known.
    fn pipeline(&mut self) -> Option<Option<String>> {
        self.depth = self.depth.checked_sub(1)?;
        let start = self.rest;
        let mut piped: Option<Term<'t>> = None;
        loop {
            let mut terms = self.terms()?;
            terms.extend(piped);
            let value = command(&terms);
            let text = self.since(start);
            if !self.take('|') {
                self.depth += 1;
                return Some(value);
            }
            piped = Some(Term {
                text,
                value,
                is_word: false,
            });
        }
    }

    /// The terms of a command, up to a mark that is none of it.
    fn terms(&mut self) -> Option<Vec<Term<'t>>> {
        let mut terms = Vec::new();
        loop {
            let start = self.rest;
            let (value, is_word) = match self.token() {
                None if self.rest.trim().is_empty() => return Some(terms),
                None => return None,
                Some(Token::Mark('(')) => {
                    let value = self.pipeline()?;
                    self.take(')').then_some(())?;
                    (value, false)
                }
                Some(Token::Mark(_)) => {
                    self.rest = start;
                    return Some(terms);
                }
                Some(Token::Literal(value)) => (Some(value), false),
                Some(Token::Word) => (None, true),
            };
            terms.push(Term {
                text: self.since(start),
                value,
                is_word,
            });
            // Jinja calls a function with a bracket directly behind its name.
            if is_word && self.rest.starts_with('(') {
                self.take('(');
                terms.extend(self.arguments()?);
            }
        }
    }

    /// The arguments of a call, its closing bracket included.
    fn arguments(&mut self) -> Option<Vec<Term<'t>>> {
        let mut arguments = Vec::new();
        loop {
            let start = self.rest;
            let value = self.pipeline()?;
            arguments.push(Term {
                text: self.since(start),
                value,
                is_word: false,
            });
            if !self.take(',') {
                return self.take(')').then_some(arguments);
            }
        }
    }

    /// What was read since `start` was the rest.
    fn since(&self, start: &'t str) -> &'t str {
        start[..start.len() - self.rest.len()].trim()
    }

    /// Takes the mark if it is next.
    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(mark);
        if let Some(rest) = rest {
            self.rest = rest;
        }
        rest.is_some()
    }

    /// The next token; `None` at the end, and at a quote that is not closed.
    fn token(&mut self) -> Option<Token> {
        let rest = self.rest.trim_start();
        let first = rest.chars().next()?;
        let (token, rest) = match first {
            '|' | '(' | ')' | ',' => (Token::Mark(first), &rest[1..]),
            '"' | '\'' | '`' => {
                let (literal, rest) = quoted(&rest[1..], first)?;
                (Token::Literal(literal), rest)
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, '|' | '(' | ')' | ',');
                let (word, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
                let token = number(word).map_or(Token::Word, Token::Literal);
                (token, rest)
            }
        };
        self.rest = rest;
        Some(token)
    }
}

/// A text up to its closing quote, and what follows.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut literal = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return Some((literal, &text[at + 1..])),
            // An escape that is more than the character itself stands in no image.
            '\\' if quote != '`' => literal.push(characters.next()?.1),
            _ => literal.push(character),
        }
    }
    None
}

/// A number as a template prints it.
fn number(word: &str) -> Option<String> {
    let is_number = word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && word.starts_with(|c: char| c.is_ascii_digit());
    if !is_number {
        return None;
    }
    match word.contains('.') {
        true => Some(word.parse::<f64>().ok()?.to_string()),
        false => Some(word.to_owned()),
    }
}

/// The value of a command; what is piped into it is its last term.
fn command(terms: &[Term<'_>]) -> Option<String> {
    let (first, arguments) = terms.split_first()?;
    if !first.is_word {
        return match arguments {
            [] => first.value.clone(),
            // `image or "x"` of Jinja.
            [or, default] if or.is_word && or.text == "or" => {
                first.set().or(default.value.as_ref()).cloned()
            }
            _ => None,
        };
    }
    match (first.text, arguments) {
        // The default comes first, the value last. What Jinja writes between them says when it is taken.
        ("default" | "d", [default, .., value]) => value.set().or(default.value.as_ref()).cloned(),
        ("coalesce" | "or", values) => values.iter().find_map(Term::set).cloned(),
        ("getenv", [_, default]) => default.value.clone(),
        ("quote" | "squote" | "toString" | "string" | "trim" | "print", [value])
        | ("tpl", [value, _]) => value.value.clone(),
        ("printf", [format, values @ ..]) => printf(format.value.as_ref()?, values),
        (_, [or, default]) if or.is_word && or.text == "or" => default.value.clone(),
        _ => None,
    }
}

/// What `printf` makes of a format with `%s` and `%v` alone.
fn printf(format: &str, values: &[Term<'_>]) -> Option<String> {
    let mut pieces = format.split('%');
    let mut text = pieces.next()?.to_owned();
    let mut values = values.iter();
    for piece in pieces {
        text.push_str(&values.next()?.shown());
        text.push_str(piece.strip_prefix(['s', 'v'])?);
    }
    values.next().is_none().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn literals_and_defaults_have_a_value() {
        for (action, expected) in [
            (" \"x:1\" ", "x:1"),
            ("- 'x:1' -", "x:1"),
            (" `x:1` ", "x:1"),
            (" .Values.image | default \"x:1\" ", "x:1"),
            (" .Values.image | default \"x:1\" | quote ", "x:1"),
            (" default \"x:1\" .Values.image ", "x:1"),
            (" default .a .b | default \"x:1\" ", "x:1"),
            (" .a | default (.b | default \"x:1\") ", "x:1"),
            (" \"y:1\" | default \"x:1\" ", "y:1"),
            (" \"\" | default \"x:1\" ", "x:1"),
            (" coalesce .a .b \"x:1\" ", "x:1"),
            (" or .a \"x:1\" ", "x:1"),
            (" .tag | default 1.10 ", "1.1"),
            (" .tag | default 7 ", "7"),
            (" env \"A\" | default \"x:1\" ", "x:1"),
            (" getenv \"A\" \"x:1\" ", "x:1"),
            (" tpl (.a | default \"x:1\") . ", "x:1"),
            // Jinja.
            (" image | default('x:1') ", "x:1"),
            (" image | default(\"x:1\", true) ", "x:1"),
            (" image|d('x:1') ", "x:1"),
            (" lookup('env', 'A') | default('x:1', true) ", "x:1"),
            (" image or 'x:1' ", "x:1"),
            // What is not known stays an action.
            (
                " printf \"%s:%s\" .a (.b | default \"latest\") ",
                "{{ .a }}:latest",
            ),
            (" printf \"x:%v\" \"1\" ", "x:1"),
        ] {
            assert_eq!(value(action).as_deref(), Some(expected), "{action}");
        }
    }

    #[test]
    fn what_is_not_understood_has_no_value() {
        for action in [
            "",
            " .Values.image ",
            " .Values.image | default .Values.other ",
            " default \"x\" ",
            " .a | default \"x\" | trunc 2 ",
            " include \"x\" . ",
            " if \"x\" ",
            " $x := \"x\" ",
            " ternary \"x\" \"y\" .a ",
            " 'x' if a else 'y' ",
            " \"x ",
            " (\"x\" ",
            " \"x\") ",
            " printf \"%d\" 1 ",
            " printf \"%s\" ",
        ] {
            assert_eq!(value(action), None, "{action}");
        }
        assert_eq!(value(&"(".repeat(100_000)), None);
    }
}
