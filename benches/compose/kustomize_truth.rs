//! Compares what is read of kustomizations with what kustomize makes of them.
//!
//! Usage: `cargo run --example kustomize_truth -- cases FOLDER` for cases of one YAML file each (`files`, `build`,
//! and `images` or `error`), or `corpus LINES FOLDER` for images as JSON lines and the folder that
//! they are from. Neither is part of the repository.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a tool for measuring, not part of the product"
)]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use imagegate::compose::kustomize::{Builder, Built, Files, Found, Values};
use imagegate::compose::read;
use imagegate::compose::tree::{FileId, Node, Place, Scalar};
use imagegate::model::kustomization::KUSTOMIZATION_NAMES;
use imagegate::model::source::SourceText;
use serde_json::Value as Json;

/// Files of a folder on disk.
struct Disk {
    root: String,
    known: RefCell<HashMap<String, (FileId, Values)>>,
    texts: RefCell<Vec<(String, Arc<str>)>>,
}

impl Disk {
    fn new(root: &Path) -> Self {
        Self {
            root: fs::canonicalize(root).unwrap().to_str().unwrap().to_owned(),
            known: RefCell::default(),
            texts: RefCell::default(),
        }
    }

    fn place(&self, place: Place) -> (String, u32, u32) {
        let texts = self.texts.borrow();
        let (path, text) = &texts[place.file.0 as usize];
        let source = SourceText::new(path.as_str().into(), Arc::clone(text));
        let at = source.position(place.span.start);
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        (path.trim_start_matches('/').to_owned(), at.line, at.column)
    }
}

impl Files for Disk {
    fn find(&self, path: &str) -> Found {
        if let Some((file, values)) = self.known.borrow().get(path) {
            return Found::File(*file, Arc::clone(values));
        }
        let Ok(real) = fs::canonicalize(path) else {
            return Found::Missing;
        };
        if !real.starts_with(&self.root) {
            return Found::Outside;
        }
        if real.is_dir() {
            let names = KUSTOMIZATION_NAMES.iter().map(|name| real.join(name));
            let there = names.filter(|path| path.is_file());
            return Found::Folder {
                path: real.to_str().unwrap().to_owned(),
                kustomizations: there
                    .map(|path| path.to_str().unwrap().to_owned())
                    .collect(),
            };
        }
        let Ok(text) = fs::read_to_string(&real) else {
            return Found::Unreadable("not text".into());
        };
        let file = FileId(self.texts.borrow().len() as u32);
        let values: Values = read::values(&text, file, None).into();
        self.texts.borrow_mut().push((path.to_owned(), text.into()));
        let mut known = self.known.borrow_mut();
        known.insert(path.to_owned(), (file, Arc::clone(&values)));
        Found::File(file, values)
    }

    fn written(&self, place: Place) -> Option<Arc<str>> {
        let texts = self.texts.borrow();
        let (_, text) = texts.get(place.file.0 as usize)?;
        text.get(place.span.start as usize..place.span.end as usize)
            .map(Arc::from)
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.texts
            .borrow()
            .get(file.0 as usize)
            .map(|(_, text)| Arc::clone(text))
    }
}

/// The scalar at a field path such as `spec.containers[0].image`.
fn scalar_at<'a>(node: &'a Node, field: &str) -> Option<&'a Scalar> {
    let mut node = node;
    let mut rest = field;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (index, after) = inside.split_once(']')?;
            node = match index.parse::<usize>() {
                Ok(index) => node.items().get(index)?,
                Err(_) => node.get(index.trim_matches('"'))?,
            };
            rest = after.trim_start_matches('.');
            continue;
        }
        let keys = node.as_mapping()?.entries().iter();
        // The longest key wins: keys may hold dots.
        let (key, value) = keys
            .filter(|(key, _)| {
                rest.strip_prefix(&**key)
                    .is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']))
            })
            .max_by_key(|(key, _)| key.len())?;
        node = value;
        rest = rest[key.len()..].trim_start_matches('.');
    }
    node.as_scalar()
}

fn describe(disk: &Disk, built: &Built) -> String {
    let lines = built.unread.iter().map(|unread| {
        let (path, line, column) = disk.place(unread.place);
        format!(
            "    {:?} {path}:{line}:{column} {}",
            unread.why, unread.detail
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn case(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).unwrap();
    let json = yaml(&text);
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in json["files"].as_object().unwrap() {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content.as_str().unwrap()).unwrap();
    }
    let disk = Disk::new(folder.path());
    let root = Path::new(&disk.root).join(json["build"].as_str().unwrap_or("."));
    let root = fs::canonicalize(root).unwrap();
    let builder = Builder::new(&disk);
    let Some(built) = builder.build(root.to_str().unwrap()) else {
        return Err("no folder".to_owned());
    };
    let unread = describe(&disk, &built);
    if json["error"].is_string() {
        return match built.unread.is_empty() {
            true => Err(format!("no reason given, kustomize: {}", json["error"])),
            false => Ok(unread),
        };
    }
    let mut wrong = Vec::new();
    for image in json["images"].as_array().unwrap() {
        let object = image["object"].as_str().unwrap();
        let field = image["field"].as_str().unwrap();
        let fits = built
            .resources
            .iter()
            .filter(|resource| named(&resource.node) == object);
        let texts: Vec<String> = fits
            .filter_map(|resource| scalar_at(&resource.node, field))
            .map(|scalar| scalar.text.to_string())
            .collect();
        let generated = object.starts_with("ConfigMap");
        if !texts.contains(&image["image"].as_str().unwrap().to_owned()) && !generated {
            wrong.push(format!(
                "    {object} {field}: {} but {texts:?}",
                image["image"]
            ));
        }
    }
    match wrong.is_empty() && unread.is_empty() {
        true => Ok(String::new()),
        false => Err(format!("{}\n{unread}", wrong.join("\n"))),
    }
}

fn named(node: &Node) -> String {
    let text = |keys: &[&str]| node.text(keys).unwrap_or_default();
    let namespace = match text(&["metadata", "namespace"]) {
        "" => String::new(),
        name => format!("{name}/"),
    };
    format!(
        "{} {namespace}{}",
        text(&["kind"]),
        text(&["metadata", "name"])
    )
}

/// A YAML file as JSON.
fn yaml(text: &str) -> Json {
    fn json(node: &Node) -> Json {
        match node {
            Node::Scalar(scalar) => Json::String(scalar.text.to_string()),
            Node::List(items) => Json::Array(items.iter().map(json).collect()),
            Node::Mapping(mapping) => Json::Object(
                mapping
                    .entries()
                    .iter()
                    .map(|(key, value)| (key.to_string(), json(value)))
                    .collect(),
            ),
            Node::Pruned => Json::Null,
        }
    }
    let values = read::values(text, FileId(0), None);
    json(&values[0].as_ref().unwrap().node)
}

fn cases(folder: &Path) {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut good = 0;
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy();
        match case(path) {
            Ok(said) => {
                good += 1;
                if !said.is_empty() {
                    println!("ok {name}\n{said}");
                }
            }
            Err(why) => println!("WRONG {name}\n{why}"),
        }
    }
    println!("{good} of {} cases", paths.len());
}

fn corpus(lines: &Path, folder: &Path) {
    let disk = Disk::new(folder);
    let builder = Builder::new(&disk);
    let text = fs::read_to_string(lines).unwrap();
    let mut built: BTreeMap<String, Option<Built>> = BTreeMap::new();
    let (mut all, mut texts, mut places, mut silent) = (0, 0, 0, 0);
    for line in text.lines() {
        let image: Json = serde_json::from_str(line).unwrap();
        all += 1;
        let text = |key: &str| image[key].as_str().unwrap_or_default().to_owned();
        let from = format!("{}/{}/{}", disk.root, text("repo"), text("src"));
        let from = from.trim_end_matches("/.").to_owned();
        let made = built
            .entry(from.clone())
            .or_insert_with(|| builder.build(&from));
        let Some(made) = made else {
            println!("no kustomization: {from}");
            silent += 1;
            continue;
        };
        let fits = made.resources.iter().filter(|resource| {
            let is = |keys: &[&str]| resource.node.text(keys).unwrap_or_default().to_owned();
            is(&["kind"]) == text("kind")
                && is(&["metadata", "name"]) == text("name")
                && is(&["metadata", "namespace"]) == text("ns")
        });
        let found: Vec<&Scalar> = fits
            .filter_map(|it| scalar_at(&it.node, &text("field")))
            .collect();
        let Some(scalar) = found.iter().find(|it| *it.text == *text("image")) else {
            silent += usize::from(made.unread.is_empty());
            let seen: Vec<&str> = found.iter().map(|it| &*it.text).collect();
            println!(
                "{from}: {} {} {}: {} but {seen:?}\n{}",
                text("kind"),
                text("name"),
                text("field"),
                text("image"),
                describe(&disk, made)
            );
            continue;
        };
        texts += 1;
        let mut expected: Vec<(String, u32, u32)> = image["places"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| {
                let number = |key: &str| place[key].as_u64().unwrap() as u32;
                (
                    place["f"].as_str().unwrap().to_owned(),
                    number("l"),
                    number("c"),
                )
            })
            .collect();
        let mut actual: Vec<(String, u32, u32)> = scalar
            .pieces()
            .iter()
            .map(|piece| disk.place(piece.place))
            .collect();
        expected.sort();
        actual.sort();
        match expected == actual {
            true => places += 1,
            false => println!("places of {}: {expected:?} but {actual:?}", text("image")),
        }
    }
    for (folder, made) in built
        .iter()
        .filter_map(|(name, made)| Some((name, made.as_ref()?)))
    {
        if !made.unread.is_empty() {
            println!("{folder} builds, but:\n{}", describe(&disk, made));
        }
    }
    let unread: usize = built
        .values()
        .flatten()
        .filter(|built| !built.unread.is_empty())
        .count();
    println!(
        "{all} images: text {texts}, places {places}, silent {silent}; {} kustomizations, {unread} with something unread",
        built.len()
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["cases", folder] => cases(Path::new(folder)),
        ["corpus", lines, folder] => corpus(Path::new(lines), Path::new(folder)),
        _ => println!("usage: cases FOLDER | corpus LINES FOLDER"),
    }
}
