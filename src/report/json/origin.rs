//! What stands behind an image that is put together or replaced, as the machine formats say it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::origin;
use crate::model::origin::Destination;

/// How an image comes to be deployed, where that is more than the text at its place.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::report) struct Origin<'a> {
    /// The scalars that the image is made of, in the order of its text; empty where it is the text at its place.
    parts: Vec<Part<'a>>,
    /// The images in whose place it is deployed.
    in_place_of: Vec<Written<'a>>,
    /// What deploys it.
    deployed_by: Vec<Deployment<'a>>,
    /// The switch above it that is off, such as `metrics.enabled: false`.
    switch: Option<&'a str>,
}

/// One scalar of an image.
#[derive(Debug, Serialize, JsonSchema)]
struct Part<'a> {
    /// image, registry, repository, tag, digest.
    role: &'static str,
    /// The scalar and its place.
    #[serde(flatten)]
    written: Written<'a>,
}

/// A scalar and its place.
#[derive(Debug, Serialize, JsonSchema)]
struct Written<'a> {
    /// The scalar as YAML decodes it.
    text: &'a str,
    /// Its file, as given on the command line, with `/`.
    path: &'a str,
    /// Line, from 1.
    line: u32,
    /// Column, from 1.
    column: u32,
}

/// What deploys an image.
#[derive(Debug, Serialize, JsonSchema)]
struct Deployment<'a> {
    /// The file of the kustomization or release.
    path: &'a str,
    /// Line of the object in it that deploys, from 1; null where the whole file does.
    line: Option<u32>,
    /// Column, from 1.
    column: Option<u32>,
    /// The namespace into which it is deployed; null where none is written, and where it is not known.
    namespace: Option<&'a str>,
    /// Whether the files tell the namespace, or that none is written.
    namespace_known: bool,
}

impl<'a> Origin<'a> {
    pub(in crate::report) fn of(origin: &'a origin::Origin) -> Self {
        Self {
            parts: origin.parts.iter().map(Part::of).collect(),
            in_place_of: origin.in_place_of.iter().map(Written::of).collect(),
            deployed_by: origin.deployed_by.iter().map(Deployment::of).collect(),
            switch: origin.switch.as_deref(),
        }
    }
}

impl<'a> Part<'a> {
    fn of(part: &'a origin::Part) -> Self {
        Self {
            role: part.role.as_str(),
            written: Written::of(&part.written),
        }
    }
}

impl<'a> Written<'a> {
    fn of(written: &'a origin::Written) -> Self {
        Self {
            text: &written.text,
            path: &written.path,
            line: written.location.start.line,
            column: written.location.start.column,
        }
    }
}

impl<'a> Deployment<'a> {
    fn of(by: &'a origin::Deployment) -> Self {
        Self {
            path: &by.path,
            line: by.position.map(|at| at.line),
            column: by.position.map(|at| at.column),
            namespace: match &by.namespace {
                Destination::Named(name) => Some(name),
                Destination::Unnamed | Destination::Unknown => None,
            },
            namespace_known: by.namespace != Destination::Unknown,
        }
    }
}
