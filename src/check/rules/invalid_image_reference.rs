//! `invalid-image-reference`: the text is an image reference by the grammar that container runtimes
//! read. One that is not cannot be judged by any other rule, since what it would name is not known.

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::{quoted, shortened};
use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::InvalidImageReference,
    summary: "Images are references that a container runtime can read",
    page: include_str!("../../../docs/rules/invalid-image-reference.md"),
};

/// What is wrong with `text`.
pub fn complaint(text: &str, error: &ReferenceError) -> Complaint {
    let image = quoted(text);
    let message = match error {
        ReferenceError::NotText => {
            format!("the image {image} is not a string, so the API server refuses the object")
        }
        ReferenceError::Empty => "the image is empty, so its container cannot start".to_owned(),
        ReferenceError::Blank => {
            format!("white space or a control character is in the image {image}")
        }
        ReferenceError::Scheme(scheme) => {
            format!("the image {image} begins with `{scheme}`, but an image has no scheme")
        }
        ReferenceError::BareIdentifier => format!(
            "{image} is the identifier of an image on one machine, which no other one can pull"
        ),
        other => format!("the image {image} is not a reference: {other}"),
    };
    Complaint {
        help: help(text, error),
        ..Complaint::new(message)
    }
}

/// What to write instead, as far as the mistake tells what was meant.
fn help(text: &str, error: &ReferenceError) -> Option<String> {
    by_slip(text).or_else(|| by_error(text, error))
}

/// What was meant by a slip that the text shows.
fn by_slip(text: &str) -> Option<String> {
    if let Some((name, digest)) = text.split_once(":sha256:") {
        return Some(format!(
            "a digest stands behind `@`: {}",
            valid(&format!("{name}@sha256:{digest}"))?
        ));
    }
    if let Some((name, digest)) = text.split_once("@sha256:")
        && let Some((digest, tag)) = digest.split_once(':')
    {
        return Some(format!(
            "the tag stands before the digest: {}",
            valid(&format!("{name}:{tag}@sha256:{digest}"))?
        ));
    }
    let (_, tag) = text.rsplit_once(':')?;
    let number: f64 = tag.contains("e+").then(|| tag.parse().ok()).flatten()?;
    (number < 1e15).then(|| {
        format!("a number was printed: quote the tag in the values, such as `tag: \"{number}\"`")
    })
}

fn by_error(text: &str, error: &ReferenceError) -> Option<String> {
    let rule = |sentence: &str| Some(sentence.to_owned());
    match error {
        ReferenceError::NotText => Some(format!("write it in quotes: \"{}\"", shortened(text))),
        ReferenceError::Empty => {
            rule("write an image, or leave the field out where a controller fills it in")
        }
        ReferenceError::Blank => valid(&text.split_whitespace().collect::<String>()),
        ReferenceError::Scheme(_) => {
            let (_, rest) = text.split_once("://")?;
            valid(rest)
        }
        ReferenceError::UserInfo => {
            rule("write the registry alone; what stands before `@` would not be asked")
        }
        ReferenceError::UppercaseRegistry(_) | ReferenceError::UppercaseRepository(_) => {
            valid(&in_lower_case(text))
        }
        ReferenceError::NotAscii(_) => {
            rule("type the name again: a letter of another alphabet can look the same")
        }
        ReferenceError::Tag(_) => rule(
            "a tag has up to 128 letters, digits, `_`, `.` and `-`, and does not begin with `.` or `-`",
        ),
        ReferenceError::Digest(_) => {
            rule("write `@sha256:` and 64 hex digits, all of them in lower case")
        }
        ReferenceError::BareIdentifier => rule("write registry, repository and digest"),
        ReferenceError::Placeholder(_)
        | ReferenceError::Incomplete(_)
        | ReferenceError::Registry(_)
        | ReferenceError::Repository(_)
        | ReferenceError::TooLong => None,
    }
}

/// `text` with its registry and repository in lower case; the tag keeps its letters.
fn in_lower_case(text: &str) -> String {
    let name_end = text.rfind('/').map_or(0, |slash| slash + 1);
    let tag_at = text[name_end..].find([':', '@']);
    let (name, rest) = text.split_at(tag_at.map_or(text.len(), |at| name_end + at));
    format!("{}{rest}", name.to_lowercase())
}

/// The corrected text as help, when it is a reference.
fn valid(corrected: &str) -> Option<String> {
    ImageReference::parse(corrected)
        .is_ok()
        .then(|| format!("write {}", shortened(corrected)))
}
