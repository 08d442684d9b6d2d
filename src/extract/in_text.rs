//! Whole manifests in the texts of ConfigMaps and Secrets. Whether something applies them cannot be seen.

use super::caveats::Caveats;
use super::fields::{Place, Reader};
use super::kept::Kept;
use super::objects::ObjectNode;
use super::sources;
use super::uses::Looking;

/// Where such an object holds texts.
const FIELDS: [&str; 2] = ["data", "stringData"];

/// What begins a line of a manifest, besides that it holds an image.
const KEYS: [&str; 2] = ["apiVersion:", "kind:"];

/// Counts the manifests in the texts of an object that is a ConfigMap or Secret.
pub(super) fn count(
    looking: Looking<'_>,
    object: &ObjectNode<'_>,
    caveats: &mut Caveats,
    kept: &mut Kept,
) {
    let Looking { reader, source, .. } = looking;
    let mut types = object.types.iter();
    if !types.any(|of| sources::holds_settings(*of)) {
        return;
    }
    for (at, key) in manifests(reader, object.at) {
        let described = object.describe(reader, source, kept);
        let span = reader.tree.span(at.node);
        caveats.manifest_in_text(source, span, key, &described);
    }
}

/// The texts that hold a manifest with an image, with their keys.
fn manifests<'a>(reader: Reader<'a>, object: Place) -> Vec<(Place, &'a str)> {
    let fields = FIELDS
        .iter()
        .filter_map(|field| reader.winner(object, field));
    let entries = fields.flat_map(|data| reader.fields(data));
    let texts = entries.filter_map(|entry| {
        let text = reader.tree.scalar(entry.value.node)?;
        holds_manifest(text.value).then(|| (entry.value, entry.name.unwrap_or_default()))
    });
    texts.collect()
}

fn holds_manifest(text: &str) -> bool {
    if !text.contains("image") {
        return false;
    }
    let json = || text.contains("\"apiVersion\"") && text.contains("\"kind\"");
    let begins = |key: &&str| {
        let mut lines = text.lines();
        lines.any(|line| line.trim_start_matches([' ', '-']).starts_with(*key))
    };
    KEYS.iter().all(begins) || json()
}
