//! The fixtures of every rule: `bad.yaml` gives what `expected.txt` says, `good.yaml` nothing that
//! counts.

use std::fs;
use std::path::{Path, PathBuf};

use imagegate::model::rule::Rule;

use crate::run::{Judged, Run};
use crate::{scan_fixture, signature_facts};

fn folder(rule: Rule) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("testdata/rules").join(rule.id())
}

fn read(rule: Rule, name: &str) -> String {
    let path = folder(rule).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn judged(rule: Rule, name: &str) -> Judged {
    let policy = read(rule, "imagegate.yaml");
    let run = Run::with_policy_file(&policy).file(name, read(rule, name));
    let run = match rule {
        Rule::VerifyImageSignatures => run.evidence(signature_facts::recorded(&policy)),
        Rule::CheckVulnerabilityScan => {
            run.evidence(scan_fixture::recorded(&policy, &read(rule, name)))
        }
        _ => run,
    };
    run.judge()
}

#[test]
fn bad_manifests_give_what_is_expected() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    for rule in Rule::ALL {
        let found = judged(rule, "bad.yaml").lines();
        let path = folder(rule).join("expected.txt");
        if update {
            fs::write(&path, &found).expect("a folder of the repository");
        }
        assert!(
            found == read(rule, "expected.txt"),
            "{path:?} is stale; UPDATE_EXPECTED=1 cargo test --test rules writes it. Found is\n{found}"
        );
    }
}

#[test]
fn every_expectation_names_its_rule() {
    for rule in Rule::ALL {
        let expected = read(rule, "expected.txt");
        assert!(expected.contains(&format!("[{rule}]")), "{rule}");
    }
}

#[test]
fn good_manifests_leave_no_finding_that_counts() {
    for rule in Rule::ALL {
        let judged = judged(rule, "good.yaml");
        let mut findings = judged.findings().iter();
        let counts = findings.any(|finding| finding.suppressed.is_none());
        assert!(!counts, "{rule}: {}", judged.lines());
    }
}
