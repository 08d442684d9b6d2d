//! What keeps images from being seen, for the commands that list images and judge nothing.

use super::remark;
use crate::model::problem::InputProblem;
use crate::model::rule::Rule;
use crate::model::source::{SourceId, Sources};

/// Says on standard error what could not be read; whether a manifest may be among it, so that what was
/// listed is not known to be complete.
pub fn say(sources: &Sources, problems: &[(SourceId, InputProblem)]) -> bool {
    let mut incomplete = false;
    for (source, problem) in problems {
        let hides_images = problem.not_checked || problem.rule == Rule::InvalidManifest;
        if !hides_images {
            continue;
        }
        incomplete |= !problem.audit_at_most;
        let path = &sources.get(*source).path;
        let place = match problem.location {
            Some(location) => {
                let start = location.start;
                format!("{path}:{}:{}", start.line, start.column)
            }
            None => path.to_string(),
        };
        remark(&format!("{place}: {}: {}", problem.rule, problem.message));
    }
    incomplete
}
