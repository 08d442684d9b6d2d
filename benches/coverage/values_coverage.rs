//! Holds the images that imagegate finds in values against those that Helm renders with them.
//!
//! ```text
//! cargo run --release --example values_coverage -- CORPUS RENDERED.jsonl... [--list | --missing]
//! ```
//!
//! `RENDERED.jsonl` has one object a line: `repo`, `src` (the folder of a chart, or the file of a release), `image` as it
//! is deployed, `places` (what it is made of; none for what stands in the chart alone). `--list` prints every image that
//! is found in values, for a person to look for texts that are none; `--missing` the rendered ones that were not found.

#![expect(clippy::print_stdout, reason = "the tables are the purpose")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use imagegate::extract::ExtractSettings;
use imagegate::extract::file::facts;
use imagegate::model::image_use::{ImageUse, Role};
use imagegate::model::reference::{ImageReference, ReferenceError};
use serde::Deserialize;

/// One rendered image.
#[derive(Debug, Deserialize)]
struct Rendered {
    repo: String,
    src: String,
    image: String,
    places: Vec<At>,
}

/// A scalar that a rendered image is made of.
#[derive(Debug, Deserialize)]
struct At {
    /// The file, which may be that of a chart beside.
    f: String,
}

/// What is known of a found image: its name, and the whole where it is complete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    name: String,
    whole: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, paths): (Vec<_>, Vec<_>) =
        arguments.iter().partition(|text| text.starts_with("--"));
    let [corpus, lists @ ..] = paths.as_slice() else {
        return Err("usage: values_coverage CORPUS RENDERED.jsonl... [--list | --missing]".into());
    };
    let has = |option: &str| options.iter().any(|given| *given == option);
    let found = found(corpus, has("--list"))?;
    for list in lists {
        println!("\n{list}\n");
        compare(&found, list, has("--missing"))?;
    }
    Ok(())
}

/// The images of each file.
fn found(corpus: &str, list: bool) -> Result<BTreeMap<String, Vec<Known>>, Box<dyn Error>> {
    let files: Vec<_> = walkdir::WalkDir::new(corpus)
        .sort_by_file_name()
        .into_iter()
        .collect::<Result<_, _>>()?;
    let mut names = Vec::new();
    for entry in files.iter().filter(|entry| entry.file_type().is_file()) {
        let name = entry.path().strip_prefix(corpus)?;
        names.push((entry.path(), name.to_string_lossy().replace('\\', "/")));
    }
    let settings = ExtractSettings::default();
    let settings = settings.with_files(names.iter().map(|(_, name)| name.as_str()));
    let mut all = BTreeMap::new();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (path, name) in &names {
        let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        let facts = facts(name.as_str().into(), text.into(), &settings);
        for used in &facts.uses {
            if matches!(used.role, Role::Values | Role::Kustomize) {
                let start = used.location.start;
                let kind = kind(used);
                *counts.entry(kind).or_default() += 1;
                if list {
                    let place = format!("{name}:{}:{}", start.line, start.column);
                    println!("{kind}\t{place}\t{}\t{}", used.field, used.text);
                }
            }
        }
        let known: Vec<Known> = facts.uses.iter().filter_map(known).collect();
        all.insert(name.clone(), known);
    }
    println!("| found in values | images |\n|---|---|");
    for (kind, count) in counts {
        println!("| {kind} | {count} |");
    }
    Ok(all)
}

fn kind(used: &ImageUse) -> &'static str {
    match used.reference.as_ref() {
        Ok(_) => "complete",
        Err(ReferenceError::Incomplete(partial)) if partial.repository.is_some() => {
            "tag not written"
        }
        Err(ReferenceError::Incomplete(_)) => "a part only",
        Err(ReferenceError::Placeholder(_)) => "placeholder",
        Err(_) => "no reference",
    }
}

fn known(used: &ImageUse) -> Option<Known> {
    match used.reference.as_ref() {
        Ok(image) => Some(Known {
            name: image.name(),
            whole: Some(pulled(image)),
        }),
        Err(ReferenceError::Incomplete(partial)) => Some(Known {
            name: format!(
                "{}/{}",
                partial.registry.as_ref()?,
                partial.repository.as_ref()?
            ),
            whole: None,
        }),
        Err(_) => None,
    }
}

/// The text by which an image is pulled: a digest decides, whatever tag stands before it.
fn pulled(image: &ImageReference) -> String {
    match &image.digest {
        Some(digest) => format!("{}@{digest}", image.name()),
        None => image.to_string(),
    }
}

fn compare(
    found: &BTreeMap<String, Vec<Known>>,
    list: &str,
    missing: bool,
) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(list)?;
    let mut wanted = BTreeMap::new();
    for line in text.lines() {
        let line: Rendered = serde_json::from_str(line)?;
        let source = format!("{}/{}", line.repo, line.src);
        let written: &mut BTreeSet<String> = wanted.entry((source, line.image)).or_default();
        written.extend(line.places.into_iter().map(|place| place.f));
    }
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for ((source, image), written) in wanted {
        let known: BTreeSet<&Known> = found
            .iter()
            .filter(|(file, _)| is_of(file, &source) || written.contains(*file))
            .flat_map(|(_, known)| known)
            .collect();
        let answer = answer(&known, &image, !written.is_empty());
        *counts.entry(answer).or_default() += 1;
        if missing && !matches!(answer, "exact" | "repository right, tag not written") {
            println!("{answer}\t{source}\t{image}");
        }
    }
    println!("| rendered | images |\n|---|---|");
    for (answer, count) in counts {
        println!("| {answer} | {count} |");
    }
    Ok(())
}

/// Whether the file is the source, or lies in that folder.
fn is_of(file: &str, source: &str) -> bool {
    let rest = file.strip_prefix(source);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn answer(known: &BTreeSet<&Known>, image: &str, written: bool) -> &'static str {
    let Ok(wanted) = ImageReference::parse(image) else {
        return "no reference";
    };
    let (name, whole) = (wanted.name(), pulled(&wanted));
    let same = |known: &&&Known| known.name == name;
    if known
        .iter()
        .any(|known| known.whole.as_ref() == Some(&whole))
    {
        return "exact";
    }
    let mut of_name = known.iter().filter(same).peekable();
    match (
        of_name.peek().is_some(),
        of_name.any(|known| known.whole.is_none()),
    ) {
        (true, true) => "repository right, tag not written",
        (true, false) => "other tag",
        (false, _) if written => "missing",
        (false, _) => "stands in the chart alone",
    }
}
