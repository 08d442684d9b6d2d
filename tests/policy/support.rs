//! Policies from testdata or from text, read with the files beside them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use imagegate::model::source::SourceText;
use imagegate::parse::document::Body;
use imagegate::parse::tree::{NodeId, Style, Tree};
use imagegate::parse::{ParseSettings, documents};
use imagegate::policy::error::PolicyDiagnostic;
use imagegate::policy::settings::Policy;
use imagegate::policy::{self, PolicyFiles};

/// testdata/policy, where the files that policies name live.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/policy")
}

/// The files of testdata/policy, and two variables.
pub struct Testdata;

impl PolicyFiles for Testdata {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        std::fs::read(folder().join(path)).map_err(|_| "no such file".to_owned())
    }

    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "COSIGN_PUBLIC_KEY" => std::fs::read_to_string(folder().join("keys/rsa3072.pub")).ok(),
            "NOT_A_KEY" => Some("hunter2-hunter2".to_owned()),
            _ => None,
        }
    }
}

pub fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("imagegate.yaml".into(), text.into()))
}

pub fn read(text: &str) -> Result<Policy, Vec<PolicyDiagnostic>> {
    policy::read(source(text), &Testdata)
}

/// The policy in `text`, which must be valid.
pub fn valid(text: &str) -> Policy {
    match read(text) {
        Ok(policy) => policy,
        Err(wrong) => panic!("refused:\n{text}\n{}", shown(text, &wrong)),
    }
}

/// What is wrong in `text`, as [`shown`].
pub fn refused(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(wrong) => shown(text, &wrong),
    }
}

/// Line, column and marked text of each diagnostic, its message, label and help.
pub fn shown(text: &str, diagnostics: &[PolicyDiagnostic]) -> String {
    let source = source(text);
    let mut out = String::new();
    for found in diagnostics {
        let position = source.position(found.span.start);
        let marked = &text[found.span.start as usize..found.span.end as usize];
        writeln!(
            out,
            "{}:{}: {}",
            position.line, position.column, found.message
        )
        .unwrap();
        writeln!(out, "    {marked}  <- {}", found.label).unwrap();
        if let Some(help) = &found.help {
            writeln!(out, "    help: {help}").unwrap();
        }
    }
    out
}

/// Name and text of every YAML or JSON file in a folder of testdata/policy, by name.
pub fn fixtures(name: &str) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder().join(name)).unwrap();
    let mut all: Vec<(PathBuf, String)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "yaml" || end == "json")
        })
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect();
    all.sort();
    assert!(!all.is_empty(), "{name}");
    all
}

/// Holds `said` against the `.txt` beside `path`. With `UPDATE_EXPECTED=1` in the environment that file
/// is written anew, to be read before it is committed.
pub fn compare_with_text_beside(path: &Path, said: &str) {
    let beside = path.with_extension("txt");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&beside, said).unwrap();
    }
    let wanted = std::fs::read_to_string(&beside).unwrap_or_default();
    assert_eq!(said, wanted, "{}", path.display());
}

/// The YAML document in `text` as a schema sees it: aliases resolved, types by the core schema.
pub fn to_json(text: &str) -> Value {
    let mut value = Value::Null;
    documents(text, &ParseSettings::default(), &mut |document| {
        if let Body::Tree(tree) = &document.body
            && let Some(root) = tree.root()
        {
            value = node_to_json(tree, root);
        }
    });
    value
}

fn node_to_json(tree: &Tree<'_>, node: NodeId) -> Value {
    if tree.is_mapping(node) {
        let entries = tree.own_entries(node).map(|(key, value)| {
            let key = tree.scalar(key).unwrap().value.to_owned();
            (key, node_to_json(tree, value))
        });
        return entries.collect::<Map<_, _>>().into();
    }
    let Some(scalar) = tree.scalar(node) else {
        let items = tree.items(node).map(|item| node_to_json(tree, item));
        return items.collect::<Vec<_>>().into();
    };
    let text = scalar.value;
    match text {
        _ if scalar.style != Style::Plain => text.into(),
        "" | "~" | "null" => Value::Null,
        "true" => true.into(),
        "false" => false.into(),
        _ if text.starts_with(|first: char| first.is_ascii_digit()) => match text.parse::<u64>() {
            Ok(number) => number.into(),
            Err(_) => text
                .parse::<f64>()
                .map_or_else(|_| text.into(), Value::from),
        },
        _ => text.into(),
    }
}
