//! Holds what imagegate finds in a corpus of manifests against what another extractor found there, and
//! prints the tables of docs/coverage.md.
//!
//! ```text
//! cargo run --release --example corpus_coverage -- CORPUS IMAGES.jsonl UNREADABLE.jsonl
//! ```
//!
//! `IMAGES.jsonl` has one object a line: `file, doc, kind, tier, path, image, line, col`; tiers 1 and 2 must
//! be found, each at that file, document, line and column, with that text, as often as listed.
//! `UNREADABLE.jsonl` names under `file` the files that the other extractor gave up. Ends with exit code
//! 1 when a line is missing without a reason.

#![expect(clippy::print_stdout, reason = "the tables are the purpose")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use imagegate::extract::ExtractSettings;
use imagegate::extract::file::facts;
use imagegate::model::image_use::{ImageUse, Role};
use imagegate::model::reference::ReferenceError;
use imagegate::parse::document::{Body, Document};
use imagegate::parse::{ParseSettings, documents};
use serde::Deserialize;

/// API groups whose objects hold patterns, see docs/coverage.md.
const PATTERN_GROUPS: [&str; 4] = [
    "kyverno.io",
    "policies.kyverno.io",
    "policy.sigstore.dev",
    "admissionregistration.k8s.io",
];

/// One line of the other extractor's list.
#[derive(Debug, Deserialize)]
struct Expected {
    file: String,
    doc: u32,
    kind: String,
    tier: u8,
    image: String,
    line: u32,
    col: u32,
}

#[derive(Debug, Deserialize)]
struct Unreadable {
    file: String,
}

/// A place in a file: document, line, column and text.
type Place = (u32, u32, u32, String);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, images, unreadable] = arguments.as_slice() else {
        return Err("usage: corpus_coverage CORPUS IMAGES.jsonl UNREADABLE.jsonl".into());
    };
    let unreadable: BTreeSet<String> = lines::<Unreadable>(unreadable)?
        .into_iter()
        .map(|line| line.file)
        .collect();
    let mut expected: HashMap<String, Vec<Expected>> = HashMap::new();
    for line in lines::<Expected>(images)? {
        expected.entry(line.file.clone()).or_default().push(line);
    }
    let mut comparison = Comparison::default();
    let settings = ExtractSettings::default();
    for entry in walkdir::WalkDir::new(corpus).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let name = entry.path().strip_prefix(corpus)?;
        let name = name.to_string_lossy().replace('\\', "/");
        let text = read(entry.path())?;
        let found = facts(name.as_str().into(), text.as_str().into(), &settings);
        let wanted = expected.remove(&name).unwrap_or_default();
        comparison.file(&text, &found.uses, &wanted, unreadable.contains(&name));
    }
    for line in expected.into_values().flatten() {
        comparison.missing.push(format!("{line:?}: no such file"));
    }
    comparison.print();
    Ok(ExitCode::from(u8::from(!comparison.missing.is_empty())))
}

fn lines<T: for<'d> Deserialize<'d>>(path: &str) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().map(serde_json::from_str);
    Ok(lines.collect::<Result<_, _>>()?)
}

fn read(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[derive(Debug, Default)]
struct Comparison {
    files: u32,
    /// Expected lines that were found, by tier.
    found: BTreeMap<u8, u32>,
    /// Expected lines of tiers 1 and 2 that are left out, by reason.
    left_out: BTreeMap<String, u32>,
    /// Uses that nobody expected, by reason.
    beyond: BTreeMap<&'static str, u32>,
    /// Those outside of containers, by what they are used as, kind and field, with their texts.
    fields: BTreeMap<[String; 3], BTreeMap<String, u32>>,
    missing: Vec<String>,
}

impl Comparison {
    fn file(&mut self, text: &str, uses: &[ImageUse], wanted: &[Expected], unreadable: bool) {
        self.files += 1;
        let mut open: HashMap<Place, Vec<&ImageUse>> = HashMap::new();
        for used in uses {
            let start = used.location.start;
            let place = (
                used.document,
                start.line,
                start.column,
                used.text.to_string(),
            );
            open.entry(place).or_default().push(used);
        }
        for line in wanted {
            let place = (line.doc, line.line, line.col, line.image.clone());
            if open.get_mut(&place).and_then(Vec::pop).is_some() {
                *self.found.entry(line.tier).or_default() += 1;
            } else if line.tier < 3 {
                self.not_found(text, line);
            }
        }
        for used in open.into_values().flatten() {
            *self.beyond.entry(reason(used, unreadable)).or_default() += 1;
            self.field(used);
        }
    }

    fn not_found(&mut self, text: &str, line: &Expected) {
        let group = api_group(text, line.doc);
        if group
            .as_deref()
            .is_some_and(|group| PATTERN_GROUPS.contains(&group))
        {
            let reason = format!("{} of {}", line.kind, group.unwrap_or_default());
            *self.left_out.entry(reason).or_default() += 1;
        } else {
            self.missing.push(format!("{line:?}"));
        }
    }

    /// Notes a use in a field that is known by a table, by its name, or as an annotation or argument.
    fn field(&mut self, used: &ImageUse) {
        if !matches!(
            used.role,
            Role::CustomResource | Role::Annotation | Role::Argument
        ) {
            return;
        }
        let object = &used.object;
        let kind = format!("{} {}", object.api_version, object.kind);
        let mut field = String::new();
        let mut inside = false;
        for character in used.field.chars() {
            inside = character == '[' || inside && character != ']';
            if !(inside && character.is_ascii_digit()) {
                field.push(character);
            }
        }
        let key = [used.role.as_str().to_owned(), kind, field];
        let texts = self.fields.entry(key).or_default();
        *texts.entry(used.text.to_string()).or_default() += 1;
    }

    fn print(&self) {
        println!("{} files\n", self.files);
        println!("| listed by the other extractor | reported |\n|---|---|");
        for (tier, count) in &self.found {
            println!("| tier {tier} | {count} |");
        }
        println!("\n| left out on purpose: patterns in policies | lines |\n|---|---|");
        for (reason, count) in &self.left_out {
            println!("| {reason} | {count} |");
        }
        println!("\n| reported beyond the list | images |\n|---|---|");
        for (reason, count) in &self.beyond {
            println!("| {reason} | {count} |");
        }
        println!("\n| as | kind | field | images |\n|---|---|---|---|");
        for ([role, kind, field], texts) in &self.fields {
            let texts: Vec<String> = texts
                .iter()
                .map(|(text, times)| format!("{times} `{text}`"))
                .collect();
            println!("| {role} | {kind} | `{field}` | {} |", texts.join(", "));
        }
        for line in &self.missing {
            println!("\nmissing: {line}");
        }
    }
}

/// Why a use is in nobody's list.
fn reason(used: &ImageUse, unreadable: bool) -> &'static str {
    if unreadable {
        "the file has an unreadable document, at which the other extractor stops"
    } else if matches!(*used.reference, Err(ReferenceError::NotText)) {
        "a number or collection where an image belongs"
    } else if matches!(*used.reference, Err(ReferenceError::Placeholder(_))) {
        "an unquoted `{{ … }}`, which the other extractor reads as a mapping"
    } else if used.role == Role::CustomResource {
        "a field of a custom resource, by the built-in tables or by its name"
    } else if matches!(used.role, Role::Annotation | Role::Argument) {
        "an annotation or argument"
    } else {
        "other"
    }
}

/// The API group of that document.
fn api_group(text: &str, wanted: u32) -> Option<String> {
    let mut found = None;
    documents(
        text,
        &ParseSettings::default(),
        &mut |document: Document<'_>| {
            if document.index == wanted
                && let Body::Tree(tree) = &document.body
                && let Some(root) = tree.root()
            {
                let version = tree.find(root, "apiVersion");
                let version = version.and_then(|entry| tree.scalar(entry.value));
                found = version.and_then(|version| {
                    let (group, _) = version.value.split_once('/')?;
                    Some(group.to_owned())
                });
            }
        },
    );
    found
}
