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
    let (message, help) = match error {
        ReferenceError::NotText => (
            format!("the image {image} is not a string, so the API server refuses the object"),
            Some(format!("write it in quotes: \"{}\"", shortened(text))),
        ),
        ReferenceError::Empty => (
            "the image is empty, so its container cannot start".to_owned(),
            Some("write an image, or leave the field out where a controller fills it in".to_owned()),
        ),
        ReferenceError::Blank => (
            format!("white space or a control character is in the image {image}"),
            valid(&text.split_whitespace().collect::<String>()),
        ),
        ReferenceError::Scheme(scheme) => (
            format!("the image {image} begins with {}, but an image has no scheme", quoted(scheme)),
            valid(text.strip_prefix(scheme.as_str()).unwrap_or(text).trim_start_matches("://")),
        ),
        ReferenceError::UppercaseRepository(repository) => (
            format!("the repository {} of the image {image} has capital letters, which no registry accepts", quoted(repository)),
            valid(&text.replacen(repository.as_str(), &repository.to_lowercase(), 1)),
        ),
        ReferenceError::Digest(digest) => (
            format!("{} in the image {image} is not a digest", quoted(digest)),
            Some("write `@sha256:` and 64 hex digits, all of them in lower case".to_owned()),
        ),
        ReferenceError::Tag(tag) => (
            format!("{} in the image {image} is not a tag", quoted(tag)),
            Some("a tag has up to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two".to_owned()),
        ),
        ReferenceError::BareIdentifier => (
            format!("{image} is the identifier of an image on one machine, which no other one can pull"),
            Some("write registry, repository and digest".to_owned()),
        ),
        other => (
            format!("the image {image} is not a reference: {}", shortened(&other.to_string())),
            None,
        ),
    };
    let complaint = Complaint::new(message);
    match help {
        Some(help) => complaint.help(help),
        None => complaint,
    }
}

/// The corrected text as help, when it is a reference.
fn valid(corrected: &str) -> Option<String> {
    ImageReference::parse(corrected)
        .is_ok()
        .then(|| format!("write {}", shortened(corrected)))
}
