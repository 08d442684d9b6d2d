//! Regular expressions of Go, where kustomize takes names for them.
//!
//! Two engines read most expressions alike and a few differently. Which one somebody meant must not decide
//! what is judged, so only what both read alike is taken; the rest could not be checked.

use std::iter::Peekable;
use std::str::Chars;

use regex::{Regex, RegexBuilder};

/// Most bytes of an expression as written, and of one as compiled.
const WRITTEN: usize = 4_096;
const COMPILED: usize = 256 << 10;

/// Why an expression is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotTaken;

/// What follows the name of an image where kustomize looks for it.
const TAG_AND_DIGEST: &str = "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$";

/// The expression by which an entry of `images` finds its images. The name stands in it as it is.
///
/// # Errors
/// [`NotTaken`]
pub fn of_image(name: &str) -> Result<Regex, NotTaken> {
    compile(&format!("^{}{TAG_AND_DIGEST}", checked(name)?))
}

/// The expression of a field of a target: all of the text has to be it.
///
/// # Errors
/// [`NotTaken`]
pub fn of_target(pattern: &str) -> Result<Regex, NotTaken> {
    compile(&format!("^(?:{})$", checked(pattern)?))
}

fn compile(expression: &str) -> Result<Regex, NotTaken> {
    let mut builder = RegexBuilder::new(expression);
    builder.size_limit(COMPILED).build().map_err(|_| NotTaken)
}

/// The expression, if both engines read it alike. Classes that hold more in one of them are written out.
fn checked(expression: &str) -> Result<String, NotTaken> {
    if expression.len() > WRITTEN {
        return Err(NotTaken);
    }
    let mut reading = Reading {
        rest: expression.chars().peekable(),
        taken: String::new(),
    };
    reading.all()?;
    // What stands around it must not change what its groups are.
    compile(&reading.taken)?;
    Ok(reading.taken)
}

struct Reading<'a> {
    rest: Peekable<Chars<'a>>,
    taken: String,
}

impl Reading<'_> {
    fn all(&mut self) -> Result<(), NotTaken> {
        let mut after_repetition = false;
        while let Some(character) = self.rest.next() {
            let is_repetition = matches!(character, '*' | '+' | '?' | '{');
            if is_repetition && after_repetition {
                return Err(NotTaken);
            }
            match character {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '{' => self.counted()?,
                _ => self.taken.push(character),
            }
            if is_repetition && self.rest.next_if_eq(&'?').is_some() {
                self.taken.push('?');
            }
            after_repetition = is_repetition;
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), NotTaken> {
        match self.rest.next().ok_or(NotTaken)? {
            'd' => self.taken.push_str("[0-9]"),
            'w' => self.taken.push_str("[0-9A-Za-z_]"),
            's' => self.taken.push_str(r"[\t\n\x0C\r ]"),
            mark @ ('.' | '/' | '-' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
            | '^' | '$' | '\\') => {
                self.taken.push('\\');
                self.taken.push(mark);
            }
            _ => return Err(NotTaken),
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), NotTaken> {
        self.taken.push('(');
        if self.rest.next_if_eq(&'?').is_some() {
            let is_plain = self.rest.next() == Some(':');
            self.taken.push_str("?:");
            return is_plain.then_some(()).ok_or(NotTaken);
        }
        Ok(())
    }

    /// A class of plain characters and ranges: what one engine adds to classes (`[`, `&&`, `--`, `~~`) is not
    /// taken, and neither is `]` at its beginning.
    fn class(&mut self) -> Result<(), NotTaken> {
        self.taken.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.taken.push('^');
        }
        let mut last = '[';
        loop {
            let character = self.rest.next().ok_or(NotTaken)?;
            let repeats = character == last && matches!(character, '&' | '-' | '~');
            match character {
                ']' if last == '[' => return Err(NotTaken),
                ']' => break,
                '[' | '\\' => return Err(NotTaken),
                _ if repeats => return Err(NotTaken),
                _ => self.taken.push(character),
            }
            last = character;
        }
        self.taken.push(']');
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else is text to one engine.
    fn counted(&mut self) -> Result<(), NotTaken> {
        self.taken.push('{');
        let mut inside = String::new();
        loop {
            match self.rest.next().ok_or(NotTaken)? {
                '}' => break,
                character => inside.push(character),
            }
        }
        let (low, high) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_number = |text: &str| text.parse::<u16>().is_ok_and(|number| number <= 1000);
        if !is_number(low) || !(high.is_empty() || is_number(high)) {
            return Err(NotTaken);
        }
        self.taken.push_str(&inside);
        self.taken.push('}');
        Ok(())
    }
}
