//! Parameters of an object that an image is made of: `$(params.builder)` of a Tekton Task, whose default
//! stands in the same object and is what runs where nothing else is set.
//!
//! Values that other objects pass (a TaskRun to a Task, an instance to a kro definition) are not known here.

use std::cell::Cell;

use crate::model::reference::{ImageReference, ReferenceError, with_defaults};

use super::fields::{Place, Reader};
use super::objects::{ObjectNode, Type};
use super::path::Segment;

/// Longest image that is looked up, and longest value of a parameter that is taken, in bytes. A reference
/// is not much longer, and what is kept of an image should not outgrow its text.
const VALUE_BYTES: usize = 512;

/// Most parameters that are looked up for one image, those that their values name included.
const LOOKUPS: u32 = 64;

/// How an engine writes a parameter, and where the parameter's value stands.
struct Form {
    is_of: fn(Type<'_>) -> bool,
    open: &'static str,
    close: &'static str,
    /// What stands before the name.
    prefix: &'static str,
    at: At,
}

/// Where the values of parameters stand.
#[derive(Clone, Copy)]
enum At {
    /// In a list at this path of a mapping that holds the image, the nearest first.
    Around(&'static [&'static str]),
    /// In a list at this path of the object.
    Object(&'static [&'static str]),
    /// In the simple schema at this path of the object, by the names between dots.
    Schema(&'static [&'static str]),
}

/// Every form; the longer of two prefixes stands first.
const FORMS: &[Form] = &[
    form(
        is_tekton,
        ("$(", "inputs.params.", ")"),
        At::Around(&["params"]),
    ),
    form(
        is_tekton,
        ("$(", "tt.params.", ")"),
        At::Around(&["params"]),
    ),
    form(is_tekton, ("$(", "params.", ")"), At::Around(&["params"])),
    form(
        is_tekton,
        ("$(", "params[\"", "\"])"),
        At::Around(&["params"]),
    ),
    form(
        is_tekton,
        ("$(", "params['", "'])"),
        At::Around(&["params"]),
    ),
    form(
        is_argo,
        ("{{", "inputs.parameters.", "}}"),
        At::Around(&["inputs", "parameters"]),
    ),
    form(
        is_argo,
        ("{{", "workflow.parameters.", "}}"),
        At::Around(&["arguments", "parameters"]),
    ),
    form(is_openshift, ("${{", "", "}}"), At::Object(&["parameters"])),
    form(is_openshift, ("${", "", "}"), At::Object(&["parameters"])),
    form(
        is_kro,
        ("${", "schema.spec.", "}"),
        At::Schema(&["spec", "schema", "spec"]),
    ),
];

const fn form(
    is_of: fn(Type<'_>) -> bool,
    (open, prefix, close): (&'static str, &'static str, &'static str),
    at: At,
) -> Form {
    Form {
        is_of,
        open,
        close,
        prefix,
        at,
    }
}

fn is_tekton(of: Type<'_>) -> bool {
    matches!(
        of.group_and_version().0,
        "tekton.dev" | "triggers.tekton.dev"
    )
}

fn is_argo(of: Type<'_>) -> bool {
    of.group_and_version().0 == "argoproj.io"
}

fn is_openshift(of: Type<'_>) -> bool {
    matches!(of.group_and_version().0, "" | "template.openshift.io") && of.kind == "Template"
}

fn is_kro(of: Type<'_>) -> bool {
    of.group_and_version().0 == "kro.run"
}

impl Form {
    /// The name of the parameter that `placeholder` stands for.
    fn name<'p>(&self, placeholder: &'p str) -> Option<&'p str> {
        let inside = placeholder.strip_prefix(self.open)?;
        let name = inside.strip_suffix(self.close)?.trim();
        let name = name.strip_prefix('=').map_or(name, str::trim);
        name.strip_prefix(self.prefix)
    }
}

/// Reads `text` again, an image with a placeholder at `path` of the object, with the values that the object
/// has for its parameters.
pub(super) fn read(
    reader: Reader<'_>,
    object: &ObjectNode<'_>,
    path: &[Segment<'_>],
    text: &str,
) -> Option<Result<ImageReference, ReferenceError>> {
    let is_known = |form: &&Form| object.types.iter().any(|&of| (form.is_of)(of));
    let forms: Vec<&Form> = FORMS.iter().filter(is_known).collect();
    if forms.is_empty() || text.len() > VALUE_BYTES {
        return None;
    }
    let parameters = Parameters {
        reader,
        forms,
        around: around(reader, object.at, path),
        lookups: Cell::new(LOOKUPS),
    };
    let known = |placeholder: &str| parameters.value(placeholder, 0);
    Some(ImageReference::parse_with_defaults(text, &known))
}

/// The mappings on the way from the object to the image, the innermost first.
fn around<'a>(reader: Reader<'a>, object: Place, path: &[Segment<'a>]) -> Vec<Place> {
    let mut at = object;
    let mut around = vec![at];
    for segment in path {
        let next = match *segment {
            Segment::Key(key) => reader.winner(at, key),
            Segment::Index(index) => reader.items(at).nth(index),
        };
        let Some(next) = next else { break };
        at = next;
        if reader.is_mapping(at) {
            around.push(at);
        }
    }
    around.reverse();
    around
}

struct Parameters<'a> {
    reader: Reader<'a>,
    forms: Vec<&'static Form>,
    around: Vec<Place>,
    /// How many more are looked up.
    lookups: Cell<u32>,
}

impl Parameters<'_> {
    /// The value of the parameter that `placeholder` stands for, as it is seen from the mapping `level`.
    fn value(&self, placeholder: &str, level: usize) -> Option<String> {
        self.lookups.set(self.lookups.get().checked_sub(1)?);
        let mut forms = self.forms.iter();
        let (form, name) = forms.find_map(|form| Some((form, form.name(placeholder)?)))?;
        let object = self.around.len().checked_sub(1)?;
        let (value, level) = match form.at {
            At::Around(path) => self.around(path, name, level)?,
            At::Object(path) => (self.entry(object, path, name)?.1?, object),
            At::Schema(path) => (self.of_schema(object, path, name)?, object),
        };
        let outer = |placeholder: &str| self.value(placeholder, level + 1);
        Some(with_defaults(&value, &outer)).filter(|value| value.len() <= VALUE_BYTES)
    }

    /// The value in the nearest list that has the parameter, and where that is. A mapping that passes a value
    /// to the one inside it that declares the parameter decides before the default.
    fn around(&self, path: &[&'static str], name: &str, level: usize) -> Option<(String, usize)> {
        let mut levels = level..self.around.len();
        let (at, (passed, value)) =
            levels.find_map(|at| Some((at, self.entry(at, path, name)?)))?;
        if !passed && let Some((true, Some(outer))) = self.entry(at + 1, path, name) {
            return Some((outer, at + 1));
        }
        Some((value?, at))
    }

    /// What the list at `path` says about the parameter: whether a value is passed there, and the value or
    /// default.
    fn entry(
        &self,
        level: usize,
        path: &[&'static str],
        name: &str,
    ) -> Option<(bool, Option<String>)> {
        let reader = self.reader;
        let list = self.follow(*self.around.get(level)?, path)?;
        let mut entries = reader.items(list);
        let entry = entries.find(|entry| reader.text(*entry, "name") == Some(name))?;
        let text = |key| {
            reader
                .text(entry, key)
                .filter(|text| text.len() <= VALUE_BYTES)
        };
        let passed = text("value");
        let value = passed.or_else(|| text("default"));
        Some((passed.is_some(), value.map(str::to_owned)))
    }

    /// The default in a field of a simple schema: `string | default="nginx:1.27"`.
    fn of_schema(&self, object: usize, path: &[&'static str], name: &str) -> Option<String> {
        let mut at = self.follow(*self.around.get(object)?, path)?;
        for name in name.split('.') {
            let field = self
                .reader
                .fields(at)
                .filter(|field| field.name == Some(name))
                .last();
            at = field?.value;
        }
        let written = self.reader.tree.scalar(at.node)?.value;
        let (_, default) = written
            .get(..VALUE_BYTES.min(written.len()))?
            .split_once("default=")?;
        let quoted = default
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'));
        let word = default.split([' ', '|']).next();
        quoted.map(|(inside, _)| inside).or(word).map(str::to_owned)
    }

    fn follow(&self, from: Place, path: &[&'static str]) -> Option<Place> {
        let mut keys = path.iter();
        keys.try_fold(from, |at, key| self.reader.winner(at, key))
    }
}
