//! The page of `verify-image-signatures` keeps its promises: its example under its own configuration is
//! judged as it says, in the words that it shows.

use imagegate::check::catalog;
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::signature::{Candidate, Proof, SignatureFacts};

use crate::run::{Judged, Run};
use crate::signature_facts::*;

const RULE: Rule = Rule::VerifyImageSignatures;

/// The text under a heading of the page.
fn section(heading: &str) -> &'static str {
    let page = catalog::text(RULE).page;
    let (_, rest) = page
        .split_once(&format!("\n## {heading}\n"))
        .expect("a heading");
    rest.split("\n## ").next().expect("a section")
}

/// The first block of YAML under a heading.
fn yaml(heading: &str) -> &'static str {
    let (_, rest) = section(heading).split_once("```yaml\n").expect("YAML");
    rest.split("```").next().expect("a block")
}

/// The quoted paragraphs of the example, each on one line.
fn quotes() -> Vec<String> {
    let mut quotes: Vec<String> = Vec::new();
    let mut open = false;
    for line in section("Example").lines() {
        match (line.strip_prefix("> "), open, quotes.last_mut()) {
            (Some(words), true, Some(quote)) => quote.push_str(&format!(" {words}")),
            (Some(words), _, _) => quotes.push(words.to_owned()),
            (None, _, _) => {}
        }
        open = line.starts_with("> ");
    }
    quotes
}

fn image(heading: &str) -> ImageReference {
    let (_, text) = yaml(heading).split_once("image: ").expect("an image");
    ImageReference::parse(text.trim()).expect("a reference")
}

/// The image under that heading, judged by the page's configuration.
fn judge(heading: &str, candidates: impl IntoIterator<Item = Candidate>) -> Judged {
    let image = image(heading);
    let own = repository(&image.name());
    let mut found = facts(candidates);
    for candidate in &mut found.candidates {
        candidate.place.repository = own.clone();
    }
    let found = SignatureFacts {
        asked: vec![own, repository(ELSEWHERE)],
        ..found
    };
    Run::with_policy(yaml("Configuration"))
        .image(&image.to_string())
        .evidence(evidence(&image, found))
        .judge()
}

/// The configuration, for images of these tests.
fn policy() -> String {
    yaml("Configuration").replace("quay-int.registry.example.com/**", "**")
}

#[test]
fn the_example_is_found_in_the_words_of_the_page() {
    let unsigned = judge("Example", []);
    let other = judge("Example", [by_another_key(&policy())]);
    let messages = [unsigned, other].map(|judged| judged.only(RULE).message.to_string());
    assert_eq!(messages.to_vec(), quotes());
}

#[test]
fn what_is_to_be_used_instead_passes_once_it_is_signed() {
    let key = trials(&policy()).into_iter().next().expect("the key");
    let prod = Proof {
        annotations: vec![("env".to_owned(), "prod".to_owned())],
        ..proof()
    };
    let signed = proven(&policy(), &key.anchor, &prod);
    let passed = judge("Use instead", [signed]);
    assert!(passed.of(RULE).is_empty(), "{}", passed.lines());
    assert_eq!(judge("Use instead", []).of(RULE).len(), 1);
}

#[test]
fn the_command_to_sign_names_the_digest_that_is_deployed() {
    let image = image("Use instead");
    let digest = image.digest.as_ref().expect("a digest");
    let command = format!("{}@{digest}\n```", image.name());
    assert!(section("Use instead").contains(&command), "{command}");
}
