//! Applications of Argo CD, and what ApplicationSets make.

use std::sync::Arc;

use super::{Object, Wanted, text_with_place};
use crate::compose::kustomize::{Overlay, Plain};
use crate::compose::tree::{Node, Place};

/// Options of kustomize that take the place of fields of the kustomization.
const FIELDS: [&str; 3] = ["namespace", "namePrefix", "nameSuffix"];

/// What the sources below `keys` want, or why that is not known.
pub(super) fn wanted(object: &Object, keys: &[&str]) -> Vec<Result<Wanted, Arc<str>>> {
    let Some(spec) = object.node.at(keys) else {
        return vec![Err("it has no source".into())];
    };
    let several = spec.get("sources").map_or(&[][..], Node::items);
    // With several sources the single one is not read.
    let sources: Vec<&Node> = match several.is_empty() {
        true => spec.get("source").into_iter().collect(),
        false => several.iter().collect(),
    };
    if sources.is_empty() {
        return vec![Err("it has no source".into())];
    }
    let wanted = sources.into_iter().map(|source| one(object, spec, source));
    wanted.collect()
}

/// The files with values that its sources name: of each the folder that it is relative to, and its path.
pub(super) fn values_files(object: &Object) -> Vec<(String, Arc<str>)> {
    let mut files = Vec::new();
    for keys in [&["spec"][..], &["spec", "template", "spec"]] {
        let Some(spec) = object.node.at(keys) else {
            continue;
        };
        let sources = spec.get("sources").map_or(&[][..], Node::items);
        for source in sources.iter().chain(spec.get("source")) {
            let folder = source.text(&["path"]).unwrap_or_default();
            let named = source.at(&["helm", "valueFiles"]);
            for file in named.map_or(&[][..], Node::items) {
                let Some(path) = file.as_scalar().map(|scalar| &scalar.text) else {
                    continue;
                };
                // `$name/` is the top of another source of the Application.
                let from_top = path.strip_prefix('$').and_then(|it| it.split_once('/'));
                files.push(match (from_top, path.strip_prefix('/')) {
                    (Some((_, rest)), _) | (None, Some(rest)) => (String::new(), rest.into()),
                    (None, None) => (folder.to_owned(), Arc::clone(path)),
                });
            }
        }
    }
    files
}

fn one(object: &Object, spec: &Node, source: &Node) -> Result<Wanted, Arc<str>> {
    let text = |key: &str| source.text(&[key]).unwrap_or_default();
    let url = text("repoURL");
    for (key, what) in [
        ("chart", "a chart"),
        ("helm", "a chart"),
        ("plugin", "a plug-in"),
    ] {
        if source.get(key).is_some_and(|it| !it.is_null()) {
            return Err(format!("{what} makes the manifests").into());
        }
    }
    let Some((path, place)) = text_with_place(source, &["path"]) else {
        return Err("its source has no path".into());
    };
    if path.contains("{{") || url.contains("{{") {
        return Err("a generator fills in its source".into());
    }
    let directory = source.get("directory");
    let option = |key: &str| directory.and_then(|it| it.get(key));
    if ["include", "exclude"]
        .iter()
        .any(|key| option(key).is_some())
    {
        return Err("it takes a part of the folder's files only".into());
    }
    let recurses = option("recurse").and_then(Node::as_scalar);
    let kustomize = source.get("kustomize");
    let list = |key: &str| {
        let list = kustomize.and_then(|it| it.get(key));
        list.map_or(&[][..], Node::items).to_vec()
    };
    let fields = FIELDS.iter().filter_map(|field| {
        let value = kustomize?.get(field).filter(|value| !value.is_null())?;
        Some((*field, value.clone()))
    });
    let images = list("images");
    Ok(Wanted {
        repository: url.into(),
        url: Some(url.into()),
        is_usual: false,
        overlay: Overlay {
            folder: String::new(),
            file: object.id.0,
            place,
            plain: match recurses.is_some_and(|it| &*it.text == "true") {
                true => Plain::Below,
                false => Plain::Folder,
            },
            patches: list("patches"),
            images: images.iter().filter_map(entry).collect(),
            components: list("components"),
            fields: fields.collect(),
            missing_namespace: spec.at(&["destination", "namespace"]).cloned(),
        },
        path,
        variables: None,
    })
}

/// `name=new:tag@digest` or `name:tag` as an entry of `images`.
fn entry(image: &Node) -> Option<Node> {
    let scalar = image.as_scalar()?;
    let (name, new) = match scalar.text.split_once('=') {
        Some((name, new)) => (Some(name), new),
        None => (None, &*scalar.text),
    };
    let (rest, digest) = match new.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (new, None),
    };
    let colon = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
    let (new_name, tag) = match colon {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    // `*` keeps the name.
    let replaces = name.is_some() && new_name != "*";
    let place: Place = scalar.place;
    let mut fields = Vec::new();
    let mut set = |key: &str, text: Option<&str>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            fields.push((Arc::from(key), Node::text_at(text, place)));
        }
    };
    set("name", Some(name.unwrap_or(new_name)));
    set("newName", replaces.then_some(new_name));
    set("newTag", tag);
    set("digest", digest);
    Some(Node::mapping(fields))
}
