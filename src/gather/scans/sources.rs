//! The sources of scans that are files: reports, and the OpenVEX documents that go with them.

use std::collections::BTreeSet;
use std::path::Path;

use super::reports::{self, ReportSource, Subject};
use super::vex;
use crate::model::evidence::{Gathered, Needs};
use crate::model::reference::ImageReference;
use crate::policy::settings::{Policy, ScanSource};

/// Answers what is asked of report files, and reads the OpenVEX documents when any scan is judged. `folder`
/// is the one that paths in the policy are relative to; digests are known already, as far as they can be.
pub fn answer(needs: &Needs, policy: &Policy, folder: &Path, gathered: &mut Gathered) {
    if needs.scans.is_empty() {
        return;
    }
    let mut numbers: Vec<usize> = needs.scans.iter().map(|(source, _)| *source).collect();
    numbers.dedup();
    let sources: Vec<ReportSource<'_>> = numbers
        .into_iter()
        .filter_map(|number| match policy.scan_source(number)? {
            ScanSource::Report { files, by_tag } => Some(ReportSource {
                number,
                files: files.iter().map(|glob| glob.value.as_str()).collect(),
                by_tag: *by_tag,
            }),
            _ => None,
        })
        .collect();
    let asked = needs.scans.iter().filter(|(number, _)| {
        let mut sources = sources.iter();
        sources.any(|source| source.number == *number)
    });
    let images: BTreeSet<&ImageReference> = asked.map(|(_, image)| image).collect();
    let subjects: Vec<Subject<'_>> = images
        .into_iter()
        .map(|image| Subject {
            image,
            resolved: gathered.digest(image),
        })
        .collect();
    if !sources.is_empty() {
        for (number, answers) in reports::answer(folder, &sources, &subjects) {
            gathered.scans.entry(number).or_default().extend(answers);
        }
    }
    if let Some(rule) = &policy.rules.check_vulnerability_scan {
        let globs = rule.settings.vex.iter();
        let globs: Vec<&str> = globs.map(|glob| glob.value.as_str()).collect();
        gathered.vex = vex::read(folder, &globs);
    }
}
