//! The whole story of a check, stage after stage, without detail.

use std::path::PathBuf;
use std::sync::Arc;

use crate::extract::{ExtractSettings, file};
use crate::model::source::Sources;
use crate::policy::settings::Policy;
use crate::report::CheckReport;
use crate::{check, discover, gather};

/// Checks everything below `paths`.
pub fn check(paths: &[PathBuf], policy: &Policy, today: jiff::civil::Date) -> CheckReport {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    for path in discover::files(paths) {
        let Ok(text) = discover::read(&path) else {
            continue;
        };
        let shown: Arc<str> = path.display().to_string().into();
        let facts = file::facts(shown, text.into(), &ExtractSettings::default());
        files.push((sources.push(facts.source.clone()), facts));
    }
    let evidence = gather::gather(&check::needs(&files, policy, None), policy);
    let context = check::Context {
        policy,
        policy_source: None,
        namespace: None,
        today,
        evidence: &evidence,
        folder_checked: true,
    };
    let judgement = check::judge(&files, &context);
    CheckReport {
        findings: judgement.findings,
        sources,
        summary: judgement.summary,
        policy_files: Vec::new(),
    }
}
