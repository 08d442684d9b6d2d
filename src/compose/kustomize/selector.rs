//! `target`, `select` and `source`: which objects are meant.

use regex::Regex;

use super::expression;
use super::fields;
use super::resource::{Id, Resource};
use crate::compose::tree::Node;

/// The steps that it takes to ask whether one object is meant.
pub const SELECTION: usize = 32;

/// What an object has to be.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    group: Option<Regex>,
    version: Option<Regex>,
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    labels: Vec<Requirement>,
    annotations: Vec<Requirement>,
}

/// A requirement on a label or annotation.
#[derive(Debug, Clone)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Missing(String),
}

impl Selector {
    /// Reads one.
    ///
    /// # Errors
    /// Why it is not read.
    pub fn read(node: &Node) -> Result<Self, &'static str> {
        let pattern = |name: &str| match fields::text(node, name) {
            None | Some("") => Ok(None),
            Some(pattern) => expression::of_target(pattern)
                .map(Some)
                .map_err(|_| "a target has a regular expression that is not read"),
        };
        let all_text = ["group", "version", "kind", "name", "namespace"];
        if all_text.iter().any(|name| fields::is_no_text(node, name)) {
            return Err("a field of a target is no string");
        }
        Ok(Self {
            group: pattern("group")?,
            version: pattern("version")?,
            kind: pattern("kind")?,
            name: pattern("name")?,
            namespace: pattern("namespace")?,
            labels: requirements(fields::text(node, "labelSelector"))?,
            annotations: requirements(fields::text(node, "annotationSelector"))?,
        })
    }

    /// Whether the object is meant, by any of its names.
    pub fn selects(&self, resource: &Resource) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(text))
        };
        let now = Id::of(&resource.node);
        let by_name = |id: &Id| fits(&self.name, &id.name) && fits(&self.namespace, &id.namespace);
        fits(&self.group, &now.group)
            && fits(&self.version, &now.version)
            && fits(&self.kind, &now.kind)
            && resource.ids().any(|id| by_name(&id))
            && self.labels.iter().all(|it| it.holds(resource, "labels"))
            && self
                .annotations
                .iter()
                .all(|it| it.holds(resource, "annotations"))
    }
}

/// What an object has to be whose fields a replacement changes: other than for patches each text is the whole name and
/// no expression.
#[derive(Debug, Clone, Default)]
pub struct Exact {
    id: [Option<String>; 5],
    labels: Vec<Requirement>,
    annotations: Vec<Requirement>,
}

impl Exact {
    /// Reads one.
    ///
    /// # Errors
    /// Why it is not read.
    pub fn read(node: &Node) -> Result<Self, &'static str> {
        let names = ["group", "version", "kind", "name", "namespace"];
        if names.iter().any(|name| fields::is_no_text(node, name)) {
            return Err("a field of a target is no string");
        }
        let text = |name: &str| fields::text(node, name).filter(|text| !text.is_empty());
        Ok(Self {
            id: names.map(|name| text(name).map(str::to_owned)),
            labels: requirements(fields::text(node, "labelSelector"))?,
            annotations: requirements(fields::text(node, "annotationSelector"))?,
        })
    }

    /// Whether the object is meant.
    pub fn selects(&self, resource: &Resource) -> bool {
        self.is_marked(resource) && self.is_called(resource)
    }

    /// Whether the object is left out: by one of its names, or by what it is marked with.
    pub fn rejects(&self, resource: &Resource) -> bool {
        let is_any = self.id.iter().all(Option::is_none);
        let asks = !(self.labels.is_empty() && self.annotations.is_empty());
        !is_any && self.is_called(resource) || asks && self.is_marked(resource)
    }

    fn is_called(&self, resource: &Resource) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|it| it == is);
        let [group, version, kind, name, namespace] = &self.id;
        resource.ids().any(|id| {
            fits(group, &id.group)
                && fits(version, &id.version)
                && fits(kind, &id.kind)
                && fits(name, &id.name)
                && fits(namespace, &id.namespace)
        })
    }

    fn is_marked(&self, resource: &Resource) -> bool {
        let all = |marks: &[Requirement], of| marks.iter().all(|it| it.holds(resource, of));
        all(&self.labels, "labels") && all(&self.annotations, "annotations")
    }
}

impl Requirement {
    fn holds(&self, resource: &Resource, of: &str) -> bool {
        let value = |key: &str| {
            let value = resource.node.at(&["metadata", of, key])?;
            value.as_scalar().map(|scalar| scalar.text.to_string())
        };
        match self {
            Self::In(key, values) => value(key).is_some_and(|it| values.contains(&it)),
            Self::NotIn(key, values) => value(key).is_none_or(|it| !values.contains(&it)),
            Self::Exists(key) => value(key).is_some(),
            Self::Missing(key) => value(key).is_none(),
        }
    }
}

/// The requirements of a label selector of Kubernetes.
fn requirements(selector: Option<&str>) -> Result<Vec<Requirement>, &'static str> {
    let mut requirements = Vec::new();
    let mut rest = selector.unwrap_or_default().trim();
    while !rest.is_empty() {
        // A comma inside of brackets parts values.
        let open = rest.find('(').unwrap_or(rest.len());
        let end = match rest.find(',') {
            Some(comma) if comma < open => comma,
            _ => match rest[open..].find(')') {
                Some(close) => open + close + 1,
                None => rest.len(),
            },
        };
        requirements.push(requirement(rest[..end].trim())?);
        rest = rest[end..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Ok(requirements)
}

fn requirement(text: &str) -> Result<Requirement, &'static str> {
    const WRONG: &str = "a selector of labels or annotations is not read";
    let is_key = |key: &str| {
        let mut characters = key.chars();
        !key.is_empty() && characters.all(|it| it.is_ascii_alphanumeric() || "-_./".contains(it))
    };
    let values = |list: &str| -> Option<Vec<String>> {
        let list = list.trim().strip_prefix('(')?.strip_suffix(')')?;
        Some(list.split(',').map(|it| it.trim().to_owned()).collect())
    };
    let one = |value: &str| vec![value.trim().to_owned()];
    let read = if let Some(key) = text.strip_prefix('!') {
        Requirement::Missing(key.trim().to_owned())
    } else if let Some((key, value)) = text.split_once("!=") {
        Requirement::NotIn(key.trim().to_owned(), one(value))
    } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        Requirement::In(key.trim().to_owned(), one(value))
    } else if let Some((key, list)) = text.split_once(" notin ") {
        Requirement::NotIn(key.trim().to_owned(), values(list).ok_or(WRONG)?)
    } else if let Some((key, list)) = text.split_once(" in ") {
        Requirement::In(key.trim().to_owned(), values(list).ok_or(WRONG)?)
    } else {
        Requirement::Exists(text.to_owned())
    };
    let (Requirement::In(key, _)
    | Requirement::NotIn(key, _)
    | Requirement::Exists(key)
    | Requirement::Missing(key)) = &read;
    is_key(key).then_some(()).ok_or(WRONG)?;
    Ok(read)
}
