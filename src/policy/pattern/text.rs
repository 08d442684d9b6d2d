//! Patterns over the issuer and subject of a certificate.

/// Longest text that can match, in bytes. Subjects of certificates that anybody issues are far shorter;
/// with the bound no certificate can make matching slow.
const MAX_TEXT_BYTES: usize = 8 * 1024;

/// A pattern over a whole text, case included: `*` is any run of characters but `/`, `**` any run at all,
/// everything else is itself.
///
/// ```
/// use imagegate::policy::pattern::TextPattern;
/// let releases = TextPattern::new("https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*");
/// assert!(releases.matches("https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1"));
/// assert!(!releases.matches("https://github.com/acme/app/x/.github/workflows/release.yml@refs/tags/v1"));
/// assert!(!releases.matches("https://evil.example/?https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextPattern {
    written: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    One(char),
    /// `*`
    WithinSegment,
    /// `**`
    Anything,
}

impl TextPattern {
    /// Takes any text; nothing but `*` is special. Three and more in a row are `**`.
    pub fn new(text: impl Into<String>) -> Self {
        let written = text.into();
        let mut steps = Vec::new();
        for character in written.chars() {
            let step = match (character, steps.last()) {
                ('*', Some(Step::WithinSegment | Step::Anything)) => {
                    steps.pop();
                    Step::Anything
                }
                ('*', _) => Step::WithinSegment,
                (character, _) => Step::One(character),
            };
            steps.push(step);
        }
        Self { written, steps }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether every text matches.
    pub fn matches_everything(&self) -> bool {
        matches!(self.steps.as_slice(), [Step::Anything])
    }

    /// Whether the whole of `text` matches; one of more than 8 KiB matches no pattern. Takes at most the
    /// product of both lengths: all places of the pattern that the text so far can lead to are followed
    /// at once, so nothing is tried twice.
    pub fn matches(&self, text: &str) -> bool {
        if text.len() > MAX_TEXT_BYTES {
            return false;
        }
        // reached[n]: the text so far can be read as the first n steps.
        let mut reached = vec![false; self.steps.len() + 1];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        self.skip_runs(&mut reached);
        for character in text.chars() {
            let mut next = vec![false; reached.len()];
            for (at, step) in self.steps.iter().enumerate() {
                if !reached.get(at).is_some_and(|here| *here) {
                    continue;
                }
                let to = match step {
                    Step::One(wanted) if *wanted == character => at + 1,
                    Step::WithinSegment if character != '/' => at,
                    Step::Anything => at,
                    Step::One(_) | Step::WithinSegment => continue,
                };
                if let Some(place) = next.get_mut(to) {
                    *place = true;
                }
            }
            self.skip_runs(&mut next);
            if !next.contains(&true) {
                return false;
            }
            reached = next;
        }
        reached.last().is_some_and(|end| *end)
    }

    /// A run may be empty: whoever stands before it stands behind it too.
    fn skip_runs(&self, reached: &mut [bool]) {
        for (at, step) in self.steps.iter().enumerate() {
            let is_run = matches!(step, Step::WithinSegment | Step::Anything);
            if is_run
                && reached.get(at).is_some_and(|here| *here)
                && let Some(behind) = reached.get_mut(at + 1)
            {
                *behind = true;
            }
        }
    }
}
