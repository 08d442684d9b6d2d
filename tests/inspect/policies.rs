//! What of a policy matters when an image is inspected.

use std::path::Path;
use std::sync::Arc;

use imagegate::check::alone::{SignatureVerdict, needs_of, signers, verdict_of};
use imagegate::model::evidence::Gathered;
use imagegate::model::reference::ImageReference;
use imagegate::model::signature::Anchor;
use imagegate::model::source::SourceText;
use imagegate::policy::settings::Policy;
use imagegate::policy::{self, PolicyFiles};

const KEY: &str = include_str!("../../testdata/policy/keys/cosign.pub");

/// A policy's files: one key under every path.
struct OneKey;

impl PolicyFiles for OneKey {
    fn read(&self, _: &Path) -> Result<Vec<u8>, String> {
        Ok(KEY.as_bytes().to_vec())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

fn policy(require: &str) -> Policy {
    let text = format!(
        "version: 1\nrules:\n  verify-image-signatures:\n    require:\n{}",
        require
    );
    let text = Arc::new(SourceText::new("imagegate.yaml".into(), text.into()));
    policy::read(text, &OneKey).expect("a valid policy")
}

fn image(text: &str) -> ImageReference {
    ImageReference::parse(text).unwrap()
}

const SHOP: &str = "      - { images: [\"registry.example.com/**\"], signers: [{ key: a.pub }] }\n";

#[test]
fn without_a_policy_only_the_trusted_root_is_held_against_a_signature() {
    let needs = needs_of(&[image("nginx")], &Policy::built_in());
    let need = &needs.signatures[&image("nginx")];
    let trials: Vec<_> = need.trials.iter().collect();
    assert_eq!(trials.len(), 1);
    assert!(trials[0].anchor == Anchor::Sigstore && trials[0].log);
}

#[test]
fn every_signer_is_held_against_images_that_no_entry_concerns() {
    let needs = needs_of(&[image("nginx")], &policy(SHOP));
    let need = &needs.signatures[&image("nginx")];
    let with_key = need.trials.iter();
    let with_key = with_key.filter(|trial| matches!(trial.anchor, Anchor::Key(_)));
    assert_eq!(with_key.count(), 2, "with a log and without");
}

#[test]
fn signatures_are_looked_for_where_the_policy_keeps_them() {
    let elsewhere =
        "      - { signers: [{ key: a.pub }], repository: registry.example.com/sigs }\n";
    let needs = needs_of(&[image("nginx")], &policy(elsewhere));
    assert_eq!(needs.signatures[&image("nginx")].repositories.len(), 1);
}

#[test]
fn the_same_key_under_two_names_is_one_signer() {
    let twice = "      - signers: [{ key: a.pub }, { key: b.pub }]\n        at-least: 1\n";
    let names: Vec<String> = signers(&policy(twice)).into_iter().map(|it| it.1).collect();
    assert_eq!(names, ["key `a.pub`", "the Sigstore trusted root"]);
}

#[test]
fn a_key_in_the_policy_itself_is_named_by_its_line() {
    let indented = KEY.trim_end().replace('\n', "\n              ");
    let inline = format!("      - signers:\n          - key: |-\n              {indented}\n");
    let names: Vec<String> = signers(&policy(&inline))
        .into_iter()
        .map(|it| it.1)
        .collect();
    assert_eq!(names[0], "the key in line 6 of `imagegate.yaml`");
}

#[test]
fn a_policy_that_wants_no_signer_for_the_image_says_so() {
    let verdict =
        |image: &ImageReference, policy: &Policy| verdict_of(image, policy, &Gathered::default());
    assert_eq!(verdict(&image("nginx"), &Policy::built_in()), None);
    assert_eq!(
        verdict(&image("nginx"), &policy(SHOP)),
        Some(SignatureVerdict::NothingRequired)
    );
    assert!(matches!(
        verdict(&image("registry.example.com/app:1"), &policy(SHOP)),
        Some(SignatureVerdict::NotChecked(_))
    ));
}
