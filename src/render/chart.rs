//! What a chart says of itself: `Chart.yaml` and `requirements.yaml`. Pure.

use std::path::PathBuf;

use super::version;
use crate::model::span::Span;
use crate::parse::document::{Body, Document};
use crate::parse::tree::{NodeId, Tree};
use crate::parse::{ParseSettings, documents};

/// A chart that another one depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// What it is asked for as.
    version: String,
    /// Where it lies beside the chart, when `repository` is a path.
    pub folder: Option<PathBuf>,
    /// The values that switch it on, the first that is there decides.
    pub condition: Option<String>,
    /// Where its name stands, and in which file.
    pub place: (&'static str, Span),
}

impl Dependency {
    /// Whether an entry of `charts/` is it: a chart of that name, or an archive.
    pub fn is_in(&self, entry: &str) -> bool {
        let archive = entry.strip_suffix(".tgz");
        let version = archive.and_then(|rest| rest.strip_prefix(&self.name)?.strip_prefix('-'));
        *entry == self.name || version.is_some()
    }

    /// Whether a chart of the same repository is it, by its description: of that name, and where it is asked for in a
    /// repository of charts, of a version in the range.
    pub fn is_met_by(&self, description: &str) -> bool {
        let mut met = false;
        with_root(description, |tree, root| {
            let is_named = text(tree, root, "name") == Some(&self.name);
            let version = text(tree, root, "version").unwrap_or_default();
            met = is_named && (self.folder.is_some() || version::is_in(version, &self.version));
        });
        met
    }

    /// An empty chart in its place, so that the rest is rendered.
    pub fn stub(&self) -> String {
        let digits = self
            .version
            .trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.');
        let version = &digits[..end.unwrap_or(digits.len())];
        let parts: Vec<&str> = version.split('.').filter(|part| !part.is_empty()).collect();
        let part = |number: usize| parts.get(number).copied().unwrap_or("0");
        format!(
            "apiVersion: v2\nname: {:?}\nversion: {}.{}.{}\n",
            self.name,
            part(0),
            part(1),
            part(2)
        )
    }
}

/// Files that name dependencies: since Helm 3 the chart itself.
const WITH_DEPENDENCIES: [&str; 2] = ["Chart.yaml", "requirements.yaml"];

/// What a chart depends on; `text` gives its files.
pub fn dependencies(text: impl Fn(&str) -> Option<String>) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = Vec::new();
    for file in WITH_DEPENDENCIES {
        let Some(text) = text(file) else { continue };
        with_root(&text, |tree, root| {
            let Some(list) = tree.find(root, "dependencies") else {
                return;
            };
            for item in tree.items(tree.resolve(list.value)).collect::<Vec<_>>() {
                let found = dependency(tree, tree.resolve(item), file);
                let known = |one: &Dependency| all.iter().any(|other| other.name == one.name);
                all.extend(found.filter(|one| !known(one)));
            }
        });
    }
    all
}

fn dependency(tree: &Tree<'_>, item: NodeId, file: &'static str) -> Option<Dependency> {
    let name = tree.find(item, "name")?.value;
    let repository = text(tree, item, "repository");
    let folder = repository.and_then(|text| text.strip_prefix("file://"));
    let written = tree.scalar(tree.resolve(name))?.value;
    // A name with a `/` would be written elsewhere.
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_plain = written.chars().all(is_name) && !written.starts_with('.') && !written.is_empty();
    is_plain.then(|| Dependency {
        name: written.to_owned(),
        version: text(tree, item, "version").unwrap_or_default().to_owned(),
        folder: folder.map(PathBuf::from),
        condition: text(tree, item, "condition").map(str::to_owned),
        place: (file, tree.span(name)),
    })
}

/// Whether the default values switch a dependency off.
pub fn is_off(condition: &str, values: &str) -> bool {
    let mut off = None;
    with_root(values, |tree, root| {
        for path in condition.split(',') {
            let end = path.trim().split('.').try_fold(root, |at, key| {
                tree.find(at, key).map(|entry| tree.resolve(entry.value))
            });
            let scalar = end.and_then(|end| tree.scalar(end));
            off = off.or(scalar.map(|scalar| scalar.value == "false"));
        }
    });
    off.unwrap_or_default()
}

/// The name of the chart.
pub fn name_of(text: &str) -> Option<String> {
    let mut name = None;
    with_root(text, |tree, root| {
        name = self::text(tree, root, "name").map(str::to_owned);
    });
    name
}

/// Whether it is a library, of which nothing is deployed.
pub fn is_library(text: &str) -> bool {
    let mut library = false;
    with_root(text, |tree, root| {
        library = self::text(tree, root, "type") == Some("library");
    });
    library
}

fn text<'t>(tree: &'t Tree<'_>, at: NodeId, key: &str) -> Option<&'t str> {
    let value = tree.resolve(tree.find(at, key)?.value);
    tree.scalar(value).map(|scalar| scalar.value)
}

/// Looks at the mapping of the first document with content.
pub fn with_root(text: &str, mut look: impl FnMut(&Tree<'_>, NodeId)) {
    let settings = ParseSettings::default();
    let mut is_first = true;
    documents(text, &settings, &mut |document: Document<'_>| {
        if let Body::Tree(tree) = &document.body
            && std::mem::take(&mut is_first)
            && let Some(root) = tree.root()
        {
            look(tree, tree.resolve(root));
        }
    });
}
