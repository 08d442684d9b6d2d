//! What looks like a suppression: our name in the spellings of people, and behind it what asks to ignore
//! something. What only looks like one suppresses nothing and is reported, so that nobody believes in it.

use memchr::memmem;

use crate::model::rule::Rule;
use crate::model::spelling::nearest;

/// Our name as comments and annotations have to spell it.
pub(super) const NAME: &str = "imagegate";

/// The second half of the name, in the cases in which people write it.
const GATES: [&str; 3] = ["gate", "Gate", "GATE"];

/// The first half, in any case; a sign of [`BETWEEN`] may stand behind it.
const IMAGE: &[u8] = b"image";

/// What people put between the halves.
const BETWEEN: [u8; 3] = *b"-_ ";

/// What a suppression asks for.
const VERB: &str = "ignore";

/// What other tools call it.
const OTHER_VERBS: [&str; 7] = [
    "ignored", "disable", "skip", "suppress", "allow", "exempt", "nolint",
];

/// Bytes behind our name in which a rule is looked for.
const LOOKED_AT: usize = 300;

/// Where our name stands, as bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Whether our name stands in the text.
pub(super) fn mentions_us(text: &str) -> bool {
    !names(text.as_bytes()).is_empty()
}

/// Every place where our name stands, in order.
pub(super) fn names(text: &[u8]) -> Vec<Name> {
    let found = GATES.iter().flat_map(|gate| {
        memmem::find_iter(text, *gate).filter_map(move |at| {
            let before = text.get(..at)?;
            let is_name = |before: &[u8]| {
                let from = before.len().checked_sub(IMAGE.len())?;
                before[from..].eq_ignore_ascii_case(IMAGE).then_some(from)
            };
            let start = is_name(before).or_else(|| {
                let (last, before) = before.split_last()?;
                BETWEEN.contains(last).then(|| is_name(before)).flatten()
            })?;
            let end = at + gate.len();
            Some(Name { start, end })
        })
    });
    let mut found: Vec<Name> = found.collect();
    found.sort_unstable();
    found
}

/// Whether what stands behind our name asks to ignore something: `ignore` itself, or what is spelt or meant
/// like it and names a rule or opens a bracket.
pub(super) fn asks_to_ignore(behind: &str) -> bool {
    let (verb, rest) = verb(behind);
    let names_rule = || rest.trim_start().starts_with('[') || !rules_meant(rest).is_empty();
    verb.eq_ignore_ascii_case(VERB) || is_verb(verb) && names_rule()
}

/// The rules that a suppression in another form seems to name; `behind` follows our name.
pub(super) fn rules_asked_for(behind: &str) -> Vec<Rule> {
    let (verb, rest) = verb(behind);
    if is_verb(verb) {
        rules_meant(rest)
    } else {
        Vec::new()
    }
}

/// Whether the key of an annotation seems to mean one that ignores a rule, and which it seems to name.
pub(super) fn meant_by_key(key: &str) -> Option<Vec<Rule>> {
    let key = head(key);
    names(key.as_bytes()).first()?;
    let mut words = key.split(|c: char| !c.is_alphanumeric());
    let exact = words.any(|word| is_ignore(word) || OTHER_VERBS.contains(&word));
    let ids = Rule::ALL.map(Rule::id);
    let mut rules: Vec<Rule> = ids_in(key).collect();
    if rules.is_empty() {
        let tail = key.rsplit(['.', '/']).next().unwrap_or_default();
        rules.extend(nearest(tail, &ids).and_then(Rule::from_id));
    }
    (exact || !rules.is_empty()).then_some(rules)
}

/// The first word behind our name and the signs that follow it, and the rest.
fn verb(behind: &str) -> (&str, &str) {
    let signs = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    let said = head(behind).trim_start_matches(signs);
    let end = said.find(|c: char| !c.is_alphanumeric());
    said.split_at(end.unwrap_or(said.len()))
}

fn is_ignore(word: &str) -> bool {
    nearest(word, &[VERB]).is_some()
}

fn is_verb(word: &str) -> bool {
    is_ignore(word)
        || OTHER_VERBS
            .iter()
            .any(|verb| verb.eq_ignore_ascii_case(word))
}

/// The rules that the text seems to name: in front, in brackets or not, or spelt right anywhere.
fn rules_meant(text: &str) -> Vec<Rule> {
    let text = head(text);
    let ids = Rule::ALL.map(Rule::id);
    let is_between =
        |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '(' | ')' | ':' | '=');
    let words = text.split(is_between).filter(|word| !word.is_empty());
    let rules = words.map_while(|word| nearest(word, &ids).and_then(Rule::from_id));
    let mut meant: Vec<Rule> = Vec::new();
    for rule in rules.take(Rule::ALL.len()) {
        if !meant.contains(&rule) {
            meant.push(rule);
        }
    }
    if meant.is_empty() {
        meant.extend(ids_in(text));
    }
    meant
}

fn ids_in(text: &str) -> impl Iterator<Item = Rule> {
    Rule::ALL
        .into_iter()
        .filter(move |rule| memmem::find(text.as_bytes(), rule.id().as_bytes()).is_some())
}

fn head(text: &str) -> &str {
    let mut end = LOOKED_AT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}
