//! Regular expressions where a pattern is meant: cosign and Kyverno take them for issuer and subject, so they
//! are copied from there.

use std::iter::Peekable;
use std::str::Chars;

/// A text that is written as a regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The pattern that was probably meant; `None` where one pattern cannot say it.
    pub meant: Option<String>,
}

impl Expression {
    /// Reads a text; `None` when it is no regular expression but a pattern. What both may hold, such as a dot
    /// before a star in a name, is taken for a pattern.
    ///
    /// ```
    /// use imagegate::policy::pattern::Expression;
    /// let read = Expression::read("^https://github\\.com/acme/.*$").unwrap();
    /// assert_eq!(read.meant.as_deref(), Some("https://github.com/acme/**"));
    /// assert!(Expression::read("https://github.com/acme/*/.github/workflows/build.*@refs/tags/*").is_none());
    /// ```
    pub fn read(text: &str) -> Option<Self> {
        is_expression(text).then(|| Self { meant: meant(text) })
    }
}

fn is_expression(text: &str) -> bool {
    const NEVER_IN_A_NAME: [&str; 8] = ["\\", "(?", ".+", "[^", "[a-z", "[A-Z", "[0-9", "|"];
    let is_whole_segment = text.contains("/.*/") || text.ends_with("/.*");
    text.starts_with('^')
        || (text.ends_with('$') && text.len() > 1)
        || matches!(text, ".*" | ".*.*")
        || text.starts_with(".*@")
        || is_whole_segment
        || NEVER_IN_A_NAME.iter().any(|part| text.contains(part))
}

/// The same as a pattern.
fn meant(text: &str) -> Option<String> {
    let start = text.strip_prefix('^').unwrap_or(text);
    let end = start.strip_suffix('$').unwrap_or(start);
    let mut characters = end.chars().peekable();
    let mut pattern = String::new();
    while let Some(character) = characters.next() {
        match character {
            '.' => match repeated(&mut characters) {
                true => pattern.push_str("**"),
                false => pattern.push('.'),
            },
            '\\' => match characters.next()? {
                'd' | 'w' | 'S' => {
                    repeated(&mut characters);
                    pattern.push('*');
                }
                escaped if escaped.is_ascii_punctuation() => pattern.push(escaped),
                _ => return None,
            },
            '[' => {
                let class: String = characters.by_ref().take_while(|one| *one != ']').collect();
                repeated(&mut characters);
                pattern.push_str(if class == "^/" || !class.starts_with('^') {
                    "*"
                } else {
                    "**"
                });
            }
            // Alternatives are signers of their own.
            '(' | ')' | '|' | '{' | '}' | '?' | '+' | '^' | '$' => return None,
            // A star of a pattern, as in a text that is half of each.
            other => pattern.push(other),
        }
    }
    (!pattern.is_empty()).then_some(pattern)
}

/// Takes what repeats the character before; whether anything did.
fn repeated(characters: &mut Peekable<Chars<'_>>) -> bool {
    let found = characters.next_if(|next| matches!(next, '*' | '+'));
    if found.is_some() {
        // `.*?`, the shortest run.
        characters.next_if_eq(&'?');
    }
    found.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regular_expression_is_told_with_the_pattern_that_was_meant() {
        for (text, meant) in [
            (
                "^https://github.com/acme/.*$",
                Some("https://github.com/acme/**"),
            ),
            (
                "https://github.com/acme/.*",
                Some("https://github.com/acme/**"),
            ),
            (
                r"^https://github\.com/acme/[^/]+/\.github/workflows/release\.ya?ml@refs/tags/v.+$",
                None,
            ),
            (
                r"https://github\.com/acme/[^/]+/\.github/workflows/release\.yml@refs/tags/v.+",
                Some("https://github.com/acme/*/.github/workflows/release.yml@refs/tags/v**"),
            ),
            (".*@acme.example", Some("**@acme.example")),
            (".*", Some("**")),
            ("^https://(github|gitlab).com/acme/app$", None),
            ("release@acme.example$", Some("release@acme.example")),
            (
                r"https://ci.example.com/job/\d+",
                Some("https://ci.example.com/job/*"),
            ),
        ] {
            let read = Expression::read(text);
            let read = read.unwrap_or_else(|| panic!("{text} is an expression"));
            assert_eq!(read.meant.as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn a_pattern_is_no_regular_expression() {
        for text in [
            "https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*",
            "https://github.com/acme/**",
            "https://github.com/acme/app/.github/workflows/release.*@refs/heads/main",
            "*@acme.example",
            "**",
            "first.last+tag@acme.example",
            "https://[::1]:8443/ci",
            "CN=Acme (build), O=Acme",
            "spiffe://acme.example/ns/ci/sa/*",
        ] {
            assert_eq!(Expression::read(text), None, "{text}");
        }
    }
}
