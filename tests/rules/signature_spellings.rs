//! Other spellings of an image do not escape the entry that concerns it.

use imagegate::check;
use imagegate::model::evidence::Gathered;
use imagegate::model::finding::Outcome;
use imagegate::model::rule::Rule;

use crate::run::Run;
use crate::signature_facts::{entry, key, requiring};

const RULE: Rule = Rule::VerifyImageSignatures;

/// A policy that wants a signature of these images and, as by default, none of others.
fn concerning(images: &str) -> String {
    requiring(&[entry(&[key(0)], &format!(", images: [{images:?}]"))])
}

/// Pairs of a pattern and an image that it does not match as written, but which is pulled from there.
const SPELLINGS: [(&str, &str); 6] = [
    (
        "registry.example.com/**",
        "registry.example.com:443/shop/cart:1",
    ),
    (
        "registry.example.com/**",
        "registry.example.com:0443/shop/cart:1",
    ),
    (
        "registry.example.com/**",
        "registry.example.com:80/shop/cart:1",
    ),
    ("docker.io/acme/*", "registry-1.docker.io:443/acme/cart:1"),
    ("[2001:db8::1]/**", "[2001:db8:0::1]/shop/cart:1"),
    (
        "registry.example.com/**:latest",
        "registry.example.com/shop/cart",
    ),
];

#[test]
fn an_entry_concerns_an_image_however_it_is_spelled() {
    for (pattern, image) in SPELLINGS {
        let run = Run::with_policy(&concerning(pattern)).image(&format!("{image:?}"));
        let judged = run.evidence(Gathered::default()).judge();
        let outcomes: Vec<Outcome> = judged.of(RULE).iter().map(|found| found.outcome).collect();
        assert_eq!(outcomes, [Outcome::NotChecked], "{pattern} {image}");
    }
}

#[test]
fn the_signatures_of_an_image_are_asked_for_however_it_is_spelled() {
    for (pattern, image) in SPELLINGS {
        let run = Run::with_policy(&concerning(pattern)).image(&format!("{image:?}"));
        let needs = check::needs(&run.facts(), run.policy(), None);
        assert_eq!(needs.signatures.len(), 1, "{pattern} {image}");
    }
}

#[test]
fn an_image_that_another_spelling_concerns_is_not_satisfied_without_a_signature() {
    for (pattern, image) in SPELLINGS {
        let run = Run::with_policy(&concerning(pattern)).image(&format!("{image:?}"));
        let needs = check::needs(&run.facts(), run.policy(), None);
        let image = needs.signatures.keys().next().expect("an image");
        let suffices = check::signatures_suffice(run.policy(), image, &Default::default());
        assert!(!suffices, "{pattern} {image}");
    }
}

#[test]
fn another_registry_is_not_concerned() {
    for image in [
        "registry.example.com:5000/shop/cart:1",
        "registry.example.org:443/shop/cart:1",
    ] {
        let run =
            Run::with_policy(&concerning("registry.example.com/**")).image(&format!("{image:?}"));
        let needs = check::needs(&run.facts(), run.policy(), None);
        assert!(needs.signatures.is_empty(), "{image}");
    }
}
