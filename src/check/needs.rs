//! Which evidence the rules want about the images of a run, each piece once. What is exempt, or judged
//! by no rule that wants evidence, needs none: the network is not asked about it.

use super::namespaces::Namespaces;
use super::rules::{check_vulnerability_scan, verify_image_signatures};
use super::subject::Subject;
use crate::model::evidence::Needs;
use crate::model::file_facts::FileFacts;
use crate::model::rule::Rule;
use crate::model::source::SourceId;
use crate::policy::settings::Policy;

/// The evidence that the rules want about the images of `files`; `namespace` is `--namespace`.
pub fn needs(files: &[(SourceId, FileFacts)], policy: &Policy, namespace: Option<&str>) -> Needs {
    let mut needs = Needs::default();
    let signatures = policy.rules.verify_image_signatures.as_ref();
    let scans = policy.rules.check_vulnerability_scan.as_ref();
    if signatures.is_none() && scans.is_none() {
        return needs;
    }
    let mut namespaces = Namespaces::new(policy, namespace);
    for used in files.iter().flat_map(|(_, facts)| &facts.uses) {
        let number = namespaces.number(&used.object);
        let place = namespaces.place(number);
        if place.exempt {
            continue;
        }
        let subjects = [Subject::written(used), Subject::by_default(used)];
        for subject in subjects.into_iter().flatten() {
            if let Some(entry) = signatures
                && place.decision(Rule::VerifyImageSignatures).is_some()
            {
                verify_image_signatures::needs(&entry.settings, subject, &mut needs);
            }
            if let Some(entry) = scans
                && place.decision(Rule::CheckVulnerabilityScan).is_some()
            {
                check_vulnerability_scan::needs(&entry.settings, subject, &mut needs);
            }
        }
    }
    needs
}
