//! The sources of an Application of Argo CD: values as text and as object, parameters, options of kustomize; and what
//! the elements of an ApplicationSet's list fill in.

use super::holders::{Held, Holder};
use super::image::Image;
use super::node::{self, Map, Value};
use super::{patches, rules};
use crate::extract::fields::Place;
use crate::model::origin::PartRole;
use crate::model::reference::ImageReference;

/// Most images that the elements of lists make of one.
const ELEMENTS: usize = 100;

/// Reads `source` and `sources` below `keys`.
pub(super) fn sources<'a>(holder: &Holder<'_, 'a>, keys: &[&'a str], held: &mut Held) {
    let reader = holder.from.reader;
    let field = keys.join(".");
    if let Some(source) = holder.place(&[keys, &["source"]].concat()) {
        of_source(holder, source, &format!("{field}.source"), held);
    }
    if let Some(sources) = holder.place(&[keys, &["sources"]].concat()) {
        let items: Vec<Place> = reader.items(sources).collect();
        for (index, source) in items.into_iter().enumerate() {
            of_source(holder, source, &format!("{field}.sources[{index}]"), held);
        }
    }
}

fn of_source(holder: &Holder<'_, '_>, source: Place, field: &str, held: &mut Held) {
    let source = Holder {
        from: holder.from,
        object: source,
    };
    if let Some(text) = source.place(&["helm", "values"]) {
        let values = node::read_text(source.from, text, &mut held.unread);
        let field = format!("{field}.helm.values");
        held.images.extend(rules::images(&values, &field));
    }
    let object = source.at(&["helm", "valuesObject"], &mut held.unread);
    let values_field = format!("{field}.helm.valuesObject");
    held.images.extend(rules::images(&object, &values_field));
    let parameters = source.at(&["helm", "parameters"], &mut held.unread);
    let parameters_field = format!("{field}.helm.parameters");
    let values = as_values(&parameters);
    held.images
        .extend(rules::images(&values, &parameters_field));
    let images = source.at(&["kustomize", "images"], &mut held.unread);
    let images_field = format!("{field}.kustomize.images");
    held.images
        .extend(patches::assigned(&images, &images_field));
    let patches = source.at(&["kustomize", "patches"], &mut held.unread);
    let patches_field = format!("{field}.kustomize.patches");
    held.images
        .extend(patches::patched(&patches, &patches_field));
}

/// Parameters `{name: image.tag, value: "1"}` as the values that they set. They are given as `--set`, which reads
/// whole numbers as they are written.
pub(super) fn as_values(parameters: &Value) -> Value {
    let mut values = Map::default();
    for parameter in parameters.items() {
        let Some(parameter) = parameter.map() else {
            continue;
        };
        if let (Some(name), Some(value)) = (parameter.text("name"), parameter.part("value")) {
            let mut value = value.clone();
            value.printed = None;
            values.set(&name.text, value);
        }
    }
    Value::Map(values)
}

/// Puts the elements of lists into images that have their placeholders; an image that some element does not complete
/// keeps them.
pub(super) fn substitute(images: &mut Vec<Image>, generators: &Value) {
    let mut elements = Vec::new();
    collect(generators, &mut elements);
    if elements.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for image in images.drain(..) {
        let is_open = image.text.contains("{{");
        let filled = is_open.then(|| filled(&image, &elements)).flatten();
        match filled {
            Some(filled) => found.extend(filled),
            None => found.push(image),
        }
    }
    *images = found;
}

/// The elements of every list, in generators of generators too.
fn collect<'v>(value: &'v Value, found: &mut Vec<&'v Map>) {
    for item in value.items() {
        collect(item, found);
    }
    for (key, value) in value.map().iter().flat_map(|map| &map.entries) {
        let elements = value.map().filter(|_| key == "list");
        let elements = elements.and_then(|list| list.get("elements"));
        match elements {
            Some(elements) => found.extend(elements.items().iter().filter_map(Value::map)),
            None => collect(value, found),
        }
    }
}

fn filled(image: &Image, elements: &[&Map]) -> Option<Vec<Image>> {
    let mut texts: Vec<String> = Vec::new();
    for element in elements {
        let text = put_in(&image.text, element)?;
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    (texts.len() <= ELEMENTS).then(|| {
        let with = |text: String| Image {
            reference: match has_version(image) {
                true => ImageReference::parse(&text),
                false => ImageReference::parse_name(&text),
            },
            text,
            ..image.clone()
        };
        texts.into_iter().map(with).collect()
    })
}

/// The text with the values of an element; `None` where one is not in it.
fn put_in(text: &str, element: &Map) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}")?;
        let name = name.trim().trim_start_matches('.');
        filled.push_str(before);
        filled.push_str(element.part(name)?.shown());
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

fn has_version(image: &Image) -> bool {
    let mut parts = image.parts.iter();
    parts.any(|(role, _)| matches!(role, PartRole::Tag | PartRole::Digest))
}
