//! The annotation that admission reads: a claim of whoever deploys, which says "passed" or something else.

use crate::check::wording::{quoted, shortened};
use crate::model::object::Object;
use crate::policy::settings::{CheckVulnerabilityScan, ScanSource};

/// What the annotation of a source says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Annotated {
    /// It says "passed".
    Passed,
    /// It says something else; in which words.
    Failed(String),
    /// It is not there.
    Absent,
    /// Whether it is there cannot be seen.
    Unknown(String),
}

/// What the annotations of `accept` say, in its order.
pub fn all(settings: &CheckVulnerabilityScan, object: &Object) -> Vec<Annotated> {
    let sources = settings.accept.iter();
    let annotations = sources.filter_map(|source| match &source.value {
        ScanSource::Annotation { key, value } => Some(read(object, key, value)),
        _ => None,
    });
    annotations.collect()
}

/// Reads the annotation where admission reads it. When a key stands there twice, both have to pass.
pub fn read(object: &Object, key: &str, passed: &str) -> Annotated {
    let Some(annotations) = &object.pod_annotations else {
        return Annotated::Unknown(format!(
            "which annotations the Pods of a {} get cannot be seen in it",
            shortened(&object.kind)
        ));
    };
    let mut answer = Annotated::Absent;
    for found in annotations.iter().filter(|found| *found.key == *key) {
        match found.value.as_deref() {
            Some(value) if value == passed => answer = Annotated::Passed,
            Some(value) => {
                return Annotated::Failed(format!(
                    "says {}, wanted is {}",
                    quoted(value),
                    quoted(passed)
                ));
            }
            None => {
                return Annotated::Failed(format!("is not a string, wanted is {}", quoted(passed)));
            }
        }
    }
    answer
}
